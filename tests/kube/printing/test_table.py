"""Columns as kubectl aligns them."""

import json
from pathlib import Path
from typing import Any

import pytest

from ack_mcp_server.kube.printing import NotUnderstood
from ack_mcp_server.kube.printing.table import cell_text, render_rows

RECORDED = json.loads((Path(__file__).parent / "data" / "recorded.json").read_text())


@pytest.mark.parametrize("recorded", RECORDED["tables"], ids=lambda recorded: str(recorded["command"]))
def test_a_recorded_table_is_printed_as_kubectl_did(recorded: dict[str, Any]) -> None:
    shown = [place for place, column in enumerate(recorded["columns"]) if recorded["wide"] or not column["priority"]]
    header = [recorded["columns"][place]["name"].upper() for place in shown]
    rows = [[cell_text(cells[place]) for place in shown] for cells in recorded["cells"]]
    assert "".join(f"{line}\n" for line in render_rows([header, *rows])) == recorded["stdout"]


@pytest.mark.parametrize(
    "value, text",
    [
        (None, ""),
        ("a\nb", "a..."),
        ("a\rb\nc", "a..."),
        ("\x1b[31mred\fx", "^[[31mred..."),
        (3, "3"),
        (True, "true"),
        (2500000.5, "2.5000005e+06"),
        (["a", {"b": None}], "[a map[b:<nil>]]"),
        ("a\tb", "a\tb"),
    ],
)
def test_a_cell_is_one_line_without_escapes(value: object, text: str) -> None:
    assert cell_text(value) == text


@pytest.mark.parametrize(
    "rows, lines",
    [
        ([], []),
        ([["A", "B"]], ["A     B"]),
        ([["A", "B", ""], ["long one", "b", ""]], ["A          B     ", "long one   b     "]),
        ([["ONE"], ["1"]], ["ONE", "1"]),
        ([["中文", "b"], ["abc", "c"]], ["中文    b", "abc   c"]),
        ([["a\tbb", "c"], ["longer one", "d"]], ["a            bb    c", "longer one   d"]),
        ([["A", "B"], ["x\nlonger cell", "y"]], ["A     B", "x", "longer cell   y"]),
        ([["longer cell", "b"], ["", ""], ["one"], ["a", "b"]],
         ["longer cell   b", "              ", "one", "a             b"]),
    ],
)  # fmt: skip
def test_a_column_is_six_wide_or_three_wider_than_its_longest_cell(rows: list[list[str]], lines: list[str]) -> None:
    assert render_rows(rows) == lines


def test_the_history_of_a_rollout_has_narrower_columns() -> None:
    lines = render_rows([["REVISION", "CHANGE-CAUSE"], ["1", "<none>"]], minwidth=0, padding=2)
    assert lines == ["REVISION  CHANGE-CAUSE", "1         <none>"]


def test_a_cell_of_thousands_of_tabs_is_not_understood() -> None:
    with pytest.raises(NotUnderstood):
        render_rows([["\t" * 5000, "a"]])
