"""Both tools through the door, on the sandbox: what they read, whose pods they count, and what they say is missing."""

import json
from collections.abc import AsyncIterator, Callable
from fractions import Fraction
from typing import Any

import pytest
import yaml

from ack_mcp_server.cost.koordinator import FACTOR
from ack_mcp_server.cost.quantities import CPU, MEMORY, rounded_up
from ack_mcp_server.settings import Settings
from tests.conftest import Door, Region, door_to, running_sandbox, settings_in

pytestmark = pytest.mark.slow

COST, SCALING = "analyze_workload_cost", "analyze_workload_autoscaling"


@pytest.fixture
async def door(settings: Callable[..., Settings]) -> AsyncIterator[Door]:
    async with door_to(settings(TOOLSETS="all")) as opened:
        yield opened


@pytest.fixture
async def typed(settings: Callable[..., Settings]) -> AsyncIterator[Door]:
    """Its text is the typed value as JSON."""
    async with door_to(settings(TOOLSETS="all", RESULT_FORMAT="structured")) as opened:
        yield opened


def _asked(
    region: Region, name: str, namespace: str = "shop", kind: str = "deployment", role: str = "production"
) -> Any:
    cluster = region.cluster(role)
    return {"cluster_id": cluster, "namespace": namespace, "workload_type": kind, "workload_name": name}


async def _objects(door: Door, region: Region, command: str) -> Any:
    cluster = region.cluster("production")
    reply = await door.ok("ack_kubectl", command=f"{command} -o json", cluster_id=cluster, max_bytes=200_000)
    return json.loads(reply.structured["stdout"])


async def test_the_advised_sizes_follow_from_the_percentiles_that_are_told(typed: Door, region: Region) -> None:
    sizes = (await typed.ok(COST, **_asked(region, "orders-db", kind="statefulset"))).structured["sizes"]
    cpu, memory = sizes
    assert CPU.parsed(cpu["advised_request"]) == rounded_up((CPU.parsed(cpu["p95"]) or 0) * Fraction(115, 100), 10)
    assert MEMORY.parsed(memory["advised_request"]) == rounded_up(
        (MEMORY.parsed(memory["p99"]) or 0) * Fraction(115, 100), 10
    )


async def test_what_is_freed_is_told_for_all_replicas(typed: Door, region: Region) -> None:
    report = (await typed.ok(COST, **_asked(region, "orders-db", kind="statefulset"))).structured
    cpu = report["sizes"][0]
    saved = (CPU.parsed(cpu["request"]) or 0) - (CPU.parsed(cpu["advised_request"]) or 0)
    assert report["replicas"] == 3
    assert report["cpu_change_cores"] == pytest.approx(float(-3 * saved / 1000))
    assert "for all 3 replicas: free " in report["changes"][0]


async def test_how_much_history_there_is_is_said(typed: Door, region: Region) -> None:
    report = await typed.ok(COST, **_asked(region, "frontend"))
    assert "history 24h in steps of 5m" in report.text
    assert "7d were asked for" in report.text
    assert 23 * 3600 < report.structured["history_seconds"] <= 24.1 * 3600


async def test_what_ran_out_of_memory_is_told_and_its_limit_raised(typed: Door, region: Region) -> None:
    reply = await typed.ok(COST, **_asked(region, "recommendation"))
    memory = reply.structured["sizes"][1]
    assert memory["oom_killed"] >= 1
    assert memory["restarts"] > 0
    now, advised = (MEMORY.parsed(memory[name]) for name in ("limit", "advised_limit"))
    assert now and advised
    assert advised >= now * Fraction(3, 2)
    assert "ran out of memory" in reply.text


async def test_koordinators_recommendation_stands_beside(typed: Door, region: Region) -> None:
    reply = await typed.ok(COST, **_asked(region, "orders-db", kind="statefulset"))
    listed = await _objects(typed, region, "get recommendations.autoscaling.alibabacloud.com -n shop")
    found = next(each for each in listed["items"] if each["spec"]["workloadRef"]["name"] == "orders-db")
    target = found["status"]["recommendResources"]["containerRecommendations"][0]["target"]
    beside = reply.structured["sizes"][0]["koordinator"]
    assert CPU.parsed(beside) == rounded_up((CPU.parsed(target["cpu"]) or 0) * FACTOR, 10)
    assert "its target × 1.3" in reply.text


