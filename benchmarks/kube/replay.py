"""An API server that answers from memory: what it is asked first it asks of the sandbox, and records.

Its own process: `python -m benchmarks.kube.replay` prints one JSON line (the kubeconfig), records until a line comes on
stdin, then lets the sandbox go and answers only what it knows. It ends when stdin does.
"""

import asyncio
import base64
import json
import re
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import cast

import aiohttp

from ack_sandbox.clock import Clock
from ack_sandbox.draws import Draws
from ack_sandbox.kube.authority import Authority
from ack_sandbox.kube.server import ClusterServer, serve_cluster
from ack_sandbox.plan import plan_region

HOST = "127.0.0.1"
SMALL, LARGE = 31, 350  # pods; the staging cluster's own number, and production scaled to it
# A real API server (1.36) answered 1,810 lists of 31 rows a second and 770 of 350 rows (5 and 56 KB).
LIST_S, LIST_BYTE_S = 0.00038, 15e-9
_PODS = re.compile(rf"/api/v1/namespaces/pods-({SMALL}|{LARGE})/(.*)")
_REASON = {200: "OK", 404: "Not Found"}


def namespace(pods: int) -> str:
    """It holds the pods of a whole cluster of that size."""
    return f"pods-{pods}"


@dataclass(frozen=True)
class Asked:
    """All of a request that an answer depends on here."""

    method: str
    target: str
    accept: str
    body: bytes


@dataclass
class Records:
    """Answers by request, as they go on the wire."""

    clusters: dict[int, ClusterServer]
    session: aiohttp.ClientSession
    known: dict[Asked, bytes] = field(default_factory=dict)
    pace: bool = True
    sealed: bool = False

    async def answer(self, asked: Asked) -> bytes:
        """503 for what was not recorded in time."""
        if asked not in self.known and not self.sealed:
            self.known[asked] = await self._record(asked)
        return self.known.get(asked) or _wire(503, "text/plain", b"not recorded")

    def work(self, asked: Asked, answer: bytes) -> None:
        """Keeps its core as busy as a real API server is with a list of that length."""
        if self.pace and _PODS.fullmatch(asked.target):
            end = time.perf_counter() + LIST_S + len(answer) * LIST_BYTE_S
            while time.perf_counter() < end:
                pass

    async def _record(self, asked: Asked) -> bytes:
        found = _PODS.fullmatch(asked.target)
        cluster = self.clusters[int(found[1]) if found else SMALL]
        target = f"/api/v1/{found[2]}" if found else asked.target
        headers = {"Accept": asked.accept, "Accept-Encoding": "identity", "Authorization": f"Bearer {_token(cluster)}"}
        if asked.body:
            headers["Content-Type"] = "application/json"
        async with self.session.request(
            asked.method, cluster.url + target, headers=headers, data=asked.body, ssl=False
        ) as got:
            return _wire(got.status, got.headers.get("Content-Type", ""), await got.read())


def _token(cluster: ClusterServer) -> str:
    found = re.search(r"token: (\S+)", cluster.kubeconfig()[0])
    assert found, "the sandbox's kubeconfigs hold a token"
    return found[1]


def _wire(status: int, kind: str, body: bytes) -> bytes:
    head = (
        f"HTTP/1.1 {status} {_REASON.get(status, 'X')}\r\nContent-Type: {kind}\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


class Connection(asyncio.Protocol):
    """Just enough HTTP for clients that wait for one answer before they ask again."""

    def __init__(self, records: Records) -> None:
        self._records = records
        self._data = b""
        self._tasks: set[asyncio.Task[None]] = set()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)

    def data_received(self, data: bytes) -> None:
        self._data += data
        head, end, rest = self._data.partition(b"\r\n\r\n")
        if not end:
            return
        lines = head.decode("latin-1").split("\r\n")
        headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines[1:])}
        if len(rest) < int(headers.get("content-length", 0)):
            return
        self._data = b""
        method, target, _ = lines[0].split(" ")
        asked = Asked(method, target, headers.get("accept", ""), rest)
        if (known := self._records.known.get(asked)) is not None:
            self._records.work(asked, known)
            self._transport.write(known)
            return
        task = asyncio.ensure_future(self._ask(asked))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _ask(self, asked: Asked) -> None:
        self._transport.write(await self._records.answer(asked))


@asynccontextmanager
async def _sandbox() -> AsyncIterator[dict[int, ClusterServer]]:
    plan, clock = plan_region(), Clock()
    draws = Draws(plan.seed).at("kubernetes", "replay")
    small = serve_cluster(plan.cluster("staging"), clock, draws)
    large = serve_cluster(plan.cluster("production"), clock, draws, pods=LARGE)
    async with small as one, large as other:
        yield {SMALL: one, LARGE: other}


def _kubeconfig(authority: Authority, port: int) -> str:
    certificate = base64.b64encode(authority.certificate_pem).decode()
    cluster = {"server": f"https://{HOST}:{port}", "certificate-authority-data": certificate}
    return json.dumps(
        {
            "apiVersion": "v1",
            "kind": "Config",
            "current-context": "replay",
            "clusters": [{"name": "replay", "cluster": cluster}],
            "users": [{"name": "replay", "user": {"token": "replayed"}}],
            "contexts": [{"name": "replay", "context": {"cluster": "replay", "user": "replay"}}],
        }
    )


async def main() -> None:
    authority = Authority("replay")
    loop = asyncio.get_running_loop()
    async with aiohttp.ClientSession() as session:
        async with _sandbox() as clusters:
            records = Records(clusters, session, pace="--eager" not in sys.argv)
            server = await loop.create_server(
                lambda: Connection(records), HOST, 0, ssl=authority.server_context(), backlog=128
            )
            sys.stdout.write(_kubeconfig(authority, server.sockets[0].getsockname()[1]) + "\n")
            sys.stdout.flush()
            await asyncio.to_thread(sys.stdin.readline)
            records.sealed = True
        await asyncio.to_thread(sys.stdin.readline)


if __name__ == "__main__":
    asyncio.run(main())
