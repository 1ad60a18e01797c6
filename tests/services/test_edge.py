"""The threads and connections of the cloud edge: whose they are, and when they are free again."""

import asyncio
import socket
import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from pydantic import BaseModel, field_validator
from urllib3 import HTTPConnectionPool
from urllib3.connection import HTTPConnection

from ack_mcp_server.auth.credentials import Credentials
from ack_mcp_server.auth.resolve import Principal
from ack_mcp_server.errors import Throttled
from ack_mcp_server.services import cloud, transport
from ack_mcp_server.services.attempt import Attempt, current_attempt
from ack_mcp_server.services.cloud import WORKERS_OF_A_KEY, CloudEdge
from ack_mcp_server.services.cloud_errors import Request
from ack_mcp_server.services.slots import Slots
from ack_mcp_server.settings import Settings
from tests.conftest import Region, sdk_threads_at_work, until
from tests.services.test_transport import listener

REQUEST = Request(action="DescribeClustersV1", subject="clusters")


class Anything(BaseModel):
    pass


@pytest.fixture
def principal(region: Region) -> Principal:
    return Principal(credentials=Credentials(**region.key()), region="cn-hangzhou")


@pytest.fixture
def edge(settings: Callable[..., Settings]) -> Iterator[CloudEdge]:
    transport.close()
    edge = CloudEdge(settings())
    yield edge
    edge.close()


def list_clusters(client: Any, runtime: Any) -> Any:
    from alibabacloud_cs20151215.models import DescribeClustersV1Request

    return client.describe_clusters_v1with_options(DescribeClustersV1Request(), {}, runtime)


def sent(region: Region) -> int:
    return len(region.control("GET", "requests")["requests"])


async def test_an_abort_that_comes_too_late_leaves_the_next_call_its_connection(
    edge: CloudEdge, principal: Principal, region: Region
) -> None:
    attempts: list[Attempt | None] = []

    def remembered(client: Any, runtime: Any) -> Any:
        attempts.append(current_attempt.get())
        return list_clusters(client, runtime)

    await edge.read(REQUEST, principal, remembered, Anything)
    before = sent(region)
    region.fault("slow", seconds=0.3)
    following = asyncio.create_task(edge.read(REQUEST, principal, list_clusters, Anything))
    assert await until(lambda: region.in_flight() == 1)
    assert attempts[0]
    attempts[0].abort()
    await following
    assert sent(region) == before + 1


@pytest.mark.parametrize("pool", [transport._PlainPool("127.0.0.1", 1), transport._SecurePool("127.0.0.1", 1)])
def test_a_connection_is_let_go_before_its_pool_can_give_it_to_another_call(pool: HTTPConnectionPool) -> None:
    connection = pool._get_conn()
    assert isinstance(connection, HTTPConnection)
    ours, theirs = socket.socketpair()
    attempt = Attempt()
    with ours, theirs:
        connection.sock = ours
        attempt.holds(connection)
        token = current_attempt.set(attempt)
        pool._put_conn(connection)
        current_attempt.reset(token)
        attempt.abort()
        ours.sendall(b"still open")
        assert theirs.recv(16) == b"still open"


class Gate:
    """Holds every connection that is about to be made until the test opens it."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.waiting = 0
        self.opened = threading.Event()
        connect: Callable[[HTTPConnection], socket.socket] = HTTPConnection._new_conn

        def held(connection: HTTPConnection) -> socket.socket:
            self.waiting += 1
            self.opened.wait(10)
            return connect(connection)

        monkeypatch.setattr(HTTPConnection, "_new_conn", held)


@pytest.fixture
def gate(monkeypatch: pytest.MonkeyPatch) -> Iterator[Gate]:
    monkeypatch.setattr(cloud, "ABORT_GRACE_S", 0.05)
    gate = Gate(monkeypatch)
    yield gate
    gate.opened.set()


async def cancelled_while_connecting(edge: CloudEdge, principal: Principal, gate: Gate, calls: int) -> None:
    tasks = [asyncio.create_task(edge.read(REQUEST, principal, list_clusters, Anything)) for _ in range(calls)]
    assert await until(lambda: gate.waiting == calls)
    for task in tasks:
        task.cancel()
    await asyncio.wait(tasks)


async def test_a_call_that_was_cancelled_while_connecting_sends_nothing(
    settings: Callable[..., Settings], principal: Principal, gate: Gate
) -> None:
    with listener() as (url, reached):
        edge = CloudEdge(settings(CS_ENDPOINT=url))
        await cancelled_while_connecting(edge, principal, gate, 1)
        gate.opened.set()
        assert await until(lambda: sdk_threads_at_work() == 0)
        assert await until(lambda: len(reached) == 1)
        edge.close()
    assert reached == [b""]


async def test_a_thread_that_a_caller_left_behind_keeps_its_place_until_it_ends(
    settings: Callable[..., Settings], principal: Principal, gate: Gate
) -> None:
    transport.close()
    edge = CloudEdge(settings(API_TIMEOUT=0.5))
    await cancelled_while_connecting(edge, principal, gate, WORKERS_OF_A_KEY)
    with pytest.raises(Throttled, match="this server is busy"):
        await edge.read(REQUEST, principal, list_clusters, Anything)
    gate.opened.set()
    assert await until(lambda: sdk_threads_at_work() == 0)
    await edge.read(REQUEST, principal, list_clusters, Anything)
    edge.close()


async def test_an_answer_is_read_in_the_thread_and_not_on_the_loop(edge: CloudEdge, principal: Principal) -> None:
    class Where(BaseModel):
        clusters: list[Any]

        @field_validator("clusters")
        @classmethod
        def note(cls, value: list[Any]) -> list[Any]:
            return [threading.current_thread().name]

    read = await edge.read(REQUEST, principal, list_clusters, Where)
    assert read.clusters[0].startswith("alibaba-cloud")


async def test_a_place_that_was_waited_for_in_vain_is_not_lost() -> None:
    slots = Slots(total=1, per_key=1)
    give_back = await slots.take("one")
    for key in ("one", "other"):
        waiting = asyncio.create_task(slots.take(key))
        await asyncio.sleep(0)
        waiting.cancel()
        await asyncio.wait([waiting])
    give_back()
    (await slots.take("other"))()
    (await slots.take("one"))()


async def test_a_key_is_forgotten_with_its_last_call() -> None:
    slots = Slots(total=2, per_key=1)
    give_back = await slots.take("one")
    give_back()
    del give_back
    assert not slots._of_key
