"""The states of one object as they come: a list and a watch of it, again when the API server ends it."""

import asyncio
import json
from collections.abc import AsyncGenerator
from contextlib import aclosing

from ack_mcp_server.errors import TooLarge, Unavailable, UnexpectedAnswer
from ack_mcp_server.kube.discovery import Resource
from ack_mcp_server.kube.native.asked import Asked, Json
from ack_mcp_server.kube.native.pages import one
from ack_mcp_server.kube.native.refusal import Refusal, refusal_of

MAX_EVENT_BYTES = 8 * 1024 * 1024
PAUSE_S = 1.0  # before a watch that ended is begun again
_PLAIN = "application/json"
_GONE = 410


async def changes(asked: Asked, resource: Resource, name: str, known: str) -> AsyncGenerator[Json | None]:
    """Each state but the one of version `known`; None when the object was deleted, and then no more. Without an end of
    its own: the caller sets the deadline. Raises Refusal, AckError."""
    path, query = resource.path(asked.namespace), {"fieldSelector": f"metadata.name={name}"}
    while True:
        page = (await one(asked, path, query, _PLAIN, small=True)).content
        found: list[Json] = page.get("items") or []
        if not found:
            yield None
            return
        if _version(found[0]) != known:
            known = _version(found[0])
            yield asked.redact(found[0])
        async with aclosing(_watched(asked, path, {**query, "resourceVersion": _version(page)})) as states:
            async for state in states:
                yield state
                if state is None:
                    return
                known = _version(state)
        await asyncio.sleep(PAUSE_S)


async def _watched(asked: Asked, path: str, query: dict[str, str]) -> AsyncGenerator[Json | None]:
    """Ends when the watch does, however it does."""
    try:
        async with aclosing(_events(asked, path, {**query, "watch": "true"})) as events:
            async for kind, item in events:
                if kind == "ERROR":
                    raise refusal_of(int(item.get("code") or 500), json.dumps(item).encode(), "")
                if kind in ("ADDED", "MODIFIED"):
                    yield asked.redact(item)
                if kind == "DELETED":
                    yield None
    except Unavailable:
        return  # the list tells whether the API server is still there
    except Refusal as exc:
        if exc.code != _GONE:
            raise


async def _events(asked: Asked, path: str, query: dict[str, str]) -> AsyncGenerator[tuple[str, Json]]:
    """Each with its type."""
    async with asked.connection.streamed("GET", path, query, _PLAIN, small=True) as answer:
        rest = b""
        async for chunk in answer.content.iter_any():
            *lines, rest = (rest + chunk).split(b"\n")
            if len(rest) > MAX_EVENT_BYTES:
                raise TooLarge(
                    f"one event of a watch is larger than {MAX_EVENT_BYTES // 1024 // 1024} MiB",
                    next_step="Ask without watching: -w=false.",
                )
            for line in lines:
                if line.strip():
                    yield _event(line)


def _event(line: bytes) -> tuple[str, Json]:
    try:
        event = json.loads(line)
        return str(event["type"]), dict(event["object"])
    except (ValueError, LookupError, TypeError, RecursionError) as exc:
        raise UnexpectedAnswer(
            "an event of a watch could not be read", next_step="Try again, or ask without watching: -w=false."
        ) from exc


def _version(document: Json) -> str:
    return str((document.get("metadata") or {}).get("resourceVersion", ""))
