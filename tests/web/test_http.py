"""The HTTP door: paths, formats, health, and what curl and a plain fetch see."""

import json
import subprocess
from collections.abc import Callable
from typing import Any

import httpx
import pytest
from fastmcp import Client
from fastmcp.client.transports import SSETransport, StreamableHttpTransport

from ack_mcp_server import __version__
from ack_mcp_server.settings import Settings
from tests.conftest import INITIALIZE, Door, http_site, tool_call


def post(url: str, message: dict[str, Any], **headers: str) -> httpx.Response:
    return httpx.post(url, json=message, headers=headers, trust_env=False, timeout=20)


@pytest.mark.parametrize("path", ["/mcp", "/mcp/", "/mcp/v1", "/mcp/v1/"])
async def test_a_client_of_either_era_works_on_every_known_path(site: str, path: str, era: str) -> None:
    async with Client(StreamableHttpTransport(site + path), mode=era) as client:
        assert (await Door(client).ok("list_clusters")).text.startswith("3 clusters")


async def test_the_sse_transport_works(settings: Callable[..., Settings]) -> None:
    with http_site(settings(MCP_TRANSPORT="sse")) as url:
        async with Client(SSETransport(url + "/sse"), mode="legacy") as client:
            assert (await Door(client).ok("list_clusters")).text.startswith("3 clusters")


@pytest.mark.parametrize("path", ["/healthz", "/health"])
def test_health_answers_any_host_without_a_token(settings: Callable[..., Settings], path: str) -> None:
    with http_site(settings(MCP_TRANSPORT="http", MCP_AUTH_TOKEN="required")) as url:
        answer = httpx.get(url + path, headers={"Host": "10.0.0.5:8000"}, trust_env=False)
    assert answer.status_code == 200
    assert answer.json() == {"status": "ok", "version": __version__}


@pytest.mark.parametrize("accept", ["application/json", "*/*", ""])
def test_a_post_that_does_not_ask_for_a_stream_gets_plain_json(site: str, accept: str) -> None:
    answer = post(site + "/mcp", tool_call("get_current_time"), Accept=accept)
    assert answer.headers["content-type"] == "application/json"
    assert "unix" in answer.json()["result"]["content"][0]["text"]


def test_curl_can_call_a_tool(site: str) -> None:
    command = ["curl", "-sS", "--noproxy", "*", site + "/mcp", "-H", "Content-Type: application/json"]
    message = json.dumps(tool_call("list_clusters"))
    answer = subprocess.run([*command, "-d", message], capture_output=True, text=True, check=True, timeout=20)
    assert "3 clusters in all regions" in json.loads(answer.stdout)["result"]["content"][0]["text"]


def test_a_post_that_asks_for_a_stream_gets_one(site: str) -> None:
    answer = post(site + "/mcp", INITIALIZE, Accept="application/json, text/event-stream")
    assert answer.headers["content-type"].startswith("text/event-stream")
    assert "protocolVersion" in answer.text


def test_the_server_says_its_own_name_and_version(site: str) -> None:
    info = post(site + "/mcp", INITIALIZE).json()["result"]["serverInfo"]
    assert (info["name"], info["version"]) == ("ack-mcp-server", __version__)


@pytest.mark.parametrize("body", [b"", b"{", b"null", b"[]", b'"text"', b"\xff\xfe", b'{"jsonrpc":"2.0"}'])
def test_a_body_that_is_no_message_is_refused_and_the_server_lives(site: str, body: bytes) -> None:
    headers = {"Content-Type": "application/json"}
    answer = httpx.post(site + "/mcp", content=body, headers=headers, trust_env=False)
    assert 400 <= answer.status_code < 500
    assert post(site + "/mcp", tool_call("get_current_time")).status_code == 200


@pytest.mark.parametrize("method", ["GET", "DELETE", "PUT"])
def test_a_method_that_is_not_taken_is_told_the_one_that_is(site: str, method: str) -> None:
    answer = httpx.request(method, site + "/mcp", headers={"Accept": "text/event-stream"}, trust_env=False)
    assert (answer.status_code, answer.headers["allow"]) == (405, "POST")
    assert answer.json()["next_step"] == "Send each message with POST."


def test_an_unknown_path_is_not_found(site: str) -> None:
    assert httpx.get(site + "/etc/passwd", trust_env=False).status_code == 404


async def test_an_unprintable_tool_name_cannot_forge_a_log_line(site: str, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("INFO")
    post(site + "/mcp", tool_call("x\n2026 INFO outcome=ok tool=forged"))
    lines = [record.getMessage() for record in caplog.records if record.name == "ack_mcp_server.calls"]
    assert len(lines) == 1
    assert "\n" not in lines[0]
    assert lines[0].count("outcome=") == 1
