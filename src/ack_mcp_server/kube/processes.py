"""The processes of this server: so many at once, and so many of one key."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

from ack_mcp_server.answers.clean import clean
from ack_mcp_server.kube.access import Access
from ack_mcp_server.kube.native.printed import Printed
from ack_mcp_server.kube.process import Outcome, run_kubectl, run_program
from ack_mcp_server.services.slots import Busy, Slots

GRACE_S = 10  # for a program to write down that it was stopped; a release of helm's would be left pending otherwise
AT_ONCE = 16  # each costs tens of megabytes
OF_A_KEY = 8
_LAST_S = 2  # after a program was killed


@dataclass(frozen=True, kw_only=True)
class Surroundings:
    """What a program is given: where it runs, the variables that it sees beside PATH and HOME, its time, and how long
    it may take to end when it is asked to."""

    home: Path
    variables: Mapping[str, str]
    timeout_s: float
    grace_s: float = 0


@dataclass
class Processes:
    """`timeout_s` bounds the wait for a place and then the run."""

    timeout_s: float
    _slots: Slots = field(default_factory=lambda: Slots(AT_ONCE, OF_A_KEY), init=False)
    _calls: set[asyncio.Task[object]] = field(default_factory=set, init=False)

    async def close(self) -> None:
        """Waits for the calls whose programs were asked to end; the loop would end before they are killed."""
        if self._calls:
            await asyncio.wait(self._calls, timeout=GRACE_S + _LAST_S)

    async def run(self, argv: list[str], access: Access, stdin: bytes = b"") -> Printed:
        """Raises NotEnabled without a kubectl, Busy, Unavailable when it cannot be started."""
        with access.in_use():
            async with self._slot(access.holder):
                words, variables = [*access.flags, *argv], access.variables
                outcome = await run_kubectl(
                    words, home=access.home, variables=variables, timeout_s=self.timeout_s, stdin=stdin
                )
        return _printed(outcome)

    async def run_other(self, command: list[str], access: Access, given: Surroundings, stdin: bytes = b"") -> Printed:
        """Another program than kubectl, by its path; its flags for `access` are the caller's matter.

        Raises Busy, Unavailable when it cannot be started.
        """
        with access.in_use():
            async with self._slot(access.holder):
                outcome = await run_program(
                    command,
                    home=given.home,
                    variables={**access.variables, **given.variables},
                    timeout_s=given.timeout_s,
                    stdin=stdin,
                    grace_s=given.grace_s,
                )
        return _printed(outcome)

    @asynccontextmanager
    async def _slot(self, caller: str) -> AsyncIterator[None]:
        try:
            async with asyncio.timeout(self.timeout_s):
                give_back = await self._slots.take(caller)
        except TimeoutError as exc:
            raise Busy(
                f"this server runs as many commands as it may ({AT_ONCE}, {OF_A_KEY} of one key)",
                next_step="Wait for some of them to end, then try again.",
            ) from exc
        call = asyncio.current_task()
        assert call is not None
        self._calls.add(call)
        try:
            yield
        finally:
            give_back()
            self._calls.discard(call)


def _printed(outcome: Outcome) -> Printed:
    complaints = clean(outcome.stderr).splitlines()
    return Printed([clean(outcome.stdout)], complaints, outcome.exit_code or 0, outcome.ended)
