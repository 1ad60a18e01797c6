"""Which containers of a pod run together, and how long they may take to serve."""

from datetime import timedelta

from ack_mcp_server.kube.objects import NOTHING, Object, items, number, part, text

STARTING = timedelta(seconds=60)  # in which nothing is held against a pod
LONGEST_START_S = 7200  # that probes are believed in; large models take the better part of an hour


def runs_on(container: Object) -> bool:
    """An init container that is a sidecar: it starts before the others, and runs beside them."""
    return text(container, "restartPolicy") == "Always"


def spec_of(pod: Object, name: str) -> Object:
    """Of the container of this name, of either kind."""
    both = items(pod, "spec", "containers") + items(pod, "spec", "initContainers")
    return next((each for each in both if text(each, "name") == name), NOTHING)


def status_of(pod: Object, name: str) -> Object:
    both = items(pod, "status", "containerStatuses") + items(pod, "status", "initContainerStatuses")
    return next((each for each in both if text(each, "name") == name), NOTHING)


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
    return timedelta(seconds=min(max(seconds, 0), LONGEST_START_S))
