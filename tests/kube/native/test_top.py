"""What `top` says where a metrics server has gaps; whole tables are compared with kubectl in the differential test."""

from typing import Any

import pytest

from ack_mcp_server.kube.native.quantities import billionths
from ack_mcp_server.kube.native.said import NotUnderstood, UsageError
from ack_mcp_server.kube.native.top.run import top
from tests.kube.native.answering import listed, metrics_kinds, run

NODES, PODS = "/apis/metrics.k8s.io/v1beta1/nodes", "/apis/metrics.k8s.io/v1beta1/namespaces/default/pods"


def node(name: str) -> dict[str, Any]:
    room = {"cpu": "4", "memory": "8Gi"}
    return {"metadata": {"name": name}, "status": {"allocatable": room, "capacity": {"cpu": "8", "memory": "16Gi"}}}


def used(name: str, cpu: str, memory: str) -> dict[str, Any]:
    return {"metadata": {"name": name}, "usage": {"cpu": cpu, "memory": memory}}


def pod_use(name: str, *containers: tuple[str, str, str]) -> dict[str, Any]:
    parts = [{"name": part, "usage": {"cpu": cpu, "memory": memory}} for part, cpu, memory in containers]
    return {"metadata": {"name": name, "namespace": "default"}, "containers": parts}


def pod(made: str) -> dict[str, Any]:
    return {"metadata": {"name": "web-0", "namespace": "default", "creationTimestamp": made}}


async def test_a_node_without_metrics_is_listed_as_unknown() -> None:
    answers = {
        "/apis": metrics_kinds(),
        NODES: listed(used("a", "1000000001n", "2097151Ki")),
        "/api/v1/nodes": listed(node("a"), node("b")),
    }
    printed = await run(top, answers, "top nodes")
    assert printed.stdout == (
        "NAME   CPU(cores)   CPU(%)      MEMORY(bytes)   MEMORY(%)   \n"
        "a      1001m        25%         2047Mi          24%         \n"
        "b      <unknown>    <unknown>   <unknown>       <unknown>   \n"
    )


async def test_a_node_that_has_just_gone_has_use_but_no_share() -> None:
    answers = {"/apis": metrics_kinds(), NODES: listed(used("a", "1", "1Gi")), "/api/v1/nodes": listed()}
    printed = await run(top, answers, "top nodes --no-headers")
    assert printed.stdout == "a     1000m   1024Mi   \n"


async def test_containers_are_added_before_they_are_rounded() -> None:
    parts = (("app", "400u", "1536Ki"), ("proxy", "500u", "1536Ki"))
    printed = await run(
        top, {"/apis": metrics_kinds(), PODS: listed(pod_use("web-0", *parts))}, "top pods --no-headers"
    )
    assert printed.stdout == "web-0   1m    3Mi   \n"


async def test_a_cluster_without_a_metrics_api_says_so() -> None:
    with pytest.raises(UsageError, match="error: Metrics API not available"):
        await run(top, {}, "top pods")


async def test_nodes_that_are_not_measured_yet_are_an_error() -> None:
    with pytest.raises(UsageError, match="error: metrics not available yet"):
        await run(top, {"/apis": metrics_kinds(), NODES: listed()}, "top nodes")


@pytest.mark.parametrize(
    ("made", "told"),
    [
        ("2026-11-21T07:59:00Z", "error: metrics not available yet"),
        ("2026-11-21T06:57:57Z", "error: Metrics not available for pod default/web-0, age: 1h2m3s"),
    ],
)
async def test_pods_without_metrics_are_told_by_their_age(made: str, told: str) -> None:
    answers = {"/apis": metrics_kinds(), PODS: listed(), "/api/v1/namespaces/default/pods": listed(pod(made))}
    with pytest.raises(UsageError) as refused:
        await run(top, answers, "top pods")
    assert refused.value.line == told


@pytest.mark.parametrize("command", ["top", "top nodes -A", "top nodes --containers", "top pods --show-capacity"])
async def test_what_only_kubectl_explains_is_left_to_it(command: str) -> None:
    with pytest.raises(NotUnderstood):
        await run(top, {}, command)


@pytest.mark.parametrize(
    ("text", "size"),
    [("250m", 250_000_000), ("12n", 12), ("3Ki", 3072 * 10**9), ("1.5Gi", 1536 * 2**20 * 10**9), ("2e3", 2000 * 10**9)],
)
def test_quantities_are_read_exactly(text: str, size: int) -> None:
    assert billionths(text) == size


def test_what_is_no_quantity_is_an_error() -> None:
    with pytest.raises(ValueError, match="no quantity"):
        billionths("12 cores")
