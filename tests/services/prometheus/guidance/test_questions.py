"""From words, English or Chinese, to queries and metrics that fit them."""

import pytest
from hypothesis import given
from hypothesis import settings as examples
from hypothesis import strategies as st

from ack_mcp_server.errors import InvalidInput
from ack_mcp_server.services.prometheus.guidance.candidates import (
    Fitting,
    fitting_metrics,
    known_queries,
    made_queries,
    metrics_of,
)
from ack_mcp_server.services.prometheus.guidance.dictionary import dictionary
from ack_mcp_server.services.prometheus.guidance.expressions import expression, type_by_name
from ack_mcp_server.services.prometheus.guidance.present import Found
from ack_mcp_server.services.prometheus.guidance.question import question_of
from ack_mcp_server.services.prometheus.promql import checked

HISTOGRAMS = {
    f"{each.name}{part}"
    for each in dictionary().metrics
    if each.type == "histogram"
    for part in ("_bucket", "_sum", "_count")
}
ALL = frozenset({*(each.name for each in dictionary().metrics if each.type != "histogram"), *HISTOGRAMS})


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("which pods use the most CPU?", "CPU usage of each pod, in cores"),
        ("内存使用率最高的节点", "memory usage of each node as a share (utilization)"),
        ("memory usage of pods in the shop namespace", "memory usage of each pod, in bytes"),
        ("why is my pod restarting", "restarts of each container within an hour"),
        ("DNS 延迟", "latency of DNS queries, 99th percentile"),
        ("ingress error rate", "error rate (5xx) of each ingress"),
        ("有哪些pod处于pending状态", "pods that are pending"),
        ("pvc usage", "usage of each volume (persistentvolumeclaim) as a share (utilization)"),
        ("disk space left on nodes", "disk space available on each node, in bytes"),
        ("99th percentile api server latency", "latency of the apiserver by verb, 99th percentile"),
        ("cpu throttling of checkout", "share of periods in which the CPU of a container is throttled"),
    ],
)
def test_a_question_finds_its_query(text: str, answer: str) -> None:
    assert known_queries(question_of(text), ALL)[0].about == answer


def test_rules_are_candidates_too() -> None:
    found = known_queries(question_of("容器 OOM 重启"), ALL)
    assert any(each.about.startswith("rule ContainerOomKilled (critical)") for each in found)


def test_a_query_needs_all_of_its_metrics() -> None:
    present = ALL - {"kube_pod_container_resource_limits"}
    found = known_queries(question_of("cpu usage of pods as a share of the limit"), present)
    assert found
    assert all(metrics_of(each.expression) <= present for each in found)


def test_words_that_mean_nothing_find_nothing() -> None:
    question = question_of("blorb of the frobnicator")
    assert known_queries(question, ALL) == []
    assert fitting_metrics(question, ALL, []) == []


def test_a_metric_that_is_named_comes_first() -> None:
    found = fitting_metrics(question_of("kube_pod_info by node"), ALL, [])
    assert found[0].name == "kube_pod_info"


def test_a_metric_of_the_clusters_own_is_found_by_its_name() -> None:
    found = fitting_metrics(question_of("how long is the order queue?"), ALL | {"shop_order_queue_length"}, [])
    assert found[0] == Fitting("shop_order_queue_length", "shop_order_queue_length", None)
    made = made_queries(found, {"shop_order_queue_length": Found(("namespace", "pod"), 3)}, [])
    assert next(made).expression == "max by (namespace, pod) (shop_order_queue_length)"


def test_the_parts_of_a_histogram_are_one_metric() -> None:
    own = {f"shop_payment_duration_seconds{part}" for part in ("_bucket", "_sum", "_count")}
    (found,) = [each for each in fitting_metrics(question_of("payment latency"), ALL | own, []) if "shop" in each.name]
    assert (found.name, found.series, found.type) == (
        "shop_payment_duration_seconds",
        "shop_payment_duration_seconds_count",
        "histogram",
    )


@pytest.mark.parametrize(
    ("text", "namespace"),
    [
        ("cpu in namespace shop", "shop"),
        ("cpu of the kube-system namespace", "kube-system"),
        ("shop 命名空间的内存", "shop"),
        ("命名空间 shop 的内存", "shop"),
        ("cpu usage by namespace", ""),
        ("namespace usage of cpu", ""),
    ],
)
def test_a_namespace_is_taken_out_of_the_question(text: str, namespace: str) -> None:
    question = question_of(text)
    assert question.namespace == namespace
    assert "shop" not in question.terms


@pytest.mark.parametrize("text", ["", "  \n", "x" * 1001])
def test_no_question_and_a_book_are_refused(text: str) -> None:
    with pytest.raises(InvalidInput):
        question_of(text)


NAMES = st.from_regex(r"[a-zA-Z_:][a-zA-Z0-9_:]{0,40}", fullmatch=True)


@given(
    NAMES, st.sampled_from(["counter", "gauge", "histogram"]), st.lists(st.sampled_from(["pod", "node", "zone", "job"]))
)
@examples(max_examples=30)
def test_a_made_query_parses(name: str, type_: str, labels: list[str]) -> None:
    text = expression(f"x_{name}", type_, tuple(labels))
    assert checked(text).metrics == (f"x_{name}_bucket" if type_ == "histogram" else f"x_{name}",)


@given(st.text(max_size=20))
@examples(max_examples=30)
def test_any_name_makes_a_query_that_parses_or_none(name: str) -> None:
    for present in ({name}, {f"{name}_bucket", f"{name}_count"}):
        found = [Fitting(each, each, None) for each in present]
        for candidate in made_queries(found, {}, []):
            checked(candidate.expression)


def test_types_are_told_by_the_usual_endings() -> None:
    assert [type_by_name(name) for name in ("a_total", "a_bucket", "a_bytes")] == ["counter", "histogram", "gauge"]
