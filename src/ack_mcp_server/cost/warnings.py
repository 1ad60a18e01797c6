"""What is wrong with what a container asks for, beside what it uses."""

from collections.abc import Iterator, Sequence

from ack_mcp_server.cost.quantities import CPU, MEMORY, Measure
from ack_mcp_server.cost.sizing import THROTTLED_MUCH, Advice, Seen
from ack_mcp_server.cost.spread import Spread
from ack_mcp_server.cost.workload import Asks

_FAR = 2  # times what is advised


def warnings(measure: Measure, asks: Asks, seen: Seen, advice: Advice) -> Iterator[str]:
    """Without the container's name."""
    yield from _unset(measure, asks)
    if seen.spread is not None:
        yield from _beside(measure, asks, seen.spread)
        yield from _far(measure, asks, advice)
    if measure is CPU and seen.throttled >= THROTTLED_MUCH:
        yield f"CPU is throttled in {seen.throttled:.0%} of its periods"
    if measure is MEMORY and seen.killed:
        yield f"{seen.killed} of its pods ran out of memory (OOMKilled)"


def guaranteed(sizes: Sequence[tuple[Asks, Advice]]) -> Iterator[str]:
    """Of all containers of a pod: whether what is advised would take their class of service away."""
    was = bool(sizes) and all(asks.request is not None and asks.request == asks.limit for asks, _ in sizes)
    stays = all(advice.request is None or advice.request == advice.limit for _, advice in sizes)
    if was and not stays:
        yield (
            "its pods are Guaranteed, because requests equal limits; with requests below limits they become Burstable "
            "and are evicted earlier: to stay so, set both to the advised limit"
        )


def _unset(measure: Measure, asks: Asks) -> Iterator[str]:
    if asks.request is None:
        yield f"no {measure.spoken} request: the scheduler counts nothing for it"
    if asks.limit is None:
        harm = "a leak takes the node's memory" if measure is MEMORY else "it may take all idle cores of its node"
        yield f"no {measure.spoken} limit: {harm}"
    if asks.inherited:
        yield f"{measure.spoken} sizes come from a LimitRange or a webhook, not from its template"


def _beside(measure: Measure, asks: Asks, spread: Spread) -> Iterator[str]:
    if asks.limit is not None and asks.limit < spread.p99:
        yield f"{measure.spoken} limit {measure.text(asks.limit)} is below p99 {measure.text(spread.p99)}"
    if asks.request is not None and asks.request < spread.p50:
        yield (
            f"{measure.spoken} request {measure.text(asks.request)} is below the median use "
            f"{measure.text(spread.p50)}: its node may be overcommitted"
        )


def _far(measure: Measure, asks: Asks, advice: Advice) -> Iterator[str]:
    if asks.request and advice.request and asks.request > _FAR * advice.request:
        times = float(asks.request / advice.request)
        yield f"{measure.spoken} request {measure.text(asks.request)} is {times:.1f} times what is advised"
