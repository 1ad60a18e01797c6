"""Lists of the wrong shape: an API server behind another one may answer anything, and never is that "nothing"."""

from typing import Any

import pytest

from ack_mcp_server.errors import UnexpectedAnswer
from ack_mcp_server.kube.native.engine import told
from ack_mcp_server.kube.native.get.run import get
from tests.kube.native.answering import groups, run

THINGS = "/apis/example.com/v1/namespaces/default/things"
NAME = {"name": "Name"}
WRONG: dict[str, dict[str, Any]] = {
    "no columns": {"rows": [{"cells": ["a"]}]},
    "null columns": {"columnDefinitions": None, "rows": [{"cells": ["a"]}]},
    "unnamed columns": {"columnDefinitions": [{}], "rows": [{"cells": ["a"]}]},
    "no rows": {"columnDefinitions": [NAME]},
    "rows in an object": {"columnDefinitions": [NAME], "rows": {"a": 1}},
    "no cells": {"columnDefinitions": [NAME], "rows": [{}]},
    "too few cells": {"columnDefinitions": [NAME, NAME], "rows": [{"cells": ["a"]}]},
    "a list for metadata": {"columnDefinitions": [NAME], "rows": [], "metadata": ["a"]},
}


def discovered() -> dict[str, Any]:
    thing = {"resource": "things", "responseKind": {"kind": "Thing"}, "scope": "Namespaced", "verbs": ["list"]}
    versions = [{"version": "v1", "resources": [thing]}]
    return groups({"metadata": {"name": "example.com"}, "versions": versions})


async def printed(answer: dict[str, Any], command: str) -> str:
    found = await run(lambda asked: told(get, asked), {"/apis": discovered(), THINGS: answer}, command)
    return found.stdout


@pytest.mark.parametrize("wrong", WRONG.values(), ids=WRONG)
async def test_a_table_of_the_wrong_shape_is_an_error_of_the_server(wrong: dict[str, Any]) -> None:
    with pytest.raises(UnexpectedAnswer):
        await printed({"kind": "Table", **wrong}, "get things")


@pytest.mark.parametrize("wrong", [{}, {"items": {"a": 1}}, {"items": [1]}], ids=["none", "an object", "a number"])
@pytest.mark.parametrize("form", ["yaml", "name"])
async def test_a_list_without_items_is_no_empty_list(wrong: dict[str, Any], form: str) -> None:
    with pytest.raises(UnexpectedAnswer):
        await printed({"kind": "ThingList", "apiVersion": "example.com/v1", **wrong}, f"get things -o {form}")


async def test_more_tabs_than_a_table_has_columns_become_blanks() -> None:
    table = {"kind": "Table", "columnDefinitions": [NAME], "rows": [{"cells": ["a" + "\tb" * 300]}]}
    assert (await printed(table, "get things --no-headers")).startswith("a b b ")
