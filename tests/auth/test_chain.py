"""The SDK's default chain behind the server: found, refreshed, missing, and never asked on the loop."""

import asyncio
import json
import os
import sys
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import SimpleNamespace
from typing import Any

import pytest

from ack_mcp_server.auth import chain as auth_chain
from ack_mcp_server.auth.chain import KEEP_S, CredentialChain
from ack_mcp_server.errors import Unauthenticated
from ack_mcp_server.settings import Settings
from tests.conftest import CANARY, Region, door_to, made_settings, until


class CredentialsUri(ThreadingHTTPServer):
    """What ALIBABA_CLOUD_CREDENTIALS_URI points at: answers with a key, or fails; counts who asked."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.key: dict[str, str] = {}
        self.asked = 0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}/credentials"


class _Handler(BaseHTTPRequestHandler):
    server: CredentialsUri

    def do_GET(self) -> None:
        self.server.asked += 1
        body = json.dumps(self._answer()).encode() if self.server.key else b"{}"
        self.send_response(200 if self.server.key else 500)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def _answer(self) -> dict[str, str]:
        expires = datetime.now(UTC) + timedelta(hours=1)
        return {
            "Code": "Success",
            "AccessKeyId": self.server.key["access_key_id"],
            "AccessKeySecret": self.server.key["access_key_secret"],
            "SecurityToken": self.server.key["security_token"],
            "Expiration": expires.strftime("%Y-%m-%dT%H:%M:%SZ"),
        }

    def log_message(self, *_args: Any) -> None:
        pass


@pytest.fixture
def credentials_uri() -> Iterator[CredentialsUri]:
    server = CredentialsUri()
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


def chain_of(server: CredentialsUri, clock: Callable[[], float] = lambda: 0.0) -> CredentialChain:
    from alibabacloud_credentials.client import Client
    from alibabacloud_credentials.models import Config

    return CredentialChain(lambda: Client(Config(type="credentials_uri", credentials_uri=server.url)), clock)


async def test_no_credential_at_all_says_which_variables_and_headers_to_set(region: Region) -> None:
    async with door_to(made_settings(CS_ENDPOINT=region.endpoint)) as door:
        told = await door.error("list_clusters")
        assert (await door.ok("get_current_time")).text
    assert told.startswith("Unauthenticated: no Alibaba Cloud credentials")
    for name in ("ACCESS_KEY_ID", "ALIBABA_CLOUD_ACCESS_KEY_SECRET", "X-Aliyun-Access-Key-Id"):
        assert name in told


async def test_a_key_of_the_chain_is_used(credentials_uri: CredentialsUri, region: Region) -> None:
    credentials_uri.key = region.key("session")
    found = await chain_of(credentials_uri).credentials()
    assert found.access_key_id == region.key("session")["access_key_id"]
    assert found.security_token == region.key("session")["security_token"]


async def test_concurrent_callers_cost_one_look(credentials_uri: CredentialsUri, region: Region) -> None:
    credentials_uri.key = region.key("session")
    chain = chain_of(credentials_uri)
    await asyncio.gather(*(chain.credentials() for _ in range(16)))
    assert credentials_uri.asked == 1


async def test_a_failure_is_remembered_for_a_while(credentials_uri: CredentialsUri, region: Region) -> None:
    now = 0.0
    chain = chain_of(credentials_uri, lambda: now)
    for _ in range(3):
        with pytest.raises(Unauthenticated):
            await chain.credentials()
    asked = credentials_uri.asked
    assert asked > 0
    now, credentials_uri.key = KEEP_S + 1.0, region.key("session")
    assert (await chain.credentials()).access_key_id == region.key("session")["access_key_id"]
    assert credentials_uri.asked == asked + 1


async def test_a_slow_look_leaves_the_loop_free() -> None:
    release = threading.Event()

    class Slow:
        def get_credential(self) -> Any:
            release.wait(5)
            raise OSError

    chain = CredentialChain(Slow)
    look = asyncio.create_task(chain.credentials())
    for _ in range(10):
        await asyncio.sleep(0.01)
    assert not look.done()
    release.set()
    with pytest.raises(Unauthenticated):
        await look


class Held:
    """A provider that answers when the test lets it; it counts who asked and who is inside."""

    def __init__(self) -> None:
        self.release = threading.Event()
        self.asked = self.inside = 0

    def get_credential(self) -> Any:
        self.asked += 1
        self.inside += 1
        self.release.wait(5)
        self.inside -= 1
        return SimpleNamespace(access_key_id="LTAI5t", access_key_secret="s3cret", security_token="")


@pytest.fixture
def held() -> Iterator[Held]:
    held = Held()
    yield held
    held.release.set()


async def test_callers_who_leave_do_not_cost_more_looks(held: Held) -> None:
    chain = CredentialChain(lambda: held)
    for _ in range(8):
        caller = asyncio.create_task(chain.credentials())
        assert await until(lambda: held.inside == 1)
        caller.cancel()
        await asyncio.wait([caller])
    held.release.set()
    assert (await chain.credentials()).access_key_id == "LTAI5t"
    assert held.asked == 1


async def test_a_caller_who_leaves_takes_nothing_from_the_others(held: Held) -> None:
    chain = CredentialChain(lambda: held)
    leaver, stayer = (asyncio.create_task(chain.credentials()) for _ in range(2))
    assert await until(lambda: held.inside == 1)
    leaver.cancel()
    await asyncio.wait([leaver])
    held.release.set()
    assert (await stayer).access_key_id == "LTAI5t"


async def test_a_look_that_takes_too_long_is_a_failure_that_is_remembered(
    held: Held, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(auth_chain, "RESOLVE_S", 0.01)
    chain = CredentialChain(lambda: held, lambda: 0.0)
    for _ in range(3):
        with pytest.raises(Unauthenticated, match="gave no answer within"):
            await chain.credentials()
    assert held.asked == 1


async def test_no_second_look_begins_while_the_first_has_not_ended(held: Held, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(auth_chain, "RESOLVE_S", 0.01)
    now = iter(range(0, 100_000, KEEP_S))
    chain = CredentialChain(lambda: held, lambda: float(next(now)))
    for _ in range(3):
        with pytest.raises(Unauthenticated):
            await chain.credentials()
    held.release.set()
    await asyncio.to_thread(chain._threads.shutdown)
    assert held.asked == 1


async def test_an_answer_that_came_too_late_serves_the_next_caller(held: Held, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(auth_chain, "RESOLVE_S", 0.01)
    chain = CredentialChain(lambda: held, lambda: 0.0)
    with pytest.raises(Unauthenticated):
        await chain.credentials()
    held.release.set()
    assert await until(lambda: held.inside == 0)
    assert (await chain.credentials()).access_key_id == "LTAI5t"
    assert held.asked == 1


async def test_a_closed_chain_leaves_no_look_behind(held: Held) -> None:
    chain = CredentialChain(lambda: held)
    caller = asyncio.create_task(chain.credentials())
    assert await until(lambda: held.inside == 1)
    chain.close()
    with pytest.raises(asyncio.CancelledError):
        await caller


async def test_a_failing_provider_does_not_show_what_it_said(region: Region) -> None:
    class Talkative:
        def get_credential(self) -> Any:
            raise ValueError(f"token={CANARY}")

    with pytest.raises(Unauthenticated) as caught:
        await CredentialChain(Talkative).credentials()
    assert CANARY not in f"{caught.value.message} {caught.value.next_step}"


async def test_what_no_header_can_carry_is_no_key() -> None:
    class Pasted:
        def get_credential(self) -> Any:
            return SimpleNamespace(access_key_id="…", access_key_secret="…", security_token=None)

    with pytest.raises(Unauthenticated, match="found none"):
        await CredentialChain(Pasted).credentials()


@pytest.mark.timeout(40)
async def test_the_environments_own_variables_are_found_by_the_chain(
    settings: Callable[..., Settings], region: Region
) -> None:
    """In a process of its own, because the SDK reads these variables once, at import."""
    code = (
        "import asyncio, os\n"
        "from ack_mcp_server.auth.chain import CredentialChain\n"
        "key = asyncio.run(CredentialChain().credentials())\n"
        "print(key.access_key_id, key.security_token == os.environ['ALIBABA_CLOUD_SECURITY_TOKEN'])\n"
    )
    key = region.key("session")
    variables = {
        "ALIBABA_CLOUD_ACCESS_KEY_ID": key["access_key_id"],
        "ALIBABA_CLOUD_ACCESS_KEY_SECRET": key["access_key_secret"],
        "ALIBABA_CLOUD_SECURITY_TOKEN": key["security_token"],
    }
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", code, env={**os.environ, **variables}, stdout=asyncio.subprocess.PIPE
    )
    out, _ = await process.communicate()
    assert out.decode().split() == [key["access_key_id"], "True"]
