"""Where the sandbox's own Prometheus processes read: a listener on loopback, in threads of its own."""

import secrets
import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from ack_sandbox.metrics.remote_read import answered
from ack_sandbox.metrics.source import ClusterSource

LARGEST_REQUEST = 1 << 20


class Reading:
    """`source_of` is asked, on any thread, for what a path's last part names."""

    def __init__(self, source_of: Callable[[str], ClusterSource | None]) -> None:
        self._secret = secrets.token_urlsafe(24)
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self._secret, source_of))
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.1,), daemon=True)
        self._thread.start()

    def url(self, name: str) -> str:
        return f"http://127.0.0.1:{self._server.server_port}/{self._secret}/{name}"

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()


def _handler(secret: str, source_of: Callable[[str], ClusterSource | None]) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            body = self.rfile.read(min(int(self.headers.get("content-length") or 0), LARGEST_REQUEST))
            _, given, name = self.path.split("/", 2)
            source = source_of(name) if secrets.compare_digest(given, secret) else None
            if source is None:
                self.send_error(404)
                return
            try:
                answer = answered(source, body)
            except ValueError as error:
                self.send_error(400, str(error))
                return
            self.send_response(200)
            self.send_header("Content-Type", "application/x-protobuf")
            self.send_header("Content-Encoding", "snappy")
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, format: str, *args: object) -> None:
            """Silent: the cloud's request log tells of queries."""

    return Handler
