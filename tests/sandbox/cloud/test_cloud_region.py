"""The region as a whole: the same seed gives the same bytes, and it opens and closes cleanly."""

import asyncio
import json
import signal
import socket
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from ack_sandbox.cli import main
from ack_sandbox.clock import Clock
from ack_sandbox.cloud.listener import listen
from ack_sandbox.cloud.wire import Json
from ack_sandbox.plan import plan_region
from ack_sandbox.region import serve
from tests.sandbox.cloud.http import fetch
from tests.sandbox.cloud.sdk import inject, signed_fetch
from tests.sandbox.conftest import NOON

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")  # the SDK calls datetime.utcnow

EVERY_INTERFACE = "0.0.0.0"  # the address that must be refused


async def bytes_of(seed: int) -> list[bytes]:
    plan = plan_region(seed)
    production = f"/clusters/{plan.cluster('production').id}"
    asked = [
        ("DescribeClustersV1", "/api/v1/clusters"),
        ("DescribeClusterNodePools", f"{production}/nodepools"),
        ("DescribeClusterTasks", f"{production}/tasks"),
        ("DescribeClusterEvents", f"{production}/events"),
        ("DescribeRegions", "/regions"),
    ]
    async with serve(plan, Clock(source=lambda: NOON)) as region:
        return [(await signed_fetch(region, action, path)).body for action, path in asked]


async def test_the_same_seed_gives_the_same_bytes() -> None:
    assert await bytes_of(7) == await bytes_of(7)


async def test_another_seed_gives_other_ids() -> None:
    one, other = await bytes_of(1), await bytes_of(2)

    assert not {cluster["cluster_id"] for cluster in json.loads(one[0])["clusters"]} & {
        cluster["cluster_id"] for cluster in json.loads(other[0])["clusters"]
    }


async def test_a_closed_region_leaves_nothing_behind_even_with_requests_under_way() -> None:
    before = asyncio.all_tasks()
    async with serve() as region:
        await inject(region, "hang")
        waiting = asyncio.create_task(signed_fetch(region, "DescribeRegions", "/regions"))
        await asyncio.sleep(0.05)
    reply = await waiting

    assert (reply.status, region.cloud.requests.in_flight) == (0, 0)
    assert asyncio.all_tasks() == before


async def test_neighbours_open_first_and_are_told_among_the_facts() -> None:
    log: list[str] = []

    @asynccontextmanager
    async def neighbour() -> AsyncIterator[dict[str, Json]]:
        log.append("opened")
        yield {"kubernetes": ["https://127.0.0.1:1"]}
        log.append("closed")

    async with serve(neighbours=[neighbour()]) as region:
        log.append("serving")
        assert region.facts()["kubernetes"] == ["https://127.0.0.1:1"]

    assert log == ["opened", "serving", "closed"]


def test_only_loopback_is_listened_on() -> None:
    for host in (EVERY_INTERFACE, "localhost", "::1", "10.0.0.1"):
        with pytest.raises(ValueError, match=r"on 127\.0\.0\.1 only"):
            listen(host)


def test_the_listening_socket_names_tcp() -> None:
    with listen() as listening:
        assert listening.proto == socket.IPPROTO_TCP
        assert listening.getsockname()[0] == "127.0.0.1"


@asynccontextmanager
async def command(*arguments: str) -> AsyncIterator[asyncio.subprocess.Process]:
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "ack_sandbox", *arguments),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    try:
        yield process
    finally:
        if process.returncode is None:
            process.kill()
        await process.communicate()


@pytest.mark.parametrize(
    "ending", ["stdin", *(pytest.param(name, marks=pytest.mark.slow) for name in ("SIGTERM", "SIGINT"))]
)
async def test_the_command_says_one_line_and_quits_cleanly(ending: str) -> None:
    begun = time.monotonic()
    async with command("--seed", "3", "--until-stdin-closes") as process:
        assert process.stdin and process.stdout and process.stderr
        facts = json.loads(await process.stdout.readline())
        sys.stdout.write(f"ready after {time.monotonic() - begun:.2f} s\n")
        health = await fetch(facts["cs_endpoint"], "GET", "/_sandbox/health", {})
        if ending == "stdin":
            process.stdin.close()
        else:
            process.send_signal(signal.Signals[ending])
        rest, errors = await process.stdout.read(), await process.stderr.read()

        assert (health.status, await process.wait(), rest) == (200, 0, b"")
        assert b"Traceback" not in errors
    assert facts["seed"] == 3
    assert facts["control"] == f"{facts['cs_endpoint']}/_sandbox"
    assert [cluster["id"] for cluster in facts["clusters"]] == [cluster.id for cluster in plan_region(3).clusters]


@pytest.mark.parametrize(
    "arguments", [("--host", EVERY_INTERFACE), ("--port", "70000"), ("--scale", "0"), ("--seed", "x"), ("--what",)]
)
def test_the_command_refuses_what_it_cannot_do(capsys: pytest.CaptureFixture[str], arguments: tuple[str, ...]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(arguments)
    out, errors = capsys.readouterr()
    assert (ended.value.code, out) == (2, "") and "usage:" in errors


@pytest.mark.slow
async def test_a_taken_port_is_an_error_and_not_a_traceback() -> None:
    with listen() as taken:
        taken.listen()
        async with command("--port", str(taken.getsockname()[1])) as process:
            out, errors = await process.communicate()

    assert (process.returncode, out) == (1, b"")
    assert b"cannot open on port" in errors
    assert b"Traceback" not in errors
