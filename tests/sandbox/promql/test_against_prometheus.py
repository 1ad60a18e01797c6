"""The evaluator gives what a real Prometheus gives: values to 1e-9, errors word by word."""

import math
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import httpx
import pytest

from ack_sandbox.promql.model import QueryError, Result
from ack_sandbox.promql.queries import evaluate_instant, evaluate_range
from tests.conftest import needs
from tests.sandbox.promql.expressions import ALL, ORDERED, REFUSED, lines
from tests.sandbox.promql.made import START, Made, made_series
from tests.sandbox.promql.real import asked, prometheus

pytestmark = [pytest.mark.slow, needs("prometheus"), needs("promtool")]

INSTANTS = (START + 3000, START + 4507.25, START + 7100)
RANGES = ((START + 1000, START + 7300, 37), (START - 300, START + 5000, 411.5))


@pytest.fixture(scope="module")
def made() -> Made:
    return made_series()


@pytest.fixture(scope="module")
def server(made: Made, tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    with prometheus(tmp_path_factory.mktemp("prometheus"), made.exposition()) as client:
        yield client


@pytest.mark.parametrize("query", ALL)
def test_a_query_is_answered_as_by_prometheus(query: str, made: Made, server: httpx.Client) -> None:
    for at in INSTANTS:
        real = asked(server, "query", query=query, time=f"{at}")
        _same(query, real, partial(evaluate_instant, made, query, at))
    for start, end, step in RANGES:
        real = asked(server, "query_range", query=query, start=f"{start}", end=f"{end}", step=f"{step}")
        _same(query, real, partial(evaluate_range, made, query, start, end, step))


@pytest.mark.parametrize("query", lines(REFUSED))
def test_what_prometheus_cannot_parse_is_refused_too(query: str, made: Made, server: httpx.Client) -> None:
    real = asked(server, "query", query=query)
    with pytest.raises(QueryError) as refused:
        evaluate_instant(made, query, START)
    assert refused.value.kind == real["errorType"]
    assert refused.value.message.startswith('invalid parameter "query": parse error: ')
    assert real["error"].startswith('invalid parameter "query": ')


@pytest.mark.parametrize(
    ("start", "end", "step"), [(START, START - 1, 1), (START, START + 1, 0), (START, START + 11001, 1)]
)
def test_a_range_is_refused_in_the_words_of_prometheus(
    start: float, end: float, step: float, made: Made, server: httpx.Client
) -> None:
    real = asked(server, "query_range", query="flat", start=f"{start}", end=f"{end}", step=f"{step}")
    with pytest.raises(QueryError) as refused:
        evaluate_range(made, "flat", start, end, step)
    assert (real["errorType"], real["error"]) == (refused.value.kind, refused.value.message)


def _same(query: str, real: dict[str, Any], evaluate: Callable[[], Result]) -> None:
    try:
        ours = evaluate()
    except QueryError as refused:
        assert (real.get("errorType"), real.get("error")) == (refused.kind, refused.message)
        return
    assert real["status"] == "success", real
    assert ours.value_type == real["data"]["resultType"]
    if ours.value_type in ("scalar", "string"):
        assert _close(ours.data, real["data"]["result"])
        return
    _same_series(ours.data, real["data"]["result"], ordered=query.startswith(ORDERED) and ours.value_type == "vector")


def _same_series(ours: list[Any], theirs: list[Any], *, ordered: bool) -> None:
    if not ordered:
        ours, theirs = (sorted(each, key=lambda series: sorted(series["metric"].items())) for each in (ours, theirs))
    assert [series["metric"] for series in ours] == [series["metric"] for series in theirs]
    for mine, its in zip(ours, theirs, strict=True):
        for one, other in zip(_points(mine), _points(its), strict=True):
            assert _close(one, other), (mine["metric"], one, other)


def _points(series: dict[str, Any]) -> list[Any]:
    return list(series["values"]) if "values" in series else [series["value"]]


def _close(one: list[Any], other: list[Any]) -> bool:
    """The same time, and the same value but for rounding, written the same way."""
    if one[0] != other[0] or ("e" in one[1]) != ("e" in other[1]):
        return False
    if one[1] == other[1]:
        return True
    return math.isclose(float(one[1]), float(other[1]), rel_tol=1e-9)
