"""The SQL after the pipe, run over rows."""

import builtins
import json
from collections.abc import Mapping
from typing import Any

import pytest

from ack_sandbox.cloud.errors import CloudError
from ack_sandbox.sls.rows.plans import FieldIndex
from ack_sandbox.sls.sql.running import Table, run
from ack_sandbox.sls.sql.values import java_double
from tests.sandbox.conftest import NOON

pytestmark = pytest.mark.slow

INDEX = {
    "verb": FieldIndex(),
    "user": FieldIndex(type="json"),
    "user.name": FieldIndex(),
    "code": FieldIndex(type="long"),
    "took": FieldIndex(type="double"),
    "uri": FieldIndex(),
    "hidden": FieldIndex(doc_value=False),
}


def _row(second: int, verb: str, name: str, code: str) -> Mapping[str, str]:
    at = int(NOON.timestamp()) + second
    user = json.dumps({"name": name, "groups": ["dev", "ops"]})
    fields = {"verb": verb, "user": user, "code": code, "took": "0.25", "uri": "https://h:6443/api/v1?watch=1"}
    return {"__time__": str(at), "__source__": "10.0.0.1", "__topic__": "", "hidden": "x", **fields}


ROWS = [_row(0, "get", "alice", "200"), _row(61, "get", "bob", "404"), _row(3700, "delete", "bob", "none")]


def asked(sql: str, **changed: Any) -> Table:
    return run(sql, ROWS, INDEX, "audit-c1", NOON, **changed)


@pytest.mark.parametrize(
    ("sql", "rows"),
    [
        (
            "select verb, count(*) as c group by verb order by c desc",
            [{"verb": "get", "c": "2"}, {"verb": "delete", "c": "1"}],
        ),
        ("select count(*) from log", [{"_col0": "3"}]),
        ("select count(1) as c from \"audit-c1\" where verb = 'get'", [{"c": "2"}]),
        (
            "select user.name, count(*) as c from log group by user.name order by c desc limit 1",
            [{"user.name": "bob", "c": "2"}],
        ),
        ('select "user.name" as n from log where "user.name" like \'al%\'', [{"n": "alice"}]),
        ("select l.user.name as n from log l limit 1", [{"n": "alice"}]),
        ("select json_extract_scalar(user, '$.groups[1]') as g from log limit 1", [{"g": "ops"}]),
        ("select json_extract_scalar(verb, '$.x') as g from log limit 1", [{"g": "null"}]),
        ("select sum(code) as s, avg(took) as a, max(code) / 3 as d from log", [{"s": "604", "a": "0.25", "d": "134"}]),
        ("select code from log where verb = 'delete'", [{"code": "null"}]),
        ("select from_unixtime(__time__) as t from log limit 1", [{"t": "2026-03-02 20:00:00.000"}]),
        ("select from_unixtime(__time__, 'UTC') as t from log limit 1", [{"t": "2026-03-02 12:00:00.000"}]),
        (
            "select date_format(from_unixtime(__time__), '%Y-%m-%d %H:%i') as t from log limit 1",
            [{"t": "2026-03-02 20:00"}],
        ),
        (
            "select date_trunc('hour', __time__) as t, count(*) as c group by t order by t limit 1",
            [{"t": "2026-03-02 20:00:00.000", "c": "2"}],
        ),
        ("select date_format(__time__ - __time__ % 60, '%H:%i') as t order by t desc limit 1", [{"t": "21:01"}]),
        ("select to_unixtime(now()) - max(__time__) as late from log", [{"late": "-3700.0"}]),
        ("select map_agg(verb, code) as m from log where code = 200", [{"m": '{"get":200}'}]),
        (
            "select url_extract_host(uri) as h, url_extract_path(uri) as p from log limit 1",
            [{"h": "h", "p": "/api/v1"}],
        ),
        (
            "select approx_distinct(verb) as a, count_if(code >= 400) as b, arbitrary(took) as c from log",
            [{"a": "2", "b": "1", "c": "0.25"}],
        ),
        ("select verb from log order by __time__ limit 1,1", [{"verb": "get"}]),
        ("select max(c) as m from (select count(*) as c from log group by verb)", [{"m": "2"}]),
        ("with v as (select verb from log) select count(distinct verb) as c from v", [{"c": "2"}]),
        ("set session parallel_sql=true; select count(*) as c from log", [{"c": "3"}]),
        ("select 1 = 1 as yes, array[1, 2] as a", [{"yes": "true", "a": "[1,2]"}] * 3),
    ],
)
def test_a_query_answers_texts(sql: str, rows: list[dict[str, str]]) -> None:
    assert asked(sql).rows == rows


