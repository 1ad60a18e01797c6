"""Who may change what: the flag, the operator's bounds and rules, and what is listed."""

from collections.abc import Callable
from typing import Any

import pytest

from ack_mcp_server import toolsets
from ack_mcp_server.kube.writes.rules import CLOUD, Decision, Deed, judge, rules_of
from ack_mcp_server.settings import Settings
from tests.conftest import Door, Region, door_to

TOOLSET = next(each for each in toolsets.TOOLSETS if each.name == "lifecycle")
POOL = "np" + "0" * 32
ARGUMENTS: dict[str, dict[str, Any]] = {
    "scale_nodepool": {"nodepool_id": POOL, "desired_size": 1},
    "remove_nodepool_nodes": {"nodepool_id": POOL, "node_names": ["n"]},
    "create_nodepool": {"name": "n", "instance_types": ["ecs.g7.xlarge"]},
    "modify_nodepool": {"nodepool_id": POOL, "name": "n"},
    "delete_nodepool": {"nodepool_id": POOL},
    "upgrade_nodepool": {"nodepool_id": POOL},
    "fix_nodepool_vulnerabilities": {"nodepool_id": POOL},
    "manage_cluster_addon": {"action": "upgrade", "name": "coredns"},
    "create_cluster": {"name": "n", "region": "cn-hangzhou", "vswitch_ids": ["vsw-uf61shop"]},
    "modify_cluster": {"name": "n"},
    "upgrade_cluster": {},
    "delete_cluster": {"cluster_id": "c" + "0" * 32},
    "control_task": {"task_id": "T-1", "action": "cancel"},
}


def test_every_changing_tool_is_tried_here() -> None:
    assert set(ARGUMENTS) == set(TOOLSET.writes)


async def test_every_changing_tool_is_refused_without_the_flag_by_its_name(door: Door) -> None:
    for tool, arguments in ARGUMENTS.items():
        told = await door.error(tool, **arguments)
        assert told.startswith(f"WriteNotAllowed: {tool} changes things")
        assert "--allow-write" in told


async def test_the_toolset_is_on_by_default_where_the_server_may_write(
    settings: Callable[..., Settings], door: Door
) -> None:
    async with door_to(settings().model_copy(update={"allow_write": True})) as writing:
        offered = [tool.name for tool in await writing.client.list_tools()]
    assert set(TOOLSET.tools) <= set(offered)
    assert not set(TOOLSET.tools) & {tool.name for tool in await door.client.list_tools()}


async def test_without_the_flag_the_toolset_has_its_reads(settings: Callable[..., Settings]) -> None:
    async with door_to(settings(TOOLSETS="lifecycle")) as door:
        tools = await door.client.list_tools()
    assert {tool.name for tool in tools} == set(TOOLSET.tools) - set(TOOLSET.writes)
    assert all(tool.annotations and tool.annotations.read_only_hint for tool in tools)


@pytest.mark.slow
@pytest.mark.parametrize("bound", ["NAMESPACES", "DENY_KINDS"])
async def test_nothing_is_changed_on_a_server_whose_bounds_a_change_would_leave(
    settings: Callable[..., Settings], bound: str
) -> None:
    bounded = settings(**{bound: "shop"}).model_copy(update={"allow_write": True})
    flag = f"--{bound.lower().replace('_', '-')}"
    async with door_to(bounded) as door:
        for tool, arguments in ARGUMENTS.items():
            told = await door.error(tool, **arguments)
            assert told.startswith(f"NotEnabled: {tool} is off on a server with {flag}")


@pytest.mark.slow
async def test_a_server_with_bounds_of_clusters_makes_none_and_touches_no_other(
    settings: Callable[..., Settings], region: Region
) -> None:
    bounded = settings(CLUSTERS=region.cluster("private")).model_copy(update={"allow_write": True})
    async with door_to(bounded) as door:
        made = await door.error("create_cluster", **ARGUMENTS["create_cluster"])
        other = await door.error("upgrade_cluster", cluster_id=region.cluster("staging"))
        task = await task_in(settings(), region.cluster("staging"))
        control = await door.error("control_task", task_id=task, action="cancel")
    assert made.startswith("NotEnabled: create_cluster is off on a server with --clusters")
    assert "is not touched by this server" in other
    assert f"cluster {region.cluster('staging')} is not touched by this server" in control


async def task_in(settings: Settings, cluster: str) -> str:
    async with door_to(settings) as door:
        listed = await door.ok("list_cluster_tasks", cluster_id=cluster)
    return next(word for word in listed.text.split() if word.startswith("T-"))


def deed(tool: str, *words: str, kind: str = "nodepools") -> Deed:
    return Deed(verbs=(tool, *words), kinds=(kind, f"{kind}.cs.aliyuncs.com"), place=CLOUD, cluster_id="c1")


@pytest.mark.parametrize(
    ("tool", "word", "decision"),
    [
        ("scale_nodepool", "", Decision.RUN),
        ("scale_nodepool", "scale in", Decision.ASK),
        ("remove_nodepool_nodes", "drain", Decision.ASK),
        ("create_nodepool", "", Decision.RUN),
        ("delete_nodepool", "delete", Decision.ASK),
        ("upgrade_cluster", "upgrade", Decision.ASK),
        ("modify_cluster", "configure", Decision.ASK),
        ("manage_cluster_addon", "install", Decision.RUN),
        ("create_cluster", "", Decision.ASK),
        ("control_task", "pause", Decision.RUN),
        ("control_task", "cancel", Decision.ASK),
    ],
)
def test_what_cannot_be_taken_back_is_shown_first(tool: str, word: str, decision: Decision) -> None:
    assert judge(rules_of("confirm"), [deed(tool, word)]) is decision


@pytest.mark.parametrize(
    "rule",
    ["verbs: [scale_nodepool]", "kinds: [nodepools]", "kinds: [nodepools.cs.aliyuncs.com]", 'namespaces: ["(cloud)"]'],
)
def test_a_rule_file_names_cloud_changes_by_tool_kind_and_place(tmp_path: Any, rule: str) -> None:
    file = tmp_path / "rules.yaml"
    file.write_text(f"- {{decision: refuse, {rule}}}\n- {{decision: run}}\n")
    assert judge(rules_of(str(file)), [deed("scale_nodepool")]) is Decision.REFUSE
    pods = Deed(verbs=("scale",), kinds=("deployments",), place="shop", cluster_id="c1")
    assert judge(rules_of(str(file)), [pods]) is Decision.RUN


def test_a_rule_against_deleting_is_one_against_deleting_node_pools_too(tmp_path: Any) -> None:
    file = tmp_path / "rules.yaml"
    file.write_text("- {decision: refuse, verbs: [delete]}\n- {decision: run}\n")
    assert judge(rules_of(str(file)), [deed("delete_nodepool", "delete")]) is Decision.REFUSE
