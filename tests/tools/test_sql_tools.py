"""SQL over the sandbox's logs: real queries, what they may not show, faults, and the tools that help to write them."""

import asyncio
import re
import time
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager

import pytest

from ack_mcp_server.settings import Settings
from tests.conftest import CANARY, Door, Region, door_to, sdk_threads_at_work, until
from tests.tools.test_faults import FAULTS, LATE_FAULTS, Fault, deadline_s

pytestmark = pytest.mark.slow

TOOL = "sls_execute_sql_query"
CALLS: dict[str, dict[str, str]] = {
    TOOL: {"query": "* | select count(*) as n from log"},
    "sls_describe_logstore": {"logstore": "k8s-event"},
    "sls_translate_text_to_sql_query": {"text": "how many warnings"},
    "sls_diagnose_query": {"query": "* | select x from log"},
}


def opened(settings: Callable[..., Settings], region: Region, **values: object) -> AbstractAsyncContextManager[Door]:
    return door_to(settings(TOOLSETS="all", DEFAULT_CLUSTER_ID=region.cluster("production"), **values))


@pytest.fixture
async def logs(settings: Callable[..., Settings], region: Region) -> AsyncIterator[Door]:
    async with opened(settings, region) as door:
        yield door


@pytest.mark.parametrize(
    ("fault", "code"), [pytest.param(*fault[1:], id=fault[0]) for fault in [*FAULTS, *LATE_FAULTS]]
)
async def test_every_tool_answers_a_typed_error_in_time(
    settings: Callable[..., Settings], region: Region, fault: Fault, code: str
) -> None:
    async with opened(settings, region, API_TIMEOUT=deadline_s(fault)) as door:
        await door.ok("describe_cluster")
        region.fault(**fault, service="sls")
        started = time.monotonic()
        replies = await asyncio.gather(*(door.call(tool, **arguments) for tool, arguments in CALLS.items()))
        assert time.monotonic() - started < deadline_s(fault) + 2.5
        assert {tool: reply.text.split(":")[0] for tool, reply in zip(CALLS, replies, strict=True)} == dict.fromkeys(
            CALLS, code
        )
        assert all("Next: " in reply.text and CANARY not in reply.text for reply in replies)
        assert await until(lambda: sdk_threads_at_work() == 0)
    assert await until(lambda: region.in_flight() == 0)


def lines(text: str) -> list[str]:
    return [line for line in text.split("\n") if not line.startswith("[ack-mcp-server: ")]


async def test_columns_come_in_the_order_of_the_select(logs: Door) -> None:
    query = "verb: delete | select user.username as who, verb, count(*) as n group by who, verb order by n desc"
    found = lines((await logs.ok(TOOL, query=query, logstore="audit", start_time="24h")).text)
    assert found[0].split() == ["who", "verb", "n"]
    numbers = [int(line.split()[-1]) for line in found[1:]]
    assert numbers == sorted(numbers, reverse=True) and numbers


async def test_a_plain_search_is_counted_and_newest_first(logs: Door) -> None:
    text = (await logs.ok(TOOL, query="eventId.type: Warning", limit=3)).text
    assert "of " in text and "newest first" in text and "rows by time" in text
    times = re.findall(r"^\d{4}-\S+Z", text, re.MULTILINE)
    assert len(times) == 3 and times == sorted(times, reverse=True)


async def test_an_empty_answer_tells_whether_it_was_the_search(logs: Door) -> None:
    text = (await logs.ok(TOOL, query="* | select verb from log where verb = 'nosuch'", logstore="audit")).text
    assert re.search(r"no rows of .*\n.*the search before the pipe finds [\d,]{3,} rows", text, re.DOTALL)


async def test_an_empty_search_before_the_pipe_tells_where_else_it_finds_something(logs: Door) -> None:
    query = 'objectRef.resource: "services" and verb: "delete" and objectRef.namespace: "logistics"'
    hint = r"the search before the pipe finds 0 rows in this time; the same search finds [1-9]\d* in the 7d before"
    for sql in ("select verb from log", "select count(*) as n from log"):
        text = (await logs.ok(TOOL, query=f"{query} | {sql}", logstore="audit", start_time="1m")).text
        assert re.search(hint, text), text


@pytest.mark.parametrize(
    ("query", "next_step"),
    [
        ("* | select usernam, count(*) from log group by usernam", "usernam has no index; user.username has"),
        ('* | select count(*) as n from log where verb = "delete"', "a text is written 'delete'"),
        ("objectRf.name: x", "objectRf.name has no index"),
        ("* | select ifnul(verb, 'x') as a from log", "there is no function ifnul"),
    ],
)
async def test_a_refused_query_is_explained_by_the_index(logs: Door, query: str, next_step: str) -> None:
    text = await logs.error(TOOL, query=query, logstore="audit")
    assert text.startswith("InvalidInput: ") and next_step in text.partition("\nNext: ")[2]


async def test_a_logstore_that_is_not_there_names_those_that_are(logs: Door) -> None:
    text = await logs.error(TOOL, query="*", logstore="nosuch")
    assert text.startswith("NotFound: ") and "k8s-event" in text


