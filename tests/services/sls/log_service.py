"""A cloud with one cluster whose logs a test writes: Container Service and Log Service behind one port, reached by the
real SDK, as a proxy. It finds whatever lies in the asked time, and remembers what it was asked."""

import json
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

from ack_mcp_server.settings import Settings
from tests.conftest import made_settings
from tests.services.scripted import CLUSTER, DETAIL

PROJECT = f"k8s-log-{CLUSTER}"
REFUSED = tuple[int, Mapping[str, Any], Mapping[str, str]]


@dataclass
class LogService:
    """`incomplete` answers come before complete ones; `refusals` before any answer of Log Service."""

    rows: Sequence[Mapping[str, str]] = ()
    audit: Mapping[str, Any] = field(default_factory=lambda: {"audit_enabled": True, "sls_project_name": PROJECT})
    components: Mapping[str, Any] = field(default_factory=lambda: {"components": ["kcm"], "log_ttl": "30"})
    incomplete: int = 0
    refusals: list[REFUSED] = field(default_factory=list)
    hosts: list[str] = field(default_factory=list)
    searches: list[dict[str, Any]] = field(default_factory=list)
    counted: list[dict[str, str]] = field(default_factory=list)

    def container_service(self, path: str) -> Any:
        return {f"/clusters/{CLUSTER}/audit": self.audit, f"/clusters/{CLUSTER}/controlplanelog": self.components}.get(
            path, DETAIL
        )

    def logs(self, asked: dict[str, Any]) -> Any:
        self.searches.append(asked)
        found = self._within(int(asked["from"]), int(asked["to"]))
        found = found[::-1] if asked.get("reverse") else found
        rows = found[asked.get("offset", 0) :][: asked.get("line", 100)]
        progress = "Incomplete" if self.incomplete else "Complete"
        self.incomplete = max(self.incomplete - 1, 0)
        return {"meta": {"progress": progress, "count": len(rows)}, "data": rows}

    def histogram(self, asked: dict[str, str]) -> Any:
        self.counted.append(asked)
        since, until = int(asked["from"]), int(asked["to"])
        step = max((until - since) // 10, 1)
        edges = [*range(since, until, step)]
        return [
            {"from": edge, "to": edge + step, "count": len(self._within(edge, edge + step)), "progress": "Complete"}
            for edge in edges
        ]

    def _within(self, since: int, until: int) -> list[Mapping[str, str]]:
        return [row for row in self.rows if since <= int(row["__time__"]) < until]


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    service: LogService


class _Handler(BaseHTTPRequestHandler):
    server: _Server

    def do_GET(self) -> None:
        parts = urlsplit(self.path)
        if ".log." not in self.headers["Host"]:
            self._answer(200, self.server.service.container_service(parts.path))
        elif not self._refused():
            asked = {name: values[0] for name, values in parse_qs(parts.query).items()}
            self._answer(200, self.server.service.histogram(asked))

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        if not self._refused():
            self._answer(200, self.server.service.logs(json.loads(body)))

    def _refused(self) -> bool:
        self.server.service.hosts.append(f"{self.headers['Host']}{urlsplit(self.path).path}")
        if not self.server.service.refusals:
            return False
        self._answer(*self.server.service.refusals.pop(0))
        return True

    def _answer(self, status: int, value: Any, headers: Mapping[str, str] = {}) -> None:
        body = json.dumps(value).encode()
        self.send_response(status)
        shared = {"Content-Type": "application/json", "Content-Length": str(len(body)), "x-log-requestid": "R-1"}
        for name, text in {**shared, **headers}.items():
            self.send_header(name, text)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_args: Any) -> None:
        pass


@contextmanager
def serving(service: LogService, **values: object) -> Iterator[Settings]:
    """Settings that act in it."""
    with _Server(("127.0.0.1", 0), _Handler) as server:
        server.service = service
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        try:
            url = f"http://127.0.0.1:{server.server_address[1]}"
            key = {"ACCESS_KEY_ID": "LTAI5t", "ACCESS_KEY_SECRET": "s3cret"}
            yield made_settings(
                CS_ENDPOINT=url, SLS_ENDPOINT=url, DEFAULT_CLUSTER_ID=CLUSTER, TOOLSETS="all", **key, **values
            )
        finally:
            server.shutdown()
            thread.join()


def refused(status: int, code: str, message: str, **headers: str) -> REFUSED:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return (status, {"errorCode": code, "errorMessage": message}, named)
