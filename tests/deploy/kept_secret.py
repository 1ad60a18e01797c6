"""An API server that knows one Secret, which is all that a chart's `lookup` asks for."""

import base64
import http.server
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import yaml

_CORE = {
    "kind": "APIResourceList",
    "groupVersion": "v1",
    "resources": [{"name": "secrets", "singularName": "", "namespaced": True, "kind": "Secret", "verbs": ["get"]}],
}


@contextmanager
def cluster_with_secret(namespace: str, name: str, data: dict[str, str]) -> Iterator[str]:
    """Yields its kubeconfig."""
    secret = {
        "apiVersion": "v1",
        "kind": "Secret",
        "metadata": {"name": name, "namespace": namespace},
        "data": {key: base64.b64encode(value.encode()).decode() for key, value in data.items()},
    }
    answers = {
        "/api": {"kind": "APIVersions", "versions": ["v1"]},
        "/apis": {"kind": "APIGroupList", "apiVersion": "v1", "groups": []},
        "/api/v1": _CORE,
        f"/api/v1/namespaces/{namespace}/secrets/{name}": secret,
    }
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), _handler(answers)) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield _kubeconfig(f"http://127.0.0.1:{server.server_port}")
        finally:
            server.shutdown()
            thread.join(10)


def _handler(answers: dict[str, Any]) -> type[http.server.BaseHTTPRequestHandler]:
    class Answers(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            found = answers.get(self.path.partition("?")[0])
            missing = {"kind": "Status", "apiVersion": "v1", "status": "Failure", "reason": "NotFound", "code": 404}
            self.send_response(200 if found else 404)
            self.send_header("Content-Type", "application/json")
            self.end_headers()
            self.wfile.write(json.dumps(found or missing).encode())

        def log_message(self, format: str, *args: object) -> None:
            """Nothing: a test's output is not a log."""

    return Answers


def _kubeconfig(server: str) -> str:
    return yaml.safe_dump(
        {
            "apiVersion": "v1",
            "kind": "Config",
            "clusters": [{"name": "it", "cluster": {"server": server}}],
            "contexts": [{"name": "it", "context": {"cluster": "it", "user": "it"}}],
            "users": [{"name": "it", "user": {}}],
            "current-context": "it",
        }
    )
