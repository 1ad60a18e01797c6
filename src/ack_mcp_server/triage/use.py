"""What troubled containers use, against their limits: now by the metrics server, at most by Prometheus."""

from collections.abc import Iterator, Mapping

from ack_mcp_server.kube.native.quantities import BILLION, billionths
from ack_mcp_server.kube.objects import Object, name_of, namespace_of, part, text
from ack_mcp_server.triage.peaks import Peaks
from ack_mcp_server.triage.workloads import Case

Usage = Mapping[tuple[str, str, str], Object]
_MOST = 2


def use(case: Case, usage: Usage, peaks: Peaks) -> tuple[str, ...]:
    """A line a container, of the pod that uses most of its memory."""
    shown: dict[str, tuple[float, str]] = {}
    for trouble in case.of("crash", "unready", "evicted"):
        key = (namespace_of(trouble.pod), name_of(trouble.pod), trouble.container)
        if key in usage:
            share, line = _line(trouble.container, usage[key], part(trouble.spec, "resources"))
            line += _at_most(peaks.get(key))
            shown[trouble.container] = max(shown.get(trouble.container, (0.0, "")), (share, line))
    return tuple(line for _, line in list(shown.values())[:_MOST])


def _at_most(peak: float | None) -> str:
    return f"; memory at most {peak / 2**20:.0f}Mi in the last hour" if peak and peak > 0 else ""


def _line(container: str, used: Object, resources: Object) -> tuple[float, str]:
    parts = list(_parts(used, resources))
    return max((share for share, _ in parts), default=0.0), f"{container}: {', '.join(told for _, told in parts)}"


def _parts(used: Object, resources: Object) -> Iterator[tuple[float, str]]:
    for resource in ("memory", "cpu"):
        amount = _read(text(used, resource))
        limit = text(part(resources, "limits"), resource)
        bound = _read(limit)
        share = amount / bound if bound else 0.0
        against = f" of limit {limit} ({share:.0%})" if bound else " (no limit)"
        yield (share if resource == "memory" else 0.0), f"{resource} {_shown(amount, resource)}{against}"


def _read(amount: str) -> int:
    try:
        return billionths(amount) if amount else 0
    except ValueError:
        return 0


def _shown(amount: int, resource: str) -> str:
    if resource == "memory":
        return f"{amount / BILLION / 2**20:.0f}Mi"
    return f"{amount * 1000 // BILLION}m"
