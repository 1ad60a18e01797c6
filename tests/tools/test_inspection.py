"""Inspection reports through a client, on the sandbox."""

import re
from collections.abc import Iterator
from typing import Any

import pytest

from tests.conftest import Region, door_to, running_sandbox, settings_in
from tests.services.scripted import CLUSTER, scripted_cloud
from tests.tools.examining import Patient, patient

REPORTS = f"/clusters/{CLUSTER}/inspectReports"


@pytest.fixture(scope="module")
def own() -> Iterator[Region]:
    """Its clock goes on, which would hurry the tests of others."""
    with running_sandbox() as region:
        yield region


async def test_the_latest_report_is_told_by_severity_and_nothing_is_run(region: Region) -> None:
    async with door_to(settings_in(region)) as door:
        cluster = region.cluster("production")
        first, second = [await door.ok("query_inspect_report", cluster_id=cluster) for _ in range(2)]
    levels = re.findall(r"^(critical|error|warning|advice):$", first.text, re.MULTILINE)
    assert levels == ["critical", "error", "warning", "advice"]
    assert re.search(r"\d+ normal; finished 20", first.text)
    assert first.text == second.text


@pytest.mark.slow
async def test_category_and_level_narrow_it(own: Region) -> None:
    async with patient(own) as asking:
        narrowed = await asking.call("query_inspect_report", "production", category="security", level="warning")
    headings = re.findall(r"^(\w+):$", narrowed.text, re.MULTILINE)
    assert headings == ["warning"]
    assert all(line.startswith("- security: ") for line in narrowed.text.split("\n") if line.startswith("- "))
    assert "of other levels left out" in narrowed.text


@pytest.mark.slow
async def test_a_refresh_waits_for_its_own_report(own: Region, era: str) -> None:
    async with patient(own, era) as waiting:
        before = _report_id((await waiting.call("query_inspect_report")).text)
        refreshed = await waiting.call("query_inspect_report", refresh=True)
        after = _report_id((await waiting.call("query_inspect_report")).text)
    assert _report_id(refreshed.text) == after != before
    assert waiting.told[0].startswith(f"inspection report {after}")


@pytest.mark.slow
async def test_three_hundred_items_with_missing_fields_are_read_to_the_end(own: Region) -> None:
    async with patient(own, RESULT_FORMAT="structured") as waiting:
        waiting.order(next="inspection", items=300, role="production")
        first = await waiting.call("query_inspect_report", "production", refresh=True, max_bytes=20_000)
        found, token = list(first.structured["findings"]), first.structured["next"]
        while token:
            page = await waiting.call("query_inspect_report", "production", max_bytes=20_000, **{"continue": token})
            assert not page.is_error, page.text
            found, token = [*found, *page.structured["findings"]], page.structured["next"]
    assert len(found) + first.structured["normal"] == 300
    assert {each["level"] for each in found} == {"critical", "error", "warning", "advice", "unclear"}
    assert any(not each["remedy"] for each in found) and any(not each["targets"] for each in found)


@pytest.mark.slow
async def test_at_the_deadline_the_report_is_told_as_running(own: Region) -> None:
    async with door_to(settings_in(own, DIAGNOSE_TIMEOUT="0.1", DIAGNOSE_POLL_INTERVAL="0.05")) as door:
        reply = await door.ok("query_inspect_report", cluster_id=own.cluster("staging"), refresh=True)
    assert ": running" in reply.text and "Next: the same call without refresh, in a while" in reply.text


@pytest.mark.slow
async def test_errors_that_pass_do_not_end_the_wait(own: Region) -> None:
    async with patient(own) as waiting:
        own.fault(kind="unavailable", action="GetClusterInspectReportDetail", times=5)
        try:
            reply = await waiting.call("query_inspect_report", refresh=True)
        finally:
            own.control("DELETE", "faults")
    assert not reply.is_error and "normal; finished" in reply.text


@pytest.mark.slow
async def test_a_refresh_that_was_not_answered_is_asked_again_and_is_one_inspection(own: Region) -> None:
    async with patient(own) as waiting:
        own.fault(kind="cut_off", action="RunClusterInspect", times=1)
        reply = await waiting.call("query_inspect_report", refresh=True)
        own.control("DELETE", "faults")
        tasks = await waiting.door.ok("list_cluster_tasks", cluster_id=own.cluster("staging"), state="running")
    assert not reply.is_error
    assert "cluster_inspect" not in tasks.text


@pytest.mark.slow
async def test_a_server_of_some_namespaces_tells_no_report(own: Region) -> None:
    async with door_to(settings_in(own, NAMESPACES="shop")) as door:
        assert (await door.error("query_inspect_report")).startswith("NotEnabled: an inspection looks into all")


@pytest.mark.slow
async def test_to_continue_begins_no_other_report(own: Region) -> None:
    async with door_to(settings_in(own)) as door:
        arguments: dict[str, Any] = {"refresh": True, "continue": "abcdef.f1"}
        assert "Continue without refresh" in await door.error("query_inspect_report", **arguments)


@pytest.mark.slow
async def test_a_continue_of_an_older_report_is_refused(own: Region) -> None:
    async with patient(own) as asking:
        old = await _cut(asking)
        await asking.call("query_inspect_report", "production", refresh=True)
        reply = await asking.call("query_inspect_report", "production", max_bytes=2000, **{"continue": old})
    assert reply.is_error and "this continue belongs to another call" in reply.text


@pytest.mark.slow
async def test_where_there_is_no_report_it_is_told_how_to_get_one() -> None:
    assert "refresh=true runs an inspection" in await told({REPORTS: {"reports": None, "requestId": "R"}})


@pytest.mark.slow
async def test_one_that_is_running_is_not_the_latest() -> None:
    heads = [_head("r1old", "completed", 1), _head("r2new", "running", 9), _head("r3mid", "completed", 5)]
    details = {f"{REPORTS}/{head['reportId']}": {**head, "checkItemResults": None} for head in heads}
    assert "inspection report r3mid" in await told({REPORTS: {"reports": heads, "requestId": "R"}, **details})


async def told(bodies: dict[str, Any]) -> str:
    with scripted_cloud(bodies) as settings:
        async with door_to(settings) as door:
            return (await door.ok("query_inspect_report", cluster_id=CLUSTER)).text


def _head(report_id: str, status: str, day: int) -> dict[str, Any]:
    return {"reportId": report_id, "status": status, "startTime": f"2026-11-0{day}T03:00:00+08:00", "endTime": None}


def _report_id(text: str) -> str:
    found = re.search(r"inspection report (\w+)", text)
    assert found, text
    return found[1]


async def _cut(asking: Patient) -> str:
    cut = await asking.call("query_inspect_report", "production", max_bytes=2000)
    found = re.search(r'continue="(\S+?)"', cut.text)
    assert found
    return found[1]
