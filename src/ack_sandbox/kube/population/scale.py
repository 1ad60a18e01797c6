"""A cluster as large as asked for: plain Deployments are added until the number of pods is reached."""

from collections.abc import Iterator

from ack_sandbox.kube.population.namespaces import namespace
from ack_sandbox.kube.population.services import app_service
from ack_sandbox.kube.population.shapes import app, days
from ack_sandbox.kube.population.workloads import deployment
from ack_sandbox.kube.population.world import World

PODS_PER_APP = 20
APPS_PER_NAMESPACE = 10


def fill(world: World, wanted: int) -> None:
    missing = wanted - sum(1 for each in world.population.objects if each["kind"] == "Pod")
    for number, replicas in enumerate(_sizes(missing)):
        space = f"fleet-{number // APPS_PER_NAMESPACE:02d}"
        if number % APPS_PER_NAMESPACE == 0:
            namespace(world, space, days(100))
        name = f"svc-{number:03d}"
        made = app(
            name, space, f"registry.example.com/fleet/{name}:v1.0.{number % 17}", replicas=replicas, team="fleet"
        )
        deployment(world, made, revision=2)
        app_service(world, made)


def _sizes(missing: int) -> Iterator[int]:
    while missing > 0:
        yield min(missing, PODS_PER_APP)
        missing -= PODS_PER_APP
