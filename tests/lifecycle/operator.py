"""Somebody who operates one cluster of a region through the door, and sees what the region was asked."""

import asyncio
import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from tests.conftest import Door, Region, Reply
from tests.kube.writes.writer import plan_of

_POOL = re.compile(r"np[0-9a-f]{8,}")
_TASK = re.compile(r"T-[0-9a-f]{24}")


class Operator:
    def __init__(self, door: Door, region: Region, role: str = "staging") -> None:
        self.door, self.region, self.cluster = door, region, region.cluster(role)

    async def call(self, tool: str, **arguments: Any) -> Reply:
        return await self.door.call(tool, **{"cluster_id": self.cluster, **arguments})

    async def ok(self, tool: str, **arguments: Any) -> str:
        reply = await self.call(tool, **arguments)
        assert not reply.is_error, reply.text
        return reply.text

    async def error(self, tool: str, **arguments: Any) -> str:
        reply = await self.call(tool, **arguments)
        assert reply.is_error, reply.text
        return reply.text

    async def done(self, tool: str, **arguments: Any) -> str:
        """Asked for, and done with its plan."""
        shown = await self.ok(tool, **arguments)
        assert "nothing is changed yet" in shown, shown
        return await self.ok(tool, plan_id=plan_of(shown), **arguments)

    async def pools(self) -> dict[str, str]:
        """Ids by name."""
        text = await self.ok("list_cluster_nodepools")
        return {line.split()[0]: _POOL.findall(line)[0] for line in text.splitlines() if _POOL.search(line)}

    async def pool(self, name: str = "default-nodepool") -> str:
        return (await self.pools())[name]

    async def nodes(self) -> dict[str, dict[str, Any]]:
        """Of Kubernetes, by name."""
        text = await self.ok("ack_kubectl", command="get nodes -o json", max_bytes=200_000)
        document = json.loads("\n".join(line for line in text.splitlines() if not line.startswith("[ack-mcp-server")))
        return {node["metadata"]["name"]: node for node in document["items"]}

    def pass_time(self, seconds: float) -> None:
        self.region.control("POST", "clock", advance_s=seconds)

    async def while_time_passes(self, tool: str, **arguments: Any) -> Reply:
        """For calls that wait for the cloud."""
        call = asyncio.ensure_future(self.call(tool, **arguments))
        while not call.done():
            await asyncio.to_thread(self.pass_time, 20)
            await asyncio.wait([call], timeout=0.05)
        return await call

    @contextmanager
    def asked(self) -> Iterator[list[str]]:
        """The actions that the region is asked for meanwhile."""
        before, actions = self.region.control("GET", "requests")["total"], list[str]()
        yield actions
        seen = self.region.control("GET", "requests")["requests"]
        actions += [each["action"] for each in seen if each["number"] > before]


def task_of(told: str) -> str:
    found = _TASK.search(told)
    assert found, told
    return found[0]
