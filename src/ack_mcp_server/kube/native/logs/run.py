"""`logs`, as kubectl does it without following: streamed, several containers at a time, told in their order."""

import asyncio
import math
from collections.abc import Sequence

from ack_mcp_server.kube.discovery import Resource
from ack_mcp_server.kube.native.asked import Asked, Json
from ack_mcp_server.kube.native.logs.block import KeptTail, LogBlock, LogStream
from ack_mcp_server.kube.native.logs.containers import Source, sources_of
from ack_mcp_server.kube.native.logs.options import LogOptions, check, options_of
from ack_mcp_server.kube.native.logs.pods import PODS, asked_object, pods_of
from ack_mcp_server.kube.native.printed import Printed
from ack_mcp_server.kube.native.refusal import Refusal
from ack_mcp_server.kube.native.said import NotUnderstood

KEPT_BYTES = 4 * 1024 * 1024  # of all streams of a command
AT_ONCE = 8  # streams; kubectl reads one after the other
_LEAST_KEPT = 64 * 1024
_SPARE_S, _SPARE_SHARE = 0.5, 0.1  # of the command's time, to return what came
_CHUNK = 32 * 1024  # small, because a chunk is worked through at once


async def logs(asked: Asked) -> Printed:
    """Raises NotUnderstood, UsageError, Refusal, AckError."""
    command = asked.command
    options = options_of(command)
    resource, found = await asked_object(asked)
    if command.value("selector") and not found["items"]:
        asked.warnings.append(asked.none_found())
    check(options, command)
    sources = await _sources(asked, options, resource, found)
    streams = _streams(asked, options, sources)
    printed, reached = Printed(complaints=asked.warnings), len(streams)
    left = asked.until - asyncio.get_running_loop().time()
    try:
        async with asyncio.timeout(None if math.isinf(left) else left - min(_SPARE_S, left * _SPARE_SHARE)):
            reached = await _read_all(asked, options, list(zip(sources, streams, strict=True)), printed)
    except TimeoutError:
        printed.ended = f"stopped after {left:.3g} s"
    prefixed = command.has("prefix") or command.has("all-pods")
    printed.blocks.append(LogBlock(streams[:reached], options.timestamps, prefixed, command.value("grep")))
    return printed


async def _sources(asked: Asked, options: LogOptions, resource: Resource, found: Json) -> list[Source]:
    every = asked.command.has("all-pods")
    pods = found["items"] if asked.command.value("selector") else await pods_of(asked, resource, found)
    if len(pods) > 1 and resource != PODS and not every:
        asked.warnings.append(f"Found {len(pods)} pods, using pod/{pods[0]['metadata']['name']}")
        pods = pods[:1]
    return [
        source
        for pod in pods
        for source in sources_of(
            pod,
            options.container,
            all_containers=asked.command.has("all-containers"),
            quiet=every,
            complaints=asked.warnings,
        )
    ]


def _streams(asked: Asked, options: LogOptions, sources: Sequence[Source]) -> list[LogStream]:
    """Several are asked for with stamps, to be merged by time; but a limit of bytes would count the stamps."""
    stamped = options.timestamps or (len(sources) > 1 and not options.limit)
    limit = max(KEPT_BYTES // max(len(sources), 1), _LEAST_KEPT)
    readers = (asked.log_reader(stamped) if asked.log_reader else KeptTail(limit) for _ in sources)
    return [LogStream(source.label, reader, stamped) for source, reader in zip(sources, readers, strict=True)]


async def _read_all(
    asked: Asked, options: LogOptions, streams: Sequence[tuple[Source, LogStream]], printed: Printed
) -> int:
    """How many streams kubectl would have come to: it ends with the first that is refused."""
    free = asyncio.Semaphore(AT_ONCE)
    tasks = [asyncio.create_task(_read(asked, options, source, stream, free)) for source, stream in streams]
    try:
        for place, task in enumerate(tasks):
            if failure := await task:
                printed.fail(failure)
                return place + 1
        return len(tasks)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def _read(asked: Asked, options: LogOptions, source: Source, stream: LogStream, free: asyncio.Semaphore) -> str:
    """The line with which kubectl ends, when the log was refused."""
    async with free:
        try:
            await _stream(asked, options, source, stream)
        except Refusal as exc:
            if exc.reason == "Invalid":
                raise NotUnderstood from exc  # told in other words
            if not asked.command.has("ignore-errors"):
                return exc.line
            stream.fail(exc.message)
    return ""


async def _stream(asked: Asked, options: LogOptions, source: Source, stream: LogStream) -> None:
    path = PODS.path(source.namespace, source.pod, "log")
    query = options.query(source.container, stamped=stream.stamped)
    async with asked.connection.streamed("GET", path, query, "*/*", small=True) as answer:
        async for chunk in answer.content.iter_chunked(_CHUNK):
            if not stream.reader.feed(chunk):
                return
            await asyncio.sleep(0)  # what is buffered comes without a pause, and others are waiting
