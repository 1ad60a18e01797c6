"""The doors: what is answered in which form, and what is refused."""

from collections.abc import Iterable, Sequence
from typing import Any

import pytest

from ack_sandbox.promql.model import Matcher, QueryError, RawSeries, out_of_time
from ack_sandbox.promql.queries import evaluate_instant, evaluate_range
from tests.sandbox.promql.made import Made, raw

TIMES = [float(1000 + 15 * index) for index in range(40)]
SOURCE = Made(
    (
        raw("requests_total", TIMES, [float(index * 3) for index in range(40)], pod="a", code="200"),
        raw("requests_total", TIMES, [float(index) for index in range(40)], pod="a", code="500"),
        raw("requests_total", TIMES, [float(index * 2) for index in range(40)], pod="b", code="200"),
        raw("kube_pod_info", TIMES, [1.0] * 40, pod="a", node="n1"),
        raw("kube_pod_info", TIMES, [1.0] * 40, pod="b", node="n2"),
    )
)


class Recording:
    """A source that remembers what it was asked."""

    def __init__(self) -> None:
        self.asked: list[tuple[list[Matcher], float, float]] = []

    def series(self, matchers: Sequence[Matcher], start: float, end: float) -> Iterable[RawSeries]:
        self.asked.append((list(matchers), start, end))
        return SOURCE.series(matchers, start, end)


def vector(query: str) -> dict[tuple[str, ...], str]:
    data = evaluate_instant(SOURCE, query, 1585).data
    return {tuple(sorted(each["metric"].values())): each["value"][1] for each in data}


def refusal(query: str, **limits: Any) -> QueryError:
    with pytest.raises(QueryError) as refused:
        evaluate_instant(SOURCE, query, 1585, **limits)
    return refused.value


@pytest.mark.parametrize(
    ("query", "value_type", "data"),
    [
        ("1 + 1", "scalar", [1585, "2"]),
        ('"text"', "string", [1585, "text"]),
        ("vector(0.1)", "vector", [{"metric": {}, "value": [1585, "0.1"]}]),
        (
            'kube_pod_info{pod="a"}[20s]',
            "matrix",
            [{"metric": {"__name__": "kube_pod_info", "pod": "a", "node": "n1"}, "values": [[1570, "1"], [1585, "1"]]}],
        ),
    ],
)
def test_each_type_has_the_form_of_the_http_api(query: str, value_type: str, data: list[Any]) -> None:
    answer = evaluate_instant(SOURCE, query, 1585)
    assert (answer.value_type, answer.data) == (value_type, data)


def test_a_source_is_asked_for_the_window_and_no_more() -> None:
    source = Recording()
    evaluate_range(source, 'rate(requests_total{pod=~"a|b"}[10m] offset 1m)', 2000, 3000, 10)
    matchers = [Matcher("__name__", "=", "requests_total"), Matcher("pod", "=~", "a|b")]
    assert source.asked == [(matchers, 1340, 2940)]


def test_a_rate_is_extrapolated_to_the_ends_of_its_window() -> None:
    assert vector('increase(requests_total{code="500"}[1m])') == {("500", "a"): "4"}


def test_labels_are_taken_over_from_the_one_side() -> None:
    joined = vector("sum by (node) (rate(requests_total[1m]) * on (pod) group_left (node) kube_pod_info)")
    assert {key: round(float(value), 9) for key, value in joined.items()} == {
        ("n1",): 0.266666667,
        ("n2",): 0.133333333,
    }


def test_two_series_on_the_one_side_are_named() -> None:
    refused = refusal("kube_pod_info * on (pod) requests_total")
    assert (refused.kind, refused.message) == (
        "execution",
        'found duplicate series for the match group {pod="a"} on the right hand-side of the operation: '
        '[{__name__="requests_total", code="500", pod="a"}, {__name__="requests_total", code="200", pod="a"}]'
        ";many-to-many matching not allowed: matching labels must be unique on one side",
    )


def test_two_series_on_the_many_side_need_a_group() -> None:
    assert refusal("requests_total * on (pod) kube_pod_info").message == (
        "multiple matches for labels: many-to-one matching must be explicit (group_left/group_right)"
    )


def test_series_that_become_one_are_refused() -> None:
    assert refusal('label_replace(requests_total, "pod", "x", "", "") + 0').message == (
        "vector cannot contain metrics with the same labelset"
    )


@pytest.mark.parametrize(
    ("query", "feature"),
    [
        ("holt_winters(requests_total[5m], 0.5, 0.5)", "the function holt_winters"),
        ("mad_over_time(requests_total[5m])", "the function mad_over_time"),
        ("limitk(2, requests_total)", "the aggregation limitk"),
        ('requests_total{pod="a" or pod="b"}', "'or' between matchers"),
    ],
)
def test_what_is_not_known_is_named(query: str, feature: str) -> None:
    refused = refusal(query)
    assert refused.message == (
        f"the sandbox's own evaluator does not know {feature}; install prometheus to have all of PromQL"
    )


def test_a_query_that_is_no_promql_is_bad_data() -> None:
    refused = refusal("sum(")
    assert (refused.kind, refused.message[:40]) == ("bad_data", 'invalid parameter "query": parse error: ')


def test_a_pattern_that_re2_does_not_read_is_bad_data() -> None:
    assert refusal('requests_total{pod=~"[a-c&&b]{1001}"}').kind == "bad_data"


@pytest.mark.parametrize("query", ["(" * 90_000 + "1" + ")" * 90_000, "-" * 90_000 + "1", "1 and " * 90_000 + "1"])
def test_a_query_too_deep_for_the_parsers_stack_is_refused(query: str) -> None:
    assert "more than 100 brackets in each other or 200 operators" in refusal(query).message


def test_the_deepest_query_that_is_taken_is_evaluated() -> None:
    query = "(" * 100 + "vector(1)" + " + vector(1)" * 199 + ")" * 100
    with pytest.raises(QueryError):
        evaluate_instant(SOURCE, query, 1585)
    assert evaluate_instant(SOURCE, query[1:-1], 1585).data == [{"metric": {}, "value": [1585, "200"]}]


def test_brackets_inside_of_quotes_are_not_counted() -> None:
    assert vector('absent(nothing{a="' + "(" * 500 + '"})') == {("(" * 500,): "1"}


def test_eleven_thousand_steps_are_the_most() -> None:
    with pytest.raises(QueryError, match=r"exceeded maximum resolution of 11,000 points per timeseries\."):
        evaluate_range(SOURCE, "nothing", 0, 11_001, 1)


def test_too_many_samples_are_refused() -> None:
    refused = refusal("sum_over_time(requests_total[10m])", max_samples=100)
    assert refused.message == "query processing would load too many samples into memory in query execution"


def test_the_callers_deadline_ends_a_query_in_its_midst() -> None:
    calls = 0

    def check() -> None:
        nonlocal calls
        calls += 1
        if calls == 3:
            raise out_of_time()

    with pytest.raises(QueryError, match="query timed out in expression evaluation"):
        evaluate_range(SOURCE, "sum_over_time(requests_total[10m])", 1000, 2500, 1, check=check)
