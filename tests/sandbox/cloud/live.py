"""What runs in the clusters of a region, without the API servers: populated once, the same for every test."""

from functools import cache

from ack_sandbox.clock import Clock
from ack_sandbox.draws import Draws
from ack_sandbox.kube import pulse
from ack_sandbox.kube.objects import Object
from ack_sandbox.kube.population.build import populate
from ack_sandbox.kube.population.world import Population
from ack_sandbox.kube.server import cluster_state
from ack_sandbox.kube.state import ClusterState
from ack_sandbox.plan import ClusterPlan, Role, plan_region
from ack_sandbox.region import Region
from tests.sandbox.conftest import NOON


@cache
def population(role: Role, seed: int = 1) -> Population:
    plan = plan_region(seed).cluster(role)
    return populate(plan, Clock(source=lambda: NOON), Draws(seed).at("kubernetes", role))


def state_of(plan: ClusterPlan, clock: Clock) -> ClusterState:
    """A state of the test's own: what it puts there, others do not see."""
    state = cluster_state(plan, clock, Draws(1), population(plan.role))
    pulse.begin(state)
    return state


def bring_to_life(region: Region) -> dict[Role, ClusterState]:
    states = {cluster.role: state_of(cluster, region.clock) for cluster in region.plan.clusters}
    by_id = {region.plan.cluster(role).id: state for role, state in states.items()}
    region.cloud.store.live_states = by_id.get
    return states


def change(state: ClusterState, resource: str, obj: Object, **parts: object) -> None:
    """Put the object with other parts; `metadata` is merged."""
    meta = {**obj["metadata"], **(parts.pop("metadata", None) or {})}  # type: ignore[dict-item]
    state.store.put(resource, {**obj, **parts, "metadata": meta}, state.clock.now())
