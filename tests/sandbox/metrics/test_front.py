"""The HTTP API as Prometheus has it: forms and addresses, envelopes, errors, and what may be ordered of it."""

from collections.abc import Iterator

import pytest

from tests.conftest import Region
from tests.sandbox.metrics.asking import Metrics, metrics


@pytest.fixture
def staging(sandbox: Region) -> Metrics:
    return metrics(sandbox, "staging")


@pytest.fixture
def ordering(region: Region) -> Iterator[Region]:
    yield region
    region.control("POST", "prometheus", kind="clear")


def test_a_query_may_come_in_a_form_or_in_the_address(staging: Metrics) -> None:
    answers = [staging.request("query", method, query="count(kube_node_info)") for method in ("GET", "POST")]
    assert [answer.json()["data"]["result"][0]["value"][1] for answer in answers] == ["3", "3"]


def test_a_range_has_a_value_at_each_step(staging: Metrics) -> None:
    now = staging.query("time()")[0]
    data = staging.data("query_range", query="count(up)", start=now - 600, end=now, step="1m")
    assert data["resultType"] == "matrix"
    assert len(data["result"][0]["values"]) == 11


def test_times_may_be_written_out(staging: Metrics) -> None:
    assert staging.query("time()", time="2026-03-02T12:00:00Z")[0] == 1772452800


@pytest.mark.parametrize(
    ("action", "form", "said"),
    [
        ("query", {"query": "sum("}, "parse error"),
        ("query", {"query": "1", "time": "noon"}, 'invalid parameter "time"'),
        ("query_range", {"query": "1", "start": "2", "end": "1", "step": "1"}, "end timestamp must not be before"),
        ("query_range", {"query": "1", "start": "0", "end": "1", "step": "0"}, "zero or negative"),
        ("query_range", {"query": "1", "start": "0", "end": "20000", "step": "1"}, "11,000 points"),
        ("series", {}, "no match[] parameter provided"),
    ],
)
def test_what_cannot_be_read_is_bad_data(staging: Metrics, action: str, form: dict[str, str], said: str) -> None:
    answer = staging.request(action, **form)
    assert (answer.status_code, answer.json()["errorType"]) == (400, "bad_data")
    assert said in answer.json()["error"]


def test_an_execution_that_fails_is_422(staging: Metrics) -> None:
    answer = staging.request("query", query="kube_pod_info * on (namespace) kube_pod_info")
    assert (answer.status_code, answer.json()["errorType"]) == (422, "execution")


def test_scalars_and_strings_are_told_for_what_they_are(staging: Metrics) -> None:
    assert staging.data("query", query="1")["resultType"] == "scalar"
    assert staging.data("query", query='"text"')["resultType"] == "string"


def test_series_labels_and_values_can_be_looked_up(staging: Metrics) -> None:
    nodes = {each["node"] for each in staging.data("series", **{"match[]": "kube_node_info"})}
    assert len(nodes) == 3
    assert "container" in staging.data("labels", **{"match[]": "container_memory_rss"})
    names = staging.request("label/__name__/values", "GET", **{"match[]": '{__name__=~"node_load.+"}'}).json()["data"]
    assert names == ["node_load1", "node_load15", "node_load5"]


def test_metadata_tells_the_type_of_a_histogram_by_its_own_name(staging: Metrics) -> None:
    found = staging.data("metadata", metric="coredns_dns_request_duration_seconds")
    assert found["coredns_dns_request_duration_seconds"][0]["type"] == "histogram"


def test_a_large_answer_is_packed_for_those_who_take_it(staging: Metrics) -> None:
    answer = staging.request("query", query="kube_pod_info")
    assert answer.headers["content-encoding"] == "gzip"


@pytest.mark.slow
def test_twenty_thousand_series_can_be_ordered(ordering: Region, staging: Metrics) -> None:
    ordering.control("POST", "prometheus", kind="series", name="flood_total", count=20_000)
    assert staging.query("count(flood_total)")[0]["value"][1] == "20000"


@pytest.mark.slow
@pytest.mark.parametrize("value", ["NaN", "+Inf", "-Inf"])
def test_values_that_are_no_numbers_can_be_ordered(ordering: Region, staging: Metrics, value: str) -> None:
    ordering.control("POST", "prometheus", kind="series", name="odd", value=value)
    assert staging.query("odd")[0]["value"][1] == value


def test_an_error_inside_of_an_answer_can_be_ordered_once(ordering: Region, staging: Metrics) -> None:
    ordering.control("POST", "prometheus", kind="error", message="the store is away")
    first, second = staging.request("query", query="1"), staging.request("query", query="1")
    assert (first.status_code, first.json()["status"], first.json()["error"]) == (200, "error", "the store is away")
    assert second.json()["status"] == "success"


@pytest.mark.slow
@pytest.mark.parametrize(("kind", "field"), [("warning", "warnings"), ("info", "infos")])
def test_warnings_and_infos_can_be_ordered(ordering: Region, staging: Metrics, kind: str, field: str) -> None:
    ordering.control("POST", "prometheus", kind=kind, message="not all blocks were read")
    assert staging.request("query", query="1").json()[field] == ["not all blocks were read"]


def test_a_native_histogram_can_be_ordered(ordering: Region, staging: Metrics) -> None:
    ordering.control("POST", "prometheus", kind="histogram", name="latency")
    assert staging.query("latency")[0]["histogram"][1]["count"] == "50"


def test_faults_play_on_queries(region: Region, staging: Metrics) -> None:
    region.fault("unavailable", service="prometheus", action="query", times=1)
    assert staging.request("query", query="1").status_code == 503
    assert staging.request("query", query="1").status_code == 200
