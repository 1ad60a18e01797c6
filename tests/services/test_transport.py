"""The transport under the SDKs keeps our promises: contract tests of the one seam that we use."""

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from ack_mcp_server.errors import ConfigurationError
from ack_mcp_server.services.clients import Endpoint, parse_endpoint
from ack_mcp_server.settings import Settings
from tests.conftest import CANARY, Door, Region, door_to


@contextmanager
def listener() -> Iterator[tuple[str, list[bytes]]]:
    """A port that notes whatever reaches it."""
    reached: list[bytes] = []
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0.2)
        stop = threading.Event()

        def note() -> None:
            while not stop.is_set():
                try:
                    connection, _ = server.accept()
                except TimeoutError:
                    continue
                with connection:
                    connection.settimeout(1)
                    reached.append(connection.recv(65536))

        thread = threading.Thread(target=note)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.getsockname()[1]}", reached
        finally:
            stop.set()
            thread.join()


@pytest.fixture
async def with_token(settings: Callable[..., Settings], region: Region) -> Settings:
    """Acts with an STS key, whose token must go nowhere but to the API."""
    key = region.key("session")
    return settings(
        ACCESS_KEY_ID="",
        ACCESS_KEY_SECRET="",
        ALIBABA_CLOUD_ACCESS_KEY_ID=key["access_key_id"],
        ALIBABA_CLOUD_ACCESS_KEY_SECRET=key["access_key_secret"],
        ALIBABA_CLOUD_SECURITY_TOKEN=key["security_token"],
    )


@pytest.mark.parametrize("status", [301, 302, 307, 308])
async def test_a_redirect_is_not_followed(with_token: Settings, region: Region, status: int) -> None:
    with listener() as (url, reached):
        region.fault("redirect", url=url + "/api/v1/clusters", status=status)
        async with door_to(with_token) as door:
            told = await door.error("list_clusters")
    assert reached == []
    assert told.startswith(f"UnexpectedAnswer: DescribeClustersV1 was answered with a redirect ({status})")
    assert CANARY not in told


async def test_a_proxy_of_the_environment_is_not_used_for_loopback(
    with_token: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    with listener() as (url, reached):
        for name in ("HTTP_PROXY", "http_proxy", "HTTPS_PROXY", "ALL_PROXY"):
            monkeypatch.setenv(name, url)
        async with door_to(with_token) as door:
            assert (await door.ok("list_clusters")).text.startswith("3 clusters")
    assert reached == []


async def test_an_endpoint_that_nobody_serves_is_unavailable(settings: Callable[..., Settings]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    async with door_to(settings(CS_ENDPOINT=f"http://127.0.0.1:{port}")) as door:
        told = await door.error("list_clusters")
    assert told.startswith("Unavailable: DescribeClustersV1: the API could not be reached")


async def test_a_second_call_uses_the_same_connection(door: Door, region: Region) -> None:
    from ack_mcp_server.services import transport

    transport.close()
    for _ in range(3):
        await door.ok("list_clusters")
    (session,) = transport._sessions.values()
    adapters = [adapter for adapter in session.adapters.values() if isinstance(adapter, transport.BoundedAdapter)]
    pools = [pool for adapter in adapters for pool in adapter.poolmanager.pools._container.values()]
    assert sum(pool.num_connections for pool in pools) == 1
    transport.close()


@pytest.mark.parametrize(
    ("text", "endpoint"),
    [
        ("", Endpoint()),
        ("http://127.0.0.1:8080", Endpoint("HTTP", "127.0.0.1:8080")),
        ("https://cs.example.com", Endpoint("HTTPS", "cs.example.com")),
        ("https://cs.example.com/", Endpoint("HTTPS", "cs.example.com")),
        ("http://[::1]:80", Endpoint("HTTP", "[::1]:80")),
    ],
)
def test_an_operators_endpoint_is_read(text: str, endpoint: Endpoint) -> None:
    assert parse_endpoint(text, variable="CS_ENDPOINT") == endpoint


@pytest.mark.parametrize(
    "text",
    ["cs.example.com", "ftp://x", "http://", "http://x:99999", "http://x/y", "http://u:p@x", "http://x?y", "://"],
)
def test_anything_else_is_refused(text: str) -> None:
    with pytest.raises(ConfigurationError, match="CS_ENDPOINT is not an endpoint"):
        parse_endpoint(text, variable="CS_ENDPOINT")
