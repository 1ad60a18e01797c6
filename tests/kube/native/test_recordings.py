"""Native answers against what a real API server said and kubectl 1.36 printed."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from ack_mcp_server.kube.kubeconfig import Kubeconfig
from ack_mcp_server.kube.native.engine import Engine
from ack_mcp_server.kube.native.servers import Servers
from ack_mcp_server.kube.parse import parse
from tests.kube.native.conftest import EVERYTHING, Said, unchanged
from tests.kube.native.replay import RECORDINGS, replaying

CASES: list[dict[str, Any]] = [
    case
    for file in sorted(RECORDINGS.glob("*.json"))
    if file.stem != "discovery"
    for case in json.loads(file.read_text())
]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["command"])
async def test_a_recorded_command_prints_what_kubectl_printed(case: dict[str, Any]) -> None:
    async with replaying(case["exchanges"]) as address:
        engine = Engine(Servers(1), unchanged, lambda: datetime.now(UTC), timeout_s=10)
        try:
            kubeconfig = Kubeconfig(server=address, expires=None)
            printed = await engine.run(parse(case["command"]), kubeconfig, EVERYTHING)
        finally:
            await engine.close()
    ours = Said(printed.stdout, printed.stderr, printed.exit_code)
    assert ours == Said(case["stdout"], case["stderr"], case["exit_code"])