async def test_a_recommendation_that_is_still_collected_is_said_to_be(door: Door, region: Region) -> None:
    assert "koordinator: collecting" in (await door.ok(COST, **_asked(region, "cart"))).text


async def test_a_workload_without_a_recommendation_is_told_as_such(door: Door, region: Region) -> None:
    assert "koordinator: none for this workload" in (await door.ok(COST, **_asked(region, "search"))).text


async def test_a_cluster_without_koordinator_is_told_as_such(door: Door, region: Region) -> None:
    reply = await door.ok(COST, **_asked(region, "frontend", role="staging"))
    assert "no ack-koordinator resource profiling" in reply.text


async def test_pods_of_another_workload_whose_name_begins_alike_are_not_counted(typed: Door, region: Region) -> None:
    pods = await _objects(typed, region, "get pods -n shop -l job-name")
    alike = [each for each in pods["items"] if each["metadata"]["name"].startswith("cart-")]
    reply = await typed.ok(COST, **_asked(region, "cart"))
    assert alike
    assert "of 6 pods;" in reply.structured["history"]


@pytest.mark.parametrize(
    ("kind", "namespace", "name"), [("daemonset", "data", "log-agent"), ("cronjob", "shop", "sitemap")]
)
async def test_other_kinds_are_followed_to_their_pods(
    typed: Door, region: Region, kind: str, namespace: str, name: str
) -> None:
    report = (await typed.ok(COST, **_asked(region, name, namespace, kind))).structured
    memory = report["sizes"][1]
    assert MEMORY.parsed(memory["max"])


async def test_a_load_that_swings_gets_bounds_and_a_manifest_that_is_an_autoscaler(typed: Door, region: Region) -> None:
    reply = await typed.ok(SCALING, **_asked(region, "frontend"))
    document = yaml.safe_load(reply.structured["manifest"])
    assert reply.structured["verdict"] == "fits"
    assert document["kind"] == "HorizontalPodAutoscaler"
    assert document["spec"]["maxReplicas"] == reply.structured["max_replicas"]
    assert "existing HorizontalPodAutoscaler frontend: min 11, max 48, CPU target 70 %" in reply.text


async def test_a_day_narrows_no_bounds_of_an_existing_autoscaler(typed: Door, region: Region) -> None:
    report = (await typed.ok(SCALING, **_asked(region, "frontend"))).structured
    assert (report["min_replicas"], report["max_replicas"]) == (11, 48)
    assert "11 kept" in report["how"][1]


async def test_what_runs_out_of_memory_is_to_be_repaired_before_it_is_scaled(typed: Door, region: Region) -> None:
    report = (await typed.ok(SCALING, **_asked(region, "recommendation"))).structured
    assert report["verdict"] == "not as it stands"
    assert "size it first" in report["against"][0]
    assert any("ran out of memory" in each for each in report["cautions"])


async def test_a_flat_load_gets_no_manifest(typed: Door, region: Region) -> None:
    report = (await typed.ok(SCALING, **_asked(region, "orders-db", kind="statefulset"))).structured
    assert report["verdict"].startswith("little gain")
    assert not report["manifest"]


async def test_a_daemon_set_is_not_scaled(typed: Door, region: Region) -> None:
    report = (await typed.ok(SCALING, **_asked(region, "log-agent", "data", "daemonset"))).structured
    assert report["verdict"] == "not as it stands"


async def test_a_workload_that_does_not_exist_is_an_error(door: Door, region: Region) -> None:
    assert (await door.error(COST, **_asked(region, "nothing"))).startswith("NotFound")


async def test_a_name_that_is_promql_is_refused(door: Door, region: Region) -> None:
    assert (await door.error(COST, **_asked(region, 'x"} or vector(1)'))).startswith("InvalidInput")


@pytest.mark.parametrize("tool", [COST, SCALING])
async def test_without_metrics_the_rest_is_told_and_nothing_is_advised(typed: Door, region: Region, tool: str) -> None:
    region.fault("unavailable", service="prometheus", times=1000)
    reply = await typed.ok(tool, **_asked(region, "frontend"))
    assert "no history of its use" in reply.text
    assert "CPU use over time" in reply.text
    assert not reply.structured.get("manifest")
    for size in reply.structured.get("sizes", ()):
        assert size["request"]
        assert not size["advised_request"]


