"""Pods belong to a workload by the uids of their owners, and are asked for by names that PromQL cannot misread."""

from typing import Any

from ack_mcp_server.cost.history import Past, Used
from ack_mcp_server.cost.owned import CHUNK, any_of, chunks
from ack_mcp_server.cost.reading import owned_by, selector_text


def _owned(uid: str, *, controller: bool = True) -> dict[str, Any]:
    return {"metadata": {"name": uid, "ownerReferences": [{"uid": uid, "controller": controller}]}}


def test_only_the_controller_owns() -> None:
    mine, others = _owned("a"), [_owned("b"), _owned("a", controller=False), {"metadata": {}}]
    assert owned_by([mine, *others], {"a"}.__contains__) == [mine]


def test_a_selector_is_asked_for_as_it_is_written() -> None:
    rules = [
        {"key": "tier", "operator": "In", "values": ["web", "api"]},
        {"key": "env", "operator": "NotIn", "values": ["test"]},
        {"key": "team", "operator": "Exists"},
        {"key": "old", "operator": "DoesNotExist"},
    ]
    text = selector_text({"matchLabels": {"app": "shop"}, "matchExpressions": rules})
    assert text == "app=shop,tier in (web,api),env notin (test),team,!old"


def test_names_are_taken_literally() -> None:
    assert any_of("pod", ["web.1", 'x"|.*']) == r'pod=~"web\\.1|x\"\\|\\.\\*"'


def test_many_names_are_asked_for_in_parts() -> None:
    names = [f"web-{number}" for number in range(2 * CHUNK + 1)]
    assert [len(part) for part in chunks(names)] == [CHUNK, CHUNK, 1]


def test_the_load_of_all_pods_is_summed_by_time() -> None:
    used = [Used("a", "app", (60, 120), (1, 2)), Used("b", "app", (120, 180), (4, 8)), Used("b", "log", (120,), (16,))]
    past = Past(used={"cpu": used})
    assert past.totals("cpu") == {60: 1, 120: 22, 180: 8}
    assert sorted(past.per_pod("cpu")) == [1, 2, 8, 20]
    assert past.length_s == 120
