"""The list of tools as clients see it: a snapshot that review reads, and a ceiling on what it costs a model."""

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

from ack_mcp_server import toolsets
from ack_mcp_server.settings import Settings
from tests.conftest import Door, door_to
from tests.tokens import count_tokens

SNAPSHOT = Path(__file__).parent / "snapshots" / "tools.json"
CEILING = 3300  # o200k tokens for the whole default set, later toolsets included
SHARE = CEILING * len([tool for toolset in toolsets.TOOLSETS if toolset.by_default for tool in toolset.tools]) // 15


async def listed(door: Door) -> list[dict[str, Any]]:
    tools = await door.client.list_tools()
    return [tool.model_dump(mode="json", by_alias=True, exclude_none=True) for tool in tools]


async def test_the_tools_are_those_of_the_snapshot(door: Door) -> None:
    """`make snapshot` rewrites it."""
    tools = json.dumps(await listed(door), indent=2, ensure_ascii=False) + "\n"
    if os.environ.get("UPDATE_SNAPSHOTS"):
        SNAPSHOT.write_text(tools)
    assert SNAPSHOT.read_text() == tools


async def test_the_list_is_the_same_in_both_eras(settings: Callable[..., Settings], door: Door, era: str) -> None:
    async with door_to(settings(), era) as other:
        assert await listed(other) == await listed(door)


async def test_the_default_tools_stay_within_their_share_of_the_token_ceiling(door: Door) -> None:
    assert count_tokens(json.dumps(await listed(door), separators=(",", ":"))) <= SHARE


async def test_every_tool_is_annotated_and_described(door: Door) -> None:
    for tool in await listed(door):
        begins = tool["name"] in ("diagnose_resource", "query_inspect_report")
        beginning = {"idempotentHint": False} if begins else {}
        expected = {"readOnlyHint": not begins, "destructiveHint": False, **beginning}
        assert tool["annotations"] == expected, tool["name"]
        assert tool["description"]
        assert "_meta" not in tool


async def test_schemas_are_simple(door: Door) -> None:
    """No anyOf, no nested objects, nothing beyond what weak clients understand."""
    for tool in await listed(door):
        schema = tool["inputSchema"]
        assert schema["additionalProperties"] is False
        for name, parameter in schema["properties"].items():
            assert parameter["type"] in ("string", "integer", "array", "boolean"), (tool["name"], name)
            assert not {"anyOf", "oneOf", "$ref"} & set(parameter)
            assert "" not in parameter.get("enum", []), "some model APIs refuse an empty choice"


async def test_the_table_of_toolsets_names_exactly_the_tools_that_exist(settings: Callable[..., Settings]) -> None:
    for toolset in toolsets.TOOLSETS:
        writing = settings(TOOLSETS=toolset.name).model_copy(update={"allow_write": True})
        async with door_to(writing) as door:
            assert [tool["name"] for tool in await listed(door)] == list(toolset.tools)


async def test_a_tool_that_writes_is_listed_and_called_with_the_flag_only(settings: Callable[..., Settings]) -> None:
    async with door_to(settings(TOOLSETS="compat")) as door:
        assert "kubectl_delete" not in [tool["name"] for tool in await listed(door)]
        told = await door.error("kubectl_delete", resource="pods", name="x")
    assert told.startswith("WriteNotAllowed: kubectl_delete changes things")
