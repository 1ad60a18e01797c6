"""What an index shows to be wrong with a query."""

import pytest

from ack_mcp_server.services.sls.logstore_index import Index, IndexedField
from ack_mcp_server.services.sls.refusals import refusal
from ack_mcp_server.services.sls.sql_findings import corrected, findings
from ack_mcp_server.services.sls.sql_statement import statement
from ack_mcp_server.services.sls.sql_text import search_part, written

_TYPES = {"user.username": "text", "objectRef.name": "text", "verb": "text", "responseStatus.code": "long"}
INDEX = Index(fields=tuple(IndexedField(name=name, type=each, in_sql=True) for name, each in _TYPES.items()))


def _mended(where: str) -> str:
    query = written(f"* | select count(*) as n from log where {where}")  # noqa: S608
    found = findings(search_part(query.search), statement(query.sql).tree, INDEX, "")
    return corrected(query, found).partition(" where ")[2]


@pytest.mark.parametrize(
    ("where", "mended"),
    [
        ('"user.username" = "chen.jie"', "\"user.username\" = 'chen.jie'"),
        ('"user.username" in ("a.b", "c")', "\"user.username\" in ('a.b', 'c')"),
        ('verb like "a.%"', "verb like 'a.%'"),
        ('"user.username" = "objectRef.name"', ""),
        ('lower(verb) = "x.y"', ""),
    ],
)
def test_a_name_that_no_field_has_beside_a_field_is_a_text(where: str, mended: str) -> None:
    assert _mended(where) == mended


def test_a_text_with_a_dot_is_not_called_a_field_without_an_index() -> None:
    query = written('* | select count(*) as n from log where "user.username" = "chen.jie"')
    says = [
        each.says for each in findings(None, statement(query.sql).tree, INDEX, "Column 'chen.jie' cannot be resolved")
    ]
    assert len(says) == 1 and "a text is written 'chen.jie'" in says[0]


@pytest.mark.parametrize(
    ("search", "says"),
    [
        ("responseStatus.code: 5*", "such as responseStatus.code >= 500 and responseStatus.code < 600"),
        ("verb: get and responseStatus.code=4xx", "responseStatus.code >= 400 and responseStatus.code < 500"),
        ('responseStatus.code: "Forbidden"', 'is a long and "Forbidden" no number'),
        ("responseStatus.code: 500", ""),
        ('responseStatus.code: "500" and verb: 5*', ""),
        ("responseStatus.code >= -5", ""),
        ("responseStatus.code in [400 500) and forbidden", ""),
        ("responseStatus.code: *", ""),
    ],
)
def test_a_word_for_a_field_of_numbers_is_found(search: str, says: str) -> None:
    found = [each.says for each in findings(search_part(search), None, INDEX, "")]
    assert len(found) == bool(says) and all(says in each for each in found)


@pytest.mark.parametrize(
    ("message", "step"),
    [
        ("key (code) is config as numberic column, and (4*) is not a number", "x >= 500 and x < 600"),
        ("key (resp) is not config as numberic column", '"resp=value" in quotes'),
    ],
)
def test_a_refusal_about_numbers_tells_what_to_write(message: str, step: str) -> None:
    body = f'{{"errorMessage": "{message}"}}'.encode()
    assert step in refusal("ParameterInvalid", {"statusCode": 400}, body, {}).step
