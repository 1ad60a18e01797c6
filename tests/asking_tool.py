"""A toolset for tests, of one tool, which asks before it does nothing; and persons to be asked."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import pytest
from fastmcp.client.elicitation import ElicitResult
from fastmcp.dependencies import Depends
from mcp import ClientSession, types

from ack_mcp_server import toolsets
from ack_mcp_server.answers.answer import Answer
from ack_mcp_server.asking import Ask
from ack_mcp_server.tools.dependencies import current_ask
from ack_mcp_server.tools.registration import Offered
from ack_mcp_server.toolsets import Toolset

TOOLSET = Toolset(name="asking", module="tests.asking_tool", tools=("change",), about="asks")


@dataclass
class World:
    """What the tool would act on, and how its calls ended."""

    state: str = "as it was"
    ended: list[str] = field(default_factory=list)


world = World()


class Said(Answer):
    verdict: str

    def text(self) -> str:
        return self.verdict


async def change(what: str, ask: Ask = Depends(current_ask)) -> Said:
    """Change something."""
    try:
        verdict = await ask(f"Change {what}, which is {world.state}?", world.state)
    except asyncio.CancelledError:
        world.ended.append("cancelled")
        raise
    world.ended.append(verdict)
    return Said(verdict=verdict)


TOOLS = (Offered(change, reads=False),)


@contextmanager
def offered() -> Iterator[None]:
    """Servers that are built meanwhile have the tool and no other."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(toolsets, "TOOLSETS", (TOOLSET,))
        yield


Person = Callable[..., Awaitable[Any]]
YES = ElicitResult(action="accept", content={"apply": "yes"})


def saying(answer: ElicitResult[Any], seen: list[str] | None = None) -> Person:
    async def person(message: str, *_more: Any) -> ElicitResult[Any]:
        if seen is not None:
            seen.append(message)
        return answer

    return person


async def by_hand(session: ClientSession, ticket: str | None = None) -> Any:
    """A call of the later era, by a client that shows us what it is asked; with yes and the ticket, if there is one."""
    said = types.ElicitResult(action="accept", content={"apply": "yes"})
    return await session.call_tool(
        "change",
        {"what": "it"},
        input_responses={"approval": said} if ticket else None,
        request_state=ticket,
        allow_input_required=True,
    )
