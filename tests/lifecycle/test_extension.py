"""Settings that a call gives as JSON: which names pass, and what is never taken."""

import json
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ack_mcp_server.errors import InvalidInput, NotEnabled, TooLarge
from ack_mcp_server.lifecycle.differences import differences, settings_lines
from ack_mcp_server.lifecycle.extension import merged, read_extension
from tests.conftest import made_settings

POOL = "ModifyClusterNodePoolRequest"
PLAIN = made_settings()


def read(text: str) -> dict[str, Any]:
    return read_extension(text, PLAIN, POOL)


def test_settings_are_taken_as_they_are_said() -> None:
    text = '{"kubernetes_config": {"labels": [{"key": "a", "value": "b"}]}, "update_nodes": false}'
    assert read(text) == json.loads(text)
    assert read("") == {}


@pytest.mark.parametrize(
    "text",
    [
        '{"scaling_group": {"login_password": "x"}}',
        '{"scaling_group": {"key_pair": "mine"}}',
        '{"scaling_group": [{"login_password": "x"}]}',
    ],
)
def test_passwords_and_key_pairs_are_left_to_a_person(text: str) -> None:
    with pytest.raises(InvalidInput, match="do not go through a model"):
        read(text)


@pytest.mark.parametrize("name", ["user_data", "pre_user_data"])
def test_scripts_that_run_on_nodes_need_a_flag(name: str) -> None:
    text = json.dumps({"kubernetes_config": {name: "eA=="}})
    with pytest.raises(NotEnabled, match="control of the nodes"):
        read(text)
    allowed = PLAIN.model_copy(update={"allow_privileged": True})
    assert read_extension(text, allowed, POOL) == json.loads(text)


@pytest.mark.parametrize(
    "text",
    [
        '{"bogus": 1}',
        '{"scaling_group": {"desired_sizes": 1}}',
        '{"kubernetes_config": {"labels": [{"name": "a"}]}}',
        '{"auto_scaling": 0}',
        '{"auto_scaling": []}',
        '{"scaling_group": "desired_size"}',
        '{"kubernetes_config": {"labels": ["a"]}}',
        '{"kubernetes_config": {"labels": {"key": "a"}}}',
        '{"update_nodes": null}',
    ],
)
def test_a_field_that_the_api_does_not_have_is_refused_instead_of_dropped(text: str) -> None:
    with pytest.raises(InvalidInput):
        read(text)


@pytest.mark.parametrize(
    "text",
    [
        "[]",
        "1",
        "{",
        '{"a": 1, "a": 2}',
        "[" * 5000,
        '{"auto_scaling": {"max_instances": NaN}}',
        '{"auto_scaling": {"max_instances": -Infinity}}',
        '{"auto_scaling": {"max_instances": 1e999}}',
        '{"auto_scaling": {"max_instances": 1' + "0" * 500 + "}}",
        '{"nodepool_info": {"name": "\\ud800"}}',
        '{"nodepool_info": ' * 40 + "1" + "}" * 40,
    ],
)
def test_what_is_no_object_is_refused(text: str) -> None:
    with pytest.raises(InvalidInput):
        read(text)


def test_an_argument_and_the_extension_do_not_contradict_each_other() -> None:
    assert merged({"a": {"b": 1}}, {"a": {"c": 2}}) == {"a": {"b": 1, "c": 2}}
    with pytest.raises(InvalidInput, match=r"a\.b is said by an argument"):
        merged({"a": {"b": 1}}, {"a": {"b": 2}})


NAMES = ["scaling_group", "labels", "key", "kubernetes_config", "desired_size", "auto_scaling", "enable", "x"]
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(NAMES), inner, max_size=3),
    max_leaves=12,
)


@settings(max_examples=60)
@given(st.dictionaries(st.sampled_from(NAMES), JSON, max_size=4))
def test_whatever_is_said_passes_whole_or_is_refused(value: dict[str, Any]) -> None:
    with suppress(InvalidInput):
        assert read(json.dumps(value)) == value


