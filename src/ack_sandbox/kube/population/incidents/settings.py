"""Pods whose settings are not there: a missing ConfigMap, a missing Secret to mount."""

from dataclasses import replace

from ack_sandbox.kube.population.events import Seen, pod_event
from ack_sandbox.kube.population.services import app_service
from ack_sandbox.kube.population.shapes import PodState, app, days, hours, minutes, seconds
from ack_sandbox.kube.population.troubles import pending, report, resembles, waiting
from ack_sandbox.kube.population.workloads import deployment
from ack_sandbox.kube.population.world import World

REGISTRY = "registry.example.com"


def missing_config_map(world: World) -> None:
    name = world.pick(("legacy-sync", "erp-bridge", "stock-import"), "config")
    missing = f"{name}-settings"
    began = hours(world.number(1, 12, "config", "began"))
    made = app(name, "logistics", f"{REGISTRY}/log/{name}:v2.0.0", replicas=1, team="logistics", age=began)
    reference = {"configMapRef": {"name": missing}}
    made = replace(made, containers=(replace(made.containers[0], env_from=(reference,)),))
    why = f'configmap "{missing}" not found'
    rollout = deployment(world, made, [pending(waiting("CreateContainerConfigError", why), began)])
    seen = Seen(last=seconds(5), first=began - seconds(3), count=int(began.total_seconds() // 13))
    for pod in rollout.pods:
        pod_event(world, pod, "Failed", f"Error: {why}", seen, warning=True, container="app")
    report(
        world,
        "missing-config-map",
        "CreateContainerConfigError",
        "logistics",
        f"deployment/{name}",
        f'The ConfigMap "{missing}" that the container reads its environment from does not exist.',
        evidence=(why,),
        config_map=missing,
    )
    good = app("route-planner", "logistics", f"{REGISTRY}/log/route-planner:v6.2.0", team="logistics", age=days(14))
    optional = {"configMapRef": {"name": "route-planner-overrides", "optional": True}}
    deployment(world, replace(good, containers=(replace(good.containers[0], env_from=(optional,)),)))
    app_service(world, good)
    resembles(
        world,
        "missing-config-map",
        "logistics",
        "deployment/route-planner",
        "names a ConfigMap that does not exist, but as optional",
    )


def missing_secret(world: World) -> None:
    name = world.pick(("tls-proxy", "edge-gateway", "mtls-relay"), "secret")
    missing = world.pick((f"{name}-cert", f"{name}-tls-2026"), "secret", "missing")
    began = minutes(world.number(40, 500, "secret", "began"))
    made = app(name, "shop", f"{REGISTRY}/ops/{name}:v1.27.3", replicas=1, port=8443, team="platform", age=began)
    made = replace(
        made,
        volumes=({"name": "certs", "secret": {"secretName": missing, "defaultMode": 420}},),
        containers=(replace(made.containers[0], mounts=({"name": "certs", "mountPath": "/etc/certs"},)),),
    )
    life = waiting("ContainerCreating", pulled=False)
    rollout = deployment(world, made, [pending(life, began)])
    why = f'MountVolume.SetUp failed for volume "certs" : secret "{missing}" not found'
    seen = Seen(last=seconds(50), first=began - seconds(1), count=max(10, int(began.total_seconds() // 122)))
    for pod in rollout.pods:
        pod_event(world, pod, "FailedMount", why, seen, warning=True)
    report(
        world,
        "missing-secret",
        "FailedMount",
        "shop",
        f"deployment/{name}",
        f'The Secret "{missing}" that the volume "certs" mounts does not exist.',
        evidence=(why,),
        secret=missing,
    )
    good = app("gift-cards", "shop", f"{REGISTRY}/shop/gift-cards:v1.8.0", replicas=1, team="shop", age=days(6))
    began = minutes(41)
    rollout = deployment(world, good, [PodState(created=began)], revision=2)
    app_service(world, good)
    late = 'MountVolume.SetUp failed for volume "kube-api-access" : failed to sync configmap cache: timed out'
    for pod in rollout.pods:
        pod_event(world, pod, "FailedMount", late, Seen(last=began - seconds(2)), warning=True)
    resembles(world, "missing-secret", "shop", "deployment/gift-cards", "one FailedMount at its start, mounted since")
