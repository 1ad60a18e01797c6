"""Probes: when they first ask, how long they are patient, and what they say where nothing listens."""

from ack_sandbox.kube.objects import Object, dig

STARTING = 1.0
SAID = {"readinessProbe": "Readiness", "livenessProbe": "Liveness"}
SHUTDOWN_SECONDS = 2.0


def delay(container: Object, kind: str) -> float:
    """Seconds from a container's start to its first answer."""
    probe = container.get(kind)
    return max(float(probe.get("initialDelaySeconds") or 0), STARTING) if probe else 0.0


def patience(container: Object) -> float | None:
    """Seconds after which a container that never answers is killed; None where nothing would kill it."""
    probe = container.get("livenessProbe")
    if not probe:
        return None
    startup = container.get("startupProbe")
    grace = _span(startup) if startup else 0.0
    return grace + _span(probe) + SHUTDOWN_SECONDS


def _span(probe: Object) -> float:
    first = float(probe.get("initialDelaySeconds") or 0)
    return first + float(probe.get("periodSeconds") or 10) * int(probe.get("failureThreshold") or 3)


def refusal(pod: Object, container: Object, kind: str, *, listens: bool = True) -> str:
    """What the probe says when its port does not answer; empty when it does."""
    probe = container.get(kind) or {}
    how = next((name for name in ("httpGet", "tcpSocket", "grpc") if probe.get(name)), "")
    if not how:
        return ""
    port = _port(container, probe[how].get("port"))
    if listens and _listens(container, port):
        return ""
    address = f"{dig(pod, 'status', 'podIP', default='10.0.200.2')}:{port}"
    refused = f"dial tcp {address}: connect: connection refused"
    if how == "httpGet":
        scheme = str(probe[how].get("scheme") or "HTTP").lower()
        refused = f'Get "{scheme}://{address}{probe[how].get("path", "/")}": {refused}'
    return f"{SAID[kind]} probe failed: {refused}"


def _port(container: Object, wanted: object) -> int:
    if isinstance(wanted, int) or (isinstance(wanted, str) and wanted.isdigit()):
        return int(wanted)
    named = (each for each in container.get("ports") or [] if each.get("name") == wanted)
    return int(next(named, {"containerPort": 0})["containerPort"])


def _listens(container: Object, port: int) -> bool:
    """Whether the program listens there: on the ports that are declared, or else on any."""
    declared = {int(each["containerPort"]) for each in container.get("ports") or []}
    return port in declared if declared else port > 0
