"""A plain tool call takes a way of ours past the framework's transport: the client must not be able to tell."""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

import httpx
import pytest
from fastmcp import FastMCP
from mcp import MCPError
from mcp.server.context import ServerRequestContext
from mcp.types import CallToolRequestParams, CallToolResult, TextContent

from ack_mcp_server.web import exchange, plain_call
from ack_mcp_server.web.doors import doors_for
from ack_mcp_server.web.site import build_site
from tests.conftest import made_settings, tool_call

MODERN = "2026-07-28"
ENVELOPE = {
    "io.modelcontextprotocol/protocolVersion": MODERN,
    "io.modelcontextprotocol/clientCapabilities": {},
}
BOTH = "application/json, text/event-stream"

Handler = Callable[[ServerRequestContext[Any, Any], CallToolRequestParams], Awaitable[CallToolResult]]


def said(text: str) -> CallToolResult:
    return CallToolResult(content=[TextContent(type="text", text=text)])


async def echo(_context: ServerRequestContext[Any, Any], params: CallToolRequestParams) -> CallToolResult:
    if params.name == "refusing":
        raise MCPError(-32602, "refused", {"by": "the tool"})
    if params.name == "broken":
        raise ValueError("DO-NOT-LEAK")
    return said(f"{params.name} {params.arguments}")


@asynccontextmanager
async def site(handler: Handler = echo) -> AsyncIterator[httpx.AsyncClient]:
    """The HTTP site around a server with one handler, called without a socket."""
    app: FastMCP[Any] = FastMCP("site")
    app._mcp_server.add_request_handler("tools/call", CallToolRequestParams, handler)
    doors, _ = doors_for(made_settings(), lambda _bytes: "")
    asgi = build_site(app, "http", doors)
    stopping, started = asyncio.Event(), asyncio.Event()
    messages = iter([{"type": "lifespan.startup"}])

    async def receive() -> Any:
        if message := next(messages, None):
            return message
        await stopping.wait()
        return {"type": "lifespan.shutdown"}

    async def send(message: Any) -> None:
        started.set()

    running = asyncio.ensure_future(asgi({"type": "lifespan", "state": {}}, receive, send))
    await started.wait()
    transport = httpx.ASGITransport(asgi)
    async with httpx.AsyncClient(transport=transport, base_url="http://localhost") as client:
        yield client
    stopping.set()
    await running


def modern(tool: str, **arguments: Any) -> tuple[dict[str, Any], dict[str, str]]:
    message = tool_call(tool, **arguments)
    message["params"]["_meta"] = ENVELOPE
    return message, {"MCP-Protocol-Version": MODERN, "Mcp-Method": "tools/call", "Mcp-Name": tool}


def changed(message: dict[str, Any], **members: Any) -> dict[str, Any]:
    return {**message, **members}


def with_params(message: dict[str, Any], **members: Any) -> dict[str, Any]:
    return {**message, "params": {**message["params"], **members}}


LEGACY, (NOW, HEADERS) = tool_call("t", a=1), modern("t", a=1)
OTHER_META = {"io.modelcontextprotocol/protocolVersion": "2025-11-25"}
MESSAGES: dict[str, tuple[Any, dict[str, str]]] = {
    "earlier era": (LEGACY, {}),
    "earlier era, with its version": (LEGACY, {"MCP-Protocol-Version": "2025-06-18"}),
    "later era": (NOW, HEADERS),
    "an id that is text": (changed(NOW, id="x"), HEADERS),
    "an id that is true": (changed(LEGACY, id=True), {}),
    "an id that is a fraction": (changed(LEGACY, id=1.5), {}),
    "no id": ({key: value for key, value in LEGACY.items() if key != "id"}, {}),
    "another member": (changed(NOW, more=1), HEADERS),
    "another parameter": (with_params(NOW, more=1), HEADERS),
    "another version of JSON-RPC": (changed(LEGACY, jsonrpc="1.0"), {}),
    "no name": (changed(LEGACY, params={}), {}),
    "arguments that are a list": (with_params(LEGACY, arguments=[1]), {}),
    "arguments that are null": (with_params(LEGACY, arguments=None), {}),
    "a progress token that is a list": (with_params(LEGACY, _meta={"progressToken": [1]}), {}),
    "an unknown version": (NOW, {**HEADERS, "MCP-Protocol-Version": "2030-01-01"}),
    "an envelope of the earlier era": (with_params(NOW, _meta=OTHER_META), HEADERS),
    "no envelope": (LEGACY, HEADERS),
    "a header with another name": (NOW, {**HEADERS, "Mcp-Name": "u"}),
    "a header with another method": (NOW, {**HEADERS, "Mcp-Method": "tools/list"}),
    "no header with the name": (NOW, {key: value for key, value in HEADERS.items() if key != "Mcp-Name"}),
    "a header with an encoded name": (NOW, {**HEADERS, "Mcp-Name": "=?base64?dA==?="}),
    "a header of an argument": (NOW, {**HEADERS, "Mcp-Param-A": "2"}),
    "a session of the earlier era": (LEGACY, {"Mcp-Session-Id": "1"}),
    "a state to go on from": (with_params(NOW, requestState="forged"), HEADERS),
    "a tool that refuses": modern("refusing"),
    "a tool that refuses, earlier era": (tool_call("refusing"), {}),
    "a tool that breaks": modern("broken"),
}


