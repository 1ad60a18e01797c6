"""Images that do not arrive: a tag that was never pushed, and a repository the node may not read."""

from dataclasses import replace
from datetime import timedelta

from ack_sandbox.kube.objects import Object
from ack_sandbox.kube.population.events import Seen, pod_event, scheduler_event
from ack_sandbox.kube.population.services import app_service
from ack_sandbox.kube.population.shapes import App, app, days, hours, minutes, seconds
from ack_sandbox.kube.population.troubles import pending, report, resembles, waiting
from ack_sandbox.kube.population.workloads import deployment
from ack_sandbox.kube.population.world import World

REGISTRY = "registry.example.com"
VAULT = "registry-vpc.example.com"
ADDON_VERSION = "v1.12.1-aliyun.1"  # of nginx-ingress-controller, as the cloud's catalogue has it


def tag_missing(world: World) -> None:
    name = world.pick(("checkout", "basket", "order-form"), "tag")
    tag = f"v3.{world.number(10, 40, 'tag', 'minor')}.0"
    image = f"{REGISTRY}/shop/{name}:{tag}"
    world.population.images.missing.add(image)
    began = minutes(world.number(35, 170, "tag", "began"))
    made = app(name, "shop", image, replicas=4, team="shop", age=days(90))
    old = replace(made, replicas=3, containers=(replace(made.containers[0], image=f"{REGISTRY}/shop/{name}:v3.9.4"),))
    life = waiting("ImagePullBackOff", f'Back-off pulling image "{image}"', pulled=False)
    rollout = deployment(world, made, [pending(life, began)] * 2, revision=12, old=old)
    app_service(world, made)
    why = f'code = NotFound desc = failed to pull and unpack image "{image}": failed to resolve reference "{image}"'
    for pod in rollout.pods:
        _pull_events(world, pod, image, f"{why}: {image}: not found", began)
    report(
        world,
        "image-tag-missing",
        "ImagePullBackOff",
        "shop",
        f"deployment/{name}",
        f"The image tag {tag} does not exist in the registry.",
        evidence=(image, "not found"),
        image=image,
    )
    odd = app("promo-banner", "shop", f"{REGISTRY}/shop/promo-banner:dev-20260911-dirty", team="shop", age=days(12))
    deployment(world, odd, revision=9)
    app_service(world, odd)
    resembles(
        world, "image-tag-missing", "shop", "deployment/promo-banner", "an odd image tag, but it was pulled and runs"
    )


def addon_upgrade(world: World, made: App) -> None:
    """The upgrade of an add-on whose new image the region's registry does not have; the old pods still serve."""
    old = made.containers[0]
    image = f"{old.image.rpartition(':')[0]}:{ADDON_VERSION}"
    world.population.images.missing.add(image)
    began = hours(26)
    new = replace(made, containers=(replace(old, image=image),))
    life = waiting("ImagePullBackOff", f'Back-off pulling image "{image}"', pulled=False)
    rollout = deployment(world, new, [pending(life, began, old.name)], revision=2, old=made)
    why = f'code = NotFound desc = failed to pull and unpack image "{image}": failed to resolve reference "{image}"'
    for pod in rollout.pods:
        _pull_events(world, pod, image, f"{why}: {image}: not found", began, old.name)
    report(
        world,
        "addon-upgrade",
        "ImagePullBackOff",
        made.namespace,
        f"deployment/{made.name}",
        f"The upgrade of the add-on to {ADDON_VERSION} waits for an image that the registry does not have.",
        evidence=(image, "not found"),
        image=image,
    )
    trait = "an add-on of an older version than its catalogue's, and it runs"
    resembles(world, "addon-upgrade", made.namespace, "deployment/csi-provisioner", trait)


def no_access(world: World) -> None:
    name = world.pick(("partner-sync", "bank-bridge", "edi-gateway"), "access")
    image = f"{VAULT}/partners/{name}:v1.{world.number(2, 19, 'access')}.3"
    world.population.images.private.add(VAULT)
    began = hours(world.number(1, 9, "access", "began"))
    made = app(name, "payments", image, replicas=2, team="payments", age=began)
    life = waiting("ImagePullBackOff", f'Back-off pulling image "{image}"', pulled=False)
    rollout = deployment(world, made, [pending(life, began)] * 2)
    why = (
        f'code = Unknown desc = failed to pull and unpack image "{image}": failed to resolve reference "{image}": '
        "pull access denied, repository does not exist or may require authorization: "
        "server message: insufficient_scope: authorization failed"
    )
    for pod in rollout.pods:
        _pull_events(world, pod, image, why, began)
    report(
        world,
        "image-no-access",
        "ImagePullBackOff",
        "payments",
        f"deployment/{name}",
        "The repository is private and the pod names no imagePullSecrets that may read it.",
        evidence=("pull access denied", "insufficient_scope"),
        image=image,
    )
    good = app("partner-portal", "payments", f"{VAULT}/partners/partner-portal:v2.2.0", team="payments", age=days(31))
    deployment(world, replace(good, pull_secrets=("partner-registry",)))
    app_service(world, good)
    resembles(
        world,
        "image-no-access",
        "payments",
        "deployment/partner-portal",
        "pulls from the same private registry, with a pull secret",
    )


def _pull_events(world: World, pod: Object, image: str, why: str, began: timedelta, container: str = "app") -> None:
    attempts = max(4, int(began.total_seconds() // 300))
    often = Seen(last=seconds(world.number(40, 250, "pull", image)), first=began - seconds(2), count=attempts)
    backing = Seen(last=seconds(14), first=began - seconds(25), count=attempts * 21)
    placed = f"Successfully assigned {pod['metadata']['namespace']}/{pod['metadata']['name']} to "
    scheduler_event(world, pod, "Scheduled", placed + pod["spec"]["nodeName"], Seen(last=began))
    pod_event(world, pod, "Pulling", f'Pulling image "{image}"', often, container=container)
    failed = f'Failed to pull image "{image}": rpc error: {why}'
    pod_event(world, pod, "Failed", failed, often, warning=True, container=container)
    pod_event(world, pod, "Failed", "Error: ErrImagePull", often, warning=True, container=container)
    pod_event(world, pod, "BackOff", f'Back-off pulling image "{image}"', backing, container=container)
    pod_event(world, pod, "Failed", "Error: ImagePullBackOff", backing, warning=True, container=container)
