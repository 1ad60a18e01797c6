"""Results of diagnoses in whatever shape they come: nothing that they say is lost."""

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ack_mcp_server.services.diagnosis.reading import EVIDENCE, read

FAILED = {"name": "NodeReady", "level": "error", "message": "kubelet stopped posting", "refer": "Restart the kubelet."}
WELL = {"name": "NodeDisk", "level": "normal"}


def nested(*items: dict[str, Any]) -> dict[str, Any]:
    return {"version": "v1", "phases": [{"phase": "Node", "groups": [{"group": "Conditions", "check_items": items}]}]}


def levels(raw: object) -> list[str]:
    return [each.level for each in read(raw).troubles]


def test_a_failed_check_is_a_finding_with_its_place_evidence_and_remedy() -> None:
    (found,) = read(json.dumps(nested(FAILED, WELL))).troubles
    assert (found.level, found.what, found.where) == ("error", "NodeReady", "Node/Conditions")
    assert (found.evidence, found.remedy) == ("kubelet stopped posting", "Restart the kubelet.")


def test_passed_checks_are_counted_apart() -> None:
    result = read(json.dumps(nested(FAILED, WELL, WELL)))
    assert (len(result.troubles), len(result.passed), result.parts) == (1, 2, ())


def test_json_in_a_string_in_a_string_is_read() -> None:
    assert levels(json.dumps(json.dumps(nested(FAILED)))) == ["error"]


def test_the_gravest_come_first() -> None:
    found = [{"name": level, "level": level} for level in ("advice", "error", "warning", "critical")]
    assert levels(found) == ["critical", "error", "warning", "advice"]


@pytest.mark.parametrize(
    "check",
    [
        {"checkItem": "x", "severity": "ERROR"},
        {"title": "x", "status": "Failed"},
        {"description": "x", "Risk-Level": "medium"},
        {"name": "x", "passed": False},
        {"name": "x", "level": "异常"},
        {"name": "x", "level": "error", "status": "success"},  # it ran
    ],
)
def test_a_check_is_known_by_other_names_too(check: dict[str, Any]) -> None:
    assert levels({"anything": {"at": {"all": [check]}}}) == ["error"]


@pytest.mark.parametrize("check", [{"name": "x", "level": "critical", "result": "pass"}, {"name": "x", "ok": True}])
def test_an_outcome_that_is_good_comes_before_the_level_that_a_bad_one_would_have(check: dict[str, Any]) -> None:
    assert [len(part) for part in (read([check]).troubles, read([check]).passed)] == [0, 1]


def test_a_level_that_is_not_known_is_shown_as_unclear_with_its_word() -> None:
    (found,) = read([{"name": "x", "level": "purple"}]).troubles
    assert (found.level, found.evidence) == ("unclear", "level=purple")


def test_what_a_check_says_beside_is_evidence() -> None:
    (found,) = read([{**FAILED, "refer": "80%", "pods": ["a", "b"]}]).troubles
    assert found.evidence == 'kubelet stopped posting; refer=80%; pods=["a", "b"]'


def test_a_check_without_a_name_is_called_by_its_key() -> None:
    (found,) = read({"checks": {"NodeReady": {"level": "error", "message": "it is not"}}}).troubles
    assert (found.what, found.evidence) == ("NodeReady", "it is not")


def test_a_message_alone_is_told_once() -> None:
    (found,) = read([{"level": "error", "message": "it is not"}]).troubles
    assert (found.what, found.evidence) == ("it is not", "")


def test_a_group_that_is_bad_itself_is_a_finding_beside_its_checks() -> None:
    assert levels({"group": "g", "level": "critical", "message": "agent lost", "items": [FAILED]}) == [
        "critical",
        "error",
    ]


def test_parts_without_a_check_are_kept_with_their_place() -> None:
    (part,) = read({"checks": [FAILED], "graph": [{"from": "a", "to": "b"}]}).parts
    assert (part.what, part.evidence) == ("result.graph", '[{"from": "a", "to": "b"}]')


def test_a_text_that_is_no_json_is_kept() -> None:
    (part,) = read("all is lost").parts
    assert part.evidence == "all is lost"


def test_counts_by_level_are_no_part_that_is_not_understood() -> None:
    assert read({"summary": {"normal": 3, "error": 1}, "checks": [FAILED]}).parts == ()


def test_secrets_are_taken_out() -> None:
    told = "password=hunter2hunter2 and token eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJlc2lnbmF0dXJl"
    (found,) = read([{**FAILED, "message": told}]).troubles
    assert "hunter2" not in found.evidence and "c2lnbmF0" not in found.evidence


def test_long_evidence_tells_that_it_was_cut() -> None:
    (found,) = read([{**FAILED, "message": "x" * 5000}]).troubles
    assert len(found.evidence) < EVIDENCE + 40 and found.evidence.endswith("… (5,000 characters)")


def test_a_nesting_without_end_is_kept_as_text() -> None:
    assert read("[" * 100_000).parts


TEXTS = st.text(st.characters(codec="utf-8", exclude_categories=["C", "Z"]), min_size=5, max_size=9)
CHECKS = st.fixed_dictionaries({"name": TEXTS, "level": st.sampled_from(["error", "purple", "normal"])})
TREES = st.recursive(
    CHECKS | st.dictionaries(TEXTS, TEXTS | st.integers()),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3),
    max_leaves=8,
)


def checks_in(node: Any) -> int:
    if isinstance(node, dict):
        return int({"name", "level"} == set(node)) or sum(map(checks_in, node.values()))
    return sum(map(checks_in, node)) if isinstance(node, list) else 0


@settings(max_examples=30)
@given(TREES)
def test_every_check_is_found_at_any_depth(tree: Any) -> None:
    result = read(json.dumps(tree))
    assert len(result.troubles) + len(result.passed) == checks_in(tree)


@pytest.mark.slow
@settings(max_examples=60)
@given(TREES)
def test_whatever_holds_something_is_a_check_or_a_part(tree: Any) -> None:
    result = read(json.dumps(tree))
    assert bool(result.has_checks or result.parts) == bool(tree)
