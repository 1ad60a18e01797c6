"""The small clusters: staging with 31 pods, a private finance cluster with 12, and the other tenant's."""

from ack_sandbox.kube.population import canaries, leaks
from ack_sandbox.kube.population.namespaces import namespace
from ack_sandbox.kube.population.services import app_service, ingress
from ack_sandbox.kube.population.shapes import app, days
from ack_sandbox.kube.population.system import base, controllers, ingress_controller
from ack_sandbox.kube.population.workloads import deployment
from ack_sandbox.kube.population.world import World

IMAGES = "registry.example.com"
Rows = tuple[tuple[str, int, str], ...]  # name, replicas, version
STAGING: Rows = (
    ("frontend", 3, "v5.2.0-rc1"),
    ("cart", 2, "v2.15.0-rc1"),
    ("catalog", 2, "v1.45.0-rc3"),
    ("checkout", 2, "v3.10.0-rc2"),
    ("orders", 2, "v4.1.0"),
    ("search", 2, "v1.12.0"),
)
FINANCE: Rows = (("general-ledger", 1, "v2.0.4"),)
OTHER: Rows = (("web", 3, "v1.8.0"), ("worker", 2, "v1.8.0"))


def staging(world: World) -> None:
    base(world)
    ingress_controller(world)
    controllers(world, (("csi-provisioner", "csi-provisioner:v1.33.1", 1), ("storage-operator", "storage:v1.33", 1)))
    _space(world, "shop", STAGING)
    leaks.leaky_app(world, "shop", "shop-gateway")
    ingress(world, "frontend", "shop", "staging.shop.example.com", "frontend", days(21))


def private(world: World) -> None:
    base(world)
    _space(world, "finance", FINANCE)
    leaks.leaky_app(world, "finance", "tax-report")


def other_tenant(world: World) -> None:
    base(world)
    _space(world, "web", OTHER)


def created(world: World) -> None:
    base(world)
    controllers(world, (("csi-provisioner", "csi-provisioner:v1.33.1", 2),))


def _space(world: World, space: str, rows: Rows) -> None:
    namespace(world, space, days(50))
    canaries.secrets(world, space)
    leaks.settings(world, space)
    canaries.tokens_and_releases(world, space)
    canaries.custom_objects_of(world, space)
    for name, replicas, version in rows:
        made = app(name, space, f"{IMAGES}/{space}/{name}:{version}", replicas=replicas, team=space, age=days(21))
        deployment(world, made, revision=3)
        app_service(world, made)
