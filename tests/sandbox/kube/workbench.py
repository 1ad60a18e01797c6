"""A production cluster without a server: its objects are changed in the store, and its clock moves when told to."""

import copy
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Any

from ack_sandbox.clock import Clock
from ack_sandbox.draws import Draws
from ack_sandbox.kube import pulse
from ack_sandbox.kube.controllers.begin import begin
from ack_sandbox.kube.lifecycle import Options, delete, finalized
from ack_sandbox.kube.population.build import populate
from ack_sandbox.kube.population.incident import Incident
from ack_sandbox.kube.population.world import Population
from ack_sandbox.kube.server import cluster_state
from ack_sandbox.kube.state import ClusterState
from ack_sandbox.plan import Role, plan_region
from tests.sandbox.kube.doors import Json

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
KEYS = {
    "deployment": "apps/deployments",
    "statefulset": "apps/statefulsets",
    "daemonset": "apps/daemonsets",
    "replicaset": "apps/replicasets",
    "job": "batch/jobs",
    "cronjob": "batch/cronjobs",
    "ingress": "networking.k8s.io/ingresses",
    "storageclass": "storage.k8s.io/storageclasses",
    "budget": "policy/poddisruptionbudgets",
    "slice": "discovery.k8s.io/endpointslices",
    "backup": "ops.example.com/backups",
    "endpoints": "/endpoints",
}


@lru_cache
def _population(role: Role, seed: int) -> Population:
    plan = plan_region(seed).cluster(role)
    return populate(plan, Clock(source=lambda: NOON), Draws(seed).at(role))


def workbench(role: Role = "production", seed: int = 1) -> "Workbench":
    plan, made = plan_region(seed).cluster(role), _population(role, seed)
    # What a cluster writes down beside its objects belongs to it alone.
    own = Population(
        catalog=made.catalog,
        logs=copy.deepcopy(made.logs),
        usages=copy.deepcopy(made.usages),
        objects=[{**each, "metadata": dict(each["metadata"])} for each in made.objects],
        incidents=made.incidents,
        look_alikes=made.look_alikes,
        images=copy.deepcopy(made.images),
    )
    clock = Clock(source=lambda: NOON)
    state = cluster_state(plan, clock, Draws(seed).at(role), own)
    pulse.begin(state)
    begin(state)
    return Workbench(state, own)


@dataclass
class Workbench:
    state: ClusterState
    population: Population = field(repr=False)

    def incident(self, identity: str) -> Incident:
        return next(each for each in self.population.incidents if each.id == identity)

    def pass_time(self, seconds: float) -> None:
        steps = max(1, min(12, round(seconds / 5)))
        for _ in range(steps):
            self.state.clock.advance(timedelta(seconds=seconds / steps))
            self.state.now()

    def get(self, kind: str, namespace: str, name: str) -> Json:
        found = self.state.store.get(_key(kind), namespace, name)
        assert found is not None, (kind, namespace, name)
        return found

    def find(self, kind: str, namespace: str, name: str) -> Json | None:
        return self.state.store.get(_key(kind), namespace, name)

    def all(self, kind: str, namespace: str = "", **labels: str) -> list[Json]:
        objects = self.state.store.objects(_key(kind), namespace)
        return [each for each in objects if labels.items() <= each["metadata"].get("labels", {}).items()]

    def create(self, kind: str, api: str, namespace: str, name: str, **body: Any) -> Json:
        now = self.state.clock.now()
        meta: Json = {
            "name": name,
            "uid": f"uid-{kind}-{name}",
            "creationTimestamp": now.strftime("%Y-%m-%dT%H:%M:%SZ"),
        }
        meta |= {"namespace": namespace} if namespace else {}
        meta |= {"generation": 1, **body.pop("metadata", {})}
        made = {"kind": kind, "apiVersion": api, "metadata": meta, **body}
        return self.state.store.put(self.state.catalog.by_kind[(api, kind)].key, made, now).object

    def change(self, kind: str, namespace: str, name: str, edit: Callable[[Json], object]) -> Json:
        """Write as the API would: another generation where the specification changed."""
        before = self.get(kind, namespace, name)
        made = copy.deepcopy(before)
        edit(made)
        if made.get("spec") != before.get("spec") and "generation" in made["metadata"]:
            made["metadata"]["generation"] += 1
        now = self.state.clock.now()
        entry = self.state.store.put(_key(kind), made, now)
        finalized(self.state, self.state.catalog.by_key[_key(kind)], entry, now)
        return entry.object

    def delete(
        self, kind: str, namespace: str, name: str, policy: str = "Background", grace: int | None = None
    ) -> None:
        entry = self.state.store.entry(_key(kind), namespace, name)
        assert entry is not None
        resource = self.state.catalog.by_key[_key(kind)]
        delete(self.state, resource, entry, Options(grace=grace, policy=policy), self.state.clock.now())

    def pods(self, incident: Incident) -> list[Json]:
        return self.all("pod", incident.namespace, app=incident.workload.partition("/")[2])

    def events(self, namespace: str, name: str, reason: str) -> list[Json]:
        events = self.all("event", namespace)
        return [each for each in events if each["involvedObject"]["name"].startswith(name) and each["reason"] == reason]

    def log(self, pod: Json, container: str = "app") -> str:
        """The last lines of the present life of a container."""
        meta, status = pod["metadata"], pod["status"]
        found = next(each for each in status["containerStatuses"] if each["name"] == container)
        started = datetime.fromisoformat(found["state"]["running"]["startedAt"])
        run = self.state.logs.run((meta["namespace"], meta["name"], container), started, None)
        now = self.state.clock.now()
        return "\n".join(line.text for line in run.lines(now, run.count(now) - 200))


def _key(kind: str) -> str:
    return KEYS.get(kind, f"/{kind}s")


def shown(pod: Json) -> str:
    """The word that `kubectl get pods` shows for a pod with one container."""
    status = pod["status"]
    if "deletionTimestamp" in pod["metadata"]:
        return "Terminating"
    for each in [*status.get("initContainerStatuses", []), *status.get("containerStatuses", [])]:
        for state in ("waiting", "terminated"):
            reason = each["state"].get(state, {}).get("reason")
            if reason and reason != "Completed":
                return str(reason)
    return str(status.get("reason") or status["phase"])


def is_well(pod: Json) -> bool:
    ready = [each["status"] for each in pod["status"].get("conditions", []) if each["type"] == "Ready"]
    return ready == ["True"] and "deletionTimestamp" not in pod["metadata"]
