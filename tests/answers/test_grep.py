"""Which lines are wanted."""

import pytest

from ack_mcp_server.answers.grep import LONGEST, line_pattern
from ack_mcp_server.errors import InvalidInput

LINES = ["ERROR boom", "an error", "timeout 3.5s", "a.b", "axb", "日志 错误", ""]


def matching(pattern: str) -> list[str]:
    found = line_pattern(pattern)
    assert found is not None
    return [line for line in LINES if found.line(line)]


@pytest.mark.parametrize(
    ("pattern", "lines"),
    [
        ("error", ["an error"]),
        ("(?i)error", ["ERROR boom", "an error"]),
        ("error|timeout", ["an error", "timeout 3.5s"]),
        ("^a", ["an error", "a.b", "axb"]),
        ("a.b", ["a.b", "axb"]),
        (r"a\.b", ["a.b"]),
        (r"\d+\.\d+s$", ["timeout 3.5s"]),
        ("错.$", ["日志 错误"]),
        ("[志]", ["日志 错误"]),
        ("^$", [""]),
    ],
)
def test_a_pattern_finds_its_lines(pattern: str, lines: list[str]) -> None:
    assert matching(pattern) == lines


def test_nothing_to_look_for_is_no_pattern() -> None:
    assert line_pattern("") is None


@pytest.mark.parametrize("pattern", ["(", "a**", r"\1", "(?=a)", "a{100000}", "[z-a]", "\udcff*"])
def test_what_is_no_expression_is_refused_with_the_reason(pattern: str) -> None:
    with pytest.raises(InvalidInput, match=r"grep is not a regular expression: .+") as refused:
        line_pattern(pattern)
    assert "RE2" in refused.value.next_step


def test_a_pattern_that_is_too_long_is_refused() -> None:
    with pytest.raises(InvalidInput, match=str(LONGEST)):
        line_pattern("x" * (LONGEST + 1))


@pytest.mark.parametrize("pattern", ["(a+)+$", "(a|aa)+$", ".*.*.*.*.*=.*;", "(x?){50}y"])
def test_no_pattern_takes_more_than_linear_time(pattern: str) -> None:
    """With backtracking each of these would outlast the test run."""
    found = line_pattern(pattern)
    assert found is not None
    assert not found.line("a" * 20_000 + "!")


@pytest.mark.parametrize(
    "pattern", ["error", "(?i)ERR", "a|n", "^a", "b$", r"\bb", "[^a]", r"\Aa", r"b\z", "(?s).n", "a.b", "(?-m)b$"]
)
def test_a_block_without_a_match_has_no_matching_line(pattern: str) -> None:
    found = line_pattern(pattern)
    assert found is not None
    for first in range(len(LINES)):
        lines = LINES[first:]
        assert found.block("\n".join(lines)) or not any(map(found.line, lines))
