"""Which component logs there are, in both forms of the answer, and lines as components write them."""

import json
from typing import Any

import pytest

from ack_mcp_server.services.controlplane.components import ControlPlaneLogs
from ack_mcp_server.services.controlplane.klog import parse
from tests.conftest import door_to
from tests.services.sls.log_service import LogService, serving
from tests.services.sls.test_wire import line, told


@pytest.mark.parametrize(
    "wire",
    [["apiserver", "kcm"], ['["apiserver","kcm"]'], '["apiserver","kcm"]', [json.dumps(["apiserver"]), "kcm"]],
)
def test_components_are_read_in_every_form(wire: Any) -> None:
    assert ControlPlaneLogs.model_validate({"components": wire}).components == ("apiserver", "kcm")


@pytest.mark.parametrize("wire", [None, [], ["[]"], ""])
def test_no_components_are_none(wire: Any) -> None:
    assert ControlPlaneLogs.model_validate({"components": wire}).components == ()


@pytest.mark.parametrize("days", [30, "30"])
def test_days_are_a_number_or_text(days: object) -> None:
    assert ControlPlaneLogs.model_validate({"log_ttl": days}).log_ttl == "30"


async def test_a_component_that_is_off_tells_how_to_turn_it_on() -> None:
    text = await told(LogService(), component="kube-scheduler")
    assert text.startswith("NotEnabled: the logs of scheduler ")
    assert "Logs are kept of kcm." in text and "UpdateControlPlaneLog" in text


@pytest.mark.slow
async def test_a_component_that_is_none_is_told_those_that_are_on() -> None:
    text = await told(LogService(), component="schedular")
    assert text.startswith("InvalidInput: ")
    assert "Next: Logs are kept of kcm." in text


@pytest.mark.slow
async def test_the_project_that_the_cluster_names_is_searched() -> None:
    service = LogService(components={"components": ["kcm"], "log_project": "our-own-project", "log_ttl": 7})
    await told(service)
    assert service.hosts[0].startswith("our-own-project.cn-hangzhou.")


@pytest.mark.slow
async def test_a_project_that_the_cluster_names_is_checked_like_any_other() -> None:
    service = LogService(components={"components": ["kcm"], "log_project": "127.0.0.1:1/"})
    assert (await told(service)).startswith("InvalidInput: '127.0.0.1:1/' cannot be the name of a project")
    assert not service.hosts


@pytest.mark.slow
async def test_a_server_of_some_namespaces_does_not_show_logs_of_all() -> None:
    with serving(LogService(), NAMESPACES="shop") as settings:
        async with door_to(settings) as door:
            assert (await door.error("query_controlplane_logs", component="kcm")).startswith("NotEnabled: ")


@pytest.mark.slow
async def test_lines_that_say_the_same_are_folded() -> None:
    rows = [line(age, f"W1121 08:12:{age:02d}.1 1 node.go:7] node is gone after {age}s") for age in (3, 2, 1)]
    assert "W node.go:7 node is gone after 1s (×3 alike)" in await told(LogService(rows=rows))


@pytest.mark.slow
async def test_the_beginning_of_a_word_is_offered_when_nothing_is_found_by_the_whole() -> None:
    assert "chargeback-ml* finds what begins so" in await told(LogService(), query="chargeback-ml")
    assert "finds what begins so" not in await told(LogService(), query="error and not timeout")


def test_a_klog_header_is_split() -> None:
    found = parse("E1121 08:12:43.123456       1 reflector.go:158] failed to list")
    assert (found.severity, found.source, found.message) == ("E", "reflector.go:158", "failed to list")


def test_json_logs_are_understood() -> None:
    found = parse('{"ts":1,"caller":"a/b.go:1","msg":"sync failed","v":0,"err":"no","pod":{"name":"x"}}')
    assert (found.severity, found.source, found.message) == ("E", "a/b.go:1", 'sync failed err="no" pod={"name": "x"}')


@pytest.mark.parametrize("text", ["", "{", "E1121", "plain words", '{"msg": 1}', "[" * 5000])
def test_other_lines_stay_as_they_are(text: str) -> None:
    assert parse(text).message == text
