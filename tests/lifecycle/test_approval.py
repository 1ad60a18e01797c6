"""Who says that a cloud change may be done: the rules, a person, the caller who was shown its plan and nobody else."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest
from fastmcp import Client

from ack_mcp_server.app import build_app
from ack_mcp_server.settings import Settings
from tests.asking_tool import saying
from tests.conftest import Door, Region, door_to, http_site, tool_call
from tests.kube.writes.writer import plan_of
from tests.lifecycle.operator import Operator
from tests.test_asking import NO

pytestmark = pytest.mark.slow


async def test_a_person_who_says_no_is_heard(own_region: Region, changing: Callable[..., Settings], era: str) -> None:
    async with Client(build_app(changing()), mode=era, elicitation_handler=saying(NO["no"])) as client:
        operator = Operator(Door(client), own_region)
        pool = await operator.pool()
        with operator.asked() as actions:
            told = await operator.ok("scale_nodepool", nodepool_id=pool, desired_size=0)
    assert "the person who was asked did not agree" in told
    assert "ModifyClusterNodePool" not in actions


async def test_a_plan_is_of_no_use_to_another_key_and_stays_good_for_its_own(
    own_region: Region, changing: Callable[..., Settings]
) -> None:
    arguments: dict[str, Any] = {"cluster_id": own_region.cluster("staging"), "action": "uninstall"}
    arguments["name"] = "metrics-server"
    with http_site(changing(MCP_TRANSPORT="http")) as url:
        async with httpx.AsyncClient(trust_env=False, timeout=60) as client:

            async def told(role: str, **more: str) -> str:
                message = tool_call("manage_cluster_addon", **arguments, **more)
                answer = await client.post(url + "/mcp", json=message, headers=own_region.headers(role))
                return str(answer.json()["result"]["content"][0]["text"])

            plan = plan_of(await told("administrator"))
            foreign = await told("session", plan_id=plan)
            forged = await told("administrator", plan_id=plan[::-1])
            own = await told("administrator", plan_id=plan)
    assert foreign.startswith("InvalidInput: no plan of this id belongs to this call")
    assert forged.startswith("InvalidInput: no plan of this id belongs to this call")
    assert "begun on addon metrics-server" in own


async def test_a_rule_refuses_a_change_by_its_tool(
    own_region: Region, changing: Callable[..., Settings], tmp_path: Path
) -> None:
    file = tmp_path / "rules.yaml"
    file.write_text("- {decision: refuse, verbs: [scale_nodepool], kinds: [nodepools]}\n- {decision: run}\n")
    async with door_to(changing(updates={"write_policy": str(file)})) as door:
        operator = Operator(door, own_region)
        pool = await operator.pool()
        with operator.asked() as actions:
            told = await operator.error("scale_nodepool", nodepool_id=pool, count=1)
    assert told.startswith("NotEnabled: the rules of this server refuse scale_nodepool on node pool default-nodepool")
    assert "ScaleClusterNodePool" not in actions


async def test_confirm_all_shows_more_nodes_first_too(own_region: Region, changing: Callable[..., Settings]) -> None:
    async with door_to(changing(updates={"write_policy": "confirm-all"})) as door:
        operator = Operator(door, own_region)
        shown = await operator.ok("scale_nodepool", nodepool_id=await operator.pool(), count=1)
    assert "nothing is changed yet" in shown


async def test_a_change_is_one_log_line_with_its_decision(
    own_region: Region, changing: Callable[..., Settings], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO", "ack_mcp_server.calls")
    async with door_to(changing()) as door:
        operator = Operator(door, own_region)
        pool = await operator.pool()
        await operator.ok("scale_nodepool", nodepool_id=pool, desired_size=0)
        await operator.ok("scale_nodepool", nodepool_id=pool, count=1)
    lines = [record.getMessage() for record in caplog.records if "scale_nodepool" in record.getMessage()]
    assert len(lines) == 2
    assert "decision=ask" in lines[0] and "decision=write" in lines[1]
