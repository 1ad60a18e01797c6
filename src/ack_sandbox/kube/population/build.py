"""From a plan to a population: each role of cluster has its own recipe."""

from collections.abc import Callable
from datetime import timedelta

from ack_sandbox.clock import Clock
from ack_sandbox.draws import Draws
from ack_sandbox.kube.population.access import access
from ack_sandbox.kube.population.canaries import tenants
from ack_sandbox.kube.population.custom import definitions
from ack_sandbox.kube.population.leaks import joined_nodes
from ack_sandbox.kube.population.machinery import api_services, machinery
from ack_sandbox.kube.population.namespaces import SYSTEM, namespace
from ack_sandbox.kube.population.nodes import nodes
from ack_sandbox.kube.population.production import production
from ack_sandbox.kube.population.scale import fill
from ack_sandbox.kube.population.services import endpoints
from ack_sandbox.kube.population.small import created, other_tenant, private, staging
from ack_sandbox.kube.population.storage import storage
from ack_sandbox.kube.population.world import Population, World, new_world
from ack_sandbox.plan import ClusterPlan, Role

RECIPES: dict[Role, Callable[[World], None]] = {
    "production": production,
    "staging": staging,
    "private": private,
    "other-tenant": other_tenant,
    "created": created,
}


def populate(plan: ClusterPlan, clock: Clock, draws: Draws, *, pods: int | None = None) -> Population:
    """Everything in the cluster at the clock's present moment; `pods` adds workloads up to that many pods."""
    world = new_world(plan, clock.now(), draws)
    age = timedelta(days=plan.age_days)
    for name in SYSTEM:
        namespace(world, name, age)
    definitions(world)
    nodes(world)
    joined_nodes(world)
    access(world, age)
    storage(world, age)
    machinery(world, age)
    api_services(world, age)
    tenants(world)
    RECIPES[plan.role](world)
    fill(world, pods or 0)
    endpoints(world)
    return world.population
