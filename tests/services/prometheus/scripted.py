"""A cloud with one cluster, its ARMS and its Prometheus, in this event loop: they answer what a test says."""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

from ack_mcp_server.settings import Settings
from tests.conftest import made_settings
from tests.services.scripted import CLUSTER, DETAIL

TOKEN = "tok3n-DO-NOT-LEAK"
PATH = "/api/v1/prometheus/path-DO-NOT-LEAK/1/cn-hangzhou"
KEY = {"ACCESS_KEY_ID": "LTAI5tEXAMPLE", "ACCESS_KEY_SECRET": "s3cret-DO-NOT-LEAK"}
Answer = Callable[[Mapping[str, str]], web.StreamResponse]


def vector(*samples: Mapping[str, Any], **more: Any) -> dict[str, Any]:
    return {"status": "success", "data": {"resultType": "vector", "result": samples}, **more}


def matrix(*series: Mapping[str, Any]) -> dict[str, Any]:
    return {"status": "success", "data": {"resultType": "matrix", "result": series}}


def pods(count: int) -> dict[str, Any]:
    names = (f"web-{number}" for number in range(count))
    return vector(*({"metric": {"pod": name}, "value": [1, str(i)]} for i, name in enumerate(names)))


@dataclass
class Backend:
    """`asked` are the queries that came to the Prometheus: path, Authorization and form."""

    port: int = 0
    instance: dict[str, Any] = field(default_factory=dict)
    code: int = 200
    answer: Answer = lambda form: web.json_response(pods(3))
    asked: list[tuple[str, str, dict[str, str]]] = field(default_factory=list)
    arms_calls: int = 0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def settings(self, **values: object) -> Settings:
        endpoints = dict.fromkeys(("CS_ENDPOINT", "ARMS_ENDPOINT"), self.url)
        return made_settings(**{**endpoints, **KEY, **values})

    def local(self, **values: object) -> Settings:
        """On its own kubeconfig, without any key."""
        mode = {"KUBECONFIG_MODE": "INCLUSTER", "PROMETHEUS_ENDPOINT_MODE": "LOCAL", "PROMETHEUS_HTTP_API": self.url}
        return made_settings(**{**mode, **values})

    def says(self, status: int, body: object, **headers: str) -> None:
        names = {name.replace("_", "-"): value for name, value in headers.items()}
        if isinstance(body, (str, bytes)):
            raw = body.encode() if isinstance(body, str) else body
            self.answer = lambda form: web.Response(status=status, body=raw, headers=names)
        else:
            self.answer = lambda form: web.json_response(body, status=status, headers=names)

    async def respond(self, request: web.Request) -> web.StreamResponse:
        if request.path == f"/clusters/{CLUSTER}":
            return web.json_response(DETAIL)
        if request.headers.get("x-acs-action") == "GetPrometheusInstance":
            self.arms_calls += 1
            return web.json_response({"Code": self.code, "Message": "what ARMS says", "Data": self.instance})
        form = {name: str(value) for name, value in (await request.post()).items()}
        self.asked.append((request.path, request.headers.get("Authorization", ""), form))
        return self.answer(form)


@asynccontextmanager
async def backend() -> AsyncIterator[Backend]:
    made = Backend()
    server = web.Server(made.respond, access_log=None)  # type: ignore[arg-type]  # a request is one of aiohttp.web's
    listening = await asyncio.get_running_loop().create_server(server, "127.0.0.1", 0)
    made.port = listening.sockets[0].getsockname()[1]
    made.instance = {"HttpApiInterUrl": made.url + PATH, "Version": "V1", "EnableAuthToken": "true", "AuthToken": TOKEN}
    try:
        yield made
    finally:
        listening.close()
        await server.shutdown(0.05)
