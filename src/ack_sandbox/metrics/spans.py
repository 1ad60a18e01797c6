"""Spans of time in seconds, [start, end): sorted, and apart from each other."""

from collections.abc import Iterable

Span = tuple[float, float]
Spans = tuple[Span, ...]

FOREVER = float("inf")
ALWAYS: Spans = ((-FOREVER, FOREVER),)


def common(one: Iterable[Span], other: Spans) -> Spans:
    """The time that belongs to both."""
    parts = ((max(a, c), min(b, d)) for a, b in one for c, d in other)
    return tuple((start, end) for start, end in parts if start < end)


def rest(spans: Spans) -> Spans:
    """The time that belongs to none of them."""
    edges = [-FOREVER, *(edge for span in spans for edge in span), FOREVER]
    return tuple((edges[i], edges[i + 1]) for i in range(0, len(edges), 2) if edges[i] < edges[i + 1])


def without(spans: Spans, gone: Spans) -> Spans:
    return common(spans, rest(gone)) if gone else spans
