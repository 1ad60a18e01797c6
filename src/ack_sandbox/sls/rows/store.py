"""The projects of an account, their logstores and rows; nothing is made before it is asked for."""

from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import datetime, timedelta

from ack_sandbox.clock import Clock
from ack_sandbox.draws import Draws
from ack_sandbox.kube.population.world import Population
from ack_sandbox.kube.state import ClusterState
from ack_sandbox.plan import ClusterPlan, RegionPlan
from ack_sandbox.sls.rows import kinds
from ack_sandbox.sls.rows.kinds import PROJECT, Kind
from ack_sandbox.sls.rows.plans import FieldIndex, FieldType, LogStorePlan, ProjectPlan, Row
from ack_sandbox.sls.rows.scene import Scene
from ack_sandbox.sls.rows.timeline import HOUR, SECOND, Timeline, micros

__all__ = ["FieldIndex", "FieldType", "LogStorePlan", "LogStores", "ProjectPlan", "Row"]

DAY = timedelta(hours=24)


class LogStores:
    """`live` gives the running cluster of an id; what was done to it since it opened is among its rows.

    A project outlives its cluster: once asked for, it stays when `live` raises KeyError for a cluster that is gone.
    """

    def __init__(self, plan: RegionPlan, clock: Clock, live: Callable[[str], ClusterState]) -> None:
        self._plan = plan
        self._clock = clock
        self._live = live
        self._states: dict[str, ClusterState] = {}
        self._scenes: dict[str, Scene] = {}
        self._timelines: dict[tuple[str, str], Timeline] = {}

    def projects(self, account: str) -> list[ProjectPlan]:
        clusters = [each for each in self._plan.clusters if each.account == account and self._state(each) is not None]
        return [
            ProjectPlan(
                name=PROJECT + cluster.id,
                region=cluster.region,
                cluster_id=cluster.id,
                created=self._opened(cluster) - timedelta(days=cluster.age_days),
            )
            for cluster in clusters
        ]

    def logstores(self, project: str) -> list[LogStorePlan]:
        """Raises KeyError for a project that does not exist."""
        cluster = self._cluster(project)
        created = self._opened(cluster) - timedelta(days=cluster.age_days)
        return [
            LogStorePlan(name=kind.name(cluster), ttl_days=kind.ttl_days, index=kind.index, created=created)
            for kind in kinds.of(cluster)
        ]

    def rows(self, project: str, logstore: str, since: int, until: int) -> Sequence[Row]:
        """Rows with `since` <= time < `until` (Unix seconds), oldest first. KeyError for one that does not exist."""
        cluster = self._cluster(project)
        kind = self._kind(cluster, logstore)
        now = micros(self._clock.now())
        kept = now - kind.ttl_days * 24 * HOUR
        timeline = self._timeline(cluster, kind)
        state = self._state(cluster)
        live = kind.live(state) if state is not None else ()
        return timeline.between(max(since * SECOND, kept), min(until * SECOND, now + 1), live)

    def scene(self, cluster_id: str) -> Scene:
        """What the rows of a cluster are made from; a grader finds the planted facts with it."""
        if cluster_id not in self._scenes:
            cluster = next(each for each in self._plan.clusters if each.id == cluster_id)
            draws = Draws(self._plan.seed).at("sls", cluster.role)
            self._scenes[cluster_id] = Scene(cluster, self._population(cluster), draws)
        return self._scenes[cluster_id]

    def _state(self, cluster: ClusterPlan) -> ClusterState | None:
        """The cluster as it runs, or as it last ran."""
        with suppress(KeyError):
            self._states[cluster.id] = self._live(cluster.id)
        return self._states.get(cluster.id)

    def _population(self, cluster: ClusterPlan) -> Population:
        state = self._state(cluster)
        if state is None or state.population is None:
            raise KeyError(PROJECT + cluster.id)
        return state.population

    def _opened(self, cluster: ClusterPlan) -> datetime:
        return self._population(cluster).now

    def _cluster(self, project: str) -> ClusterPlan:
        found = (cluster for cluster in self._plan.clusters if PROJECT + cluster.id == project)
        cluster = next(found, None)
        if cluster is None:
            raise KeyError(project)
        return cluster

    def _kind(self, cluster: ClusterPlan, logstore: str) -> Kind:
        found = (kind for kind in kinds.of(cluster) if kind.name(cluster) == logstore)
        kind = next(found, None)
        if kind is None:
            raise KeyError(logstore)
        return kind

    def _timeline(self, cluster: ClusterPlan, kind: Kind) -> Timeline:
        key = (cluster.id, kind.prefix)
        if key not in self._timelines:
            scene = self.scene(cluster.id)
            begins = micros(scene.now - DAY)
            made = list(kind.planted(scene)), list(kind.habits(scene))
            self._timelines[key] = Timeline(scene.draws.at(kind.prefix), begins, *made, kinds.wave)
        return self._timelines[key]
