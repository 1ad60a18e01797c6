"""A cloud that answers what a test tells it to, through HTTP and the real SDK."""

import json
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from ack_mcp_server.settings import Settings
from tests.conftest import made_settings

CLUSTER = "c" + "0123456789abcdef" * 2
DETAIL = {"cluster_id": CLUSTER, "name": "one", "region_id": "cn-hangzhou"}


class _Cloud(ThreadingHTTPServer):
    daemon_threads = True
    status: int
    bodies: Mapping[str, Any]


class _Handler(BaseHTTPRequestHandler):
    server: _Cloud

    def do_GET(self) -> None:
        """The body of the longest path that the request's begins with."""
        path = max(filter(self.path.startswith, self.server.bodies), key=len)
        body = json.dumps(self.server.bodies[path]).encode()
        self.send_response(self.server.status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_args: Any) -> None:
        pass


@contextmanager
def scripted_cloud(bodies: Mapping[str, Any], status: int = 200) -> Iterator[Settings]:
    """Settings that act in it. It knows one cluster, beside the paths and bodies given."""
    with _Cloud(("127.0.0.1", 0), _Handler) as server:
        server.status, server.bodies = status, {f"/clusters/{CLUSTER}": DETAIL, **bodies}
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        try:
            port = server.server_address[1]
            key = {"ACCESS_KEY_ID": "LTAI5t", "ACCESS_KEY_SECRET": "s3cret"}
            yield made_settings(CS_ENDPOINT=f"http://127.0.0.1:{port}", **key)
        finally:
            server.shutdown()
            thread.join()
