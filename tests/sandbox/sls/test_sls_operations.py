"""What Log Service answers, through its SDK."""

import asyncio
from collections.abc import AsyncIterator
from itertools import pairwise

import pytest

from ack_sandbox.cloud.accounts import ADMINISTRATOR
from tests.sandbox.cloud.sdk import ask_control, control
from tests.sandbox.sls.fakes import (
    AUDIT,
    BARE,
    END,
    PROJECT,
    PROJECTS,
    START,
    RuntimeOptions,
    Sls,
    models,
    openapi_requests,
    serving,
)

pytestmark = pytest.mark.slow


@pytest.fixture
async def sdk() -> AsyncIterator[Sls]:
    async with serving() as region:
        yield Sls(region)


async def test_rows_come_oldest_first_unless_reversed(sdk: Sls) -> None:
    oldest, newest = await sdk.logs(line=1), await sdk.logs(line=1, reverse=True)
    assert (oldest.data[0]["__time__"], newest.data[0]["__time__"]) == (str(END - 3000), str(END - 851))


async def test_pages_follow_each_other(sdk: Sls) -> None:
    whole = (await sdk.logs(line=100)).data
    assert (await sdk.logs(line=3, offset=2)).data == whole[2:5]


async def test_the_end_of_the_window_is_outside(sdk: Sls) -> None:
    found = await sdk.logs(from_=END - 3000, to=END - 2000)
    assert [row["verb"] for row in found.data] == ["create"]


async def test_meta_tells_about_a_search(sdk: Sls) -> None:
    meta = (await sdk.logs("verb: delete")).meta
    assert (meta.progress, meta.count, meta.has_sql, meta.where_query) == ("Complete", 1, False, "verb: delete")
    assert meta.terms == [{"key": "verb", "term": "delete"}]
    assert meta.processed_rows == 152


async def test_meta_tells_about_sql(sdk: Sls) -> None:
    meta = (await sdk.logs("* | select verb, count(*) as c group by verb")).meta
    assert (meta.has_sql, meta.agg_query) == (True, "select verb, count(*) as c group by verb")
    assert (meta.keys, meta.column_types, meta.limited) == (["verb", "c"], ["varchar", "bigint"], 100)


async def test_sql_ignores_line_and_offset_and_takes_a_hundred_rows(sdk: Sls) -> None:
    found = await sdk.logs("* | select verb", line=1, offset=5)
    assert len(found.data) == 100


async def test_sql_counts_what_the_search_left(sdk: Sls) -> None:
    found = await sdk.logs("responseStatus.code: 403 | select count(*) as c, max(responseStatus.code) as code")
    assert found.data == [{"c": "15", "code": "403"}]


@pytest.mark.parametrize(
    ("asked", "code"),
    [
        ({"line": 101}, "InvalidLine"),
        ({"offset": -1}, "InvalidOffset"),
        ({"from_": END, "to": START}, "InvalidTimeRange"),
        ({"from_": "yesterday"}, "InvalidParameter"),
        ({"query": "verb: :"}, "ParameterInvalid"),
        ({"query": "select 1"}, "ParameterInvalid"),
    ],
)
async def test_bad_parameters_are_named(sdk: Sls, asked: dict[str, object], code: str) -> None:
    assert (await sdk.refused(**{"query": "*", **asked})).code == code  # type: ignore[arg-type]


async def test_a_topic_narrows_a_search(sdk: Sls) -> None:
    assert [row["verb"] for row in (await sdk.logs(topic="writes")).data] == ["delete"]


async def test_the_older_form_answers_a_list(sdk: Sls) -> None:
    query = {"type": "log", "from": str(START), "to": str(END), "query": "verb: delete"}
    request = openapi_requests.OpenApiRequest(host_map={"project": PROJECT}, query=query, headers={})
    answer = await asyncio.to_thread(sdk.client.execute, _OLDER_FORM, request, RuntimeOptions())
    assert [row["verb"] for row in answer["body"]] == ["delete"]
    assert answer["headers"]["x-log-progress"] == "Complete"


_OLDER_FORM = openapi_requests.Params(
    action="GetLogs",
    version="2020-12-30",
    protocol="HTTP",
    pathname=f"/logstores/{AUDIT}",
    method="GET",
    auth_type="AK",
    style="ROA",
    req_body_type="json",
    body_type="array",
)


async def test_a_histogram_counts_every_row_once(sdk: Sls) -> None:
    request = models.GetHistogramsRequest(from_=START + 7, to=END, query="*")
    found = await sdk.call("get_histograms", PROJECT, AUDIT, request)
    assert sum(interval.count for interval in found) == 152
    assert (found[0].from_, found[-1].to) == (START + 7, END)
    assert all(one.to == later.from_ for one, later in pairwise(found))


