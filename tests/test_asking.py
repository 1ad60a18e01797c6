"""A tool asks the person behind the client: in both eras, on every transport, and no yes is heard that was not said."""

import asyncio
import os
import sys
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from fastmcp import Client
from fastmcp.client.elicitation import ElicitResult
from fastmcp.client.transports import SSETransport, StdioTransport, StreamableHttpTransport
from mcp import types

from ack_mcp_server.app import build_app
from ack_mcp_server.middleware import questions
from ack_mcp_server.middleware.questions import shows_forms
from tests import asking_tool
from tests.asking_tool import YES, Person, World, saying
from tests.conftest import Door, http_site, made_settings, until

NO: dict[str, ElicitResult[Any]] = {
    "no": ElicitResult(action="accept", content={"apply": "no"}),
    "nothing": ElicitResult(action="accept", content={}),
    "more than yes": ElicitResult(action="accept", content={"apply": "yes", "really": "yes"}),
    "declined": ElicitResult(action="decline"),
    "declined with a yes": ElicitResult(action="decline", content={"apply": "yes"}),
    "dismissed": ElicitResult(action="cancel"),
}
WAYS = ["memory auto", "memory legacy", "http auto", "sse legacy"]


@pytest.fixture(autouse=True)
def world(monkeypatch: pytest.MonkeyPatch) -> World:
    fresh = World()
    monkeypatch.setattr(asking_tool, "world", fresh)
    return fresh


@pytest.fixture(scope="module")
def urls() -> Iterator[dict[str, str]]:
    with (
        asking_tool.offered(),
        http_site(made_settings(MCP_TRANSPORT="http")) as http,
        http_site(made_settings(MCP_TRANSPORT="sse")) as sse,
    ):
        yield {"http": http, "sse": sse}


@pytest.fixture
def reach(urls: dict[str, str]) -> Callable[..., Client[Any]]:
    """A client on one of the ways, with a person behind it or none."""

    def opened(way: str, person: Person | None = None) -> Client[Any]:
        transport, mode = way.split()
        return Client(target(transport), mode=mode, elicitation_handler=person)

    def target(transport: str) -> Any:
        if transport == "memory":
            with asking_tool.offered():
                return build_app(made_settings())
        path, made = {"http": ("/mcp", StreamableHttpTransport), "sse": ("/sse", SSETransport)}[transport]
        return made(urls[transport] + path)

    return opened


async def verdict(client: Client[Any], what: str = "it") -> str:
    return (await Door(client).ok("change", what=what)).text


@pytest.mark.parametrize("way", WAYS)
async def test_a_person_who_says_yes_is_heard(reach: Callable[..., Client[Any]], way: str) -> None:
    seen: list[str] = []
    async with reach(way, saying(YES, seen)) as client:
        assert await verdict(client, "the pod") == "accepted"
    assert seen == ["Change the pod, which is as it was?"]


@pytest.mark.parametrize("way", WAYS)
async def test_everything_but_yes_is_no(reach: Callable[..., Client[Any]], way: str) -> None:
    heard = {}
    for name, answer in NO.items():
        async with reach(way, saying(answer)) as client:
            heard[name] = await verdict(client)
    assert heard == dict.fromkeys(NO, "declined")


@pytest.mark.parametrize("way", [*WAYS, "http legacy"])
async def test_a_client_without_the_capability_cannot_be_asked(reach: Callable[..., Client[Any]], way: str) -> None:
    async with reach(way) as client:
        assert await verdict(client) == "cannot-ask"


async def test_a_call_without_a_session_cannot_carry_a_question(reach: Callable[..., Client[Any]]) -> None:
    async with reach("http legacy", saying(YES)) as client:
        assert await verdict(client) == "cannot-ask"


@pytest.mark.parametrize(
    ("elicitation", "shown"),
    [(None, False), ({}, True), ({"form": {}}, True), ({"form": {}, "url": {}}, True), ({"url": {}}, False)],
)
def test_forms_are_shown_by_clients_that_say_so_or_name_no_mode(elicitation: Any, shown: bool) -> None:
    assert shows_forms(types.ClientCapabilities.model_validate({"elicitation": elicitation})) is shown


