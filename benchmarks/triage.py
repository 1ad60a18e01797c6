"""What `triage` says first of every incident of the sandbox, over seeds: right or not, tokens (o200k) and time.

`python -m benchmarks.triage [SEED ...]` starts a sandbox for each seed and asks once for each namespace.
"""

import asyncio
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from tests.conftest import Door, door_to, running_sandbox, settings_in
from tests.tokens import count_tokens
from tests.triage.grading import Known, first_cause, is_right, known, named

SEEDS = (11, 222, 3333, 44444, 555555)


@dataclass(frozen=True)
class Told:
    report: dict[str, Any]
    tokens: int
    seconds: float


async def main(seeds: Sequence[int]) -> None:
    right = asked = 0
    for seed in seeds:
        seen = known(seed)
        with running_sandbox("--seed", str(seed)) as region:
            told = await _told(region, seen)
        right += _print(seed, seen, told)
        asked += len(seen.incidents)
    print(f"\n{right} of {asked} right ({right / asked:.0%})")  # noqa: T201


async def _told(region: Any, seen: Known) -> dict[str, Told]:
    typed = settings_in(region, RESULT_FORMAT="structured")
    async with door_to(settings_in(region)) as texts, door_to(typed) as types:
        return {space: await _one(texts, types, seen, space) for space in seen.namespaces}


async def _one(texts: Door, types: Door, seen: Known, space: str) -> Told:
    begun = time.perf_counter()
    text = (await texts.ok("triage", cluster_id=seen.cluster, namespace=space)).text
    took = time.perf_counter() - begun
    report = (await types.ok("triage", cluster_id=seen.cluster, namespace=space)).structured
    return Told(report, count_tokens(text), took)


def _print(seed: int, seen: Known, told: dict[str, Told]) -> int:
    print(f"\nseed {seed}")  # noqa: T201
    right = 0
    for incident in seen.incidents:
        of = told[incident.namespace]
        cause = first_cause(of.report, incident.workload)
        is_it = is_right(incident, cause)
        right += is_it
        said = cause["kind"] if cause else "nothing"
        space = incident.namespace or "(all)"
        mark = "" if is_it else "  WRONG"
        print(f"{incident.id:<24}{said:<24}{space:<16}{of.tokens:>6} tokens{of.seconds * 1000:>7.0f} ms{mark}")  # noqa: T201
    healthy = {each.workload for each in seen.look_alikes}
    print(f"healthy look-alikes named: {len(healthy & set().union(*(named(of.report) for of in told.values())))}")  # noqa: T201
    return right


if __name__ == "__main__":
    asyncio.run(main([int(seed) for seed in sys.argv[1:]] or SEEDS))
