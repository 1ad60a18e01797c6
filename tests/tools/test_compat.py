"""The typed twins: the same policy and answers as `ack_kubectl`."""

from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime

import pytest

from ack_mcp_server.settings import Settings
from tests.conftest import Door, Region, door_to
from tests.services.prometheus.scripted import Backend, backend, matrix

NOW = datetime(2026, 11, 21, 8, 0, tzinfo=UTC)


async def test_pods_are_listed_with_the_abnormal_ones_named(settings: Callable[..., Settings], region: Region) -> None:
    async with door_to(settings(TOOLSETS="compat")) as door:
        told = (await door.ok("kubectl_get_pods", namespace="payments", cluster_id=region.cluster("production"))).text
    named, header = told.splitlines()[:2]
    assert named.startswith("[ack-mcp-server: abnormal: ")
    assert "(CrashLoopBackOff)" in named
    assert header.startswith("NAME ")


async def test_a_kind_is_listed_and_an_object_shown(settings: Callable[..., Settings], region: Region) -> None:
    where = {"cluster_id": region.cluster("staging"), "namespace": "kube-system"}
    async with door_to(settings(TOOLSETS="compat")) as door:
        assert "coredns" in (await door.ok("kubectl_get", resource="deploy", **where)).text
        assert "coredns" in (await door.ok("kubectl_get", resource="deploy", name="coredns", **where)).text
        assert (await door.ok("kubectl_logs", pod="deploy/coredns", lines=3, **where)).text
        assert (
            "coredns"
            in (await door.ok("kubectl", command="get pods -n kube-system", cluster_id=where["cluster_id"])).text
        )


@pytest.mark.parametrize(
    ("tool", "arguments"),
    [
        ("kubectl_get", {"resource": "-A"}),
        ("kubectl_get", {"resource": "pods", "namespace": "--kubeconfig=/etc/passwd"}),
        ("kubectl_get", {"resource": "pods; id"}),
        ("kubectl_get", {"resource": "pods", "name": "x' --raw=/ '"}),
        ("kubectl_logs", {"pod": "x", "container": "-f"}),
        ("kubectl_get_pods", {"label_selector": "-o yaml"}),
    ],
)
async def test_no_value_becomes_a_flag_or_a_second_word(
    settings: Callable[..., Settings], region: Region, tool: str, arguments: dict[str, str]
) -> None:
    async with door_to(settings(TOOLSETS="compat")) as door:
        told = await door.error(tool, cluster_id=region.cluster("staging"), **arguments)
    assert told.startswith("InvalidInput")


@pytest.fixture
async def prometheus() -> AsyncIterator[Backend]:
    async with backend() as made:
        made.says(200, matrix())
        yield made


@pytest.fixture
async def both(prometheus: Backend) -> AsyncIterator[Door]:
    """A server with query_prometheus in both its forms, of which the wider one is listed."""
    async with door_to(prometheus.local(TOOLSETS="prometheus,compat")) as opened:
        yield opened


def length_of(backend: Backend) -> float:
    form = backend.asked[0][2]
    return float(form["end"]) - float(form["start"])


async def test_query_prometheus_takes_its_range_in_one_argument(prometheus: Backend, both: Door) -> None:
    names = [tool.name for tool in await both.client.list_tools()]
    assert names.count("query_prometheus") == 1
    await both.ok("query_prometheus", promql="up", time_range="last_3h")
    assert length_of(prometheus) == pytest.approx(3 * 3600)


@pytest.mark.slow
async def test_a_range_has_two_ends(prometheus: Backend, both: Door) -> None:
    await both.ok("query_prometheus", promql="up", time_range="now-2h~now-90m")
    assert length_of(prometheus) == pytest.approx(1800)


@pytest.mark.slow
@pytest.mark.parametrize(
    "wrong", [{"time_range": "1h", "start_time": "2h"}, {"time_range": "1h~"}, {"time_range": "~"}]
)
async def test_a_range_that_is_none_costs_no_request(prometheus: Backend, both: Door, wrong: dict[str, str]) -> None:
    told = await both.error("query_prometheus", promql="up", **wrong)
    assert told.startswith("InvalidInput: ")
    assert not prometheus.asked


@pytest.mark.slow
async def test_the_metrics_tools_are_offered_without_their_own_toolset(prometheus: Backend) -> None:
    async with door_to(prometheus.local(TOOLSETS="compat")) as door:
        await door.ok("query_prometheus", promql="up", time_range="1h")
    async with door_to(prometheus.local(TOOLSETS="prometheus")) as door:
        assert "time_range" in await door.error("query_prometheus", promql="up", time_range="1h")


@pytest.mark.slow
async def test_a_range_may_be_told_in_seconds(prometheus: Backend, both: Door) -> None:
    times = {"from_timestamp": 1_700_000_000, "to_timestamp": 1_700_003_600}
    await both.ok("cms_execute_promql_query", query="up", **times)
    assert length_of(prometheus) == 3600
    assert float(prometheus.asked[0][2]["start"]) == times["from_timestamp"]


@pytest.mark.slow
async def test_a_question_is_answered_as_by_the_tool_of_the_other_name(
    settings: Callable[..., Settings], region: Region
) -> None:
    async with door_to(settings(TOOLSETS="query,compat")) as door:
        told, other = [
            (await door.ok(tool, text="memory of pods", cluster_id=region.cluster("production"))).text
            for tool in ("cms_translate_text_to_promql", "translate_text_to_promql")
        ]
    assert told == other
    assert told
