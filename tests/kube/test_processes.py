"""Programs that take their time to end."""

import asyncio
import os
from pathlib import Path

import pytest

from ack_mcp_server.kube.access import Access
from ack_mcp_server.kube.processes import Processes, Surroundings


@pytest.mark.slow
async def test_closing_waits_until_what_was_asked_to_end_has_ended(tmp_path: Path) -> None:
    processes = Processes(30)
    access = Access(key=("caller", "cluster", "mode"), home=tmp_path)
    given = Surroundings(home=tmp_path, variables={}, timeout_s=60, grace_s=0.5)
    script = 'trap "" TERM; echo $$ > pid.new; mv pid.new pid; while :; do sleep 0.1; done'
    call = asyncio.create_task(processes.run_other(["/bin/sh", "-c", script], access, given))
    async with asyncio.timeout(20):
        # The program is asked again, because nothing here tells of it.
        while not (tmp_path / "pid").exists():  # noqa: ASYNC110
            await asyncio.sleep(0.02)
    call.cancel()
    await processes.close()
    assert call.cancelled()
    with pytest.raises(ProcessLookupError):
        os.kill(int((tmp_path / "pid").read_text()), 0)
