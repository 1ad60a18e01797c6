"""A small Loki over real HTTP, in this event loop: streams in memory, found by selector and line filters as Loki finds
them. It reads LogQL in its own way, which shares nothing with the server's, and refuses what it does not know."""

import asyncio
import json
import re
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

from ack_mcp_server.settings import Settings
from tests.conftest import made_settings

_MATCHER = re.compile(r'\s*([a-zA-Z_]\w*)\s*(=~|!~|!=|=)\s*("(?:[^"\\]|\\.)*"|`[^`]*`)\s*(,|(?=\}))')
_FILTER = re.compile(r'\s*(\|=|!=|\|~|!~)\s*("(?:[^"\\]|\\.)*"|`[^`]*`)')
_ANY_STAGE = re.compile(r"\s*\|\s*(json|logfmt)")
_LINES_AT_MOST = 5000

Labels = Mapping[str, str]
Entry = tuple[int, str]


class Refused(Exception):
    """As Loki words it."""


def string(literal: str) -> str:
    return literal[1:-1] if literal[0] == "`" else str(json.loads(literal))


def fits(op: str, wanted: str, value: str) -> bool:
    found = value == wanted if op in ("=", "!=") else re.fullmatch(wanted, value, re.DOTALL) is not None
    return found != op.startswith("!")


def keeps(op: str, wanted: str, line: str) -> bool:
    found = wanted in line if op in ("|=", "!=") else re.search(wanted, line) is not None
    return found != op.startswith("!")


def read_query(text: str) -> tuple[Callable[[Labels], bool], Callable[[str], bool]]:
    """Which streams and which lines."""
    if not text.startswith("{"):
        raise Refused("parse error at line 1, col 1: syntax error: unexpected IDENTIFIER")
    matchers, place = [], 1
    while found := _MATCHER.match(text, place):
        matchers.append((found[1], found[2], string(found[3])))
        place = found.end()
    if text[place : place + 1] != "}":
        raise Refused(f"parse error at line 1, col {place + 1}: syntax error")
    place += 1
    if all(fits(op, wanted, "") for _, op, wanted in matchers):
        raise Refused("queries require at least one regexp or equality matcher that does not have an empty-compatible")
    filters = []
    while place < len(text):
        if stage := _ANY_STAGE.match(text, place):
            place = stage.end()
            continue
        found = _FILTER.match(text, place)
        if found is None:
            raise Refused(f"parse error at line 1, col {place + 1}: syntax error")
        filters.append((found[1], string(found[2])))
        place = found.end()
    return (
        lambda labels: all(fits(op, wanted, labels.get(name, "")) for name, op, wanted in matchers),
        lambda line: all(keeps(op, wanted, line) for op, wanted in filters),
    )


@dataclass
class SimulatedLoki:
    """`asked` are the requests that came: path, parameters and headers. `answer` takes the place of an answer."""

    port: int = 0
    streams: list[tuple[Labels, list[Entry]]] = field(default_factory=list)
    tenant: str = ""
    authorization: str = ""
    answer: Callable[[web.Request], web.StreamResponse] | None = None
    asked: list[tuple[str, dict[str, str], dict[str, str]]] = field(default_factory=list)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def queries(self) -> list[str]:
        return [asked["query"] for path, asked, _ in self.asked if path.endswith("query_range")]

    def settings(self, **values: object) -> Settings:
        """Of a server beside its cluster, without any cloud key."""
        return made_settings(**{"KUBECONFIG_MODE": "INCLUSTER", "LOKI_URL": self.url, **values})

    def holds(self, labels: Labels, *lines: Entry) -> None:
        self.streams.append((labels, list(lines)))

    def says(self, status: int, body: str | bytes, **headers: str) -> None:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        raw = body.encode() if isinstance(body, str) else body
        self.answer = lambda request: web.Response(status=status, body=raw, headers=named)

    async def respond(self, request: web.Request) -> web.StreamResponse:
        self.asked.append((request.path, dict(request.query), dict(request.headers)))
        if self.answer is not None:
            return self.answer(request)
        if self.authorization and request.headers.get("Authorization") != self.authorization:
            return web.Response(status=401, text="Unauthorized")
        if self.tenant and request.headers.get("X-Scope-OrgID") != self.tenant:
            return web.Response(status=401, text="no org id")
        try:
            return self._answer(request.path, request.query)
        except Refused as exc:
            return web.Response(status=400, text=str(exc))

    def _answer(self, path: str, asked: Mapping[str, str]) -> web.Response:
        if path == "/loki/api/v1/query_range":
            return self._told({"resultType": "streams", "result": self._found(asked), "stats": {}})
        within = [labels for labels, _ in self._within(asked)]
        if path == "/loki/api/v1/labels":
            return self._told(sorted({name for labels in within for name in labels}))
        if label := re.fullmatch(r"/loki/api/v1/label/(\w+)/values", path):
            return self._told(sorted({labels[label[1]] for labels in within if label[1] in labels}))
        return web.Response(status=404, text="404 page not found")

    @staticmethod
    def _told(data: Any) -> web.Response:
        return web.json_response({"status": "success", "data": data})

    def _within(self, asked: Mapping[str, str]) -> list[tuple[Labels, list[Entry]]]:
        start, end = int(asked["start"]), int(asked["end"])
        if start > end:
            raise Refused("end timestamp must not be before or equal to start time")
        found = [(labels, [entry for entry in lines if start <= entry[0] < end]) for labels, lines in self.streams]
        return [(labels, lines) for labels, lines in found if lines]

    def _found(self, asked: Mapping[str, str]) -> list[dict[str, Any]]:
        wanted, kept = read_query(asked["query"])
        limit = int(asked["limit"])
        if limit > _LINES_AT_MOST:
            raise Refused(f"max entries limit per query exceeded, limit > max_entries_limit ({limit} > 5000)")
        rows = [(at, number, place, line) for number, (labels, lines) in enumerate(self._within(asked))
                if wanted(labels) for place, (at, line) in enumerate(lines) if kept(line)]  # fmt: skip
        newest = sorted(rows, key=lambda row: (-row[0], row[1], -row[2]))[:limit]
        within = self._within(asked)
        return [
            {"stream": within[number][0], "values": [[str(row[0]), row[3]] for row in newest if row[1] == number]}
            for number in sorted({row[1] for row in newest})
        ]


@asynccontextmanager
async def simulated_loki() -> AsyncIterator[SimulatedLoki]:
    made = SimulatedLoki()
    server = web.Server(made.respond, access_log=None)  # type: ignore[arg-type]  # a request is one of aiohttp.web's
    listening = await asyncio.get_running_loop().create_server(server, "127.0.0.1", 0)
    made.port = listening.sockets[0].getsockname()[1]
    try:
        yield made
    finally:
        listening.close()
        await server.shutdown(0.05)
