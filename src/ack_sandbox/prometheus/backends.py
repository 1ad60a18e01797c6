"""What works queries out: the sandbox's own evaluator, or a real Prometheus that reads the same series."""

import asyncio
import time
from typing import Protocol

import aiohttp
import orjson

from ack_sandbox.metrics import process
from ack_sandbox.metrics.process import RealPrometheus
from ack_sandbox.metrics.reading import Reading
from ack_sandbox.metrics.source import ClusterSource
from ack_sandbox.prometheus.answers import Told, failed
from ack_sandbox.prometheus.questions import Question
from ack_sandbox.promql.model import QueryError, Result, out_of_time
from ack_sandbox.promql.queries import evaluate_instant, evaluate_range

DEADLINE = 30.0
"""Seconds for one query."""


class Backend(Protocol):
    name: str
    answers: frozenset[str]  # the actions that it answers itself

    async def query(self, question: Question, source: ClusterSource) -> Told: ...

    async def close(self) -> None: ...


class Subset:
    """Needs nothing installed, and refuses what it does not know."""

    name = "subset"
    answers = frozenset({"query", "query_range"})

    async def query(self, question: Question, source: ClusterSource) -> Told:
        try:
            result = await asyncio.to_thread(_evaluated, question, source, time.monotonic() + DEADLINE)
        except QueryError as error:
            return failed(error)
        data = {"resultType": result.value_type, "result": result.data}
        return Told(200, data, warnings=result.warnings, infos=result.infos)

    async def close(self) -> None:
        """Nothing is open."""


def _evaluated(question: Question, source: ClusterSource, until: float) -> Result:
    def check() -> None:
        if time.monotonic() > until:
            raise out_of_time()

    query = question.one("query")
    if question.action == "query":
        return evaluate_instant(source, query, question.moment("time", source.scene.now), check=check)
    start, end = question.moment("start"), question.moment("end")
    return evaluate_range(source, query, start, end, question.step(), check=check)


class Real:
    """One process for each cluster, started at its first query."""

    name = "prometheus"
    answers = frozenset({"query", "query_range", "buildinfo"})

    def __init__(self) -> None:
        self._sources: dict[str, ClusterSource] = {}
        self._starting: dict[str, asyncio.Task[RealPrometheus]] = {}
        self._reading: Reading | None = None

    async def query(self, question: Question, source: ClusterSource) -> Told:
        self._sources[question.cluster] = source
        server = await self._server(question.cluster)
        form = [(name, value) for name, value in question.parameters if name != "timeout"]
        if question.action == "query" and not question.one("time"):
            form.append(("time", f"{source.scene.now:.3f}"))  # the process has another clock than the region
        if question.action == "buildinfo":
            return await _fetched("GET", f"{server.url}/api/v1/status/buildinfo", [])
        return await _fetched("POST", f"{server.url}/api/v1/{question.action}", form)

    async def close(self) -> None:
        for task in self._starting.values():
            server = (await asyncio.gather(task, return_exceptions=True))[0]
            if isinstance(server, RealPrometheus):
                await server.stop()
        if self._reading is not None:
            await asyncio.to_thread(self._reading.close)

    async def _server(self, cluster: str) -> RealPrometheus:
        self._reading = self._reading or Reading(self._sources.get)
        task = self._starting.get(cluster)
        if task is None or (task.done() and task.exception()):
            task = self._starting[cluster] = asyncio.create_task(process.start(self._reading.url(cluster)))
        return await asyncio.shield(task)


async def _fetched(method: str, url: str, form: list[tuple[str, str]]) -> Told:
    timeout = aiohttp.ClientTimeout(DEADLINE + 2)
    try:
        async with (
            aiohttp.ClientSession(timeout=timeout, trust_env=False) as session,
            session.request(method, url, data=form or None) as reply,
        ):
            return await asyncio.to_thread(_told, reply.status, await reply.read())
    except TimeoutError:
        return failed(out_of_time())
    except aiohttp.ClientError:
        return Told(503, error=("unavailable", "the server is not there"))


def _told(status: int, body: bytes) -> Told:
    said = orjson.loads(body)
    error = (said["errorType"], said["error"]) if said["status"] == "error" else None
    return Told(status, said.get("data"), error, said.get("warnings", ()), said.get("infos", ()))


def backend(wanted: str) -> Backend:
    """`wanted` is auto, prometheus or subset; auto takes the real one where it is installed."""
    if wanted == "prometheus" or (wanted == "auto" and process.is_installed()):
        return Real()
    return Subset()
