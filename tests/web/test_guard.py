"""Who may speak to the HTTP server: Host, Origin, token, and the limits on a request."""

import socket
from collections.abc import Callable, Iterator
from contextlib import closing
from urllib.parse import urlsplit

import httpx
import pytest

from ack_mcp_server.settings import Settings
from ack_mcp_server.web import limits
from tests.conftest import http_site, made_settings, tool_call

IPV6 = "http://[::1]:3000"
TOKEN = "the-operators-token"
CALL = tool_call("get_current_time")


def status(url: str, **headers: str) -> int:
    return httpx.post(url + "/mcp", json=CALL, headers=headers, trust_env=False).status_code


@pytest.fixture(scope="module")
def guarded() -> Iterator[str]:
    with http_site(made_settings(MCP_TRANSPORT="http", MCP_AUTH_TOKEN=TOKEN)) as url:
        yield url


@pytest.fixture(scope="module")
def open_loopback() -> Iterator[str]:
    settings = made_settings(
        MCP_TRANSPORT="http",
        ALLOWED_HOSTS="mcp.example.com,*.internal.example.com",
        ALLOWED_ORIGINS="https://ops.example.com,https://*.wild.example",
    )
    with http_site(settings) as url:
        yield url


def test_the_right_token_is_let_in(guarded: str) -> None:
    assert status(guarded, Authorization=f"Bearer {TOKEN}") == 200


@pytest.mark.parametrize(
    "given", ["", "Bearer", f"Basic {TOKEN}", f"Bearer {TOKEN}x", f"Bearer {TOKEN[:-1]}", TOKEN, "Bearer ü"]
)
def test_any_other_token_is_refused_with_a_challenge(guarded: str, given: str) -> None:
    headers = [(b"Authorization", given.encode("latin-1"))]
    answer = httpx.post(guarded + "/mcp", json=CALL, headers=headers, trust_env=False)
    assert answer.status_code == 401
    assert answer.headers["www-authenticate"] == "Bearer"
    assert "MCP_AUTH_TOKEN" in answer.json()["next_step"]
    assert TOKEN not in answer.text


@pytest.mark.parametrize("given", [f" {TOKEN} ", f"{TOKEN}\n", f"{TOKEN}\r\n"])
def test_blanks_around_the_configured_token_do_not_count(given: str) -> None:
    with http_site(made_settings(MCP_TRANSPORT="http", MCP_AUTH_TOKEN=given)) as url:
        assert status(url, Authorization=f"Bearer {TOKEN}") == 200


def test_two_tokens_are_refused(guarded: str) -> None:
    headers = [("Authorization", f"Bearer {TOKEN}"), ("Authorization", "Bearer other")]
    assert httpx.post(guarded + "/mcp", json=CALL, headers=headers, trust_env=False).status_code == 401


FOREIGN_HOSTS = [
    "evil.example", "localhost.evil.example", "127.0.0.1.evil.example", "", "[::1", "[::1]x", "evil.com@localhost",
    "localhost@evil.com", "localhost/x", "localhost#evil", "localhost?x", "localhost:", "localhost:x",
    "localhost:80:80",
    "localhost evil", "localhost\tevil", "localhost,evil", "*",
]  # fmt: skip
FOREIGN_ORIGINS = [
    "https://evil.example", "null", "http://localhost.evil.example", "file://", "file://localhost", "x", "",
    "http://evil@localhost", "http://localhost#@evil.example", "http://localhost#", "http://localhost?x",
    "http://localhost/..", "http://localhost http://evil.example", "https://evil.example#.wild.example",
    "https://evil.example/.wild.example", "https://user@a.wild.example", "http://[::1", "*",
]  # fmt: skip


@pytest.mark.parametrize("host", FOREIGN_HOSTS)
def test_a_foreign_host_is_misdirected(open_loopback: str, host: str) -> None:
    assert status(open_loopback, Host=host) == 421


