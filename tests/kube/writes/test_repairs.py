"""Incidents of the sandbox repaired through the door: shown, approved by the plan, and verified by reading again."""

import asyncio
from collections.abc import Callable

import pytest

from ack_mcp_server.settings import Settings
from tests.conftest import Region, door_to, needs
from tests.kube.writes.writer import Writer, plan_of
from tests.redaction.test_populations import population_of

pytestmark = needs("kubectl")

REPAIRS = {
    "oom-killed": "set resources deploy {name} -n {space} --limits=memory=1Gi",
    "image-tag-missing": "set image deploy/{name} -n {space} app=registry.example.com/shop/{name}:v3.9.4",
    "stuck-rollout": "rollout undo deploy/{name} -n {space}",
    "missing-config-map": "create configmap {config_map} -n {space} --from-literal=MODE=full",
    "pending-selector": "label node cn-hangzhou.10.0.1.10 {selector}",
}


def incident(identity: str) -> dict[str, str]:
    """Its figures, with its namespace and the name of its workload."""
    population, _ = population_of("production")
    found = next(each for each in population.incidents if each.id == identity)
    return {**found.facts, "space": found.namespace, "name": found.workload.partition("/")[2]}


async def passing(region: Region) -> None:
    """Time goes on a little faster."""
    for _ in range(40):
        region.control("POST", "clock", advance_s=3)
        await asyncio.sleep(0.02)


@pytest.mark.slow
async def test_incidents_are_repaired_by_what_was_shown(
    own_region: Region,
    writing: Callable[..., Settings],
) -> None:
    async with door_to(writing(write_policy="confirm-all")) as door:
        writer = Writer(door, own_region.cluster("production"))
        for identity, repair in REPAIRS.items():
            command = repair.format(**incident(identity))
            await writer.ok(command, plan_id=plan_of(await writer.ok(command)))
        await passing(own_region)
        for identity in REPAIRS:
            facts = incident(identity)
            told = await writer.ok("rollout status deploy/{name} -n {space} --timeout=20s".format(**facts))
            assert "successfully rolled out" in told, identity


@pytest.mark.slow
async def test_a_cordoned_node_keeps_a_pod_pending_until_it_is_uncordoned(
    own_region: Region,
    writing: Callable[..., Settings],
) -> None:
    async with door_to(writing(write_policy="direct")) as door:
        writer = Writer(door, own_region.cluster("staging"))
        nodes = (await writer.ok("get nodes -o name")).replace("node/", "").split()
        nodes = [node for node in nodes if node.startswith("cn-")]
        await writer.ok(f"cordon {' '.join(nodes)}")
        name = await writer.made("waiting")
        await passing(own_region)
        assert "Pending" in await writer.ok(f"get pods -n shop -l app={name}")
        await writer.ok(f"uncordon {' '.join(nodes)}")
        await passing(own_region)
        assert "2/2" in await writer.ok(f"get deploy {name} -n shop")
