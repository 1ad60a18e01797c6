"""The sandbox's own evaluator and a real Prometheus answer alike, over the same series."""

import json
import math
import os
import signal
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import pytest

from ack_sandbox.prometheus.answers import Told
from ack_sandbox.prometheus.backends import Real, Subset
from ack_sandbox.prometheus.questions import Question
from tests.conftest import Region, needs, running_sandbox, until
from tests.sandbox.metrics.asking import metrics
from tests.sandbox.metrics.expressions import EXPRESSIONS
from tests.sandbox.metrics.watched import production

pytestmark = [pytest.mark.slow, needs("prometheus")]


@pytest.fixture
async def real() -> AsyncIterator[Real]:
    backend = Real()
    yield backend
    await backend.close()


def asked(action: str, query: str, **times: float) -> Question:
    parameters = [("query", query), *((name, str(value)) for name, value in times.items())]
    return Question(action, "", "a-cluster", "", parameters)


def values(told: Told) -> dict[str, list[tuple[float, float]]]:
    """The points of each series by its labels."""
    assert told.status == 200, told.error
    if told.data["resultType"] in ("scalar", "string"):
        return {"": [point(told.data["result"])]}
    rows = told.data["result"]
    return {
        json.dumps(row["metric"], sort_keys=True): [point(each) for each in row.get("values") or [row["value"]]]
        for row in rows
    }


def point(pair: list[Any]) -> tuple[float, float]:
    return round(float(pair[0]), 3), float(pair[1])


def same(one: dict[str, list[tuple[float, float]]], other: dict[str, list[tuple[float, float]]]) -> bool:
    """The same series at the same times, with values that only rounding tells apart."""
    return one.keys() == other.keys() and all(
        len(points) == len(other[labels]) and all(map(alike, points, other[labels])) for labels, points in one.items()
    )


def alike(one: tuple[float, float], other: tuple[float, float]) -> bool:
    if math.isnan(one[1]) or math.isnan(other[1]):
        return one[0] == other[0] and math.isnan(one[1]) and math.isnan(other[1])
    return one[0] == other[0] and math.isclose(one[1], other[1], rel_tol=1e-6, abs_tol=1e-6)


async def test_both_answer_the_expressions_of_dashboards_alike_at_one_time(real: Real) -> None:
    source, different = production().monitored.source(), []
    for query in EXPRESSIONS:
        question = asked("query", query, time=source.scene.now)
        if not same(values(await real.query(question, source)), values(await Subset().query(question, source))):
            different.append(query)
    assert len(EXPRESSIONS) >= 60
    assert different == []


async def test_both_answer_the_expressions_of_dashboards_alike_over_a_range(real: Real) -> None:
    source, different = production().monitored.source(), []
    end = source.scene.now
    for query in EXPRESSIONS:
        question = asked("query_range", query, start=end - 3 * 3600, end=end, step=300)
        if not same(values(await real.query(question, source)), values(await Subset().query(question, source))):
            different.append(query)
    assert different == []


async def test_both_refuse_alike(real: Real) -> None:
    source = production().monitored.source()
    for query in ("sum(", "kube_pod_info * on (namespace) kube_pod_info", "rate(up)"):
        question = asked("query", query, time=source.scene.now)
        one, other = await real.query(question, source), await Subset().query(question, source)
        assert (one.status, one.error and one.error[0]) == (other.status, other.error and other.error[0])


@pytest.fixture
def served() -> Iterator[Region]:
    with running_sandbox("--metrics", "prometheus") as region:
        yield region


def test_a_sandbox_with_a_real_prometheus_answers_through_it(served: Region) -> None:
    staging = metrics(served, "staging")
    assert "goVersion" in staging.request("status/buildinfo", "GET").json()["data"]
    assert staging.query("holt_winters(node_load1[10m], 0.5, 0.5)")


def test_a_real_prometheus_follows_the_clock_of_the_region(served: Region) -> None:
    staging = metrics(served, "staging")
    before = float(staging.query("sum(node_cpu_seconds_total)")[0]["value"][1])
    served.control("POST", "clock", advance_s=36_000)
    assert float(staging.query("sum(node_cpu_seconds_total)")[0]["value"][1]) > before + 36_000


def started(folder: Path) -> subprocess.Popen[bytes]:
    """Its temporary files stay in `folder`, because what is killed does not clean up."""
    command = [sys.executable, "-m", "ack_sandbox", "--until-stdin-closes", "--metrics", "prometheus"]
    return subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env={**os.environ, "TMPDIR": str(folder)}
    )


async def test_a_real_prometheus_dies_with_its_sandbox_whatever_ends_it(tmp_path: Path) -> None:
    process = started(tmp_path)
    assert process.stdin and process.stdout
    with process.stdin, process.stdout:
        region = Region(json.loads(process.stdout.readline()))
        assert metrics(region, "staging").query("up")
        (child,) = _children(process.pid)
        process.send_signal(signal.SIGKILL)
        process.wait()
        assert await until(lambda: not _lives(child))


def _children(parent: int) -> list[int]:
    told = Path(f"/proc/{parent}/task/{parent}/children").read_text()
    return [int(each) for each in told.split()]


def _lives(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    return "Z" not in Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0]
