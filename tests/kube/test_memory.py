"""A list is read page by page: what is held is what is shown, however many there are."""

import asyncio
import json
import resource
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web

from ack_mcp_server.answers.room import Room
from ack_mcp_server.kube.kubeconfig import Kubeconfig
from ack_mcp_server.kube.native.engine import Engine
from ack_mcp_server.kube.native.servers import Servers
from ack_mcp_server.kube.output import answer_to
from ack_mcp_server.kube.parse import parse
from tests.kube.native.conftest import unchanged
from tests.kube.native.replay import RECORDINGS

PODS, PAGE = 20_000, 500
MOST_MIB = 100
COLUMNS = ["Name", "Ready", "Status", "Restarts", "Age"]


def pod(number: int) -> dict[str, Any]:
    """As the API server sends it for `-A`, with the metadata that makes up most of it."""
    name = f"workload-{number // 10:05}-{number:08x}"
    state = "CrashLoopBackOff" if number == 7 else "Running"
    fields: dict[str, Any] = {f"f:field-{place}": {".": {}, "f:value": {}} for place in range(20)}
    metadata = {"name": name, "namespace": "shop", "managedFields": [{"manager": "kubelet", "fieldsV1": fields}]}
    return {"cells": [name, "1/1", state, 0, "3d"], "object": {"metadata": metadata}}


@asynccontextmanager
async def many_pods() -> AsyncIterator[Kubeconfig]:
    discovery = json.loads((RECORDINGS / "discovery.json").read_text())
    columns = [{"name": name, "type": "string", "priority": 0} for name in COLUMNS]
    # One page, sent again and again: making them anew would take most of the test's time.
    rows = json.dumps([pod(number) for number in range(PAGE)])

    async def answer(request: web.Request) -> web.Response:
        if request.path in ("/api", "/apis"):
            return web.json_response(discovery[request.path[1:]])
        first = int(request.query.get("continue", 0))
        following = {"continue": str(first + PAGE)} if first + PAGE < PODS else {}
        table = json.dumps({"kind": "Table", "metadata": following, "columnDefinitions": columns})
        return web.Response(text=f'{table[:-1]}, "rows": {rows}}}', content_type="application/json")

    app = web.Application()
    app.router.add_get("/{tail:.*}", answer)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    try:
        yield Kubeconfig(server=f"http://127.0.0.1:{runner.addresses[0][1]}", expires=None)
    finally:
        await runner.cleanup()


class Resident:
    """The most memory of this process while it is watched, in MiB above the beginning; the server's part included."""

    def __init__(self) -> None:
        self.above = 0.0
        self._first = self._now()

    @staticmethod
    def _now() -> float:
        return int(Path("/proc/self/statm").read_text().split()[1]) * resource.getpagesize() / 2**20

    async def watch(self) -> None:
        while True:
            self.above = max(self.above, self._now() - self._first)
            await asyncio.sleep(0.002)


@pytest.mark.parametrize(
    "command", ["get pods -A", pytest.param("get pods -A --sort-by=.metadata.name", marks=pytest.mark.slow)]
)
async def test_twenty_thousand_pods_are_counted_in_bounded_memory(command: str) -> None:
    room = Room.of(budget=24_000, ceiling=200_000)
    async with many_pods() as kubeconfig:
        engine = Engine(Servers(1), unchanged, lambda: datetime.now(UTC), timeout_s=50)
        memory = Resident()
        watching = asyncio.create_task(memory.watch())
        try:
            text = answer_to(parse(command), await engine.run(parse(command), kubeconfig, room), room).text()
        finally:
            watching.cancel()
            await engine.close()
    assert memory.above < MOST_MIB
    assert text.startswith("[ack-mcp-server: 20,000 pods: 19,960 Running, 40 CrashLoopBackOff]")
    assert len(text.encode()) <= 24_000
