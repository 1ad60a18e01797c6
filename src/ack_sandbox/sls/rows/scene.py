"""What the rows of one cluster are made from: its plan and the population it began with."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property

from ack_sandbox.draws import Draws
from ack_sandbox.kube.objects import Object, dig, name_of, namespace_of, parse_time
from ack_sandbox.kube.population.incident import Incident
from ack_sandbox.kube.population.world import Population
from ack_sandbox.plan import ClusterPlan, NodePlan

SYSTEM_SPACES = ("kube-system", "kube-public", "kube-node-lease", "default", "arms-prom")


@dataclass(frozen=True)
class Scene:
    plan: ClusterPlan
    population: Population
    draws: Draws

    @property
    def now(self) -> datetime:
        """When the cluster opened."""
        return self.population.now

    def ago(self, **span: float) -> datetime:
        return self.now - timedelta(**span)

    @cached_property
    def _by_kind(self) -> dict[tuple[str, str | None], list[Object]]:
        found: dict[tuple[str, str | None], list[Object]] = {}
        for each in self.population.objects:
            for namespace in (None, namespace_of(each)):
                found.setdefault((each["kind"], namespace), []).append(each)
        return found

    def kind(self, kind: str, namespace: str | None = None) -> list[Object]:
        """The objects of a kind, of one namespace or of all; cluster-scoped ones are in the namespace ""."""
        return self._by_kind.get((kind, namespace), [])

    def get(self, kind: str, namespace: str, name: str) -> Object | None:
        return next((each for each in self.kind(kind, namespace) if name_of(each) == name), None)

    @cached_property
    def spaces(self) -> list[str]:
        """The namespaces of applications that run something."""
        found = {namespace_of(each) for each in self.kind("Deployment")}
        return sorted(found - set(SYSTEM_SPACES))

    def node(self, name: str) -> NodePlan:
        return next(each for each in self.plan.nodes if each.name == name)

    def owned(self, owner: Object) -> Iterator[Object]:
        """The ReplicaSets of a Deployment, oldest first."""
        found = [
            each for each in self.kind("ReplicaSet", namespace_of(owner)) if _owner(each) == owner["metadata"]["uid"]
        ]
        return iter(sorted(found, key=lambda each: int(each["metadata"]["annotations"][REVISION])))

    def said(self, about: Object, reason: str) -> datetime | None:
        """When an event last said so of an object that still exists."""
        identity = about["metadata"]["uid"]
        found = (each for each in self.kind("Event") if each["involvedObject"].get("uid") == identity)
        return next((parse_time(each["lastTimestamp"]) for each in found if each["reason"] == reason), None)

    def trouble(self, incident: Incident) -> datetime:
        """When it began: the first warning about the workload or its pods, else the youngest part of it."""
        workload = incident.workload.partition("/")[2]
        first = [
            parse_time(each["firstTimestamp"])
            for each in self.kind("Event")
            if each["type"] == "Warning"
            and each["involvedObject"].get("namespace", "") == incident.namespace
            and each["involvedObject"]["name"].startswith(workload)
        ]
        return min(first, default=self.ago(hours=self.draws.at("trouble", incident.id).integer(3, 9)))


REVISION = "deployment.kubernetes.io/revision"


def _owner(obj: Object) -> str:
    return str(dig(obj, "metadata", "ownerReferences", 0, "uid", default=""))


def created(obj: Object) -> datetime:
    return parse_time(obj["metadata"]["creationTimestamp"])
