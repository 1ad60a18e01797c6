"""What is decided of a request before a tool runs: whose it is, in which form it is answered, which names it uses."""

import difflib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest
from fastmcp import Client
from fastmcp.client.transports import StreamableHttpTransport
from fastmcp.server.context import reset_transport, set_transport
from mcp import MCPError

from ack_mcp_server.middleware import errors
from ack_mcp_server.settings import Settings
from tests.conftest import Door, door_to, http_site, made_settings, tool_call

LIST = {"jsonrpc": "2.0", "id": 1, "method": "tools/list", "params": {}}
BOGUS = {"X-Result-Format": "bogus"}


def ask(url: str, message: dict[str, Any], **headers: str) -> dict[str, Any]:
    answer = httpx.post(url + "/mcp", json=message, headers=headers, trust_env=False, timeout=20)
    body: dict[str, Any] = answer.json()
    return body


def text(body: dict[str, Any]) -> str:
    return str(body["result"]["content"][0]["text"])


@pytest.fixture
def marked_kubectl(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A kubectl that leaves a mark where it ran; the mark's path."""
    mark = tmp_path / "ran"
    program = tmp_path / "bin" / "kubectl"
    program.parent.mkdir()
    program.write_text(f"#!/bin/sh\ntouch {mark}\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", str(program.parent), prepend=":")
    return mark


def local_settings(tmp_path: Path) -> Settings:
    kubeconfig = tmp_path / "kubeconfig"
    kubeconfig.write_text("{}")
    return made_settings(
        MCP_TRANSPORT="http", KUBECONFIG_MODE="LOCAL", KUBECONFIG_PATH=str(kubeconfig), HEADERS_ONLY=True
    )


def test_headers_only_refuses_kubectl_on_a_local_kubeconfig(tmp_path: Path, marked_kubectl: Path) -> None:
    with http_site(local_settings(tmp_path)) as url:
        told = text(ask(url, tool_call("ack_kubectl", command="get pods")))
    assert told.startswith("Unauthenticated: this server acts only with a key that the request brings\nNext: ")
    assert not marked_kubectl.exists()


async def test_headers_only_refuses_every_tool_but_the_clock(settings: Callable[..., Settings]) -> None:
    async with door_to(settings(HEADERS_ONLY=True)) as door:
        tools = {tool.name for tool in await door.client.list_tools()} - {"get_current_time"}
        refused = {tool for tool in tools if (await door.error(tool)).startswith("Unauthenticated: ")}
        assert refused == tools
        await door.ok("get_current_time")


async def test_a_call_over_http_whose_request_is_lost_does_not_act_as_the_server(
    settings: Callable[..., Settings],
) -> None:
    token = set_transport("streamable-http")
    try:
        async with door_to(settings()) as door:
            told = await door.error("list_clusters")
    finally:
        reset_transport(token)
    assert told.startswith("Internal: the HTTP request of this call cannot be found")


def test_an_unknown_format_of_a_list_is_a_protocol_error_with_a_next_step(site: str) -> None:
    error = ask(site, LIST, **BOGUS)["error"]
    assert error["code"] == -32602
    assert error["message"] == (
        "InvalidInput: X-Result-Format is 'bogus'\nNext: Send X-Result-Format: text or structured, or leave it out."
    )


async def test_a_client_of_either_era_is_told_of_an_unknown_format(
    site: str, era: str, caplog: pytest.LogCaptureFixture
) -> None:
    async with Client(StreamableHttpTransport(site + "/mcp", headers=BOGUS), mode=era) as client:
        with pytest.raises(MCPError, match="Send X-Result-Format: text or structured"):
            await client.list_tools()
    assert not [record for record in caplog.records if record.exc_info]


async def test_no_nearest_name_is_looked_for_when_the_name_is_long(door: Door, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(difflib, "get_close_matches")
    told = await door.error("list_clusters", **{"page_siz" + "e" * errors.MAX_NAME_CHARS: 1})
    assert told.startswith("InvalidInput: unknown argument ")
    assert "Did you mean" not in told


async def test_only_the_first_unknown_name_is_looked_at(door: Door, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[str] = []

    def nearest(name: str, *_rest: Any, **_named: Any) -> list[str]:
        seen.append(name)
        return []

    monkeypatch.setattr(difflib, "get_close_matches", nearest)
    await door.error("list_clusters", **{f"name{number}": 1 for number in range(1000)})
    assert seen == ["name0"]
