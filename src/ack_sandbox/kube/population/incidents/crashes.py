"""Containers that end again and again: out of memory, an error, a failing init container, a panicking sidecar."""

from dataclasses import replace

from ack_sandbox.kube.logs import Script
from ack_sandbox.kube.population.events import Seen, event
from ack_sandbox.kube.population.services import app_service
from ack_sandbox.kube.population.shapes import (
    Container,
    Ended,
    Life,
    PodState,
    adapted,
    app,
    days,
    hours,
    minutes,
    seconds,
)
from ack_sandbox.kube.population.troubles import (
    back_off_event,
    backing_off,
    report,
    resembles,
    restarted,
    restarts_since,
    started_again_events,
    waiting,
)
from ack_sandbox.kube.population.workloads import deployment
from ack_sandbox.kube.population.world import World
from ack_sandbox.kube.programs import Program
from ack_sandbox.kube.usage import MIB, Usage

IMAGES = "registry.example.com"
# How long the cache takes to outgrow the limit.
WARM_UP = seconds(95)
PASSWORDS = ("DB_PASSWORD", "PGPASSWORD", "DATABASE_PASSWORD", "POSTGRES_PASSWORD", "password")


def oom_killed(world: World) -> None:
    name = world.pick(("recommendation", "ranking", "price-engine"), "oom")
    limit = world.pick((256, 384, 512), "oom", "limit")
    began = hours(world.number(2, 7, "oom", "began"))
    restarts = restarts_since(began, WARM_UP)
    lines = [f"{{ts}} INFO cache warm-up entries={step * 41_000} heap={limit * step // 10}MiB" for step in range(3, 10)]
    script = Script(
        opening=("{ts} INFO starting", "{ts} INFO loading model v12", *lines), steady=(lines[-1],), period=4
    )
    usage = Usage(cpu=180, memory=int(limit * MIB * 0.96), swing=0.02)
    made = app(name, "shop", f"{IMAGES}/shop/{name}:v4.7.1", replicas=3, team="search", age=days(40))
    made = adapted(made, memory=f"{limit // 2}Mi", memory_limit=f"{limit}Mi", script=script, usage=usage)
    # Whatever the version, the grown cache takes a quarter more than the limit.
    needs = limit * MIB * 5 // 4
    lived, grown = WARM_UP.total_seconds(), Usage(cpu=180, memory=int(needs * 0.97), swing=0.02)
    world.population.images.behaves(
        f"{IMAGES}/shop/{name}", Program(memory=needs, lives=lived, trouble=script, usage=grown)
    )
    # The rollout went well; the memory only ran out when the cache had grown.
    born = days(3)
    lives = (
        backing_off(restarts, reason="OOMKilled", exit_code=137, lived=WARM_UP, ended=seconds(120)),
        restarted(restarts - 2, reason="OOMKilled", exit_code=137, lived=WARM_UP, ended=seconds(64)),
        restarted(restarts - 1, reason="OOMKilled", exit_code=137, lived=WARM_UP, ended=seconds(31)),
    )
    states = [PodState(lives={"app": life}, created=born) for life in lives]
    rollout = deployment(world, made, states, revision=4, completed=True)
    app_service(world, made)
    for pod in rollout.pods:
        back_off_event(world, pod, began - minutes(6), restarts * 4)
        started_again_events(world, pod, began - minutes(1), restarts)
        node = world.node(pod["spec"]["nodeName"])
        process = world.number(9000, 60000, pod["metadata"]["name"])
        text = f"Memory cgroup out of memory: Killed process {process} (python3)"
        about = {"kind": "Node", "apiVersion": "v1", "metadata": {"name": node.name, "uid": node.name}}
        event(world, about, "OOMKilling", text, Seen(last=seconds(125)), component="kernel-monitor", warning=True)
    report(
        world,
        "oom-killed",
        "OOMKilled",
        "shop",
        f"deployment/{name}",
        f"The container needs more memory than its limit of {limit}Mi and is killed by the kernel after warm-up.",
        evidence=("OOMKilled", "137", f"{limit}Mi"),
        limit=f"{limit}Mi",
        restarts=restarts,
    )
    _steady_memory(world)


