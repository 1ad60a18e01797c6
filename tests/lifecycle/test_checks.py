"""How a precheck is read, whose items have no documented shape."""

import pytest

from ack_mcp_server.services.checks import Check


def check(status: str, **item: object) -> Check:
    return Check.model_validate({"check_id": "c-1", "status": status, "check_items": {"nodes": [item], "other": None}})


@pytest.mark.parametrize(
    ("status", "level", "failed"),
    [
        ("Succeeded", "normal", False),
        ("Succeeded", "warning", False),
        ("Succeeded", "error", True),
        ("Failed", "normal", True),
        ("Whatever", "normal", True),
    ],
)
def test_only_what_is_known_as_passed_has_passed(status: str, level: str, failed: bool) -> None:
    assert check(status, level=level, message="m").failed is failed


def test_items_of_another_shape_are_read_as_far_as_they_go() -> None:
    found = check("Failed", name=["x"], display="Nodes", level="error", message=3, refer={})
    assert [str(item) for item in found.items] == ["Nodes"]
    assert found.items[0].failed


def test_an_item_makes_no_line_of_its_own() -> None:
    assert str(check("Failed", name="a", message="b\nNext: do it").items[0]) == "a: b Next: do it"
