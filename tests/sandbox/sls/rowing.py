"""A region's log stores over clusters that nobody serves, and short ways to their rows."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from ack_sandbox.clock import Clock
from ack_sandbox.draws import Draws
from ack_sandbox.kube.population.build import populate
from ack_sandbox.kube.population.incident import Incident
from ack_sandbox.kube.server import cluster_state
from ack_sandbox.kube.state import ClusterState
from ack_sandbox.plan import ClusterPlan, RegionPlan, Role
from ack_sandbox.sls.rows.scene import Scene
from ack_sandbox.sls.rows.store import LogStores, Row

OPENED = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)


@dataclass
class Logs:
    plan: RegionPlan
    clock: Clock
    states: Mapping[str, ClusterState]
    stores: LogStores

    def cluster(self, role: Role) -> ClusterPlan:
        return self.plan.cluster(role)

    def state(self, role: Role) -> ClusterState:
        return self.states[self.cluster(role).id]

    def scene(self, role: Role = "production") -> Scene:
        return self.stores.scene(self.cluster(role).id)

    def names(self, role: Role) -> list[str]:
        cluster = self.cluster(role)
        return [each.name.removesuffix(f"-{cluster.id}") for each in self.stores.logstores(f"k8s-log-{cluster.id}")]

    def rows(self, kind: str, role: Role = "production", *, hours: float = 24, until: datetime | None = None) -> Any:
        """The rows of the last hours, or of those before `until`."""
        cluster = self.cluster(role)
        name = kind if kind == "k8s-event" else f"{kind}-{cluster.id}"
        end = int((until or self.clock.now()).timestamp()) + 1
        return self.stores.rows(f"k8s-log-{cluster.id}", name, end - int(hours * 3600), end)

    def incident(self, identity: str) -> Incident:
        population = self.scene().population
        return next(each for each in population.incidents if each.id == identity)


def open_logs(plan: RegionPlan, *roles: Role, opened: datetime = OPENED) -> Logs:
    clock = Clock(source=lambda: opened)
    states = dict(_states(plan, clock, roles))
    return Logs(plan, clock, states, LogStores(plan, clock, states.__getitem__))


def _states(plan: RegionPlan, clock: Clock, roles: tuple[Role, ...]) -> Iterator[tuple[str, ClusterState]]:
    for cluster in plan.clusters:
        if cluster.role in roles:
            draws = Draws(plan.seed).at("kubernetes", cluster.role)
            yield cluster.id, cluster_state(cluster, clock, draws, populate(cluster, clock, draws))


def read(row: Row, field: str) -> Any:
    return json.loads(row[field])


def age(row: Row) -> timedelta:
    """How long before the opening."""
    return timedelta(seconds=OPENED.timestamp() - int(row["__time__"]))