def test_a_client_that_says_nothing_of_itself_shows_nothing() -> None:
    assert not shows_forms(None)


async def test_a_client_that_fails_to_ask_has_not_said_yes(reach: Callable[..., Client[Any]]) -> None:
    async def person(*_question: Any) -> Any:
        raise RuntimeError("no screen")

    async with reach("memory legacy", person) as client:
        assert await verdict(client) == "declined"


@pytest.mark.parametrize("way", WAYS)
async def test_two_questions_of_one_session_have_each_their_own_answer(
    reach: Callable[..., Client[Any]], way: str
) -> None:
    both = asyncio.Barrier(2)

    async def person(message: str, *_more: Any) -> ElicitResult[Any]:
        await both.wait()
        return YES if "first" in message else NO["no"]

    async with reach(way, person) as client:
        heard = await asyncio.gather(verdict(client, "first"), verdict(client, "second"))
    assert [*heard] == ["accepted", "declined"]


async def test_a_person_who_says_nothing_in_time_has_not_said_yes(
    reach: Callable[..., Client[Any]], monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(questions, "ELICITATION_TIMEOUT_S", 0.02)
    caplog.set_level("INFO", "ack_mcp_server.calls")
    told: list[str] = []

    async with reach("memory legacy", never_answering(told)) as client:
        assert await verdict(client) == "declined"
        assert await until(lambda: told == ["asked", "let go"])
    assert "decision=no-answer-in-time " in caplog.text


def never_answering(told: list[str]) -> Person:
    async def person(*_question: Any) -> Any:
        told.append("asked")
        try:
            await asyncio.Event().wait()
        finally:
            told.append("let go")

    return person


@pytest.mark.parametrize("way", ["memory legacy", "sse legacy"])
async def test_a_call_that_is_cancelled_takes_its_question_back(
    reach: Callable[..., Client[Any]], way: str, world: World
) -> None:
    told: list[str] = []
    async with reach(way, never_answering(told)) as client:
        calling = asyncio.ensure_future(verdict(client, "the node"))
        assert await until(lambda: told == ["asked"])
        calling.cancel()
        assert await until(lambda: told == ["asked", "let go"] and world.ended == ["cancelled"])


@pytest.mark.parametrize("way", ["memory legacy", "sse legacy"])
async def test_a_client_that_leaves_has_not_said_yes(reach: Callable[..., Client[Any]], way: str, world: World) -> None:
    told: list[str] = []
    async with reach(way, never_answering(told)) as client:
        calling = asyncio.ensure_future(verdict(client, "the node"))
        assert await until(lambda: told == ["asked"])
    with pytest.raises(Exception):  # noqa: B017 - as its transport tells it
        await calling
    assert await until(lambda: bool(world.ended))
    assert world.ended == ["declined"]


async def test_a_call_that_asked_is_one_line_like_any_other(
    reach: Callable[..., Client[Any]], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO", "ack_mcp_server.calls")
    async with reach("memory auto", saying(YES)) as client:
        await verdict(client)
    told = [dict(field.split("=") for field in line.split()) for line in caplog.messages]
    assert [f"{line['decision']} {line['outcome']}" for line in told] == ["ask asked", "accepted ok"]


@pytest.mark.parametrize("mode", ["auto", pytest.param("legacy", marks=pytest.mark.slow)])
async def test_a_server_on_stdio_asks(mode: str) -> None:
    start = "from ack_mcp_server.cli import main\nfrom tests.asking_tool import offered\nwith offered():\n    main()"
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    transport = StdioTransport(sys.executable, ["-c", start], env=environment, keep_alive=False)
    async with Client(transport, mode=mode, elicitation_handler=saying(YES)) as client:
        assert await verdict(client) == "accepted"
