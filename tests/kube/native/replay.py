"""An API server that says what a real one said: recorded answers by path."""

import json
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from aiohttp import web

RECORDINGS = Path(__file__).parent / "recordings"
_OURS_TO_CHOOSE = ("includeObject", "limit")  # they change how much is sent at once, and nothing that is printed

Json = dict[str, Any]


@asynccontextmanager
async def replaying(exchanges: list[Json]) -> AsyncIterator[str]:
    """The address of a server that knows these exchanges and the recorded discovery; anything else is a 500."""
    known = {_key(exchange["path"]): exchange for exchange in exchanges}
    discovery: Json = json.loads((RECORDINGS / "discovery.json").read_text())
    for name in ("api", "apis"):
        known[_key(f"/{name}")] = {"status": 200, "type": "application/json", "body": discovery[name]}

    async def answer(request: web.Request) -> web.Response:
        found = known.get(_key(request.path_qs))
        if found is None:
            return web.Response(status=500, text=f"nothing recorded for {request.path_qs}")
        body = found["body"]
        text = body if isinstance(body, str) else json.dumps(body)
        return web.Response(status=found["status"], text=text, content_type=found["type"].partition(";")[0])

    app = web.Application()
    app.router.add_route("*", "/{tail:.*}", answer)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    try:
        yield f"http://127.0.0.1:{runner.addresses[0][1]}"
    finally:
        await runner.cleanup()


def _key(path: str) -> tuple[str, frozenset[tuple[str, str]]]:
    parts = urlsplit(path)
    query: Mapping[str, str] = dict(parse_qsl(parts.query))
    return parts.path, frozenset(pair for pair in query.items() if pair[0] not in _OURS_TO_CHOOSE)
