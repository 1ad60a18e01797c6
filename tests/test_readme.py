"""Every line of the README that shows a tool on the sandbox runs, and every tool that is listed has one."""

import shlex
from collections.abc import Callable
from pathlib import Path

import pytest
from demo.ask import ask, read

from ack_mcp_server.kube.writes.rules import Decision, Rule, rules_of
from ack_mcp_server.settings import Settings
from tests.conftest import door_to

README = (Path(__file__).parent.parent / "README.md").read_text()
LINES = [line.strip() for line in README.splitlines() if line.startswith("    python -m demo.ask ")]
# README says of each why it has no line.
ELSEWHERE = {
    "describe_task_info", "wait_for_task", "control_task", "get_cluster_diagnosis_result", "create_nodepool",
    "create_cluster", "kubectl_apply", "upgrade_cluster", "upgrade_nodepool", "delete_cluster", "helm", "istioctl",
    "argocd", "search_logs",
}  # fmt: skip


@pytest.mark.slow
@pytest.mark.parametrize("line", LINES)
async def test_a_line_of_the_readme_runs(settings: Callable[..., Settings], line: str) -> None:
    question = read(shlex.split(line)[3:])
    fast = settings(TOOLSETS="all", DIAGNOSE_POLL_INTERVAL="0.2")
    async with door_to(fast.model_copy(update={"allow_write": question.writing})) as door:
        text, failed = await ask(door.client, question)
    assert not failed, text
    assert not question.writing or question.tool == "kubectl_apply_dry_run" or "nothing is changed yet" in text, text


@pytest.mark.parametrize("words", [[], ["--allow-write"], ["triage", "shop"]])
def test_what_is_no_question_is_told_how_to_ask(words: list[str]) -> None:
    with pytest.raises(SystemExit, match=r"python -m demo\.ask TOOL"):
        read(words)


async def test_every_tool_is_shown_or_named_with_the_reason(settings: Callable[..., Settings]) -> None:
    shown = {read(shlex.split(line)[3:]).tool for line in LINES}
    everything = settings(TOOLSETS="all").model_copy(update={"allow_write": True})
    async with door_to(everything) as door:
        assert {tool.name for tool in await door.client.list_tools()} - shown <= ELSEWHERE
    assert not ELSEWHERE & shown
    assert all(f"`{tool}`" in README for tool in ELSEWHERE)


def test_the_rules_for_changes_that_are_shown_can_be_read(tmp_path: Path) -> None:
    file = tmp_path / "rules.yaml"
    file.write_text(README.partition("### Rules for changes")[2].partition("```yaml\n")[2].partition("```")[0])
    rules = rules_of(str(file))
    assert len(rules) == 5 and rules[-1] == Rule(decision=Decision.RUN)
