"""Traffic that goes nowhere: a Service whose selector finds no pod, an Ingress to a Service that does not exist."""

from dataclasses import replace

from ack_sandbox.kube.objects import labels_of
from ack_sandbox.kube.population.events import Seen, event
from ack_sandbox.kube.population.services import app_service, ingress
from ack_sandbox.kube.population.shapes import app, days, hours, seconds
from ack_sandbox.kube.population.system import INGRESS, INGRESS_CONTROLLER, SYSTEM
from ack_sandbox.kube.population.troubles import report, resembles
from ack_sandbox.kube.population.workloads import deployment
from ack_sandbox.kube.population.world import World

REGISTRY = "registry.example.com"


def no_endpoints(world: World) -> None:
    name = world.pick(("loyalty", "coupons", "wishlist"), "endpoints")
    wrong = world.pick((f"{name}-api", f"{name}s", f"{name}-v2"), "endpoints", "wrong")
    made = app(name, "shop", f"{REGISTRY}/shop/{name}:v2.6.0", replicas=3, team="shop", age=days(36))
    deployment(world, made, revision=5)
    app_service(world, made, selector={"app": wrong})
    report(
        world,
        "no-endpoints",
        "ServiceWithoutEndpoints",
        "shop",
        f"service/{name}",
        f"The Service selects app={wrong}, but the pods carry app={name}.",
        evidence=(f"app={wrong}",),
        selector=f"app={wrong}",
    )
    idle = app("flash-sale", "shop", f"{REGISTRY}/shop/flash-sale:v1.0.0", replicas=0, team="shop", age=days(80))
    deployment(world, idle, [], revision=3)
    app_service(world, idle)
    resembles(world, "no-endpoints", "shop", "service/flash-sale", "has no endpoints: scaled to zero between sales")


def ingress_without_service(world: World) -> None:
    name = world.pick(("old-portal", "legacy-admin", "campaign-2025"), "ingress")
    backend = f"{name}-web"
    host = f"{name}.shop.example.com"
    began = days(world.number(1, 4, "ingress", "began"))
    made = ingress(world, name, "shop", host, backend, began)
    seen = Seen(last=hours(3), first=began)
    event(world, made, "Sync", "Scheduled for sync", seen, component="nginx-ingress-controller")
    _controller_warns(world, f"shop/{backend}")
    report(
        world,
        "ingress-without-service",
        "IngressBackendMissing",
        "shop",
        f"ingress/{name}",
        f'The Ingress sends {host} to the Service "{backend}", which does not exist.',
        evidence=(backend, f'Service "shop/{backend}" does not exist'),
        backend=backend,
    )
    good = app("status-page", "shop", f"{REGISTRY}/ops/status-page:v0.3.0", replicas=1, team="platform", age=days(200))
    deployment(world, replace(good, annotations={"note": "kept for partners"}))
    app_service(world, good)
    made = ingress(world, "status-legacy", "shop", "old-status.shop.example.com", "status-page", days(200))
    seen = Seen(last=seconds(600), first=days(2), count=9)
    event(world, made, "Sync", "Scheduled for sync", seen, component="nginx-ingress-controller")
    resembles(world, "ingress-without-service", "shop", "ingress/status-legacy", "an old host, but its Service answers")


def _controller_warns(world: World, backend: str) -> None:
    warning = f'W {{ts}} 7 controller.go:1229] Service "{backend}" does not exist.'
    script = replace(INGRESS, steady=(*INGRESS.steady, warning))
    for each in world.population.objects:
        if each["kind"] == "Pod" and labels_of(each).get("app") == INGRESS_CONTROLLER:
            world.population.logs.write(SYSTEM, each["metadata"]["name"], INGRESS_CONTROLLER, script)
