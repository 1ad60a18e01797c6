"""Work that does not get done: a rollout never available, a job that gave up, pods evicted for their disk use."""

from dataclasses import replace

from ack_sandbox.kube.logs import Script
from ack_sandbox.kube.population.events import Seen, event, pod_event
from ack_sandbox.kube.population.jobs import Outcome, job
from ack_sandbox.kube.population.services import app_service
from ack_sandbox.kube.population.shapes import Life, PodState, app, days, hours, minutes, seconds
from ack_sandbox.kube.population.troubles import report, resembles
from ack_sandbox.kube.population.workloads import deployment
from ack_sandbox.kube.population.world import World
from ack_sandbox.kube.programs import Program
from ack_sandbox.kube.usage import MIB

REGISTRY = "registry.example.com"


def stuck_rollout(world: World) -> None:
    name = world.pick(("shipping", "delivery-slots", "parcel-api"), "rollout")
    patch = world.number(2, 9, "rollout", "patch")
    began = minutes(world.number(25, 190, "rollout", "began"))
    line = "{ts} WARN waiting for schema version 58, database has 57; not serving"
    script = Script(opening=(f"{{ts}} INFO {name} v4.{patch}.0",), steady=(line,), period=10)
    made = app(name, "logistics", f"{REGISTRY}/log/{name}:v4.{patch}.0", replicas=4, team="logistics", age=days(120))
    world.population.images.behaves(
        made.containers[0].image, Program(tag=f"v4.{patch}.0", serves=False, trouble=script)
    )
    calm = replace(made, replicas=3, containers=(replace(made.containers[0], image=f"{REGISTRY}/log/{name}:v4.1.3"),))
    made = replace(made, containers=(replace(made.containers[0], script=script),))
    state = PodState(lives={"app": Life(ready=False)}, created=began)
    rollout = deployment(world, made, [state, state], revision=15, old=calm)
    app_service(world, made)
    digits = rollout.replica_set["metadata"]["name"]
    scaled = f"Scaled up replica set {digits} from 1 to 2"
    event(world, rollout.deployment, "ScalingReplicaSet", scaled, Seen(last=began), component="deployment-controller")
    refused = "Readiness probe failed: HTTP probe failed with statuscode: 500"
    for pod in rollout.pods:
        seen = Seen(last=seconds(7), first=began, count=int(began.total_seconds() // 10))
        pod_event(world, pod, "Unhealthy", refused, seen, warning=True, container="app")
    report(
        world,
        "stuck-rollout",
        "ProgressDeadlineExceeded",
        "logistics",
        f"deployment/{name}",
        f"Version v4.{patch}.0 waits for database schema 58, which was not migrated; the old pods still serve.",
        evidence=("ProgressDeadlineExceeded", "waiting for schema version 58"),
        version=f"v4.{patch}.0",
    )
    good = app("notifications", "logistics", f"{REGISTRY}/log/notifications:v7.0.0", team="logistics", age=days(60))
    fresh = deployment(world, good, [PodState(created=minutes(14)), PodState(created=minutes(13))], revision=21)
    app_service(world, good)
    text = f"Scaled up replica set {fresh.replica_set['metadata']['name']} from 1 to 2"
    event(world, fresh.deployment, "ScalingReplicaSet", text, Seen(last=minutes(13)), component="deployment-controller")
    resembles(world, "stuck-rollout", "logistics", "deployment/notifications", "rolled out minutes ago, and completed")


def failed_job(world: World) -> None:
    name = world.pick(("nightly-reconcile", "month-end-close", "warehouse-export"), "job")
    error = world.pick(
        (
            "ERROR could not write report: No space left on device",
            "ERROR ledger is locked by another run since 02:00",
            "ERROR upstream returned 413 Request Entity Too Large",
        ),
        "job",
        "error",
    )
    began = hours(world.number(2, 9, "job", "began"))
    script = Script(opening=(f"{{ts}} INFO {name} starting", "{ts} INFO 18231 rows read"), closing=(f"{{ts}} {error}",))
    made = app(name, "data", f"{REGISTRY}/data/{name}:v1.3.0", replicas=1, team="data", age=began, service_port=None)
    made = replace(made, containers=(replace(made.containers[0], readiness=None, ports=(), script=script),))
    waits = (0, 12, 34, 76, 158)
    outcomes = [Outcome(began=began - seconds(each * 2), ran=seconds(9), exit_code=1) for each in waits]
    failed, _ = job(world, made, outcomes, backoff_limit=4)
    text = "Job has reached the specified backoff limit"
    seen = Seen(last=began - seconds(330))
    event(world, failed, "BackoffLimitExceeded", text, seen, component="job-controller", warning=True)
    report(
        world,
        "failed-job",
        "BackoffLimitExceeded",
        "data",
        f"job/{name}",
        f"All five attempts of the job ended with: {error}",
        evidence=("BackoffLimitExceeded", error),
    )
    again = app("price-import", "data", f"{REGISTRY}/data/price-import:v2.2.0", team="data", service_port=None)
    again = replace(again, containers=(replace(again.containers[0], readiness=None, ports=()),))
    start = hours(7)
    job(
        world,
        again,
        [Outcome(began=start, ran=seconds(8), exit_code=1), Outcome(began=start - seconds(20), ran=seconds(95))],
    )
    resembles(world, "failed-job", "data", "job/price-import", "its first attempt failed, the second succeeded")


def evicted(world: World) -> None:
    name = world.pick(("report-generator", "video-transcoder", "backup-uploader"), "evicted")
    used = world.number(7, 19, "evicted", "used")
    made = app(name, "batch", f"{REGISTRY}/batch/{name}:v1.5.2", replicas=2, team="media", age=days(22))
    world.population.images.behaves(made.containers[0].image, Program(disk=used * 1024 * MIB))
    began = hours(world.number(6, 20, "evicted", "began"))
    why = (
        "The node was low on resource: ephemeral-storage. Threshold quantity: 12664762533, available: 11028736Ki. "
        f"Container app was using {used * 1024 * 1024}Ki, request is 0, has larger consumption of ephemeral-storage. "
    )
    gone = [
        PodState(phase="Failed", reason="Evicted", message=why, created=began - minutes(97 * index))
        for index in range(4)
    ]
    running = [PodState(created=minutes(33)), PodState(created=minutes(21))]
    rollout = deployment(world, made, [*gone, *running])
    app_service(world, made)
    for pod in rollout.pods[:4]:
        pod_event(world, pod, "Evicted", why, Seen(last=minutes(35)), warning=True)
    report(
        world,
        "evicted",
        "Evicted",
        "batch",
        f"deployment/{name}",
        f"Its pods write about {used}Gi to the node's disk without requesting it, and are evicted again and again.",
        evidence=("Evicted", "low on resource: ephemeral-storage"),
        used=f"{used}Gi",
    )
    done = app("sitemap-builder", "batch", f"{REGISTRY}/batch/sitemap-builder:v1.0.0", team="media", service_port=None)
    done = replace(done, containers=(replace(done.containers[0], readiness=None, ports=()),))
    job(world, done, [Outcome(began=hours(5), ran=seconds(210))])
    resembles(world, "evicted", "batch", "job/sitemap-builder", "its pod no longer runs, because it completed")