def test_a_difference_is_told_by_path_and_without_what_is_secret() -> None:
    before = {"a": {"b": 1, "c": [1]}, "login_password": "one-DO-NOT-LEAK", "user_data": "eA=="}
    wanted = {"a": {"b": 2, "c": [1]}, "login_password": "two-DO-NOT-LEAK", "user_data": "eC1ETy1OT1QtTEVBSw=="}
    lines = differences(before, wanted)
    assert "  a.b: 1 -> 2" in lines
    assert len(lines) == 3
    assert "DO-NOT-LEAK" not in str(lines) and "eC1E" not in str(lines)


def test_items_of_a_long_list_are_told_one_by_one_so_that_none_hides_behind_others() -> None:
    labels = [{"key": f"label-{number}", "value": "x" * 20} for number in range(30)]
    before = {"labels": labels}
    lines = differences(before, {"labels": [*labels[1:], {"key": "hidden", "value": "y"}]})
    assert lines == [
        "  labels: 30 -> 30 items",
        '    - {"key": "label-0", "value": "xxxxxxxxxxxxxxxxxxxx"}',
        '    + {"key": "hidden", "value": "y"}',
    ]


def test_more_settings_than_a_plan_shows_are_refused() -> None:
    with pytest.raises(InvalidInput, match="101 lines of settings are more than the 100"):
        settings_lines({f"name{number}": number for number in range(101)})


def test_new_settings_are_told_by_path() -> None:
    assert settings_lines({"a": {"b": "x"}}) == ['  a.b: "x"']


ZONES = "".join(f"zone{number} {{ forward . /etc/resolv.conf }}\n" for number in range(20))


def test_of_a_long_text_the_lines_that_differ_are_told() -> None:
    before, wanted = (f"{ZONES}forward . {address}\n" for address in ("100.100.2.136", "6.6.6.6"))
    assert differences({"a": before}, {"a": wanted}) == [
        "  a: 774 -> 768 characters; where they differ:",
        '    - "forward . 100.100.2.136\\n"',
        '    + "forward . 6.6.6.6\\n"',
    ]


def test_of_a_long_line_the_part_that_differs_is_told() -> None:
    before, wanted = (f"{'x' * 500} {address} {'y' * 500}" for address in ("10.0.0.1", "6.6.6.6"))
    told = differences({"a": before}, {"a": wanted})[1:]
    assert told == [
        f'    - …"{"x" * 19} 10.0.0.1 {"y" * 19}"…',
        f'    + …"{"x" * 19} 6.6.6.6 {"y" * 19}"…',
    ]


@pytest.mark.parametrize("value", [f"{ZONES}the end", f"{'x' * 900}the end", ["x" * 900 + "the end"], [*"abc" * 50]])
def test_what_is_new_is_told_to_its_end_however_long(value: Any) -> None:
    told = "".join(line.removeprefix("      …") for line in settings_lines({"a": value}))
    old = "".join(line.removeprefix("      …") for line in differences({}, {"a": value}))
    end = "the end" if "the end" in str(value) else '"c"'
    assert end in told and end in old
    assert max(map(len, settings_lines({"a": value}))) < 420
    assert differences({}, {"a": value})[0] == "  a: none ->"


def test_a_long_list_in_another_order_is_told_as_it_would_be() -> None:
    items = ["x" * 100, "y" * 100]
    assert differences({"a": items}, {"a": items[::-1]})[-1] == f'    + ["{"y" * 100}", "{"x" * 100}"]'


def test_a_secret_that_becomes_another_is_told_as_changed() -> None:
    assert differences({"password": "one-of-them"}, {"password": "two-of-them"})[0].endswith(" -> another value")


MORE = "    and a redacted value becomes another"
KEY = "-----BEGIN RSA PRIVATE KEY-----\n{}\n-----END RSA PRIVATE KEY-----\n"
HIDDEN: dict[str, tuple[Any, Any]] = {
    "in another line": (f"{ZONES}password: hunter2secret\nx: 1\n", f"{ZONES}password: hunter3secret\nx: 2\n"),
    "in the same line": (f"x {'x' * 300} token=abcdefghijk123", f"y {'x' * 300} token=zzzdefghijk123"),
    "in a short text": ("x: 1 password: hunter2secret", "x: 2 password: hunter3secret"),
    "of several lines": (f"one\n{KEY.format('QUJD' * 12)}", f"two\n{KEY.format('REVG' * 12)}"),
    "in another item": (["x=1", "password=abc123secret", "u" * 300], ["x=2", "password=abc999secret", "u" * 300]),
    "in the same item": ([{"name": "DB_PASSWORD", "value": "a1b2c3", "x": 1}],
                         [{"name": "DB_PASSWORD", "value": "a1b2c4", "x": 2}]),
    "of which another has the old one": ("a: 1\npassword: hunter2secret\n" * 9,
                                         "a: 2\npassword: hunter3secret\n" + "a: 1\npassword: hunter2secret\n" * 8),
    "that cannot be found again": ("a 1 <redacted: x, 9 characters> password: hunter2secret",
                                   "a 2 <redacted: x, 9 characters> password: hunter3secret"),
}  # fmt: skip


