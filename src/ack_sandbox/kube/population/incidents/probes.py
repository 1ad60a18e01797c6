"""Failing probes: a readiness probe that answers 503, and a liveness probe too impatient for a slow start."""

from dataclasses import replace

from ack_sandbox.kube.logs import Script
from ack_sandbox.kube.population.events import Seen, pod_event
from ack_sandbox.kube.population.services import app_service
from ack_sandbox.kube.population.shapes import Life, PodState, adapted, app, days, hours, http_probe, minutes, seconds
from ack_sandbox.kube.population.troubles import (
    backing_off,
    report,
    resembles,
    restarted,
    restarts_since,
    started_again_events,
)
from ack_sandbox.kube.population.workloads import deployment
from ack_sandbox.kube.population.world import World
from ack_sandbox.kube.programs import Program

REGISTRY = "registry.example.com"
# How long the impatient probe lets the container live: a delay of 5s and three periods of 5s, and the shutdown.
LIVED = seconds(22)
BACKENDS = {
    "redis-stock:6379": f"{REGISTRY}/base/redis:7.2.5",
    "mysql-stock:3306": f"{REGISTRY}/base/mysql:8.0.37",
    "kafka-broker:9092": f"{REGISTRY}/base/kafka:3.7.1",
}
READINESS = "Readiness probe failed: HTTP probe failed with statuscode: 503"


def readiness_503(world: World) -> None:
    name = world.pick(("inventory", "stock-api", "warehouse-api"), "ready")
    backend = world.pick(tuple(BACKENDS), "ready", "backend")
    began = minutes(world.number(40, 300, "ready", "began"))
    error = f"dial tcp: lookup {backend.partition(':')[0]} on 172.21.0.10:53: no such host"
    steady = (
        f"{{ts}} WARN readiness: dependency {backend} unavailable: {error}",
        "{ts} INFO GET /ready 503 {small}ms",
    )
    script = Script(opening=(f"{{ts}} INFO {name} v5.1.0 listening on :8080",), steady=steady, period=5)
    made = app(name, "logistics", f"{REGISTRY}/log/{name}:v5.1.0", replicas=3, team="logistics", age=days(44))
    needs = Program(backend=backend.partition(":")[0], path="/ready", trouble=script)
    world.population.images.behaves(f"{REGISTRY}/log/{name}", needs)
    probe = http_probe("/ready", 8080)
    made = replace(made, containers=(replace(made.containers[0], readiness=probe, script=script),))
    state = PodState(lives={"app": Life(ready=False)}, created=days(4))
    rollout = deployment(world, made, [state] * 3, revision=7, completed=True)
    app_service(world, made)
    _without_service(world, backend)
    for pod in rollout.pods:
        seen = Seen(last=seconds(4), first=began - seconds(12), count=int(began.total_seconds() // 10))
        pod_event(world, pod, "Unhealthy", READINESS, seen, warning=True, container="app")
    report(
        world,
        "readiness-503",
        "ReadinessFailure",
        "logistics",
        f"deployment/{name}",
        f"The readiness probe answers 503 because {backend} cannot be resolved.",
        evidence=(READINESS, error),
        backend=backend,
    )
    good = app("tracking", "logistics", f"{REGISTRY}/log/tracking:v2.9.1", team="logistics", age=days(18))
    rollout = deployment(world, good)
    app_service(world, good)
    seen = Seen(last=minutes(34), first=minutes(35), count=2)
    pod_event(world, rollout.pods[0], "Unhealthy", READINESS, seen, warning=True, container="app")
    resembles(
        world, "readiness-503", "logistics", "deployment/tracking", "failed its readiness probe twice, half an hour ago"
    )


def _without_service(world: World, backend: str) -> None:
    """What nobody finds any more, although it runs well."""
    name, _, port = backend.partition(":")
    made = app(name, "logistics", BACKENDS[backend], replicas=1, port=int(port), team="logistics", age=days(210))
    probe = {"tcpSocket": {"port": int(port)}, "periodSeconds": 10, "failureThreshold": 3}
    script = Script(opening=(f"{{ts}} INFO ready to accept connections on port {port}",))
    deployment(world, adapted(made, readiness=probe, script=script))


def liveness_kills(world: World) -> None:
    name = world.pick(("catalog-admin", "tax-service", "cms"), "live")
    takes = world.number(35, 60, "live", "takes")
    began = hours(world.number(2, 5, "live", "began"))
    restarts = restarts_since(began, LIVED)
    opening = ("{ts} INFO Starting Application using Java 21", "{ts} INFO Bootstrapping 214 repositories")
    steady = (f"{{ts}} INFO startup: building index, about {takes}s in all",)
    made = app(name, "shop", f"{REGISTRY}/shop/{name}:v8.0.0", replicas=2, team="shop", age=days(55))
    liveness = http_probe("/livez", 8080, delay=5, period=5, failures=3)
    script = Script(opening=opening, steady=steady, period=6)
    world.population.images.behaves(f"{REGISTRY}/shop/{name}", Program(startup=takes, trouble=script))
    made = replace(made, containers=(replace(made.containers[0], liveness=liveness, script=script),))
    # Most of the time such a container waits out its back-off; one of the two is just up again.
    lives = (
        restarted(restarts, reason="Error", exit_code=143, lived=LIVED, ended=seconds(9), ready=False),
        backing_off(restarts - 1, reason="Error", exit_code=143, lived=LIVED, ended=seconds(77)),
    )
    states = [PodState(lives={"app": life}, created=days(2)) for life in lives]
    rollout = deployment(world, made, states, revision=9, completed=True)
    app_service(world, made)
    for pod in rollout.pods:
        address = pod["status"]["podIP"]
        refused = f"dial tcp {address}:8080: connect: connection refused"
        late = f'Liveness probe failed: Get "http://{address}:8080/livez": {refused}'
        seen = Seen(last=seconds(14), first=began - seconds(8), count=restarts * 3)
        pod_event(world, pod, "Unhealthy", late, seen, warning=True, container="app")
        killed = "Container app failed liveness probe, will be restarted"
        pod_event(world, pod, "Killing", killed, replace(seen, count=restarts), container="app")
        started_again_events(world, pod, began, restarts)
    report(
        world,
        "liveness-kills",
        "LivenessKills",
        "shop",
        f"deployment/{name}",
        f"The liveness probe gives up after about 20s, but the application needs about {takes}s to start.",
        evidence=("failed liveness probe, will be restarted", f"about {takes}s"),
        startup_seconds=takes,
        restarts=restarts,
    )
    _patient_probe(world, script)


def _patient_probe(world: World, script: Script) -> None:
    patient = app("order-archive", "shop", f"{REGISTRY}/shop/order-archive:v3.1.0", team="shop", age=days(27))
    probe = http_probe("/livez", 8080, delay=120, period=10, failures=6)
    deployment(world, replace(patient, containers=(replace(patient.containers[0], liveness=probe, script=script),)))
    app_service(world, patient)
    resembles(world, "liveness-kills", "shop", "deployment/order-archive", "starts as slowly, but its probe waits")