def _steady_memory(world: World) -> None:
    name = world.pick(("session-cache", "feature-store", "geo-index"), "oom", "alike")
    made = app(name, "shop", f"{IMAGES}/shop/{name}:v2.3.0", team="search", age=days(63))
    made = adapted(made, memory="448Mi", memory_limit="512Mi", usage=Usage(cpu=60, memory=448 * MIB, swing=0.04))
    deployment(world, made, revision=2)
    app_service(world, made)
    resembles(world, "oom-killed", "shop", f"deployment/{name}", "uses about 87 % of its memory limit, steadily")


# What a panicking version lacks is another version; the others lack a setting.
ERRORS = (
    ("payment-api", "FATAL config: required setting PAYMENT_GATEWAY_URL is empty", 1, ("PAYMENT_GATEWAY_URL",)),
    ("payment-api", "panic: runtime error: invalid memory address or nil pointer dereference", 2, ()),
    ("payment-api", 'FATAL db: pq: password authentication failed for user "payments"', 1, PASSWORDS),
)


def crash_loop(world: World) -> None:
    name, error, exit_code, settings = world.pick(ERRORS, "crash")
    began = hours(world.number(1, 5, "crash", "began"))
    restarts = restarts_since(began, seconds(3))
    opening = ("{ts} INFO payment-api v3.8.0 starting", "{ts} INFO reading configuration from /etc/payment")
    stack = ("goroutine 1 [running]:", "main.main()", "\t/src/cmd/payment-api/main.go:58 +0x1d2")
    closing = (f"{{ts}} {error}", *(stack if error.startswith("panic") else ()))
    made = app(name, "payments", f"{IMAGES}/pay/{name}:v3.8.0", replicas=3, team="payments", age=days(80))
    script = Script(opening=opening, closing=closing)
    made = adapted(made, script=script)
    ends = None if settings else exit_code
    program = Program(tag="v3.8.0", exit_code=ends, settings=settings, trouble=script)
    world.population.images.behaves(f"{IMAGES}/pay/{name}", program)
    lives = [backing_off(restarts - index, exit_code=exit_code, ended=seconds(40 + 55 * index)) for index in range(3)]
    states = [PodState(lives={"app": life}, created=days(8)) for life in lives]
    rollout = deployment(world, made, states, revision=6, completed=True)
    app_service(world, made)
    for pod in rollout.pods:
        back_off_event(world, pod, began - seconds(20), restarts * 5)
        started_again_events(world, pod, began - seconds(2), restarts)
    report(
        world,
        "crash-loop",
        "CrashLoopBackOff",
        "payments",
        f"deployment/{name}",
        f"The application exits at start: {error}",
        evidence=(error, "CrashLoopBackOff"),
        restarts=restarts,
        exit_code=exit_code,
    )
    _one_old_restart(world)


def _one_old_restart(world: World) -> None:
    made = app("refund-api", "payments", f"{IMAGES}/pay/refund-api:v2.1.4", team="payments", age=days(33))
    ended = days(world.number(6, 12, "crash", "alike"))
    life = restarted(1, reason="Error", exit_code=143, lived=days(9), ended=ended)
    deployment(world, made, [PodState(lives={"app": life}, created=ended + days(9) + minutes(1)), PodState()])
    app_service(world, made)
    resembles(world, "crash-loop", "payments", "deployment/refund-api", "one restart, more than five days ago")


def init_failure(world: World) -> None:
    name = world.pick(("etl-loader", "ledger-sync", "statement-export"), "init")
    table = world.pick(("invoices", "settlements", "accounts_2026"), "init", "table")
    began = hours(world.number(1, 4, "init", "began"))
    restarts = restarts_since(began, seconds(2))
    error = f'{{ts}} ERROR migration 0042_add_index failed: relation "{table}" does not exist'
    opening = ("{ts} INFO migrate: connecting to ledger-db:5432", "{ts} INFO migrate: 41 migrations already applied")
    migrate = Container(
        name="migrate",
        image=f"{IMAGES}/data/{name}-migrate:v1.9.2",
        script=Script(opening=opening, closing=(error, "{ts} FATAL giving up")),
    )
    world.population.images.behaves(migrate.image, Program(tag="v1.9.2", exit_code=1, lives=2, trouble=migrate.script))
    made = app(name, "data", f"{IMAGES}/data/{name}:v1.9.2", replicas=1, team="data", age=days(20))
    made = replace(made, init_containers=(migrate,))
    state = PodState(
        phase="Pending",
        init_lives={"migrate": backing_off(restarts, container="migrate", lived=seconds(2))},
        lives={"app": waiting("PodInitializing", pulled=False)},
        created=began,
    )
    rollout = deployment(world, made, [state], revision=3, completed=True)
    for pod in rollout.pods:
        back_off_event(world, pod, began - seconds(20), restarts * 4, "migrate")
    report(
        world,
        "init-failure",
        "InitContainerFailure",
        "data",
        f"deployment/{name}",
        f'The init container "migrate" fails: the relation "{table}" does not exist.',
        evidence=(f'relation "{table}" does not exist', "Init:CrashLoopBackOff"),
        restarts=restarts,
    )
    _init_retried_once(world)


