"""What the pods of a workload use at this moment, by the metrics API, and how often they were restarted."""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from ack_mcp_server.cost.quantities import MEASURES
from ack_mcp_server.cost.reading import Reading, selector_text
from ack_mcp_server.cost.workload import Workload
from ack_mcp_server.errors import UnexpectedAnswer
from ack_mcp_server.kube.objects import Object, dig, items, name_of, number, part, text

KIND = "pods.metrics.k8s.io"
SOURCE = "usage now"


async def usage_now(reading: Reading, workload: Workload) -> Mapping[tuple[str, str], Fraction]:
    """The mean of the pods that live, in units by container and measure; empty where it is not known, which is told."""
    alive = {name_of(pod) for pod in workload.alive}
    selector = selector_text(part(workload.object, "spec", "selector"))
    listed = await reading.optional(KIND, SOURCE, selector)
    if listed is None:
        return {}
    found = [pod for pod in listed if name_of(pod) in alive]
    if alive and not found:
        reading.missing[SOURCE] = "the metrics API has none of its pods"
    try:
        return _means(found)
    except UnexpectedAnswer as exc:
        reading.missing[SOURCE] = f"{exc.code}: {exc.message}"
        return {}


def _means(pods: list[Object]) -> dict[tuple[str, str], Fraction]:
    values: dict[tuple[str, str], list[Fraction]] = {}
    for each in (each for pod in pods for each in items(pod, "containers")):
        for measure in MEASURES:
            used = measure.parsed(dig(each, "usage", measure.name))
            if used is not None:
                values.setdefault((text(each, "name"), measure.name), []).append(used)
    return {key: sum(found, Fraction(0)) / len(found) for key, found in values.items()}


@dataclass(frozen=True)
class Restarts:
    """Of one container: of the pods that are there, and which of them ended for lack of memory."""

    count: int
    killed: frozenset[str]


def restarts(workload: Workload, container: str) -> Restarts:
    count, killed = 0, set()
    for pod in workload.pods:
        for status in (*items(pod, "status", "containerStatuses"), *items(pod, "status", "initContainerStatuses")):
            if text(status, "name") != container:
                continue
            count += number(status, "restartCount")
            ends = (text(status, side, "terminated", "reason") for side in ("state", "lastState"))
            if "OOMKilled" in ends:
                killed.add(name_of(pod))
    return Restarts(count, frozenset(killed))