@pytest.mark.parametrize(
    "query",
    [
        "objectRef.name: shop-gateway and not verb: get and not verb: list",
        "DO-NOT-LEAK",
        "objectRef.name: shop-gateway | select * from log where verb in ('create', 'patch') limit 50",
        "objectRef.name: payments-gateway | select requestObject as a, responseObject from log where verb = 'create'",
        "objectRef.resource: nodes and verb: patch | select responseObject as b from log limit 500",
        "objectRef.resource: secrets and (verb: create or verb: patch)",
        "objectRef.resource: secrets | select requestObject from log",
        "* | select requestObject from log where objectRef.resource = 'secrets'",
        "requestObject: DO-NOT-LEAK | select count(*) from log",
        "* | select substr(requestObject, 1, 900) from log where requestObject like '%DO-NOT-LEAK%'",
        "* | select regexp_extract(requestObject, 'DO.*') as x from log where verb = 'create' and x like 'DO%'",
        "* | with t as (select * from log) select * from t",
        "verb: x) or (objectRef.resource: secrets | select requestObject from log",
        "verb: x' or ' | select 1",
        "objectRef.name: shop-gateway | select columns('.*Object') from log limit 50",
        "objectRef.name: shop-gateway | select substr(columns('.*Object'), 1, 900) from log where verb = 'create'",
        "objectRef.name: shop-gateway | select requestObject as x, substr(x, 1, 9000) as y from log",
        "objectRef.name: shop-gateway | select c, d, e, f, g, h from log as t(a, b, c, d, e, f, g, h)",
        'objectRef.name: shop-gateway | with "k8s-event" as (select * from "k8s-event") select * from "k8s-event"',
        "objectRef.name: shop-gateway | select to_json(LOG) from log where verb = 'create'",
        "request*: DO-NOT-LEAK | select count(*) from log",
    ],
)
async def test_no_query_shows_a_secret(logs: Door, query: str) -> None:
    text = (await logs.call(TOOL, query=query, logstore="audit", start_time="30d", limit=500)).text
    assert CANARY not in text.replace(query, "")


async def test_bodies_of_deployments_are_shown_without_their_environments(logs: Door) -> None:
    query = (
        "objectRef.resource: deployments and verb: patch | select requestObject from log where requestObject is null"
    )
    assert "may not compute" in await logs.error(TOOL, query=query, logstore="audit")
    query = (
        "objectRef.name: shop-gateway | select objectRef.name as n, requestObject as b from log "
        "where json_extract_scalar(requestObject, '$.kind') = 'Deployment'"
    )
    text = (await logs.ok(TOOL, query=query, logstore="audit", start_time="30d")).text
    assert '"kind":"Deployment"' in text and "redacted" in text and CANARY not in text


async def test_incomplete_answers_are_asked_for_again(logs: Door, region: Region) -> None:
    region.control("POST", "sls", kind="incomplete", logstore="k8s-event", times=2)
    text = (await logs.ok(TOOL, query="* | select count(*) as n from log")).text
    region.control("POST", "sls", kind="clear")
    assert "too low" not in text


async def test_logstores_are_listed_with_what_they_hold(logs: Door) -> None:
    found = lines((await logs.ok("sls_describe_logstore")).text)
    assert any(line.startswith("audit-") and "query_audit_log" in line for line in found)
    assert any(line.startswith("k8s-event") for line in found)


@pytest.mark.parametrize("word", ["apiserver", "kube-scheduler"])
async def test_a_component_stands_for_its_logstore(logs: Door, region: Region, word: str) -> None:
    name = f"{word.removeprefix('kube-')}-{region.cluster('production')}"
    assert (await logs.ok("sls_describe_logstore", logstore=word)).text.startswith(
        f"[ack-mcp-server: logstore {name}: control plane: "
    )
    assert f" of {name}, " in (await logs.ok(TOOL, query="*", limit=1, logstore=word)).text


@pytest.mark.parametrize("tool", [TOOL, "sls_describe_logstore"])
async def test_a_logstore_that_is_none_is_told_those_there_are(logs: Door, region: Region, tool: str) -> None:
    query = {"query": "*"} if tool == TOOL else {}
    text = await logs.error(tool, logstore="apiservers", **query)
    assert text.startswith("NotFound: ")
    assert f"apiserver-{region.cluster('production')}" in text.partition("Next: The project has ")[2]


@pytest.mark.parametrize("logstore", ["audit", "k8s-event"])
async def test_the_example_queries_run(logs: Door, logstore: str) -> None:
    text = (await logs.ok("sls_describe_logstore", logstore=logstore)).text
    assert "text: " in text and "newest row:" in text and "rows kept " in text
    queries = [line.strip() for line in text.partition("queries that run:")[2].split("\n") if line.startswith("  ")]
    assert len(queries) == 3
    for query in queries:
        await logs.ok(TOOL, query=query, logstore=logstore)


