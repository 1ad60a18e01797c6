"""Queries of a server that may reach some namespaces only, and of calls that bring another cluster."""

import base64

import pytest

from ack_mcp_server.errors import NotEnabled
from ack_mcp_server.kube.scratch import Scratch
from ack_mcp_server.runtime import Runtime
from ack_mcp_server.services.prometheus.bounds import check
from ack_mcp_server.services.prometheus.promql import checked
from tests.conftest import door_to
from tests.services.prometheus.scripted import Backend, vector
from tests.services.scripted import CLUSTER


@pytest.mark.parametrize(
    "query",
    [
        'up{namespace="shop"}',
        'sum by (pod) (rate(x{namespace=~"shop|web", a="b"}[5m])) / on (pod) y{namespace="web"}',
        'max_over_time((x{namespace="shop"} > 1)[1h:1m])',
        "1 + time()",
    ],
)
def test_a_query_within_the_namespaces_passes(query: str) -> None:
    check(checked(query), ("shop", "web"))


@pytest.mark.parametrize(
    "query",
    [
        "up",
        'up{namespace="other"}',
        'up{namespace!="other"}',
        'up{namespace=~"shop|.*"}',
        'up{namespace=~"shop.*"}',
        'up{namespace=~""}',
        'up{namespace=""}',
        'up{namespace="shop" or pod="x"}',
        'x{namespace="shop"} * on (pod) group_left y',
        'x{namespace="shop"} and count_over_time(y[5m]) > 1',
        '{__name__=~".+", exported_namespace="shop"}',
        "not_known_yet(up)",
        "+".join(['x{namespace="shop"}'] * 40),
    ],
)
def test_a_query_beyond_the_namespaces_is_refused(query: str) -> None:
    with pytest.raises(NotEnabled):
        check(checked(query), ("shop", "web"))


async def test_what_is_beyond_costs_no_request_and_tells_the_matcher(cloud: Backend) -> None:
    async with door_to(cloud.local().model_copy(update={"namespaces": ("shop", "web")})) as door:
        told = await door.error("query_prometheus", promql="up")
    assert told.startswith("NotEnabled: ") and 'namespace=~"shop|web"' in told
    assert cloud.asked == []


@pytest.mark.slow
async def test_why_nothing_is_found_is_asked_within_the_namespaces_too(cloud: Backend) -> None:
    cloud.says(200, vector())
    async with door_to(cloud.local().model_copy(update={"namespaces": ("shop",)})) as door:
        await door.ok("query_prometheus", promql='up{namespace="shop"}')
    assert [form["query"] for *_, form in cloud.asked][1:] == ['count({__name__="up", namespace="shop"})']


@pytest.mark.slow
@pytest.mark.parametrize("mode", ["LOCAL", "ARMS_PUBLIC"])
async def test_a_kubeconfig_of_the_callers_is_not_answered_with_another_cluster(cloud: Backend, mode: str) -> None:
    allowed = {"allow_kubeconfig_header": True, "default_cluster_id": CLUSTER, "prometheus_http_api": cloud.url}
    settings = cloud.settings(PROMETHEUS_ENDPOINT_MODE=mode).model_copy(update=allowed)
    runtime = Runtime(settings, Scratch())
    reach = runtime.reach([(b"x-kubeconfig", base64.b64encode(b"{}"))])
    with pytest.raises(NotEnabled, match="whose kubeconfig the call brings"):
        await runtime.metrics.instant(reach, "", "up")
    await runtime.close()
    assert cloud.asked == []


@pytest.mark.slow
async def test_a_label_of_ten_megabytes_is_cut(cloud: Backend) -> None:
    series = ({"metric": {"pod": str(number), "note": "x" * 5_000_000}, "value": [1, "1"]} for number in range(2))
    cloud.says(200, vector(*series))
    async with door_to(cloud.local()) as door:
        text = (await door.ok("query_prometheus", promql="up")).text
    assert len(text) < 1000
    assert text.count("…") == 1