@pytest.mark.parametrize(("before", "wanted"), HIDDEN.values(), ids=HIDDEN)
def test_a_secret_that_changes_beside_something_else_is_told_as_changed(before: Any, wanted: Any) -> None:
    lines = differences({"a": before}, {"a": wanted})
    assert lines[-1] == MORE
    assert not any(secret in str(lines) for secret in ("hunter", "zzzdef", "REVG", "abc999", "a1b2c4"))


@pytest.mark.parametrize(
    ("before", "wanted"),
    [
        (f"{ZONES}password: hunter2secret\nx: 1\n", f"{ZONES}password: hunter2secret\nx: 2\n"),
        (f"{ZONES}x: 1\n", f"{ZONES}x: 1\npassword: hunter2secret\n"),
        (f"{ZONES}password: hunter2secret\n", f"{ZONES}password: longer-hunter2secret\n"),
        ("x: 1 <redacted: y, 3 characters>", "x: 2 <redacted: y, 3 characters>"),
    ],
)
def test_a_secret_that_stays_or_whose_place_tells_that_it_changes_is_not_told_again(before: str, wanted: str) -> None:
    assert MORE not in differences({"a": before}, {"a": wanted})


def env(*secrets: Any) -> list[dict[str, Any]]:
    return [{"name": f"password-{at}", "login_password": secret} for at, secret in enumerate(secrets)]


SAME: dict[str, tuple[Any, Any]] = {
    "an item is removed": (env("aaa1", "bbb2", "ccc3"), env("aaa1", "bbb2", "ccc3")[1:]),
    "an item is added": (env("aaa1"), env("aaa1", "bbb2")),
    "an item is added before": (env("aaa1", "bbb2")[1:], env("aaa1", "bbb2")),
    "items are in another order": (env("aaa1", "bbb2"), env("aaa1", "bbb2")[::-1]),
    "a line is removed": ("a: 1\npassword: hunter2secret\npassword: hunter3secret\n",
                          "a: 2\npassword: hunter3secret\n"),
    "an item whose secret is a number is removed": (env(111111, 222222, 333333), env(111111, 222222, 333333)[1:]),
    "one that cannot be found again stays": (["a <redacted: x, 9 characters> password: hunter2secret", 1],
                                             ["a <redacted: x, 9 characters> password: hunter2secret", 2]),
}  # fmt: skip


@pytest.mark.parametrize(("before", "wanted"), SAME.values(), ids=SAME)
def test_a_secret_that_is_only_added_removed_or_moved_becomes_no_other(before: Any, wanted: Any) -> None:
    assert MORE not in differences({"a": before}, {"a": wanted})


@pytest.mark.parametrize(("one", "other"), [("aaa1", "bbb2"), (111111, 222222)])
def test_a_secret_that_becomes_another_beside_one_that_is_removed_is_told(one: Any, other: Any) -> None:
    assert differences({"a": env("gone", one, "kept")}, {"a": env("gone", other, "kept")[1:]})[-1] == MORE


def test_an_empty_object_in_place_of_a_value_is_told() -> None:
    assert differences({"a": "true"}, {"a": {}}) == ['  a: "true" -> {}']


def test_a_name_does_not_hide_what_is_said_of_it() -> None:
    assert settings_lines({"a none -> b": 1}) == ['  ["a none -> b"]: 1']


def test_settings_that_the_cloud_has_nested_too_deeply_are_no_defect() -> None:
    deep: Any = 1
    for _ in range(5000):
        deep = {"a": deep}
    with pytest.raises(TooLarge):
        differences({"a": deep}, {"a": {"b": 1}})
