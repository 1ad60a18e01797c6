"""The proxy that kubectl is given with somebody's kubeconfig: it leads to one address, for one password."""

import asyncio
import base64
from collections.abc import AsyncIterator
from urllib.parse import urlsplit

import pytest

from ack_mcp_server.kube.gate import Gate


@pytest.fixture
async def gate() -> AsyncIterator[Gate]:
    made = Gate()
    yield made
    await made.close()


@pytest.fixture
async def echo() -> AsyncIterator[int]:
    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"echo " + await reader.readline())
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    async with server:
        yield int(server.sockets[0].getsockname()[1])


async def asked(way: str, head: str, password: str | None = None) -> bytes:
    url = urlsplit(way)
    reader, writer = await asyncio.open_connection(url.hostname, url.port)
    authorization = base64.b64encode(f"kubectl:{url.password if password is None else password}".encode()).decode()
    writer.write(f"{head}\r\nProxy-Authorization: Basic {authorization}\r\n\r\nhello\n".encode())
    answer = await reader.read()
    writer.close()
    return answer


async def test_it_leads_to_the_address_that_it_was_opened_for(gate: Gate, echo: int) -> None:
    way = await gate.way_to(f"https://127.0.0.1:{echo}")
    assert (await asked(way, f"CONNECT 127.0.0.1:{echo} HTTP/1.1")).endswith(b"\r\n\r\necho hello\n")


@pytest.mark.parametrize(
    "head",
    [
        "CONNECT 127.0.0.1:{other} HTTP/1.1",
        "CONNECT localhost:{port} HTTP/1.1",
        "CONNECT 169.254.169.254:80 HTTP/1.1",
        "GET http://127.0.0.1:{port}/ HTTP/1.1",
        "CONNECT 127.0.0.1:{port}.example HTTP/1.1",
        "nonsense",
    ],
)
async def test_it_leads_nowhere_else(gate: Gate, echo: int, head: str) -> None:
    way = await gate.way_to(f"https://127.0.0.1:{echo}")
    assert (await asked(way, head.format(port=echo, other=echo + 1))).startswith(b"HTTP/1.1 403 ")


async def test_one_password_does_not_open_anothers_way(gate: Gate, echo: int) -> None:
    way, other = await gate.way_to(f"https://127.0.0.1:{echo}"), await gate.way_to("https://127.0.0.1:1")
    head = f"CONNECT 127.0.0.1:{echo} HTTP/1.1"
    for password in (urlsplit(other).password, "", "x"):
        assert (await asked(way, head, password)).startswith(b"HTTP/1.1 403 ")


async def test_a_way_that_was_shut_stays_shut(gate: Gate, echo: int) -> None:
    way = await gate.way_to(f"https://127.0.0.1:{echo}")
    gate.shut(way)
    gate.shut(way)
    assert (await asked(way, f"CONNECT 127.0.0.1:{echo} HTTP/1.1")).startswith(b"HTTP/1.1 403 ")


async def test_an_address_where_nobody_is_is_told_at_once(gate: Gate) -> None:
    way = await gate.way_to("https://127.0.0.1:1")
    assert (await asked(way, "CONNECT 127.0.0.1:1 HTTP/1.1")).startswith(b"HTTP/1.1 502 ")


async def test_it_closes_with_tunnels_that_are_open(gate: Gate) -> None:
    reached = asyncio.Event()

    async def silent(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        reached.set()
        await reader.read()
        writer.close()

    async with await asyncio.start_server(silent, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        way = await gate.way_to(f"https://127.0.0.1:{port}")
        asking = asyncio.ensure_future(asked(way, f"CONNECT 127.0.0.1:{port} HTTP/1.1"))
        await reached.wait()
        await gate.close()
        assert b"hello" not in await asking
    assert not gate._tunnels
