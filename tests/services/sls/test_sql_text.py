"""Queries taken apart, and what is certainly wrong with them."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ack_mcp_server.errors import InvalidInput
from ack_mcp_server.services.sls.sql_statement import statement
from ack_mcp_server.services.sls.sql_text import Written, search_part, written

PLAIN = st.text(st.characters(codec="utf-8", exclude_characters='"\\|'), max_size=30)


@pytest.mark.parametrize(
    ("query", "search", "sql"),
    [
        ("* | select 1", "*", "select 1"),
        ('a: "x | y" and b | select 1;', 'a: "x | y" and b', "select 1"),
        (r'a: "x \" | y" | select a || b', r'a: "x \" | y"', "select a || b"),
        ("select a || 'x' from log", "*", "select a || 'x' from log"),
        ("| select 1", "*", "select 1"),
        ("error and not warning", "error and not warning", ""),
    ],
)
def test_the_first_pipe_outside_of_quotation_marks_divides(query: str, search: str, sql: str) -> None:
    found = written(query)
    assert (found.search, found.sql) == (search, sql)


@given(PLAIN, PLAIN)
@settings(max_examples=40)
def test_what_is_quoted_never_divides(value: str, sql: str) -> None:
    asked = f'a: "{value}|{value}" | select 1 {sql}'
    assert written(asked).search == f'a: "{value}|{value}"'


@given(st.text(alphabet="ab:()\"\\ |*'", max_size=25))
@settings(max_examples=100)
def test_a_search_that_is_taken_has_parentheses_that_close(text: str) -> None:
    try:
        part = search_part(written(text).search)
    except InvalidInput:
        return
    outside = re.sub(r'\\.|"(?:[^"\\]|\\.)*"', "", part.text)
    assert outside.count("(") == outside.count(")")


@pytest.mark.parametrize("search", ["a) or (b", "(a", ')("', 'x: "y'])
def test_a_search_that_could_end_ours_is_refused(search: str) -> None:
    with pytest.raises(InvalidInput):
        search_part(written(search).search)


def test_fields_and_words_are_told_apart() -> None:
    part = search_part('verb: delete and "two words" or code >= 400 and n in [1 5) and (web* or not "a.b": x)')
    assert part.fields == ("verb", "code", "n", "a.b")
    assert part.words == ('"two words"', "web*")
    assert part.wildcards == ("web*",)


def test_an_escaped_name_is_known_as_what_it_becomes() -> None:
    assert search_part(r'"request\Object": x').fields == ("requestObject",)


@pytest.mark.parametrize(
    "sql",
    [
        "select verb, count(*) as c group by verb",
        "select user.username from log where responseStatus.code >= 400",
        "select __tag__:__path__ from log",
        "select date_format(from_unixtime(__time__ - __time__ % 60), '%H:%i') as t, count(*) as pv group by t",
        "select a from my-store",
        "set session parallel_sql=true; select 1",
        "with t as (select 1 as a) select * from t",
        "select transform(a, x -> x + 1), approx_percentile(b, 0.9) from log limit 5, 10",
        'select count(*) as "错误数" from log',
        "select compare(c, 86400) from (select count(*) as c from log)",
        "select 'it''s -- no comment' from log",
    ],
)
def test_forms_of_the_service_pass(sql: str) -> None:
    assert statement(sql).text == sql


@pytest.mark.parametrize(
    ("sql", "says"),
    [
        ("select count(*) from", "line 1, column 20 of the SQL, near 'from'"),
        ("select a from log where x = 'y", "without an end"),
        ("select 1; select 2", "2 SQL statements"),
        ("select 1; drop table log", "2 SQL statements"),
        ("select 1; set session a=1", "stands behind the query"),
        ("delete from log", "does not begin with SELECT or WITH"),
        ("selec x", "does not begin with SELECT or WITH"),
        ("where a = 1", "is SPL"),
        ("select a into b from log", "only SELECT"),
        ("select 1 /* /* */ , substr(a, 1, 9) from log -- */", "comment"),
        ("select 1 -- x", "comment"),
        ("select " + "(" * 3000, "the SQL"),
    ],
)
def test_what_is_certainly_wrong_is_told(sql: str, says: str) -> None:
    with pytest.raises(InvalidInput, match=re.escape(says)):
        statement(sql)


@pytest.mark.parametrize(
    ("sql", "limited", "one"),
    [("select a from log limit 5", True, False), ("select count(*) from log", False, True), ("select a", False, False)],
)
def test_limits_and_single_rows_are_known(sql: str, limited: bool, one: bool) -> None:
    found = statement(sql)
    assert (found.is_limited, found.is_one_row) == (limited, one)


def test_sql_without_a_search_is_taken_as_that() -> None:
    assert written("SELECT 1") == Written(search="*", sql="SELECT 1", bare=True)
