"""-o custom-columns."""

import pytest

from ack_mcp_server.kube.printing import JsonPathError, NotUnderstood
from ack_mcp_server.kube.printing.columns import compile_columns

THING = {"n": "a", "l": [1, 2], "m": {"a": 1}, "z": None, "e": [], "t": "x\x1b\ry"}


def test_columns_show_what_their_paths_find() -> None:
    columns = compile_columns("N:.n,ALL:l[*],L:{.l},M:{m},Z:.z,NOT:.missing,E:.e[*],T:.t,NONE:")
    assert columns.headers == ("N", "ALL", "L", "M", "Z", "NOT", "E", "T", "NONE")
    assert columns.cells(THING) == ["a", "1,2", "[1 2]", "map[a:1]", "<nil>", "<none>", "<none>", "x^[\\ry", "<none>"]


@pytest.mark.parametrize("headers, printed", [(True, "N     L\na     [1 2]\n"), (False, "a     [1 2]\n")])
def test_a_table_of_columns_has_headers_unless_told(headers: bool, printed: str) -> None:
    assert compile_columns("N:.n,L:.l").render([THING], headers=headers) == printed


@pytest.mark.parametrize(
    "spec, error",
    [
        ("", "error: custom-columns format specified but no custom columns given"),
        ("A", "error: unexpected custom-columns spec: A, expected <header>:<json-path-expr>"),
        ("A:.a,", "error: unexpected custom-columns spec: , expected <header>:<json-path-expr>"),
        (
            "A:.a{b}",
            "error: unexpected path string, expected a 'name1.name2' or '.name1.name2' or '{name1.name2}' or"
            " '{.name1.name2}'",
        ),
    ],
)
def test_columns_that_cannot_be_read_are_refused_in_kubectls_words(spec: str, error: str) -> None:
    with pytest.raises(JsonPathError) as refused:
        compile_columns(spec)
    assert refused.value.stderr == error


def test_what_kubectl_refuses_only_after_its_headers_is_not_understood() -> None:
    with pytest.raises(NotUnderstood):
        compile_columns("A:.a[")
    with pytest.raises(NotUnderstood):
        compile_columns("A:.l[7]").cells(THING)


def test_a_short_spec_cannot_make_an_endless_row() -> None:
    columns = compile_columns(",".join(["A:."] * 2000))
    with pytest.raises(NotUnderstood):
        columns.cells({"a": "x" * 10_000})
