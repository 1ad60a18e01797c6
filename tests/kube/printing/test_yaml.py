"""-o yaml, byte for byte."""

import json
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from ack_mcp_server.kube.printing import NotUnderstood
from ack_mcp_server.kube.printing.yaml import as_yaml

RECORDED = json.loads((Path(__file__).parent / "data" / "recorded.json").read_text())
WORDS = "word " * 20


@pytest.mark.parametrize("recorded", RECORDED["yaml"], ids=lambda recorded: str(recorded["command"]))
def test_a_recorded_object_is_printed_as_kubectl_did(recorded: dict[str, Any]) -> None:
    assert as_yaml(recorded["object"]) == recorded["stdout"]


@pytest.mark.parametrize(
    "text, printed",
    [
        ("", '""'),
        ("plain text", "plain text"),
        *((word, f'"{word}"') for word in ("y", "No", "ON", "null", "~", "1", "0x1F", "0755", "0b11", "1_000", ".5")),
        *((word, f'"{word}"') for word in ("1e3", "+1", "-.inf", ".nan", "1:20", "2020-01-01", "2020-1-1T1:2:3Z")),
        *((word, word) for word in ("yes!", "1.2.3", "0x", "2020-13-01", "<<", "a:b", "a#b", "-a", "=", "e3", "1e999")),
        *((word, f"'{word}'") for word in ("a: b", "a #b", "- a", "-", "?", "#", "*a", "@a", "---", "a ", " a", "a:")),
        ("it's: so", "'it''s: so'"),
        ("tab\there", '"tab\\there"'),
        ('\r"\\\x00\x1b\x01', '"\\r\\"\\\\\\0\\e\\x01"'),
        ("é中\xa0", "é中\xa0"),
        ("😀", '"\\U0001F600"'),
        ("\ufeffa", '"\\uFEFF\\x61"'),
        ("a\x85b", "a b"),
        ("a\n", "|\n  a"),
        ("a\n\nb", "|-\n  a\n\n  b"),
        ("a\n\n", "|+\n  a\n"),
        ("  a\nb", "|2-\n    a\n  b"),
        ("\n", "|2+\n"),
        ("a \nb", '"a \\nb"'),
        ("a\nb ", '"a\\nb "'),
        ("a\u2028b", "'a\u2028  b'"),
    ],
)
def test_a_text_gets_the_style_of_go_yaml(text: str, printed: str) -> None:
    assert as_yaml({"k": text}) == f"k: {printed}\n"


@pytest.mark.parametrize(
    "text, printed",
    [
        (WORDS.strip(), f"{'word ' * 15}word\n  word word word word"),
        (WORDS + ": x", f"'{'word ' * 15}word\n  word word word word : x'"),
        (WORDS + "\t", f'"{"word " * 15}word\n  word word word word \\t"'),
        ("x" * 90, "x" * 90),
        ("x" * 80 + "  y", "x" * 80 + "  y"),
        ("x" * 80 + "  y\t", f'"{"x" * 80}\n  \\ y\\t"'),
        ("x" * 90 + " ", f"'{'x' * 90} '"),
    ],
)
def test_a_line_is_folded_at_the_first_space_past_column_80(text: str, printed: str) -> None:
    assert as_yaml({"k": text}) == f"k: {printed}\n"


@pytest.mark.parametrize(
    "value, printed",
    [
        ({"a": {}, "b": [], "c": None, "d": True}, "a: {}\nb: []\nc: null\nd: true\n"),
        ({"a": [{"b": 1, "c": [2]}, "x"]}, "a:\n- b: 1\n  c:\n  - 2\n- x\n"),
        ({"a": [[1, 2], [[]]]}, "a:\n- - 1\n  - 2\n- - []\n"),
        ({"a10": 1, "a9": 1, "a": 1, "B": 1, "1": 1}, '"1": 1\nB: 1\na: 1\na9: 1\na10: 1\n'),
        ({"k" * 129: {"a": [1]}}, f"? {'k' * 129}\n: a:\n  - 1\n"),
        ({"a\nb": 1}, "? |-\n  a\n  b\n: 1\n"),
        ({"x": [1e20, 1e21, 1234567.5, 0.1, -0.0, 2**63, 2.0]},
         "x:\n- 1e+20\n- 1e+21\n- 1.2345675e+06\n- 0.1\n- 0\n- 9223372036854776000\n- 2\n"),
        ([], "[]\n"),
        ("text", "text\n"),
    ],
)  # fmt: skip
def test_containers_keys_and_numbers_are_laid_out_as_go_yaml_does(value: object, printed: str) -> None:
    assert as_yaml(value) == printed


@pytest.mark.parametrize("text", ["\x7f", "\x80", "\ufffe"])
def test_what_kubectl_refuses_to_print_is_not_understood(text: str) -> None:
    with pytest.raises(NotUnderstood):
        as_yaml({"k": text})


def test_a_value_nested_without_end_is_not_understood() -> None:
    value: object = 1
    for level in range(5000):
        value = {"a": value} if level % 2 else [value]
    with pytest.raises(NotUnderstood):
        as_yaml(value)


@given(st.text(st.characters(codec="utf-8", exclude_characters="\x85"), max_size=30))
@settings(max_examples=100)
def test_any_text_reads_back_unless_it_is_not_understood(text: str) -> None:
    try:
        printed = as_yaml({text.replace("\n", ""): 1, "k": text})
    except NotUnderstood:
        return
    document = yaml.compose(printed, yaml.SafeLoader)
    assert document
    read = {key.value: value.value for key, value in document.value}
    assert read["k"] == text or "\u2028" in text or "\u2029" in text
