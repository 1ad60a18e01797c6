"""Whether a workload crashes so often that its use is no measure of what it needs."""

from collections.abc import Collection
from datetime import UTC, datetime

from ack_mcp_server.cost.history import Past
from ack_mcp_server.cost.usage import restarts
from ack_mcp_server.cost.workload import Workload
from ack_mcp_server.kube.objects import Object, is_true, items, number, text, time_of

_ORDINARY = 5  # restarts of a pod in a week
_WEEK_S = 7 * 86_400


def crashes(workload: Workload, past: Past) -> str:
    """What is said of all its containers, those that begin it too; empty where restarts are ordinary."""
    return _told(workload, past, frozenset())


def crashes_of_size(workload: Workload, past: Past) -> str:
    """Without containers that ran out of memory: a larger size is what repairs those."""
    killed = {name for name in workload.container_names() if restarts(workload, name).killed}
    return _told(workload, past, killed | {name for _, name in past.killed})


def _told(workload: Workload, past: Past, but: Collection[str]) -> str:
    pods = workload.alive
    count = sum(_restarts(pod, but) for pod in pods)
    is_down = not any(is_true(pod, "Ready") for pod in pods)
    if not count or not (is_down or count > _ORDINARY * sum(_weeks(pod, past) for pod in pods)):
        return ""
    times = "once" if count == 1 else f"{count:,} times"
    return f"its containers restarted {times}{', and none of its pods is ready' * is_down}"


def _restarts(pod: Object, but: Collection[str]) -> int:
    statuses = (*items(pod, "status", "containerStatuses"), *items(pod, "status", "initContainerStatuses"))
    return sum(number(each, "restartCount") for each in statuses if text(each, "name") not in but)


def _weeks(pod: Object, past: Past) -> float:
    """Of its life, until the end of the history; one at least."""
    born = time_of(pod, "metadata", "creationTimestamp")
    ends = [each.times[-1] for series in past.used.values() for each in series]
    if born is None or not ends:
        return 1.0
    return max((datetime.fromtimestamp(max(ends), UTC) - born).total_seconds() / _WEEK_S, 1.0)
