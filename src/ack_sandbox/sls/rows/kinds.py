"""The kinds of logstore that a cluster's project has, and where the rows of each come from."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial

from ack_sandbox.kube.state import ClusterState
from ack_sandbox.plan import ClusterPlan, Role
from ack_sandbox.sls.rows import events, indexes, live, ordinary, plane, plane_events
from ack_sandbox.sls.rows.causes import causes
from ack_sandbox.sls.rows.creations import creations
from ack_sandbox.sls.rows.oddities import oddities
from ack_sandbox.sls.rows.ordinary import wave
from ack_sandbox.sls.rows.plane import COMPONENTS, Component
from ack_sandbox.sls.rows.plans import FieldIndex
from ack_sandbox.sls.rows.scene import Scene
from ack_sandbox.sls.rows.timeline import Habit, Planted

__all__ = ["PROJECT", "Kind", "components", "of", "wave"]

PROJECT = "k8s-log-"
# The control plane of a private cluster keeps its log to itself; staging pays for less of it.
WITHOUT: dict[Role, tuple[Component, ...]] = {"private": COMPONENTS, "staging": ("ccm", "scheduler")}


@dataclass(frozen=True, kw_only=True)
class Kind:
    prefix: str  # "audit"; the name has the cluster's id behind it
    ttl_days: int
    index: Mapping[str, FieldIndex]
    planted: Callable[[Scene], Iterable[Planted]]
    habits: Callable[[Scene], Iterable[Habit]]
    live: Callable[[ClusterState], Iterable[Planted]]

    def name(self, cluster: ClusterPlan) -> str:
        return self.prefix if self.prefix == "k8s-event" else f"{self.prefix}-{cluster.id}"


def _deeds(scene: Scene) -> Iterator[Planted]:
    for source in (creations, causes, oddities):
        for deed in source(scene):
            yield deed.planted()


AUDIT = Kind(
    prefix="audit",
    ttl_days=30,
    index=indexes.AUDIT,
    planted=_deeds,
    habits=ordinary.habits,
    live=live.requests,
)
EVENTS = Kind(
    prefix="k8s-event",
    ttl_days=90,
    index=indexes.EVENTS,
    planted=events.planted,
    habits=events.habits,
    live=live.events,
)


def _component(component: Component) -> Kind:
    return Kind(
        prefix=component,
        ttl_days=30,
        index=indexes.CONTROL_PLANE,
        planted=partial(plane_events.planted, component=component),
        habits=partial(plane.habits, component=component),
        live=partial(live.lines, component=component),
    )


CONTROL_PLANE = {component: _component(component) for component in COMPONENTS}


def components(role: Role) -> tuple[Component, ...]:
    """The components whose log a cluster of this role keeps."""
    return tuple(each for each in COMPONENTS if each not in WITHOUT.get(role, ()))


def of(cluster: ClusterPlan) -> list[Kind]:
    audit = [] if cluster.role == "private" else [AUDIT]
    return [*audit, EVENTS, *(CONTROL_PLANE[each] for each in components(cluster.role))]