@pytest.mark.parametrize(
    ("text", "logstore", "query"),
    [
        (
            "who deleted pods in namespace shop",
            "audit",
            'verb: "delete" and objectRef.resource: "pods" and objectRef.namespace: "shop" | select "user.username", '
            'count(*) as n from log group by "user.username" order by n desc limit 10',
        ),
        (
            "top 5 reasons of warnings",
            "",
            'eventId.type: "Warning" | select "eventId.reason", count(*) as n from log group by "eventId.reason" '
            "order by n desc limit 5",
        ),
        (
            "failed requests per minute",
            "audit",
            "responseStatus.code >= 400 | select date_trunc('minute', __time__) as t, count(*) as n from log "
            "group by t order by t",
        ),
    ],
)
async def test_a_question_becomes_queries_that_run(logs: Door, text: str, logstore: str, query: str) -> None:
    found = (await logs.ok("sls_translate_text_to_sql_query", text=text, logstore=logstore)).text
    assert query in found and "rules:" in found
    part = found.partition("the closest first:")[2].partition("rules:")[0]
    for line in filter(None, map(str.strip, part.split("\n"))):
        await logs.ok(TOOL, query=line, logstore=logstore)


async def test_the_call_that_is_suggested_finds_what_was_asked_for(logs: Door, region: Region) -> None:
    asked = {"text": "who deleted services in the last day", "logstore": "audit"}
    text = (await logs.ok("sls_translate_text_to_sql_query", **asked)).text
    call, query = re.search(r"sls_execute_sql_query\((.*?)\), the closest first:\n  (.*)", text).groups()  # type: ignore[union-attr]
    assert call == 'query=…, logstore="audit", start_time="1d"'
    found = await logs.ok(TOOL, query=query, logstore="audit", start_time="1d")
    assert len(lines(found.text)) > 1
    text = (await logs.ok("sls_translate_text_to_sql_query", **asked, cluster_id=region.cluster("staging"))).text
    assert f'(query=…, cluster_id="{region.cluster("staging")}", logstore="audit", start_time="1d")' in text


async def test_words_without_a_time_are_told_the_default(logs: Door) -> None:
    text = (await logs.ok("sls_translate_text_to_sql_query", text="top 5 reasons of warnings")).text
    assert "sls_execute_sql_query(query=…), the closest first:" in text
    assert "the words tell no time: start_time is 1h unless given" in text


async def test_the_services_own_ai_is_asked_only_where_the_operator_lets_it(
    settings: Callable[..., Settings], region: Region, logs: Door
) -> None:
    arguments = {"text": "top 5 reasons of warnings"}
    assert "by SLS's AI" not in (await logs.ok("sls_translate_text_to_sql_query", **arguments)).text
    async with opened(settings, region, AI_TOOLS="true") as door:
        text = (await door.ok("sls_translate_text_to_sql_query", **arguments)).text
        assert "by SLS's AI:\n  * | select" in text
        region.fault("forbidden", service="sls", action="CallAiTools")
        text = (await door.ok("sls_translate_text_to_sql_query", **arguments)).text
    assert "SLS's AI gave no query: " in text and "log:CallAiTools" in text


async def test_a_diagnosis_mends_what_is_certain(logs: Door) -> None:
    where = """where verb = "delete" and requestURI <> 'username'"""
    query = f"* | select username, count(*) as c from log {where} group by username"  # noqa: S608
    text = (await logs.ok("sls_diagnose_query", query=query, logstore="audit")).text
    mended = text.partition("certain:\n  ")[2].split("\n")[0]
    assert mended == (
        "* | select \"user.username\", count(*) as c from log where verb = 'delete' and requestURI <> 'username' "
        'group by "user.username"'
    )
    await logs.ok(TOOL, query=mended, logstore="audit")


@pytest.mark.parametrize(
    ("query", "error", "says"),
    [
        ("nosuch: x", "key (nosuch) is not config as key value config,if symbol", "nosuch has no index"),
        ("select verb from log", "", "SQL goes behind a search and a pipe"),
        ("* | select verb, count(*) from log", "Column 'verb' not in GROUP BY clause", "add it to GROUP BY"),
        ("* | select sum(verb) from log where verb > 3", "", "compare try_cast(verb as bigint)"),
        ("* | select count(*) from", "", "line 1, column 20"),
        ("* | select count(*) as n from log", "", "nothing is wrong with it"),
    ],
)
async def test_a_diagnosis_names_the_cause(logs: Door, query: str, error: str, says: str) -> None:
    text = (await logs.ok("sls_diagnose_query", query=query, error_message=error, logstore="audit")).text
    assert says in text


async def test_a_server_of_some_namespaces_counts_those_only(settings: Callable[..., Settings], region: Region) -> None:
    query = '* | select "eventId.involvedObject.namespace" as ns, count(*) as n from log group by ns'
    async with opened(settings, region, NAMESPACES="shop") as door:
        found = lines((await door.ok(TOOL, query=query, start_time="24h")).text)
        assert [line.split()[0] for line in found] == ["ns", "shop"]
        listed = (await door.ok("sls_describe_logstore")).text
        assert "kcm-" not in listed and "k8s-event" in listed
        assert "cannot be held" in await door.error(TOOL, query="*", logstore=f"kcm-{region.cluster('production')}")