@pytest.mark.parametrize(
    ("sql", "message"),
    [
        (
            "select a,\n nosuch from log",
            "line 1:8: Column 'a' cannot be resolved;please add the column in the index attribute",
        ),
        ("select hidden from log", "line 1:8: Column 'hidden' cannot be resolved"),
        ("select verb, count(*) from log", "Column 'verb' not in GROUP BY clause"),
        ("select sum(verb) from log", "Unexpected parameters (varchar) for function sum"),
        ("select verb >= 400 from log", "types varchar and integer cannot be compared"),
        ("select nofun(verb) from log", "Function nofun not registered"),
        ("select count( from log", "line 1:22: mismatched input 'log'"),
        ("selec verb", "line 1:1: mismatched input 'selec'"),
        ("select max(c) from (select count(*) as c group by verb)", "you are using nested sql"),
        ("select * from other", "Table 'other' does not exist"),
        ("select from_unixtime(__time__, 'Mars/One') from log", "time zone 'Mars/One' is not known"),
    ],
)
def test_a_wrong_query_is_refused_as_the_service_does(sql: str, message: str) -> None:
    with pytest.raises(CloudError) as refusal:
        asked(sql)
    assert refusal.value.code == "ParameterInvalid"
    assert message in refusal.value.message


@pytest.mark.parametrize(
    "sql",
    [
        *(
            "drop table log",
            "copy log to '/tmp/x'",
            "install httpfs",
            "attach '/tmp/x.db'",
            "set threads = 1",
            "pragma version",
        ),
        *("select * from read_csv('/etc/passwd')", "select * from '/etc/passwd'", "select * from duckdb_settings()"),
        *(
            "select * from information_schema.tables",
            "select 1 from log; select 2 from log",
            "select getenv('HOME') from log",
        ),
        *(
            "select read_text('/etc/passwd')",
            "select * from query('select 1')",
            "create table x as select 1",
            "explain select 1",
        ),
    ],
)
def test_nothing_but_a_query_of_the_rows_runs(sql: str) -> None:
    with pytest.raises(CloudError):
        asked(sql)


def test_a_query_that_takes_too_long_is_interrupted() -> None:
    crossed = "select count(*) from " + ", ".join(f"log l{place}" for place in range(24))  # noqa: S608  of numbers
    with pytest.raises(CloudError, match="exceeded maximum time limit"):
        asked(f"{crossed} where l0.verb <> l1.verb", deadline_s=0.05)


def test_columns_have_the_types_of_presto() -> None:
    found = asked("select verb, code, took, now() as n, verb = 'x' as b from log")
    assert (found.types, found.limited) == (["varchar", "bigint", "double", "timestamp", "boolean"], 100)


def test_doubles_are_written_as_java_writes_them() -> None:
    assert [java_double(number) for number in (1.0, 12345678.0, -0.0001, 1e20, float("nan"))] == [
        *("1.0", "1.2345678E7", "-1.0E-4", "1.0E20", "NaN")
    ]


def test_without_duckdb_sql_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    really = builtins.__import__

    def without(name: str, *rest: Any, **named: Any) -> Any:
        if name == "duckdb":
            raise ImportError(name)
        return really(name, *rest, **named)

    monkeypatch.setattr(builtins, "__import__", without)
    with pytest.raises(CloudError, match=r'pip install "ack-mcp-server\[sandbox\]"'):
        asked("select 1 from log")
