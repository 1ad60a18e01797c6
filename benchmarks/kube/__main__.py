"""`get pods` by our server beside the API request that it needs, in one run: `python -m benchmarks.kube`.

The floor is that request alone, on kept connections, from where our server runs: the same core, the same kind of loop.
Floor and server take turns, so that whatever else the machine does falls on both. `--kubeconfig FILE --namespace NS`
asks a real API server; `--profile` tells where a call's time goes.
"""

import argparse
import asyncio
import os
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import ExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from ack_mcp_server.kube import kubeconfig as kubeconfigs
from ack_mcp_server.kube.kubeconfig import Kubeconfig
from benchmarks.kube import report, wire
from benchmarks.kube.floor import raw
from benchmarks.kube.load import Call, Sample, median, sample
from benchmarks.kube.profiled import BEGIN, END, PROFILE_VARIABLE
from benchmarks.kube.replay import LARGE, SMALL, namespace
from benchmarks.kube.servers import Running, our_server, pin, replay

MANY = 16
SERVER_CORE, CLIENT_CORE = 0, 1
TOOL = "ack_kubectl"
SERVER, PROFILED = "ack_mcp_server", "benchmarks.kube.profiled"
KUBECTL_RUNS = 5

Samples = dict[tuple[str, str, int], list[Sample]]  # namespace, who, clients


@dataclass(frozen=True)
class Case:
    """What is asked in one namespace, and how the server is asked in each era."""

    namespace: str
    command: str
    requests: dict[wire.Era, bytes]


def case_of(name: str, url: str) -> Case:
    command = f"get pods -n {name}"
    return Case(name, command, {era: wire.request(url, era, TOOL, {"command": command}) for era in wire.ERAS})


async def compare(
    cases: Sequence[Case], server: Running, known: Kubeconfig, chosen: argparse.Namespace, recorded: Callable[[], None]
) -> Samples:
    """Floor, earlier era and later era take turns; the first turn warms up."""
    samples: Samples = defaultdict(list)
    async with raw(known, MANY) as pods, _connected(server.url) as connections:
        for case in cases:
            await _floor([partial(pods, case.namespace)], chosen.seconds / 4)
        recorded()
        for turn in range(chosen.rounds + 1):
            length = chosen.seconds if turn else chosen.seconds / 4
            for case, clients in ((case, clients) for case in cases for clients in (1, MANY)):
                taken = {"raw": await _floor([partial(pods, case.namespace)] * clients, length)}
                for era in wire.ERAS:
                    taken[era] = await sample(_calls(case, era, connections[:clients]), length, server.pid)
                for who, one in taken.items() if turn else ():
                    samples[case.namespace, who, clients].append(one)
    return samples


async def _floor(calls: Sequence[Call], seconds: float) -> Sample:
    pin(0, SERVER_CORE)
    try:
        return await sample(calls, seconds, os.getpid())
    finally:
        pin(0, CLIENT_CORE)


def _calls(case: Case, era: wire.Era, connections: Sequence[wire.Connection]) -> list[Call]:
    return [partial(connection.exchange, case.requests[era]) for connection in connections]


@asynccontextmanager
async def _connected(url: str) -> AsyncIterator[list[wire.Connection]]:
    connections = [await wire.connect(url) for _ in range(MANY)]
    try:
        yield connections
    finally:
        for connection in connections:
            connection.close()


async def check(cases: Sequence[Case], server: Running) -> list[str]:
    """What the tool answers; raises when it is an error, so that no refusal is ever measured."""
    connection = await wire.connect(server.url)
    texts = []
    for case in cases:
        for era in wire.ERAS:
            texts.append(wire.result(await connection.exchange(case.requests[era])))
    connection.close()
    return texts


def kubectl_ms(kubeconfig: Path, case: Case) -> float:
    """Median of some runs, on a warm discovery cache."""
    words = ["kubectl", f"--kubeconfig={kubeconfig}", f"--cache-dir={kubeconfig.parent / 'cache'}"]
    times = []
    for _ in range(KUBECTL_RUNS + 1):
        began = time.perf_counter()
        subprocess.run([*words, *case.command.split()], check=True, capture_output=True)  # noqa: S603 - known words
        times.append((time.perf_counter() - began) * 1000)
    return sorted(times[1:])[KUBECTL_RUNS // 2]


def options() -> argparse.Namespace:
    made = argparse.ArgumentParser(prog="python -m benchmarks.kube", description=__doc__)
    made.add_argument(
        "--kubeconfig", type=Path, help="of a real API server, in place of the replayed one; inline data only"
    )
    made.add_argument("--namespace", default="default", help="whose pods are listed there")
    made.add_argument("--rounds", type=int, default=4)
    made.add_argument("--seconds", type=float, default=0.8, help="of each measurement; there are 12 in a round")
    made.add_argument("--profile", action="store_true", help="sample where the server's time goes; figures are slower")
    made.add_argument(
        "--eager",
        action="store_const",
        const=["--eager"],
        default=[],
        help="the replayed API server answers at once, not at a real one's pace",
    )
    return made.parse_args()


def main() -> None:
    chosen = options()
    with tempfile.TemporaryDirectory() as directory, ExitStack() as stack:
        file, profile = Path(directory, "kubeconfig"), Path(directory, "profile.json")
        api = None if chosen.kubeconfig else stack.enter_context(replay(CLIENT_CORE, *chosen.eager))
        file.write_text(api.kubeconfig if api else chosen.kubeconfig.read_text())
        module = PROFILED if chosen.profile else SERVER
        server = stack.enter_context(our_server(file, module, SERVER_CORE, {PROFILE_VARIABLE: str(profile)}))
        names = [namespace(SMALL), namespace(LARGE)] if api else [chosen.namespace]
        cases = [case_of(name, server.url) for name in names]
        kubectl = {case.namespace: kubectl_ms(file, case) for case in cases}
        asyncio.run(check(cases, server))
        if chosen.profile:
            os.kill(server.pid, BEGIN)
        known = kubeconfigs.read(file.read_text(), datetime.now(UTC))
        samples = asyncio.run(compare(cases, server, known, chosen, api.seal if api else lambda: None))
        sys.stdout.write(report.table({key: median(some) for key, some in samples.items()}, kubectl))
        if chosen.profile:
            os.kill(server.pid, END)
            sys.stdout.write(report.split(profile))
        sys.stdout.write(report.ARRANGEMENT)


if __name__ == "__main__":
    main()
