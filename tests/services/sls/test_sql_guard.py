"""What SQL may do with the bodies of an audit log, and how a search is held to the operator's bounds."""

from typing import Any

import pytest

from ack_mcp_server.errors import AckError, NotEnabled
from ack_mcp_server.services.sls.names import Logstore
from ack_mcp_server.services.sls.sql_guard import Guarded, guarded
from ack_mcp_server.services.sls.sql_statement import statement
from ack_mcp_server.services.sls.sql_text import search_part
from tests.conftest import made_settings

AUDIT = Logstore(region="cn-hangzhou", project="k8s-log-x1", name="audit-x1")
EVENTS = Logstore(region="cn-hangzhou", project="k8s-log-x1", name="k8s-event")
WITHOUT_SECRETS = 'not objectRef.resource: "secrets"'


def sent(search: str, sql: str = "", where: Logstore = AUDIT, **values: Any) -> Guarded:
    return guarded(where, made_settings(**values), search_part(search), statement(sql) if sql else None)


@pytest.mark.parametrize(
    "sql",
    [
        "select substr(requestObject, 1, 10) from log",
        "select RESPONSEOBJECT || 'x' from log",
        "select count(*) from log where requestObject like '%a%'",
        "select requestObject from log order by requestObject",
        "select requestObject as a from log order by a",
        "select requestObject from log order by 1",
        "select json_extract_scalar(requestObject, '$.data.password') from log",
        "select json_extract(requestObject, '$.spec') from log",
        "select json_extract_scalar(requestObject, concat('$.sp', 'ec')) from log",
        "select requestObject.spec.template.spec.containers from log",
        'select "requestObject.data.password" from log',
        'select "requestObject"."spec" from log',
        "select length(x) from (select requestObject as x from log)",
        "select substr(x, 1, 9) from (select * from log) as t(x)",
        "with t as (select * from log) select * from t",
        "select max_by(log.requestObject, __time__) from log",
        "select cast(log as varchar) from log",
        "select map_agg(verb, responseObject) from log",
        "select verb from log group by verb having max(requestObject) > 'a'",
        "select requestObject from log union all select requestObject from log",
        "select @requestObject || 'a' from log",
        "select substr(columns('.*Object'), 1, 50) from log",
        "select requestObject as x from log order by length(x)",
        "select requestObject as x from log order by X",
        "select requestObject as x from log where x like '%a%'",
        "select requestObject as x, x like '%a%' as hit from log",
        "select requestObject as x, count(*) as n from log group by x having x like '%a%'",
        "select requestObject from log order by (1)",
        "select count(*) as n from log as t(a, b, c) where b like '%a%'",
        "select count(*) as n from (log) as t(a, b, c) where b like '%a%'",
        "select to_json(LOG) from log",
        "select json_extract_scalar(requestObject, '$.metadata.labels..data') from log",
        """select 1 as "a'", @requestObject, 2 as "b'" from log""",
        """select 1 as "a'", requestObject(1), 2 as "b'" from log""",
        """select 1 as "a'", f(requestObject => 1), 2 as "b'" from log""",
    ],
)
def test_nothing_is_computed_of_bodies(sql: str) -> None:
    with pytest.raises(NotEnabled, match="bodies"):
        sent("*", sql)


@pytest.mark.parametrize(
    "sql",
    [
        "select requestObject, verb from log order by verb",
        "select l.requestObject as body from log l limit 3",
        "select * from log limit 3",
        "select json_extract_scalar(requestObject, '$.spec.replicas') as n, count(*) from log group by 1",
        "select json_extract_scalar(requestObject, '$.spec.template.spec.containers[0].image') from log",
        'select "requestObject.spec.replicas" from log',
        "select requestObject as b from log where json_extract_scalar(requestObject, '$.kind') = 'Pod' order by verb",
    ],
)
def test_whole_bodies_and_plain_parts_are_read_without_entries_of_secrets(sql: str) -> None:
    found = sent("verb: patch", sql)
    assert found.text.startswith(f"(verb: patch) and {WITHOUT_SECRETS} and ")
    assert "left out" in found.notes[0]


