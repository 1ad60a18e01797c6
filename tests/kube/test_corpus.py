"""Hostile, odd and ordinary commands as data, run end to end: a canary file, a listening socket, a folder that must
stay empty, and a cluster that must stay as it is."""

import asyncio
import json
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

from ack_mcp_server.settings import Settings
from tests.conftest import CANARY, Door, Region, door_to, needs
from tests.services.test_transport import listener

CORPUS = Path(__file__).parent / "corpus"
HOSTILE: list[dict[str, str]] = json.loads((CORPUS / "hostile.json").read_text())
ORDINARY: list[str] = json.loads((CORPUS / "ordinary.json").read_text())
CLASSES = sorted({case["class"] for case in HOSTILE})

pytestmark = needs("kubectl")


def test_there_are_enough_of_them() -> None:
    assert len(HOSTILE) >= 250
    assert len(ORDINARY) >= 80
    assert len(CLASSES) >= 8


@pytest.mark.parametrize("kind", CLASSES)
async def test_hostile_commands_get_their_verdict_and_reach_nothing(
    settings: Callable[..., Settings], region: Region, tmp_path: Path, kind: str
) -> None:
    canary, folder = tmp_path / "canary", tmp_path / "empty"
    canary.write_text(CANARY)
    folder.mkdir()
    found: list[str] = []
    with listener() as (url, reached):
        port = url.rsplit(":", 1)[1]
        async with door_to(settings()) as door:
            before = await state_of(door, region)
            for case in HOSTILE:
                if case["class"] == kind:
                    command = case["command"].replace("{canary}", str(canary))
                    command = command.replace("{port}", port).replace("{folder}", str(folder))
                    verdict, told = await verdict_on(door, region, command)
                    if verdict != case["verdict"] or CANARY in told:
                        found.append(f"{command!r}: {verdict}: {told[:200]}")
            assert await state_of(door, region) == before
    assert found == []
    assert reached == []
    assert list(folder.iterdir()) == []
    assert canary.read_text() == CANARY


async def verdict_on(door: Door, region: Region, command: str) -> tuple[str, str]:
    reply = await door.call("ack_kubectl", command=command, cluster_id=region.cluster("staging"))
    if not reply.is_error or reply.text.startswith("CommandFailed"):
        return "runs", reply.text
    if reply.text.startswith("WriteNotAllowed"):
        return "write", reply.text
    assert reply.text.startswith(("InvalidInput", "NotEnabled")), reply.text
    assert "Next: " in reply.text, reply.text
    return "refused", reply.text


async def state_of(door: Door, region: Region) -> str:
    """Every workload with its generation: what a change would show in."""
    columns = "K:.kind,N:.metadata.name,U:.metadata.uid,G:.metadata.generation"
    command = f"get deploy,sts,ds,svc,cm,ns -A -o custom-columns={columns}"
    return (await door.ok("ack_kubectl", command=command, cluster_id=region.cluster("staging"))).text


async def test_ordinary_commands_run(settings: Callable[..., Settings], region: Region) -> None:
    failed: list[str] = []
    async with door_to(settings()) as door:
        for command in ORDINARY:
            reply = await door.call("ack_kubectl", command=command, cluster_id=region.cluster("staging"))
            if reply.is_error:
                failed.append(f"{command!r}: {reply.text[:300]}")
    assert failed == []


ENDLESS = ["get pods -A -w", "get pods -A --watch", "logs -f -n kube-system deploy/coredns"]


@pytest.mark.slow
async def test_what_would_run_for_ever_runs_for_a_while(settings: Callable[..., Settings], region: Region) -> None:
    cluster = region.cluster("staging")
    async with door_to(settings(KUBECTL_TIMEOUT=1.5)) as door:
        calls = (door.ok("ack_kubectl", command=command, cluster_id=cluster) for command in ENDLESS)
        ends = [reply.text.splitlines()[-1] for reply in await asyncio.gather(*calls)]
    assert all(end.endswith("stopped after 1.5 s; this is what came]") for end in ends), ends


def main() -> None:
    """Prints the count by class and verdict: `python -m tests.kube.test_corpus`."""
    counted = Counter((case["class"], case["verdict"]) for case in HOSTILE)
    for (kind, verdict), count in sorted(counted.items()):
        print(f"{kind:12} {verdict:8} {count}")  # noqa: T201 - its purpose
    print(f"{'ordinary':12} {'runs':8} {len(ORDINARY)}")  # noqa: T201 - its purpose


if __name__ == "__main__":
    main()
