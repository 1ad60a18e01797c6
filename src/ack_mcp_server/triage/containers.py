"""Which containers of a pod run together, and how long they may take to serve."""

from datetime import datetime, timedelta

from ack_mcp_server.kube.objects import Object, items, number, part, text, time_of

STARTING = timedelta(seconds=60)  # in which nothing is held against a pod
_LONGEST_START_S = 1800  # that probes are believed in


def runs_on(container: Object) -> bool:
    """An init container that is a sidecar: it starts before the others, and runs beside them."""
    return text(container, "restartPolicy") == "Always"


def serving(pod: Object) -> list[Object]:
    """Its containers that run together."""
    return items(pod, "spec", "containers") + [each for each in items(pod, "spec", "initContainers") if runs_on(each)]


def allowed(container: Object, *, begun: bool) -> timedelta:
    """What its probes wait before they say that it does not serve; without a startup probe one has `begun` at once."""
    startup, readiness = part(container, "startupProbe"), part(container, "readinessProbe")
    seconds = number(readiness, "initialDelaySeconds")
    if startup and not begun:
        tries = (number(startup, "failureThreshold") or 3) * (number(startup, "periodSeconds") or 10)
        seconds += number(startup, "initialDelaySeconds") + tries
    return timedelta(seconds=min(max(seconds, 0), _LONGEST_START_S))


def is_starting(pod: Object, now: datetime) -> bool:
    """Whether it is too early to expect it to serve."""
    created = time_of(pod, "metadata", "creationTimestamp")
    delays = [allowed(each, begun=False) for each in serving(pod)]
    return bool(created and now - created < STARTING + max(delays, default=timedelta()))