@pytest.mark.parametrize("search", ["secrets", '"two words"', "verb: get and x"])
def test_words_that_may_be_in_bodies_do_not_find_entries_of_secrets(search: str) -> None:
    assert WITHOUT_SECRETS in sent(search, "select count(*) from log").text


@pytest.mark.parametrize(
    "search",
    ["requestObject: x", 'responseObject.data.a: "x"', "pass*", r'"request\Object": x', "requestObject!=x",
     "requestObject!: x", "request*: x", "*Object: x"],
)  # fmt: skip
def test_a_search_that_would_confirm_a_guess_is_refused(search: str) -> None:
    with pytest.raises(NotEnabled, match="would search the bodies"):
        sent(search)


@pytest.mark.parametrize("search", ["verb: a'b", "request\\Object: x", "`x`: y"])
def test_what_others_may_read_otherwise_is_refused_for_an_audit_log(search: str) -> None:
    with pytest.raises(AckError, match="outside of double quotation marks"):
        sent(search)


def test_fields_of_who_and_what_stay_as_they_were() -> None:
    search = "objectRef.resource: secrets and not user.username: system*"
    assert sent(search, "select user.username, count(*) from log group by user.username") == Guarded(search)


@pytest.mark.parametrize(
    "query",
    [
        "with other as (select a from other) select a from other",
        "select a from other, (with other as (select 1 as a) select a from other) q",
        "with b as (select a from other), other as (select 1 as a) select a from b",
    ],
)
def test_a_name_that_with_gives_elsewhere_is_a_logstore(query: str) -> None:
    with pytest.raises(NotEnabled, match="reads one logstore"):
        sent("*", query, EVENTS)


@pytest.mark.parametrize(
    "query",
    [
        "with a as (select verb as v from log), b as (select v from a) select v, count(*) from b group by v",
        "with a as (select 1 as n) select (select n from a) from log",
        "select n from (with a as (select 1 as n) select n from a) as q",
        "select count(*) from (select verb from log) as t(v) where v = 'get'",
    ],
)
def test_names_that_with_gives_are_known_where_they_hold(query: str) -> None:
    assert sent("*", query) == Guarded("*")


@pytest.mark.parametrize("asked", [("requestURI: x", ""), ("*", "select substr(requesturi, 9) from log")])
def test_commands_of_exec_are_not_found_by_their_address(asked: tuple[str, str]) -> None:
    found = sent(*asked)
    assert 'not requestURI: "command"' in found.text and "exec" in found.notes[0]


@pytest.mark.parametrize("table", ["other", '"audit-x2"', "a.log", "read_csv('/etc/passwd')", "log join other on true"])
def test_sql_reads_one_logstore(table: str) -> None:
    with pytest.raises(NotEnabled, match="reads one logstore"):
        sent("*", f"select a from {table}", EVENTS)  # noqa: S608  no database is asked


def test_a_server_of_some_namespaces_searches_those_only() -> None:
    assert sent("a or b: c", where=EVENTS, NAMESPACES="shop").text == (
        '(a or b: c) and eventId.involvedObject.namespace: "shop"'
    )


def test_denied_kinds_are_left_out_under_every_name() -> None:
    text = sent("*", where=EVENTS, DENY_KINDS="cm,ing").text
    assert 'not eventId.involvedObject.kind: "configmap"' in text
    assert 'not eventId.involvedObject.kind: "ingress"' in text


def test_a_logstore_that_tells_no_namespace_is_closed_to_a_bounded_server() -> None:
    other = Logstore(region="cn-hangzhou", project="k8s-log-x1", name="kcm-x1")
    with pytest.raises(NotEnabled, match="cannot be held"):
        sent("*", where=other, NAMESPACES="shop")