def outcome(answer: httpx.Response) -> tuple[int, Any]:
    body = answer.text
    if answer.headers.get("content-type", "").startswith("text/event-stream"):
        body = body[body.index("data: ") + 6 : body.rindex("}") + 1]
    return answer.status_code, json.loads(body) if body else None


@pytest.mark.parametrize("accept", [BOTH, "application/json", "text/event-stream"])
async def test_every_message_is_answered_as_the_framework_itself_answers_it(
    monkeypatch: pytest.MonkeyPatch, accept: str
) -> None:
    async def answers() -> dict[str, tuple[int, Any]]:
        async with site() as client:
            sent = {
                name: await client.post("/mcp", json=message, headers={"Accept": accept, **headers})
                for name, (message, headers) in MESSAGES.items()
            }
        return {name: outcome(answer) for name, answer in sent.items()}

    ours = await answers()
    monkeypatch.setattr(exchange, "plain_call", lambda _scope, _body: None)
    assert ours == await answers()


@pytest.mark.parametrize("name", ["earlier era", "later era", "earlier era, with its version", "an id that is text"])
def test_what_clients_usually_send_is_recognised(name: str) -> None:
    message, headers = MESSAGES[name]
    found = plain_call.plain_call(scope_with(headers), json.dumps(message).encode())
    assert found is not None
    assert found.params == message["params"]


@pytest.mark.parametrize("repeated", ["MCP-Protocol-Version", "Mcp-Method", "Mcp-Name", "Content-Type"])
def test_a_header_that_is_repeated_is_left_to_the_framework(repeated: str) -> None:
    scope = scope_with(HEADERS)
    scope["headers"].append(next(pair for pair in scope["headers"] if pair[0] == repeated.lower().encode()))
    assert plain_call.plain_call(scope, json.dumps(NOW).encode()) is None


def scope_with(headers: dict[str, str]) -> dict[str, Any]:
    pairs = {"Content-Type": "application/json", **headers}
    return {"headers": [(name.lower().encode(), value.encode()) for name, value in pairs.items()]}


@pytest.mark.parametrize("era", ["earlier era", "later era"])
async def test_an_answer_alone_is_plain_json_also_for_a_client_that_reads_streams(era: str) -> None:
    message, headers = MESSAGES[era]
    async with site() as client:
        answer = await client.post("/mcp", json=message, headers={"Accept": BOTH, **headers})
    assert answer.headers["content-type"] == "application/json"


async def progressing(context: ServerRequestContext[Any, Any], _params: CallToolRequestParams) -> CallToolResult:
    await context.session.report_progress(1, 2, "half")
    await context.session.report_progress(2, 2)
    return said("done")


def with_token(era: str) -> tuple[dict[str, Any], dict[str, str]]:
    message, headers = MESSAGES[era]
    meta = {**message["params"].get("_meta", {}), "progressToken": "token"}
    return with_params(message, _meta=meta), headers


@pytest.mark.parametrize("era", ["earlier era", "later era"])
async def test_progress_is_streamed_before_the_answer_to_a_client_that_asked_for_it(era: str) -> None:
    message, headers = with_token(era)
    async with site(progressing) as client:
        answer = await client.post("/mcp", json=message, headers={"Accept": BOTH, **headers})
    events = [json.loads(line[6:]) for line in answer.text.split("\r\n") if line.startswith("data: ")]
    assert answer.headers["content-type"].startswith("text/event-stream")
    assert [event.get("params") for event in events] == [
        {"progressToken": "token", "progress": 1, "total": 2, "message": "half"},
        {"progressToken": "token", "progress": 2, "total": 2},
        None,
    ]
    assert events[-1]["result"]["content"][0]["text"] == "done"


async def test_a_client_that_reads_no_streams_gets_the_answer_without_progress() -> None:
    message, headers = with_token("earlier era")
    async with site(progressing) as client:
        answer = await client.post("/mcp", json=message, headers={"Accept": "application/json", **headers})
    assert answer.json()["result"]["content"][0]["text"] == "done"


async def test_a_silent_call_shows_signs_of_life(monkeypatch: pytest.MonkeyPatch) -> None:
    async def slow(_context: ServerRequestContext[Any, Any], _params: CallToolRequestParams) -> CallToolResult:
        await asyncio.sleep(0.05)
        return said("done")

    monkeypatch.setattr(exchange, "PING_S", 0.01)
    async with site(slow) as client:
        answer = await client.post("/mcp", json=LEGACY, headers={"Accept": BOTH})
    assert answer.text.startswith(": ping\r\n\r\n")
    assert outcome(answer)[1]["result"]["content"][0]["text"] == "done"


async def test_half_a_character_does_not_keep_an_answer_from_being_sent() -> None:
    async def halved(_context: ServerRequestContext[Any, Any], _params: CallToolRequestParams) -> CallToolResult:
        return said("\ud83d")

    async with site(halved) as client:
        answer = await client.post("/mcp", json=LEGACY, headers={"Accept": BOTH})
    assert answer.json()["result"]["content"][0]["text"] == "\ud83d"
