"""What every test starts from: an environment without keys or proxies, a sandbox region, and doors to the server."""

import asyncio
import gc
import importlib
import json
import os
import shutil
import subprocess
import sys
import threading
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager, contextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any

import httpx
import hypothesis
import pytest
from fastmcp import Client

from ack_mcp_server.app import build_app
from ack_mcp_server.auth.credentials import Credentials
from ack_mcp_server.runtime import utc_now
from ack_mcp_server.services.clients import cs_client, parse_endpoint
from ack_mcp_server.serving import http_server
from ack_mcp_server.settings import Settings, load_settings, sources_of
from ack_mcp_server.web.doors import doors_for
from ack_mcp_server.web.listening import listeners

_FOREIGN = ("http_proxy", "https_proxy", "all_proxy", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "DEBUG")

OWN_NAMES = [name for field in Settings.model_fields.values() for name in sources_of(field)[0]]

# Before any fixture: neither a developer's own key nor their proxy may reach a test.
for _name in (*OWN_NAMES, *_FOREIGN):
    os.environ.pop(_name, None)

# Read by the SDK at its import, so set before: no test may look for an ECS role on the network.
os.environ["ALIBABA_CLOUD_ECS_METADATA_DISABLED"] = "true"
os.environ["ALIBABA_CLOUD_CLI_PROFILE_DISABLED"] = "true"
os.environ["ALIBABA_CLOUD_CREDENTIALS_FILE"] = os.devnull

# Time limits of single examples fail on a busy machine; CI repeats the same examples, so that it fails for a reason.
hypothesis.settings.register_profile("local", deadline=None)
hypothesis.settings.register_profile("ci", deadline=None, derandomize=True)
hypothesis.settings.load_profile("ci" if os.environ.get("CI") == "true" else "local")

CANARY = "DO-NOT-LEAK"


def pytest_collection_finish() -> None:
    """What is imported by now stays; looking through it again and again costs a tenth of the suite."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(10_000, 20, 50)


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    """In CI nothing is skipped: a tool that is missing there is a failure of the set-up."""
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if reporter is None or os.environ.get("CI") != "true" or session.exitstatus != pytest.ExitCode.OK:
        return
    if skipped := reporter.stats.get("skipped", []):
        reporter.write_line(f"{len(skipped)} tests were skipped, which CI does not allow", red=True)
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


@pytest.fixture(autouse=True)
def clean_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in (*OWN_NAMES, *_FOREIGN):
        monkeypatch.delenv(name, raising=False)
    home = tmp_path / "home"
    home.mkdir()
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.chdir(tmp_path)


@dataclass(frozen=True)
class Region:
    """A running sandbox: its facts, and its control endpoint."""

    facts: dict[str, Any]

    @property
    def endpoint(self) -> str:
        return str(self.facts["cs_endpoint"])

    def key(self, role: str = "administrator") -> dict[str, str]:
        return {name: value for name, value in self.facts["keys"][role].items() if value and name != "account"}

    def headers(self, role: str) -> dict[str, str]:
        key = self.key(role)
        names = {
            "access_key_id": "X-Aliyun-Access-Key-Id",
            "access_key_secret": "X-Aliyun-Access-Key-Secret",
            "security_token": "X-Aliyun-Security-Token",
        }
        return {names[part]: value for part, value in key.items()}

    def cluster(self, role: str) -> str:
        return str(next(cluster["id"] for cluster in self.facts["clusters"] if cluster["role"] == role))

    def control(self, method: str, endpoint: str, /, **body: Any) -> Any:
        answer = httpx.request(method, f"{self.facts['control']}/{endpoint}", json=body or None, trust_env=False)
        assert answer.status_code < 300, answer.text
        return answer.json()

    def fault(self, kind: str, **parameters: Any) -> None:
        self.control("POST", "faults", kind=kind, **parameters)

    def order(self, role: str, kind: str, **parameters: Any) -> Any:
        """To the API server of a cluster."""
        return self.control("POST", "kubernetes", cluster=self.cluster(role), kind=kind, **parameters)

    def in_flight(self) -> int:
        return int(self.control("GET", "requests")["in_flight"])


@pytest.fixture(scope="session")
def sandbox() -> Iterator[Region]:
    """One region for all tests of a worker; `region` resets its faults."""
    with running_sandbox() as region:
        yield region


@contextmanager
def running_sandbox(*arguments: str) -> Iterator[Region]:
    process = subprocess.Popen(
        [sys.executable, "-m", "ack_sandbox", "--until-stdin-closes", "--metrics", "subset", *arguments],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    assert process.stdin and process.stdout
    try:
        yield Region(json.loads(process.stdout.readline()))
    finally:
        process.stdin.close()
        process.wait(10)
        process.stdout.close()


@pytest.fixture
def region(sandbox: Region) -> Iterator[Region]:
    yield sandbox
    sandbox.control("DELETE", "faults")


def made_settings(**values: object) -> Settings:
    """Settings by main name, from nothing else."""
    return load_settings(values, env_file=None)


def settings_in(region: Region, **values: object) -> Settings:
    """Settings that act in the sandbox as its administrator, unless said otherwise."""
    key = region.key()
    ours = {
        **dict.fromkeys(("CS_ENDPOINT", "ARMS_ENDPOINT", "SLS_ENDPOINT"), region.endpoint),
        "ACCESS_KEY_ID": key["access_key_id"],
        "ACCESS_KEY_SECRET": key["access_key_secret"],
    }
    return made_settings(**{**ours, **values})


@pytest.fixture
def settings(region: Region) -> Callable[..., Settings]:
    return partial(settings_in, region)


@dataclass(frozen=True)
class Reply:
    """What a tool answered: its text, its typed half, and whether it is an error."""

    text: str
    is_error: bool
    structured: Any


class Door:
    """A client's view of the server."""

    def __init__(self, client: Client[Any]) -> None:
        self.client = client

    async def call(self, tool: str, **arguments: Any) -> Reply:
        result = await self.client.call_tool(tool, arguments, raise_on_error=False)
        text = "".join(part.text for part in result.content if hasattr(part, "text"))
        return Reply(text=text, is_error=result.is_error, structured=result.structured_content)

    async def ok(self, tool: str, **arguments: Any) -> Reply:
        reply = await self.call(tool, **arguments)
        assert not reply.is_error, reply.text
        return reply

    async def error(self, tool: str, **arguments: Any) -> str:
        reply = await self.call(tool, **arguments)
        assert reply.is_error, reply.text
        return reply.text