async def test_a_metrics_api_that_fails_is_named_and_the_rest_is_told(typed: Door, region: Region) -> None:
    path = "/apis/metrics.k8s.io/v1beta1/namespaces/shop/pods"
    region.order("production", "status", path=path, code=403, times=1)
    reply = await typed.ok(COST, **_asked(region, "frontend"))
    assert "usage now (Forbidden" in reply.text
    assert reply.structured["sizes"][0]["advised_request"]


async def test_autoscalers_that_cannot_be_read_are_named(door: Door, region: Region) -> None:
    path = "/apis/autoscaling/v2/namespaces/shop/horizontalpodautoscalers"
    region.order("production", "status", path=path, code=403, times=1)
    assert "autoscalers (Forbidden" in (await door.ok(SCALING, **_asked(region, "frontend"))).text


async def test_a_kubeconfig_that_was_revoked_is_asked_for_again(typed: Door, region: Region) -> None:
    path = "/apis/apps/v1/namespaces/shop/deployments/frontend"
    region.order("production", "status", path=path, code=401, times=1)
    assert (await typed.ok(COST, **_asked(region, "frontend"))).structured["sizes"]


async def test_the_namespaces_of_the_operator_bound_it(settings: Callable[..., Settings], region: Region) -> None:
    async with door_to(settings(TOOLSETS="all", NAMESPACES="payments")) as door:
        assert (await door.error(COST, **_asked(region, "frontend"))).startswith("NotEnabled")
        await door.ok(COST, **_asked(region, "ledger", "payments"))


@pytest.mark.parametrize("kinds", ["Pod", "Deployment", "ReplicaSet"])
async def test_denied_kinds_are_not_looked_at(
    settings: Callable[..., Settings], region: Region, kinds: str
) -> None:  # fmt: skip
    async with door_to(settings(TOOLSETS="all", DENY_KINDS=kinds)) as door:
        assert (await door.error(COST, **_asked(region, "frontend"))).startswith("NotEnabled")


async def test_a_denied_kind_beside_the_workload_is_named(settings: Callable[..., Settings], region: Region) -> None:
    async with door_to(settings(TOOLSETS="all", DENY_KINDS="Recommendation,HorizontalPodAutoscaler")) as door:
        assert "koordinator recommendation (NotEnabled" in (await door.ok(COST, **_asked(region, "frontend"))).text
        assert "autoscalers (NotEnabled" in (await door.ok(SCALING, **_asked(region, "frontend"))).text


async def test_pods_that_were_replaced_are_part_of_the_history_and_a_manifest_is_taken() -> None:
    with running_sandbox() as region:
        ours = settings_in(region, TOOLSETS="all", RESULT_FORMAT="structured")
        async with door_to(ours.model_copy(update={"allow_write": True, "write_policy": "direct"})) as door:
            cluster = region.cluster("production")
            await door.ok("ack_kubectl", command="rollout restart deployment/eta -n logistics", cluster_id=cluster)
            region.control("POST", "clock", advance_s=900)
            cost = await door.ok(COST, **_asked(region, "eta", "logistics"))
            assert "of 8 pods, of which 4 are gone" in cost.text
            listed = await _objects(door, region, "get replicasets -n logistics -l app=eta")
            old = [each["metadata"]["name"] for each in listed["items"] if not each["spec"]["replicas"]]
            await door.ok("ack_kubectl", command=f"delete rs {' '.join(old)} -n logistics", cluster_id=cluster)
            assert "of which 4 are gone" in (await door.ok(COST, **_asked(region, "eta", "logistics"))).text
            await door.ok("ack_kubectl", command="delete hpa frontend -n shop", cluster_id=cluster)
            made = (await door.ok(SCALING, **_asked(region, "frontend"))).structured
            await door.ok("ack_kubectl", command="apply", cluster_id=cluster, manifest=made["manifest"])
            after = (await door.ok(SCALING, **_asked(region, "frontend"))).structured
            assert f"min {made['min_replicas']}, max {made['max_replicas']}," in after["existing"][0]
