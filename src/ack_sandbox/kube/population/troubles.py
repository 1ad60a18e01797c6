"""The lives of containers in trouble, and of those that had trouble once and recovered."""

from datetime import timedelta

from ack_sandbox.kube.objects import Object
from ack_sandbox.kube.population.events import Seen, pod_event
from ack_sandbox.kube.population.incident import Incident, LookAlike
from ack_sandbox.kube.population.shapes import Ended, Life, PodState, seconds
from ack_sandbox.kube.population.world import World

BACK_OFF = timedelta(minutes=5)


def report(
    world: World,
    identity: str,
    kind: str,
    namespace: str,
    workload: str,
    cause: str,
    *,
    evidence: tuple[str, ...] = (),
    **facts: object,
) -> None:
    texts = {name: str(value) for name, value in facts.items()}
    world.population.incidents.append(
        Incident(
            id=identity, kind=kind, namespace=namespace, workload=workload, cause=cause, evidence=evidence, facts=texts
        )
    )


def resembles(world: World, incident: str, namespace: str, workload: str, trait: str) -> None:
    world.population.look_alikes.append(
        LookAlike(incident=incident, namespace=namespace, workload=workload, trait=trait)
    )


def backing_off(
    restarts: int,
    *,
    container: str = "app",
    reason: str = "Error",
    exit_code: int = 1,
    lived: timedelta = seconds(3),  # noqa: B008 - a constant
    ended: timedelta = seconds(140),  # noqa: B008
    message: str = "",
) -> Life:
    """Waiting to be started again after many failures."""
    return Life(
        state="waiting",
        reason="CrashLoopBackOff",
        message=f"back-off 5m0s restarting failed container={container} pod={{pod}}_{{namespace}}({{uid}})",
        ready=False,
        restarts=restarts,
        last=Ended(reason=reason, exit_code=exit_code, started=ended + lived, finished=ended, message=message),
    )


def restarted(
    restarts: int, *, reason: str, exit_code: int, lived: timedelta, ended: timedelta, ready: bool = True
) -> Life:
    """Running again after `restarts` ends like the last one."""
    last = Ended(reason=reason, exit_code=exit_code, started=ended + lived, finished=ended)
    return Life(restarts=restarts, started=ended - seconds(1), last=last, ready=ready)


def restarts_since(began: timedelta, lived: timedelta) -> int:
    """How often a container has started again: five quick times, then once in each full back-off."""
    return 5 + int(began / (BACK_OFF + lived))


def waiting(reason: str, message: str = "", *, pulled: bool = True) -> Life:
    return Life(state="waiting", reason=reason, message=message, ready=False, pulled=pulled)


def pending(life: Life, created: timedelta, container: str = "app") -> PodState:
    return PodState(phase="Pending", lives={container: life}, created=created)


def back_off_event(world: World, pod: Object, since: timedelta, count: int, container: str = "app") -> None:
    text = f"Back-off restarting failed container {container} in pod {{pod}}_{{namespace}}({{uid}})"
    seen = Seen(last=seconds(world.number(8, 55, "backoff", pod["metadata"]["name"])), first=since, count=count)
    pod_event(world, pod, "BackOff", text, seen, warning=True, container=container)


def started_again_events(world: World, pod: Object, since: timedelta, count: int, container: str = "app") -> None:
    image = next(each["image"] for each in pod["spec"]["containers"] if each["name"] == container)
    last = seconds(world.number(60, 280, "started", pod["metadata"]["name"]))
    seen = Seen(last=last, first=since, count=count)
    present = f'Container image "{image}" already present on machine'
    pod_event(world, pod, "Pulled", present, seen, container=container)
    pod_event(world, pod, "Created", f"Created container: {container}", seen, container=container)
    pod_event(world, pod, "Started", f"Started container {container}", seen, container=container)
