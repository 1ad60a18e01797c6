"""A client that waits for diagnoses and inspections without real time: as it is told of progress, the clock goes on."""

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from tests.conftest import Door, Region, Reply, door_to, settings_in

FAST = {"TOOLSETS": "ack,kubectl,diagnose,query", "DIAGNOSE_POLL_INTERVAL": "0.05"}
AFTER_S = 10  # the longest takes 6


@dataclass
class Patient:
    region: Region
    door: Door
    told: list[str] = field(default_factory=list)

    async def _progress(self, _done: float, _total: float | None, message: str | None) -> None:
        self.told.append(message or "")
        self.let_time_pass()

    def let_time_pass(self) -> None:
        self.region.control("POST", "clock", advance_s=AFTER_S)

    def order(self, role: str = "staging", **order: Any) -> None:
        self.region.control("POST", "examinations", cluster=self.region.cluster(role), **order)

    async def call(self, tool: str, role: str = "staging", **arguments: Any) -> Reply:
        asked = {"cluster_id": self.region.cluster(role), **arguments}
        handler: Any = self._progress
        result = await self.door.client.call_tool(tool, asked, raise_on_error=False, progress_handler=handler)
        text = "".join(part.text for part in result.content if hasattr(part, "text"))
        return Reply(text=text, is_error=result.is_error, structured=result.structured_content)

    async def name(self, command: str, pattern: str = r"^(\S+)", role: str = "staging") -> str:
        """The first line of what kubectl prints that fits."""
        reply = await self.door.ok("ack_kubectl", command=command, cluster_id=self.region.cluster(role))
        found = re.search(pattern, reply.text, re.MULTILINE)
        assert found, reply.text
        return found[1]


@asynccontextmanager
async def patient(region: Region, mode: str = "auto", **values: object) -> AsyncIterator[Patient]:
    async with door_to(settings_in(region, **{**FAST, **values}), mode) as door:
        yield Patient(region, door)