async def test_an_order_makes_answers_incomplete_so_many_times() -> None:
    async with serving() as region:
        client = Sls(region)
        await control(region, "POST", "sls", {"kind": "incomplete", "logstore": "aud*", "times": 2})
        found = [await client.logs(line=100) for _ in range(3)]
    assert [answer.meta.progress for answer in found] == ["Incomplete", "Incomplete", "Complete"]
    assert [len(answer.data) for answer in found] == [50, 50, 100]


async def test_an_unknown_order_is_refused_with_what_is_allowed() -> None:
    async with serving() as region:
        reply = await ask_control(region, "POST", "sls", {"kind": "explode"})
    assert (reply.status, "incomplete" in reply.json()["allowed"]["kind"]) == (400, True)


async def test_the_index_shows_keys_within_json(sdk: Sls) -> None:
    index = await sdk.call("get_index", PROJECT, AUDIT)
    assert index.keys["responseStatus"].json_keys["code"].type == "long"
    assert "user.username" not in index.keys


async def test_a_logstore_without_an_index_has_none_to_show(sdk: Sls) -> None:
    assert (await sdk.refusal("get_index", PROJECT, BARE)).code == "IndexConfigNotExist"


async def test_logstores_are_listed_by_part_of_their_name(sdk: Sls) -> None:
    found = await sdk.call("list_log_stores", PROJECT, models.ListLogStoresRequest(logstore_name="aud"))
    assert (found.logstores, found.total) == ([AUDIT], 1)


async def test_a_logstore_tells_its_retention(sdk: Sls) -> None:
    assert (await sdk.call("get_log_store", PROJECT, AUDIT)).ttl == 30


async def test_projects_are_those_of_the_account_in_the_region(sdk: Sls) -> None:
    found = await sdk.call("list_project", models.ListProjectRequest())
    assert [project.project_name for project in found.projects] == [PROJECTS["production"]]
    assert found.projects[0].owner == ADMINISTRATOR.account


async def test_context_is_what_the_same_source_wrote_around_a_row(sdk: Sls) -> None:
    page = (await sdk.logs("verb: get | with_pack_meta", line=1, offset=75)).data[0]
    request = models.GetContextLogsRequest(
        pack_id=page["__tag__:__pack_id__"], pack_meta=page["__pack_meta__"], back_lines=2, forward_lines=1
    )
    found = await sdk.call("get_context_logs", PROJECT, AUDIT, request)
    assert [line["__index_number__"] for line in found.logs] == ["-2", "-1", "0", "1"]
    assert {line["__source__"] for line in found.logs} == {page["__source__"]}
    assert found.logs[2]["__time__"] == page["__time__"]


async def _asked(sdk: Sls, tool: str, question: str, **changed: str) -> str:
    params = {"project": PROJECT, "logstore": AUDIT, "metricstore": "m", "sys.query": question}
    request = models.CallAiToolsRequest(tool_name=tool, region_id="cn-hangzhou", params={**params, **changed})
    return str(await sdk.call("call_ai_tools", request)).partition("------answer------\n")[2]


async def test_text_to_sql_gives_a_query_that_runs(sdk: Sls) -> None:
    query = await _asked(sdk, "text_to_sql", "Which users deleted most? top 3 usernames")
    assert (await sdk.logs(query)).data == [{"user.username": "bob", "c": "1"}]


async def test_diagnosis_mends_a_column_that_has_no_index(sdk: Sls) -> None:
    wrong = "* | select usernam, count(*) as c group by usernam"
    error = (await sdk.refused(wrong)).message
    mended = await _asked(sdk, "diagnosis_sql", f"query: {wrong}\nerror: {error}")
    assert '"user.username"' in mended


async def test_text_to_promql_names_a_metric(sdk: Sls) -> None:
    assert "memory" in await _asked(sdk, "text_to_promql", "top 5 pods by memory in namespace web")


async def test_ai_tools_know_only_regions_that_exist(sdk: Sls) -> None:
    request = models.CallAiToolsRequest(tool_name="text_to_promql", region_id="mars-1", params={})
    assert (await sdk.refusal("call_ai_tools", request)).code == "InvalidParameter"


async def test_ai_tools_are_listed(sdk: Sls) -> None:
    assert {tool.name for tool in await sdk.call("list_ai_tools")} == {"text_to_sql", "text_to_promql", "diagnosis_sql"}
