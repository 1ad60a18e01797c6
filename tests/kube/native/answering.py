"""An API server that gives the answers of one test, and a command that is asked of it."""

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any

from aiohttp import web

from ack_mcp_server.kube.kubeconfig import Kubeconfig
from ack_mcp_server.kube.native.asked import Asked
from ack_mcp_server.kube.native.printed import Printed
from ack_mcp_server.kube.native.servers import Servers
from ack_mcp_server.kube.parse import parse
from tests.kube.native.conftest import EVERYTHING, unchanged

Answer = dict[str, Any] | Callable[[web.Request], Awaitable[web.StreamResponse]]
NOW = datetime(2026, 11, 21, 8, 0, 0, tzinfo=UTC)


def metrics_kinds() -> dict[str, Any]:
    """The metrics API, as aggregated discovery tells it."""
    kinds = [("nodes", "NodeMetrics", "Cluster"), ("pods", "PodMetrics", "Namespaced")]
    resources = [
        {"resource": plural, "responseKind": {"kind": kind}, "scope": scope, "verbs": ["get", "list"]}
        for plural, kind, scope in kinds
    ]
    return groups(
        {"metadata": {"name": "metrics.k8s.io"}, "versions": [{"version": "v1beta1", "resources": resources}]}
    )


def groups(*found: dict[str, Any]) -> dict[str, Any]:
    return {"kind": "APIGroupDiscoveryList", "items": list(found)}


def listed(*items: dict[str, Any]) -> dict[str, Any]:
    return {"kind": "List", "apiVersion": "v1", "metadata": {}, "items": list(items)}


@asynccontextmanager
async def answering(answers: Mapping[str, Answer]) -> AsyncIterator[str]:
    """The address of a server with these answers by path; no other path is found there."""
    known: dict[str, Answer] = {"/api": groups(), "/apis": groups(), **answers}

    async def answer(request: web.Request) -> web.StreamResponse:
        found = known.get(request.path)
        if callable(found):
            return await found(request)
        if found is None:
            refused = {"kind": "Status", "reason": "NotFound", "message": f"{request.path} not found"}
            return web.json_response(refused, status=404)
        return web.json_response(found)

    app = web.Application()
    app.router.add_route("*", "/{tail:.*}", answer)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    try:
        yield f"http://127.0.0.1:{runner.addresses[0][1]}"
    finally:
        await runner.cleanup()


@asynccontextmanager
async def asking(address: str, command: str, **more: Any) -> AsyncIterator[Asked]:
    """A command on its way, at a time that stands still."""
    servers = Servers(1)
    server = await servers.at(Kubeconfig(server=address, expires=None))
    try:
        yield Asked(
            command=parse(command),
            connection=server.connection,
            kinds=server.kinds,
            redact=more.pop("redact", unchanged),
            now=lambda: NOW,
            room=EVERYTHING,
            warnings=[],
            **more,
        )
    finally:
        await servers.close()


async def run(
    verb: Callable[[Asked], Awaitable[Printed]], answers: Mapping[str, Answer], command: str, **more: Any
) -> Printed:
    async with answering(answers) as address, asking(address, command, **more) as asked:
        return await verb(asked)
