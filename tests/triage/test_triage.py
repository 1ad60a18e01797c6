"""What `triage` answers through the door: ill, healthy and unknown subjects, sources that fail, bounds."""

from collections.abc import Callable

import pytest

from ack_mcp_server.settings import Settings
from tests.conftest import Door, Region, door_to, running_sandbox, settings_in
from tests.triage.grading import first_cause

REPAIR = "set resources {deployment} -n shop -c app --limits=memory=2Gi"


async def _triage(door: Door, region: Region, **arguments: str) -> str:
    return (await door.ok("triage", cluster_id=region.cluster("production"), **arguments)).text


async def test_a_namespace_is_told_with_causes_evidence_and_next_commands(door: Door, region: Region) -> None:
    text = await _triage(door, region, namespace="payments")
    assert "RequestTooLarge" in text
    assert "restarts" in text
    assert "next: logs " in text


async def test_a_namespace_that_does_not_exist_is_an_error(door: Door, region: Region) -> None:
    text = await door.error("triage", cluster_id=region.cluster("production"), namespace="nowhere")
    assert text.startswith("NotFound")


async def test_a_workload_that_does_not_exist_is_an_error(door: Door, region: Region) -> None:
    text = await door.error("triage", cluster_id=region.cluster("production"), workload="deployment/nothing")
    assert text.startswith("InvalidInput")


async def test_a_healthy_workload_is_said_to_be_well(door: Door, region: Region) -> None:
    text = await _triage(door, region, namespace="shop", workload="deployment/frontend")
    assert "nothing in deployment/frontend" in text


async def test_one_workload_is_told_alone(door: Door, region: Region) -> None:
    text = await _triage(door, region, namespace="shop", workload="service/loyalty")
    assert "\n1. service/loyalty" in text
    assert "\n2. " not in text


@pytest.mark.slow
async def test_a_whole_cluster_fits_into_the_answer(door: Door, region: Region) -> None:
    text = await _triage(door, region)
    assert len(text.encode()) <= 24_000
    assert "things are unwell" in text


@pytest.mark.slow
async def test_a_small_room_keeps_every_finding_in_one_line(door: Door, region: Region) -> None:
    whole = await _triage(door, region, namespace="shop")
    small = (await door.ok("triage", cluster_id=region.cluster("production"), namespace="shop", max_bytes=2500)).text
    assert small.count("deployment/") >= whole.count("\n1. deployment/")
    assert len(small) < len(whole)


async def test_the_namespaces_of_the_operator_bound_it(settings: Callable[..., Settings], region: Region) -> None:
    async with door_to(settings(NAMESPACES="payments")) as door:
        refused = await door.error("triage", cluster_id=region.cluster("production"), namespace="shop")
        assert refused.startswith("NotEnabled")
        text = await _triage(door, region)
        assert "-n shop" not in text
        assert "-n payments" in text


@pytest.mark.slow
async def test_a_denied_kind_is_not_read_and_named(settings: Callable[..., Settings], region: Region) -> None:
    async with door_to(settings(DENY_KINDS="ConfigMap,Event")) as door:
        text = await _triage(door, region, namespace="payments")
        assert "events (not allowed on this server)" in text


async def test_a_source_that_fails_is_named_and_the_rest_is_told(door: Door, region: Region) -> None:
    region.order("production", "status", path="/api/v1/namespaces/payments/events", code=403, times=1)
    text = await _triage(door, region, namespace="payments")
    assert "events (forbidden by RBAC)" in text
    assert "deployment/payment-api" in text


@pytest.mark.slow
async def test_without_pods_there_is_no_answer(door: Door, region: Region) -> None:
    region.order("production", "status", path="/api/v1/namespaces/payments/pods", code=403, times=1)
    assert "pods cannot be read" in await door.error(
        "triage", cluster_id=region.cluster("production"), namespace="payments"
    )


@pytest.mark.slow
async def test_a_cordoned_node_is_found() -> None:
    with running_sandbox() as region:
        allowed = settings_in(region).model_copy(update={"allow_write": True, "write_policy": "direct"})
        async with door_to(allowed) as door:
            cluster = region.cluster("staging")
            nodes = await door.ok("ack_kubectl", command="get nodes -o name", cluster_id=cluster)
            name = nodes.text.splitlines()[0].removeprefix("node/")
            await door.ok("ack_kubectl", command=f"cordon {name}", cluster_id=cluster)
            text = (await door.ok("triage", cluster_id=cluster)).text
            assert "NodeCordoned" in text
            assert f"uncordon {name}" in text


@pytest.mark.slow
async def test_an_out_of_memory_deployment_is_found_repaired_and_well() -> None:
    with running_sandbox() as region:
        cluster = region.cluster("production")
        allowed = settings_in(region, RESULT_FORMAT="structured").model_copy(update={"allow_write": True})
        async with door_to(allowed) as door:
            before = (await door.ok("triage", cluster_id=cluster, namespace="shop")).structured
            ill = next(each for each in before["findings"] if each["causes"][0]["kind"] == "OOMKilled")
            deployment = f"{ill['kind']}/{ill['name']}"
            command = REPAIR.format(deployment=deployment)
            await door.ok("ack_kubectl", command=command, cluster_id=cluster)
            region.control("POST", "clock", advance_s=300)
            await door.ok("ack_kubectl", command=f"rollout status {deployment} -n shop", cluster_id=cluster)
            after = (await door.ok("triage", cluster_id=cluster, namespace="shop")).structured
            assert first_cause(after, deployment) is None
