"""What a client may read beside the tools."""

from collections.abc import Callable

from ack_mcp_server.kube.table.verbs import VERBS
from ack_mcp_server.settings import Settings
from tests.conftest import Door, door_to


async def test_the_table_of_commands_can_be_read_and_names_every_verb(door: Door) -> None:
    (content,) = await door.client.read_resource("ack://kubectl/commands")
    text = getattr(content, "text", "")
    assert all(f"| {verb} |" in text for verb in VERBS)


async def test_a_document_goes_with_its_toolset(settings: Callable[..., Settings]) -> None:
    async with door_to(settings(TOOLSETS="ack")) as door:
        assert await door.client.list_resources() == []
