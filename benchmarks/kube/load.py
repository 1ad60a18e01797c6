"""Calls for a while, alone or by many at once, and how long each took."""

import asyncio
import os
import statistics
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

Call = Callable[[], Awaitable[object]]
_TICKS = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True)
class Sample:
    """`cpu_ms` is what one call cost the process that was watched, user and system."""

    rate: float
    p50_ms: float
    p95_ms: float
    cpu_ms: float


async def sample(clients: Sequence[Call], seconds: float, pid: int) -> Sample:
    """Every client calls again as soon as it was answered."""
    times: list[float] = []
    end = time.perf_counter() + seconds
    cpu, began = cpu_s(pid), time.perf_counter()
    await asyncio.gather(*(_repeat(call, end, times) for call in clients))
    passed, spent = time.perf_counter() - began, cpu_s(pid) - cpu
    times.sort()
    return Sample(len(times) / passed, _at(times, 0.5), _at(times, 0.95), spent / len(times) * 1000)


async def _repeat(call: Call, end: float, times: list[float]) -> None:
    now = time.perf_counter()
    while now < end:
        await call()
        then, now = now, time.perf_counter()
        times.append((now - then) * 1000)


def _at(ordered: Sequence[float], share: float) -> float:
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))]


def cpu_s(pid: int) -> float:
    """User and system time of a process so far, to a hundredth of a second."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / _TICKS


def median(samples: Sequence[Sample]) -> Sample:
    """Of each figure by itself."""
    return Sample(
        *(statistics.median(getattr(one, name) for one in samples) for name in ("rate", "p50_ms", "p95_ms", "cpu_ms"))
    )
