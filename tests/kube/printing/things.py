"""A server with one kind, whose table and objects a test chooses."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

_KIND = {"name": "things", "singularName": "thing", "namespaced": True, "kind": "Thing", "verbs": ["get", "list"]}
_COLUMNS = [{"name": name, "type": "string", "format": "", "priority": 0, "description": ""} for name in
            ("Name", "Where", "Last")]  # fmt: skip


@dataclass
class Things:
    """`rows` are three cells each; an object has them too, and the first as a field that ... leaves out."""

    url: str = ""
    rows: list[list[Any]] = field(default_factory=list)

    @property
    def objects(self) -> list[dict[str, Any]]:
        return [self._object(place, row) for place, row in enumerate(self.rows)]

    def _object(self, place: int, row: list[Any]) -> dict[str, Any]:
        first = {} if row[0] is ... else {"first": row[0]}
        cells = [None if cell is ... else cell for cell in row]
        return {"apiVersion": "v1", "kind": "Thing", "metadata": {"name": f"n{place}"}, "cells": cells, **first}

    def answer(self, path: str, accept: str) -> dict[str, Any]:
        if path == "/api":
            return {"kind": "APIVersions", "versions": ["v1"]}
        if path == "/apis":
            return {"kind": "APIGroupList", "apiVersion": "v1", "groups": []}
        if path == "/api/v1":
            return {"kind": "APIResourceList", "groupVersion": "v1", "resources": [_KIND]}
        if "as=Table" in accept:
            rows = [{"cells": found["cells"], "object": found} for found in self.objects]
            return {"kind": "Table", "apiVersion": "meta.k8s.io/v1", "columnDefinitions": _COLUMNS, "rows": rows}
        return {"kind": "ThingList", "apiVersion": "v1", "metadata": {}, "items": self.objects}


@contextmanager
def serving() -> Iterator[Things]:
    things = Things()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = json.dumps(things.answer(self.path.partition("?")[0], self.headers.get("Accept", ""))).encode()
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:
            """Not on stderr."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    things.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    try:
        yield things
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
