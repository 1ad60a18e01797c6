"""`rollout status`: waits for rollouts and tells how far they are, within the time that a command has."""

import asyncio
import math
import re
from contextlib import aclosing
from dataclasses import dataclass, field

from ack_mcp_server.errors import AckError
from ack_mcp_server.kube.discovery import Resource
from ack_mcp_server.kube.native.asked import Asked, Json
from ack_mcp_server.kube.native.printed import Printed
from ack_mcp_server.kube.native.refusal import Refusal
from ack_mcp_server.kube.native.rollout.changes import changes
from ack_mcp_server.kube.native.rollout.progress import Judge, judge_of
from ack_mcp_server.kube.native.rollout.visits import Failures, RolloutError, revision_of, visited
from ack_mcp_server.kube.native.said import NotUnderstood
from ack_mcp_server.kube.native.targets import Targets

# Before the command's time is over, so that what came is still returned: the smaller of both.
_SPARE_S, _SPARE_SHARE = 0.5, 0.1
_DURATION = re.compile(r"(?:(\d+(?:\.\d+)?)h)?(?:(\d+(?:\.\d+)?)m)?(?:(\d+(?:\.\d+)?)s)?(?:(\d+(?:\.\d+)?)ms)?")
_UNITS_S = (3600, 60, 1, 0.001)


async def status(asked: Asked) -> Printed:
    """`ended` says that time was up before the rollouts were done. Raises NotUnderstood, UsageError, Refusal,
    AckError."""
    left_s = asked.until - asyncio.get_running_loop().time()
    wait = _Wait(asked, revision_of(asked), _seconds(asked.command.value("timeout")))
    targets = await asked.targets()
    spare_s = min(_SPARE_S, left_s * _SPARE_SHARE)
    try:
        async with asyncio.timeout_at(None if math.isinf(left_s) else asked.until - spare_s):
            await wait.through(targets)
    except TimeoutError:
        wait.printed.ended = f"stopped after {round(left_s, 1):g} s"
    return wait.result()


@dataclass
class _Wait:
    """Objects one after the other, each until it is done."""

    asked: Asked
    revision: int
    timeout_s: float | None
    printed: Printed = field(default_factory=Printed)
    failures: Failures = field(default_factory=Failures)
    _found: bool = False
    _waited: bool = False

    async def through(self, targets: Targets) -> None:
        try:
            async with aclosing(visited(self.asked, targets, self.failures)) as objects:
                async for resource, item in objects:
                    await self._one(resource, item)
        except AckError as exc:
            if not self.printed.blocks:
                raise
            self.printed.ended = f"stopped: {exc.message}"

    async def _one(self, resource: Resource, item: Json) -> None:
        self._found = True
        try:
            async with asyncio.timeout(self.timeout_s):
                await self._until_done(judge_of(resource), resource, item)
        except TimeoutError:
            self.failures.objects.append(RolloutError("timed out waiting for the condition"))
        except (Refusal, RolloutError) as exc:
            self.failures.objects.append(exc)

    async def _until_done(self, judge: Judge, resource: Resource, item: Json) -> None:
        metadata, known = item["metadata"], ""
        if not self._waited:  # what was read before another object was waited for is old
            known = str(metadata.get("resourceVersion", ""))
            if self._told(judge, item):
                return
        self._waited = True
        async with aclosing(changes(self.asked, resource, metadata["name"], known)) as states:
            async for state in states:
                if state is None:
                    raise RolloutError("object has been deleted")
                if self._told(judge, state):
                    return

    def _told(self, judge: Judge, item: Json) -> bool:
        """Whether there is nothing to wait for."""
        progress = judge(item, self.revision)
        self.printed.blocks.append(f"{progress.text}\n")
        return progress.done or self.asked.command.value("watch") == "false"

    def result(self) -> Printed:
        self.printed.complaints += self.asked.warnings
        self.failures.tell(self.printed)
        if not self._found and not self.printed.exit_code and not self.printed.ended:
            self.printed.complaints.append(self.asked.none_found())
        if self.printed.ended:
            self.printed.exit_code = 0  # the failures so far are not the end of the command
        return self.printed


def _seconds(text: str) -> float | None:
    """Of a duration as `1m30s`; None for no limit. Raises NotUnderstood."""
    if text in ("", "0", "0s"):
        return None
    found = _DURATION.fullmatch(text)
    if found is None:
        raise NotUnderstood
    return sum(float(number) * unit for number, unit in zip(found.groups(), _UNITS_S, strict=True) if number) or None
