"""The two doors every test goes through: the real kubectl, and plain HTTPS; and the thread a server runs in."""

import asyncio
import json
import shutil
import ssl
import subprocess
import threading
from collections.abc import Callable, Coroutine, Iterator
from contextlib import AbstractAsyncContextManager, AsyncExitStack, closing, contextmanager
from dataclasses import dataclass, field
from http.client import HTTPSConnection
from pathlib import Path
from typing import Any, TypeVar

import pytest
import yaml

from ack_sandbox.kube.kubeconfig import Credential
from ack_sandbox.kube.server import ClusterServer

T = TypeVar("T")
Json = dict[str, Any]
TABLE = "application/json;as=Table;v=v1;g=meta.k8s.io,application/json"
SECONDS = 10

needs_kubectl = pytest.mark.skipif(shutil.which("kubectl") is None, reason="kubectl is not on PATH")


@dataclass(frozen=True)
class Answer:
    status: int
    headers: dict[str, str]
    text: str

    @property
    def json(self) -> Json:
        found: Json = json.loads(self.text)
        return found


@dataclass(frozen=True)
class RawAnswer:
    """An answer as it came over the wire."""

    headers: dict[str, str]
    body: bytes


@dataclass
class Client:
    """Plain HTTPS with a token; `open` leaves the response to be read piece by piece."""

    server: ClusterServer
    user: str = "admin"
    minutes: int = 60
    keeps: bool = False  # whether requests share a connection; not where a test looks at connections
    token: str = field(init=False, repr=False)
    _kept: HTTPSConnection | None = field(default=None, init=False, repr=False)

    def __post_init__(self) -> None:
        text, _ = self.server.kubeconfig(user=self.user, minutes=self.minutes)
        self.token = yaml.safe_load(text)["users"][0]["user"]["token"]

    def connect(self) -> HTTPSConnection:
        trust = ssl.create_default_context(cadata=self.server.certificate_authority.decode())
        return HTTPSConnection("127.0.0.1", self.server.port, timeout=SECONDS, context=trust)

    def send(self, connection: HTTPSConnection, method: str, path: str, body: bytes | None, headers: Json) -> None:
        credential = {"Authorization": f"Bearer {self.token}"} if self.token else {}
        connection.request(method, path, body=body, headers={**credential, **headers})

    def call(self, method: str, path: str, body: Any = None, **headers: str) -> Answer:
        """Send one request; header names are written with underscores."""
        status, raw = self._exchange(method, path, body, headers)
        return Answer(status, raw.headers, raw.body.decode())

    def raw(self, path: str, **headers: str) -> RawAnswer:
        return self._exchange("GET", path, None, headers)[1]

    def _exchange(self, method: str, path: str, body: Any, headers: dict[str, str]) -> tuple[int, RawAnswer]:
        encoded = body if isinstance(body, bytes) or body is None else json.dumps(body).encode()
        if not self.keeps:
            with closing(self.connect()) as connection:
                return self._asked(connection, method, path, encoded, headers)
        if self._kept is None:
            self._kept = self.connect()
        try:
            return self._asked(self._kept, method, path, encoded, headers)
        except ConnectionError:
            self._kept.close()  # it was idle for too long; the next request opens it again
            return self._asked(self._kept, method, path, encoded, headers)

    def _asked(
        self, connection: HTTPSConnection, method: str, path: str, body: bytes | None, headers: dict[str, str]
    ) -> tuple[int, RawAnswer]:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        self.send(connection, method, path, body, named)
        response = connection.getresponse()
        answered = {name.lower(): value for name, value in response.getheaders()}
        return response.status, RawAnswer(answered, response.read())

    def close(self) -> None:
        if self._kept is not None:
            self._kept.close()

    def get(self, path: str, **headers: str) -> Answer:
        return self.call("GET", path, **headers)

    def names(self, path: str) -> list[str]:
        return [item["metadata"]["name"] for item in self.get(path).json["items"]]

    @contextmanager
    def lines(self, path: str, **headers: str) -> Iterator[Callable[[], str]]:
        """A stream, as a function that returns the next line and `""` at its end."""
        connection = self.connect()
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        self.send(connection, "GET", path, None, named)
        response = connection.getresponse()
        try:
            yield lambda: response.readline().decode()
        finally:
            response.close()
            connection.close()


@dataclass(frozen=True)
class Kubectl:
    """The real kubectl with a kubeconfig of the server."""

    home: Path
    server: ClusterServer

    def run(
        self, *arguments: str, user: str = "admin", credential: Credential = "token"
    ) -> "subprocess.CompletedProcess[str]":
        config = self.home / f"{user}-{credential}-{self.server.port}.yaml"
        if not config.exists():
            text, _ = self.server.kubeconfig(user=user, minutes=600, credential=credential)
            config.write_text(text)
        cache = self.home / "cache"
        command = ["kubectl", f"--kubeconfig={config}", f"--cache-dir={cache}", *arguments]
        environment = {"HOME": str(self.home), "PATH": "/usr/local/bin:/usr/bin:/bin", "NO_PROXY": "*"}
        return subprocess.run(command, capture_output=True, text=True, timeout=30, env=environment, check=False)

    def __call__(self, line: str, **options: Any) -> str:
        """The output of a command that must succeed."""
        done = self.run(*line.split(), **options)
        assert done.returncode == 0, done.stderr
        return done.stdout

    def error(self, line: str, **options: Any) -> str:
        """The error of a command that must fail."""
        done = self.run(*line.split(), **options)
        assert done.returncode != 0, done.stdout
        return done.stderr


class Thread:
    """An event loop in a thread of its own, so that a test may block on a child process."""

    def __init__(self) -> None:
        self.loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self.loop.run_forever, daemon=True)
        self._thread.start()

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        return asyncio.run_coroutine_threadsafe(work, self.loop).result(SECONDS)

    def close(self) -> None:
        self.loop.call_soon_threadsafe(self.loop.stop)
        self._thread.join(SECONDS)
        self.loop.close()


@contextmanager
def hosted(context: AbstractAsyncContextManager[ClusterServer]) -> Iterator[tuple[ClusterServer, Thread]]:
    thread = Thread()
    stack = AsyncExitStack()
    try:
        yield thread.run(stack.enter_async_context(context)), thread
        thread.run(stack.aclose())
    finally:
        thread.close()
