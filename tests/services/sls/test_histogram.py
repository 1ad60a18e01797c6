"""Counts by time, on one line."""

from ack_mcp_server.services.sls.histogram import Histogram
from ack_mcp_server.services.sls.wire import Bucket


def of(*counts: int, step: int = 60) -> Histogram:
    buckets = ({"from": place * step, "to": (place + 1) * step, "count": count} for place, count in enumerate(counts))
    return Histogram(tuple(Bucket.model_validate(bucket) for bucket in buckets))


def test_the_line_shows_where_rows_are() -> None:
    assert of(0, 1, 80, 40).line() == "rows by time, 1m a bar: ·▁█▄ (most, 80, from 1970-01-01T00:02:00Z)"


def test_few_rows_are_seen_beside_many() -> None:
    assert "▁█" in of(1, 1_000_000).line()


def test_many_buckets_become_few_bars_without_losing_rows() -> None:
    found = of(*range(1, 101))
    assert found.total == 5050
    assert "3m a bar" in found.line() and len(found.line()) < 120


def test_no_rows_have_no_line() -> None:
    assert of(0, 0).line() == "" and of().line() == "" and of(0).last() == ""


def test_the_newest_rows_are_named() -> None:
    assert of(5, 3, 0).last() == "1970-01-01T00:01:00Z"


def test_counts_that_are_not_complete_are_no_total() -> None:
    assert not Histogram((Bucket.model_validate({"from": 0, "to": 1, "count": 1, "progress": "Incomplete"}),)).whole
