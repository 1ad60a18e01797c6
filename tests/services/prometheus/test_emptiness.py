"""What shows in a query that finds nothing."""

import pytest
from aiohttp import web

from ack_mcp_server.services.prometheus.emptiness import doubts
from tests.conftest import door_to
from tests.services.prometheus.scripted import Backend, vector


@pytest.mark.parametrize(
    ("query", "lost"),
    [
        ("histogram_quantile(0.99, sum by (verb) (rate(x_bucket[5m])))", True),
        ("histogram_quantile(0.99, sum(rate(x_bucket[5m])) by (verb)) > 1", True),
        ("histogram_quantile(0.99, sum(rate(x_bucket[5m])))", True),
        ("histogram_quantile(0.99, sum without (le) (rate(x_bucket[5m])))", True),
        ("histogram_quantile(0.99, sum by (le, verb) (rate(x_bucket[5m])))", False),
        ("histogram_quantile(0.99, sum without (pod) (rate(x_bucket[5m])))", False),
        ("histogram_quantile(0.99, topk(9, rate(x_bucket[5m])))", False),
        ("histogram_quantile(0.99, sum by (verb) (rate(x[5m])))", False),
        ("sum by (verb) (rate(x_bucket[5m]))", False),
    ],
)
def test_buckets_without_le_are_no_histogram(query: str, lost: bool) -> None:
    assert ["le is aggregated away" in each for each in doubts(query).lost] == [True] * lost


@pytest.mark.parametrize("name", ["x", "x_sum", "x_count"])
def test_a_quantile_of_what_are_no_buckets_points_to_them(name: str) -> None:
    assert doubts(f"histogram_quantile(0.99, rate({name}[5m]))").buckets == {name: "x_bucket"}


@pytest.mark.parametrize(
    ("query", "samples"),
    [
        (
            r'sum(rate(x{a="b\"c",d!~"e"}[30s]))',
            r'max(count_over_time({__name__="x", a="b\"c", d!~"e"}[30000ms])) '
            r'or 0 * count({__name__="x", a="b\"c", d!~"e"})',
        ),
        ("rate(x[5m])", None),
        ("max_over_time(x[30s])", None),
        ("rate(x[30s] offset 1h)", None),
    ],
)
def test_a_short_window_is_counted_by_its_own_selector(query: str, samples: str | None) -> None:
    short = doubts(query).short.get("x")
    assert (short.samples if short else None) == samples


@pytest.mark.parametrize("query", ['{"a b", "c d"="e"}', "rate({__name__=~'x.*'}[30s])", "new(x)", "x" + "+x" * 100])
def test_any_query_may_be_doubted(query: str) -> None:
    assert not doubts(query).lost


async def _told(cloud: Backend, query: str, held: float | None) -> str:
    def answer(form: dict[str, str]) -> web.Response:
        value = {"max(": held, "coun": 5.0}.get(form["query"][:4])
        return web.json_response(vector(*([{"metric": {}, "value": [1, str(value)]}] if value is not None else [])))

    cloud.answer = answer  # type: ignore[assignment]
    async with door_to(cloud.local()) as door:
        return (await door.ok("query_prometheus", promql=query)).text


@pytest.mark.slow
@pytest.mark.parametrize(("held", "is_short"), [(0, True), (1, True), (2, False), (None, False)])
async def test_a_window_with_fewer_than_two_samples_is_the_reason(
    cloud: Backend, held: float | None, is_short: bool
) -> None:
    text = await _told(cloud, 'rate(x{a="b"}[30s])', held)
    assert ("the window [30s] holds fewer than two samples; use [5m] or more" in text) is is_short
    assert ("x has 5 series at that time" in text) is not is_short


@pytest.mark.slow
async def test_no_other_reason_is_given_where_le_is_lost(cloud: Backend) -> None:
    text = await _told(cloud, "histogram_quantile(0.99, sum by (verb) (rate(x_bucket[5m])))", None)
    assert "le is aggregated away" in text and "leave none of them" not in text


@pytest.mark.slow
async def test_a_metric_without_its_suffix_is_not_called_misspelt(cloud: Backend) -> None:
    cloud.says(200, vector())
    async with door_to(cloud.local()) as door:
        text = (await door.ok("query_prometheus", promql="histogram_quantile(0.99, rate(x[5m]))")).text
    assert "histogram_quantile takes buckets, x_bucket" in text and "misspelt" not in text
