"""Connections that ask for nothing: closed in time, bounded in number, and never in the way of others."""

import asyncio
import re
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import httpx
import pytest

from ack_mcp_server.settings import Settings
from ack_mcp_server.web import connections, descriptors
from ack_mcp_server.web.listening import listeners
from tests.conftest import Region, http_site, made_settings, tool_call, until
from tests.process import MODULE, serving_url, started
from tests.web.wire import HEALTH, connected, is_closed_by_server, posted

SHORT_S = 0.25


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    monkeypatch.setattr(connections, "HEAD_S", SHORT_S)
    with http_site(made_settings(MCP_TRANSPORT="http")) as url:
        yield url


def health(url: str) -> int:
    return httpx.get(url + "/healthz", trust_env=False, timeout=20).status_code


@pytest.mark.parametrize(
    "sent",
    [
        b"",
        b"GET /healthz HTTP/1.1\r\nHost: loc",
        HEALTH + b"GET /hea",
        b"GET /healthz HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9\r\n\r\n",
    ],
    ids=["nothing", "half a head", "half a second head", "a body that does not come"],
)
def test_a_connection_that_does_not_bring_a_request_is_closed(
    monkeypatch: pytest.MonkeyPatch, impatient: str, sent: bytes
) -> None:
    with connected(impatient) as silent:
        silent.sendall(sent)
        if sent.startswith(b"GET") and b"\r\n\r\n" in sent:
            silent.recv(1000)
            silent.sendall(b"x")
        assert is_closed_by_server(silent)


def test_a_head_that_drips_is_not_waited_for(impatient: str) -> None:
    with connected(impatient) as dripping:
        dripping.settimeout(SHORT_S / 10)
        dripping.sendall(b"GET /healthz HTTP/1.1\r\nX-Drip: ")
        with pytest.raises(ConnectionError):
            for _ in range(1000):
                dripping.sendall(b"x")
                _read_a_moment(dripping)


def _read_a_moment(connection: socket.socket) -> None:
    try:
        if not connection.recv(1):
            raise ConnectionResetError
    except TimeoutError:
        return


LISTING = posted({"jsonrpc": "2.0", "id": 1, "method": "tools/list", "params": {}})


@pytest.mark.slow
def test_a_client_that_reads_no_answer_is_dropped(monkeypatch: pytest.MonkeyPatch) -> None:
    dropped = threading.Event()
    monkeypatch.setattr(connections, "STALL_S", SHORT_S)
    drop = connections.Connection.drop

    def noted(connection: connections.Connection) -> None:
        drop(connection)
        dropped.set()

    monkeypatch.setattr(connections.Connection, "drop", noted)
    monkeypatch.setattr("tests.conftest.listeners", listeners_with_little_memory)
    with http_site(made_settings(MCP_TRANSPORT="http")) as url, connected(url) as greedy:
        greedy.sendall(LISTING * 100)
        # Before the deadline for heads and that of idle connections could be the reason.
        assert dropped.wait(connections.HEAD_S - 1)


def listeners_with_little_memory(host: str, port: int) -> list[socket.socket]:
    """What they accept has a small send buffer, so that few unread answers fill it."""
    made = listeners(host, port)
    for each in made:
        each.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 4096)
    return made


def test_a_client_that_sends_far_ahead_is_dropped(site: str) -> None:
    with connected(site) as ahead, pytest.raises(ConnectionError):
        while True:
            ahead.sendall(posted(tool_call("get_current_time")))


def test_a_silent_connection_gives_way_to_a_new_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(descriptors, "connections", lambda: 3)
    with http_site(made_settings(MCP_TRANSPORT="http")) as url, ExitStack() as held:
        silent = [held.enter_context(connected(url)) for _ in range(3)]
        assert health(url) == 200
        assert is_closed_by_server(silent[0])


async def test_a_request_at_work_does_not_give_way(
    monkeypatch: pytest.MonkeyPatch, settings: Callable[..., Settings], region: Region
) -> None:
    monkeypatch.setattr(descriptors, "connections", lambda: 1)
    with http_site(settings(MCP_TRANSPORT="http")) as url, connected(url) as working:
        region.fault("hang")
        working.sendall(posted(tool_call("list_clusters")))
        assert await until(lambda: region.in_flight() == 1)
        with connected(url) as refused:
            assert await asyncio.to_thread(is_closed_by_server, refused)
        assert region.in_flight() == 1


def test_an_upgrade_to_a_web_socket_is_not_offered(site: str) -> None:
    with connected(site) as upgrading:
        upgrading.sendall(
            b"GET /mcp HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade, close\r\n"
            b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n"
        )
        assert re.match(rb"HTTP/1.1 4\d\d ", upgrading.recv(1000))


@pytest.mark.slow
def test_more_silent_connections_than_files_leave_the_server_alive_and_its_log_short(region: Region) -> None:
    limited = ["bash", "-c", 'ulimit -n 96; exec "$@"', "limited", *MODULE, "-t", "http", "-p", "0"]
    with started(*limited, region=region) as process, ExitStack() as held:
        url = serving_url(process)[0].removesuffix("/mcp")
        for _ in range(110):
            held.enter_context(connected(url))
        assert health(url) == 200
        process.terminate()
        assert process.stderr
        assert len(process.stderr.read()) < 10_000


@pytest.mark.parametrize(("files", "held", "waiting"), [(96, 48, 32), (1024, 512, 64), (1_000_000, 1024, 64)])
def test_connections_are_bounded_by_the_files_that_the_process_may_open(
    monkeypatch: pytest.MonkeyPatch, files: int, held: int, waiting: int
) -> None:
    monkeypatch.setattr("resource.getrlimit", lambda _what: (files, files))
    assert (descriptors.connections(), descriptors.backlog()) == (held, waiting)


@pytest.mark.slow
def test_the_soft_limit_of_files_is_raised_to_the_hard_one(region: Region) -> None:
    limited = ["bash", "-c", 'ulimit -Sn 96; exec "$@"', "limited", *MODULE, "-t", "http", "-p", "0"]
    with started(*limited, region=region) as process:
        serving_url(process)
        limits = Path(f"/proc/{process.pid}/limits").read_text()
    assert not re.search(r"Max open files +96 ", limits)
