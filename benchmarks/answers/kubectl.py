"""Of kubectl's own output, and of the answer that this server makes of it."""

import asyncio
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path

from tests.conftest import Door, Region, door_to, kubeconfig_of, settings_in
from tests.tokens import count_tokens

QUESTIONS = (
    ("31 pods", "staging", "get pods -A"),
    ("342 pods", "production", "get pods -A"),
    ("342 pods, wide", "production", "get pods -A -o wide"),
    ("a log, 5,000 lines", "production", "logs -n shop deploy/shop-gateway"),
    ("a log that repeats", "production", "logs -n kube-system ds/kube-proxy-worker"),
    ("a crash's log", "production", "logs -n payments {crashing} -p"),
    ("describe a pod", "production", "describe pod -n payments {crashing}"),
    ("a pod as YAML", "production", "get pod -n payments {crashing} -o yaml --show-managed-fields"),
    ("ConfigMaps as YAML", "production", "get cm -n shop -o yaml"),
    ("a list of CRDs", "production", "get crd -o yaml"),
    ("events", "production", "get events -A"),
    ("Deployments as JSON", "production", "get deploy -n shop -o json"),
)


@dataclass(frozen=True)
class Cost:
    lines: int
    before: int
    after: int


async def compare(region: Region) -> None:
    with tempfile.TemporaryDirectory() as folder:
        async with door_to(settings_in(region)) as door:
            crashing = await _crashing(door, region)
            print(f"{'answer':<22}{'lines':>8}{'kubectl':>10}{'ours':>8}{'of it':>8}")  # noqa: T201
            for name, role, question in QUESTIONS:
                cost = await _cost(door, region, Path(folder), role, question.format(crashing=crashing))
                share = f"{cost.after / cost.before:.0%}"
                print(f"{name:<22}{cost.lines:>8,}{cost.before:>10,}{cost.after:>8,}{share:>8}")  # noqa: T201


async def _crashing(door: Door, region: Region) -> str:
    told = await door.ok("ack_kubectl", command="get pods -n payments", cluster_id=region.cluster("production"))
    return next(line.split()[0] for line in told.text.splitlines() if "CrashLoopBackOff" in line)


async def _cost(door: Door, region: Region, folder: Path, role: str, question: str) -> Cost:
    file = folder / role
    file.write_text(kubeconfig_of(region, role))
    words = ["kubectl", *question.split(), f"--kubeconfig={file}"]
    done = await asyncio.to_thread(subprocess.run, words, capture_output=True, text=True, check=True)
    reply = await door.ok("ack_kubectl", command=question, cluster_id=region.cluster(role))
    return Cost(done.stdout.count("\n"), count_tokens(done.stdout), count_tokens(reply.text))