@pytest.mark.parametrize(
    "host",
    ["localhost", "LOCALHOST.", "127.0.0.1:9", "[::1]:80", "mcp.example.com", "a.internal.example.com"],
)
def test_loopback_and_allowed_hosts_are_answered(open_loopback: str, host: str) -> None:
    assert status(open_loopback, Host=host) == 200


@pytest.mark.parametrize("origin", FOREIGN_ORIGINS)
def test_a_page_of_another_origin_is_forbidden(open_loopback: str, origin: str) -> None:
    assert status(open_loopback, Origin=origin) == 403


@pytest.mark.parametrize(
    "origin",
    ["https://ops.example.com", "https://a.wild.example", "http://localhost:6274", "http://127.0.0.1:5173"],
)
def test_allowed_origins_and_pages_of_this_machine_are_answered(open_loopback: str, origin: str) -> None:
    assert status(open_loopback, Origin=origin) == 200


def test_a_page_of_this_machine_may_not_use_an_allowed_public_host(open_loopback: str) -> None:
    assert status(open_loopback, Host="mcp.example.com", Origin="http://localhost:6274") == 403


def test_two_origins_are_forbidden(open_loopback: str) -> None:
    headers = [("Origin", "http://localhost"), ("Origin", "http://localhost")]
    assert httpx.post(open_loopback + "/mcp", json=CALL, headers=headers, trust_env=False).status_code == 403


def test_an_allowed_origin_may_be_an_ipv6_address() -> None:
    with http_site(made_settings(MCP_TRANSPORT="http", ALLOWED_HOSTS="a.example", ALLOWED_ORIGINS=IPV6)) as url:
        assert status(url, Host="a.example", Origin=IPV6) == 200


def test_beyond_loopback_an_address_is_answered_and_a_foreign_name_is_not() -> None:
    with http_site(made_settings(MCP_TRANSPORT="http", HOST="0.0.0.0"), token="t0ken") as url:
        bearer = {"Authorization": "Bearer t0ken"}
        assert status(url, Host="192.0.2.7:8000", **bearer) == 200
        assert status(url, Host=socket.gethostname(), **bearer) == 200
        assert status(url, Host="evil.example", **bearer) == 421


def test_beyond_loopback_a_token_of_the_run_is_required() -> None:
    with http_site(made_settings(MCP_TRANSPORT="http", HOST="0.0.0.0"), token="t0ken") as url:
        assert status(url) == 401
        assert status(url, Authorization="Bearer t0ken") == 200


def test_insecure_needs_no_token_beyond_loopback() -> None:
    with http_site(made_settings(**{"MCP_TRANSPORT": "http", "HOST": "0.0.0.0", "--insecure": True})) as url:
        assert status(url) == 200


def test_a_body_beyond_the_limit_is_refused(open_loopback: str) -> None:
    answer = httpx.post(open_loopback + "/mcp", content=b"x" * (limits.MAX_BODY_BYTES + 1), trust_env=False)
    assert answer.status_code == 413


def test_headers_beyond_the_limit_are_refused(open_loopback: str) -> None:
    assert status(open_loopback, X_Long="x" * limits.MAX_HEADER_BYTES) == 431


def test_too_many_headers_are_refused(open_loopback: str) -> None:
    assert status(open_loopback, **{f"X-{number}": "x" for number in range(limits.MAX_HEADERS)}) == 431


def test_a_body_that_stops_half_way_is_given_up(
    monkeypatch: pytest.MonkeyPatch, settings: Callable[..., Settings]
) -> None:
    monkeypatch.setattr(limits, "BODY_S", 0.2)
    with http_site(settings(MCP_TRANSPORT="http")) as url:
        parts = urlsplit(url)
        assert parts.hostname and parts.port
        with closing(socket.create_connection((parts.hostname, parts.port), timeout=10)) as half:
            half.sendall(b"POST /mcp HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\n\r\n{")
            assert half.recv(1000).startswith(b"HTTP/1.1 408")