Opener = Callable[..., AbstractAsyncContextManager[Door]]


@pytest.fixture(params=["auto", "legacy"])
def era(request: pytest.FixtureRequest) -> str:
    """Both protocol eras."""
    return str(request.param)


@asynccontextmanager
async def door_to(settings: Settings, mode: str = "auto", now: Callable[[], datetime] = utc_now) -> AsyncIterator[Door]:
    """The server in this process, reached through an MCP client."""
    async with Client(build_app(settings, now), mode=mode) as client:
        yield Door(client)


@pytest.fixture
async def door(settings: Callable[..., Settings]) -> AsyncIterator[Door]:
    async with door_to(settings()) as opened:
        yield opened


async def until(condition: Callable[[], bool], seconds: float = 15) -> bool:
    """Whether the condition came true in time."""
    for _ in range(int(seconds / 0.05)):
        if await asyncio.to_thread(condition):
            return True
        await asyncio.sleep(0.05)
    return condition()


def sdk_threads_at_work() -> int:
    """Threads of the cloud edge that are inside a call."""
    frames = sys._current_frames()
    threads = [thread for thread in threading.enumerate() if thread.name.startswith("alibaba-cloud")]
    return sum(1 for thread in threads if thread.ident in frames and _in_call(frames[thread.ident]))


def _in_call(frame: Any) -> bool:
    while frame is not None:
        if frame.f_code.co_name == "_send" and frame.f_code.co_filename.endswith("services/cloud.py"):
            return True
        frame = frame.f_back
    return False


@contextmanager
def http_site(settings: Settings, token: str = "made-for-this-run") -> Iterator[str]:
    """The whole HTTP server on a free port, in a thread with a loop of its own; yields its base URL."""
    doors, _ = doors_for(settings, lambda _bytes: token)
    (listener,) = listeners("127.0.0.1", 0)
    server = http_server(settings, build_app(settings), doors)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
    thread.start()
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join(15)
        assert not thread.is_alive()


@pytest.fixture(scope="session")
def site(sandbox: Region) -> Iterator[str]:
    """One HTTP server for all tests that need nothing of its own; it acts as the sandbox's administrator."""
    with http_site(settings_in(sandbox, MCP_TRANSPORT="http")) as url:
        yield url


INITIALIZE = {
    "jsonrpc": "2.0",
    "id": 1,
    "method": "initialize",
    "params": {
        "protocolVersion": "2025-11-25",
        "capabilities": {},
        "clientInfo": {"name": "test", "version": "1"},
    },
}


def tool_call(tool: str, **arguments: Any) -> dict[str, Any]:
    """The JSON-RPC message of one call."""
    return {"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": {"name": tool, "arguments": arguments}}


def needs(command: str) -> pytest.MarkDecorator:
    """Skips where the command is missing, and says so; in CI a skip fails the run."""
    return pytest.mark.skipif(shutil.which(command) is None, reason=f"{command} is not on the PATH")


@pytest.fixture
def kubeconfig(region: Region, tmp_path: Path) -> Path:
    """The staging cluster's kubeconfig in a file, as an operator would have fetched it."""
    path = tmp_path / "kubeconfig"
    path.write_text(kubeconfig_of(region, "staging"))
    return path


def kubeconfig_of(region: Region, role: str) -> str:
    client = cs_client(Credentials(**region.key()), "", parse_endpoint(region.endpoint, variable="CS_ENDPOINT"))
    request = importlib.import_module("alibabacloud_cs20151215.models").DescribeClusterUserKubeconfigRequest
    answer = client.describe_cluster_user_kubeconfig(region.cluster(role), request(temporary_duration_minutes=60))
    return str(answer.body.config)


@pytest.fixture
async def local_door(kubeconfig: Path) -> AsyncIterator[Door]:
    """A server on a local kubeconfig, without any cloud key."""
    async with door_to(made_settings(KUBECONFIG_MODE="LOCAL", KUBECONFIG_PATH=str(kubeconfig))) as opened:
        yield opened
