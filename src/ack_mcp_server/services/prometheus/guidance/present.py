"""What a cluster's Prometheus has of the metrics that a question may mean."""

import asyncio
import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from ack_mcp_server.services.prometheus import bounds
from ack_mcp_server.services.prometheus.endpoint import Endpoint
from ack_mcp_server.services.prometheus.labels import NAME
from ack_mcp_server.services.prometheus.metrics import Metrics
from ack_mcp_server.services.prometheus.quoting import literally, matcher
from ack_mcp_server.services.prometheus.values import Result, Sample, Vector

_LOOKED_BACK = timedelta(hours=1)
_EXAMPLES = 3  # series of each metric whose labels are looked at


@dataclass(frozen=True)
class Found:
    """Of one metric: its labels, as a few of its series have them, and how many series there are."""

    labels: tuple[str, ...] = ()
    series: int = 0


def matcher_of(metrics: Metrics) -> str:
    """That every selector needs on a server that reaches some namespaces only; else empty."""
    namespaces = metrics.settings.namespaces
    return bounds.only(namespaces) if namespaces else ""


async def present_names(metrics: Metrics, endpoint: Endpoint, now: datetime, deadline: float) -> frozenset[str]:
    """Names of series within the last hour. Raises AckError."""
    return frozenset(await metrics.names(endpoint, now - _LOOKED_BACK, now, matcher_of(metrics), deadline))


async def looked_at(metrics: Metrics, endpoint: Endpoint, names: Sequence[str], deadline: float) -> dict[str, Found]:
    """By name; those without a sample now are missing. Raises AckError."""
    if not names:
        return {}
    within = (matcher_of(metrics),) if matcher_of(metrics) else ()
    matchers = (matcher(NAME, "=~", "|".join(map(literally, names))), *within)
    selector = f"{{{', '.join(matchers)}}}"
    examples, counts = await asyncio.gather(
        metrics.ask(endpoint, f"topk by ({NAME}) ({_EXAMPLES}, {selector})", deadline=deadline),
        metrics.ask(endpoint, f"count by ({NAME}) ({selector})", deadline=deadline),
    )
    finite = (sample for sample in _samples(counts) if math.isfinite(sample.value))
    numbers = {sample.labels.get(NAME, ""): int(sample.value) for sample in finite}
    return {name: Found(_labels(examples, name), number) for name, number in numbers.items()}


def _labels(examples: Result, name: str) -> tuple[str, ...]:
    found = (sample.labels for sample in _samples(examples) if sample.labels.get(NAME) == name)
    return tuple(sorted({label for labels in found for label in labels} - {NAME}))


def _samples(result: Result) -> tuple[Sample, ...]:
    return result.samples if isinstance(result, Vector) else ()