def _init_retried_once(world: World) -> None:
    wait = Container(name="wait-for-db", image=f"{IMAGES}/base/wait:v1.2", script=Script(opening=("db is up",)))
    made = app("invoice-api", "data", f"{IMAGES}/data/invoice-api:v4.0.1", replicas=1, team="data", age=days(11))
    began = days(4)
    done = Ended(reason="Completed", exit_code=0, started=began - seconds(21), finished=began - seconds(24))
    failed = Ended(reason="Error", exit_code=1, started=began - seconds(3), finished=began - seconds(13))
    life = Life(state="terminated", ended=done, restarts=1, last=failed)
    made = replace(made, init_containers=(wait,))
    deployment(world, made, [PodState(init_lives={"wait-for-db": life}, created=began)])
    app_service(world, made)
    resembles(world, "init-failure", "data", "deployment/invoice-api", "its init container failed once, then succeeded")


def sidecar_panic(world: World) -> None:
    name = world.pick(("audit-writer", "click-collector", "webhook-relay"), "sidecar")
    began = hours(world.number(2, 6, "sidecar", "began"))
    restarts = restarts_since(began, seconds(3))
    panic = "panic: assignment to entry in nil map"
    stack = ("", "goroutine 17 [running]:", "main.(*shipper).flush(0x0)", "\t/src/shipper/flush.go:112 +0x44")
    shipper = Container(
        name="log-shipper",
        image=f"{IMAGES}/ops/log-shipper:v0.9.0",
        cpu="20m",
        memory="32Mi",
        script=Script(
            opening=("{ts} INFO log-shipper v0.9.0", "{ts} INFO tailing /var/log/app"), closing=(panic, *stack)
        ),
    )
    world.population.images.behaves(shipper.image, Program(tag="v0.9.0", exit_code=2, trouble=shipper.script))
    made = app(name, "logistics", f"{IMAGES}/log/{name}:v1.4.0", team="logistics", age=days(15))
    made = replace(made, containers=(*made.containers, shipper))
    lives = [
        backing_off(restarts - each, container="log-shipper", exit_code=2, ended=seconds(70 + each))
        for each in range(2)
    ]
    states = [PodState(lives={"log-shipper": life}, created=days(5)) for life in lives]
    rollout = deployment(world, made, states, revision=2, completed=True)
    app_service(world, made)
    for pod in rollout.pods:
        back_off_event(world, pod, began, restarts * 5, "log-shipper")
    report(
        world,
        "sidecar-panic",
        "SidecarPanic",
        "logistics",
        f"deployment/{name}",
        'The sidecar "log-shipper" v0.9.0 panics (assignment to entry in nil map); the main container is well.',
        evidence=(panic, "log-shipper"),
        restarts=restarts,
    )
    _noisy_sidecar(world)


def _noisy_sidecar(world: World) -> None:
    steady = ("{ts} ERROR upstream closed connection, retrying", "{ts} INFO shipped {n} lines in {ms}ms")
    shipper = Container(
        name="log-shipper",
        image=f"{IMAGES}/ops/log-shipper:v0.8.4",
        cpu="20m",
        memory="32Mi",
        script=Script(opening=("{ts} INFO log-shipper v0.8.4",), steady=steady, period=9),
    )
    made = app("label-printer", "logistics", f"{IMAGES}/log/label-printer:v3.0.2", team="logistics", age=days(25))
    deployment(world, replace(made, containers=(*made.containers, shipper)))
    app_service(world, made)
    resembles(
        world, "sidecar-panic", "logistics", "deployment/label-printer", "its sidecar logs errors that it retries"
    )
