"""exec: through kubectl, and over a WebSocket of our own for the channels that kubectl does not show."""

import json
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from urllib.parse import urlencode

import pytest
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import InvalidStatus
from websockets.typing import Subprotocol

from tests.sandbox.kube.conftest import Cluster
from tests.sandbox.kube.doors import Client, Json, needs_kubectl
from tests.sandbox.kube.writing import SHOP

V4, V5 = "v4.channel.k8s.io", "v5.channel.k8s.io"
STDIN, STDOUT, STDERR, ERROR, CLOSE = 0, 1, 2, 3, 255


def _pod(cluster: Cluster) -> str:
    found: str = cluster.api.get(f"{SHOP}/pods?labelSelector=app%3Dcatalog").json["items"][0]["metadata"]["name"]
    return found


@asynccontextmanager
async def _session(
    cluster: Cluster, *words: str, pod: str = "", protocol: str = V5, token: str = "", **options: str
) -> AsyncIterator[ClientConnection]:
    query = urlencode([*(("command", word) for word in words), *options.items()])
    trust = ssl.create_default_context(cadata=cluster.server.certificate_authority.decode())
    url = f"wss://127.0.0.1:{cluster.server.port}{SHOP}/pods/{pod or _pod(cluster)}/exec?{query}"
    headers = {"Authorization": f"Bearer {token or cluster.api.token}"}
    # Not the blocking client: its two threads use one TLS connection at once, which now and then loses a message.
    offered = [Subprotocol(protocol)]
    async with connect(url, ssl=trust, subprotocols=offered, additional_headers=headers, proxy=None) as made:
        yield made


async def _channels(session: ClientConnection) -> dict[int, str]:
    """Everything until the server closes, by channel."""
    made: dict[int, str] = {}
    async for message in session:
        data = message if isinstance(message, bytes) else message.encode()
        made[data[0]] = made.get(data[0], "") + data[1:].decode()
    return made


def _status(channels: dict[int, str]) -> Json:
    found: Json = json.loads(channels[ERROR])
    return found


@pytest.mark.parametrize("protocol", [V4, V5])
async def test_output_and_status_come_in_channels_of_their_own(written: Cluster, protocol: str) -> None:
    async with _session(written, "echo", "hello", protocol=protocol, stdout="true") as session:
        assert session.subprotocol == protocol
        channels = await _channels(session)
    assert channels[STDOUT] == "hello\n" and _status(channels) == {"metadata": {}, "status": "Success"}


async def test_input_comes_back_until_it_is_closed(written: Cluster) -> None:
    async with _session(written, "cat", stdin="true", stdout="true") as session:
        await session.send(bytes([STDIN]) + b"one ")
        await session.send(bytes([STDIN]) + b"two")
        await session.send(bytes([CLOSE, STDIN]))
        assert (await _channels(session))[STDOUT] == "one two"


async def test_a_code_other_than_zero_is_told_in_the_status(written: Cluster) -> None:
    async with _session(written, "sh", "-c", "nope; exit 3", stdout="true", stderr="true") as session:
        channels = await _channels(session)
    assert channels[STDERR] == "sh: nope: not found\n"
    assert _status(channels)["details"]["causes"] == [{"reason": "ExitCode", "message": "3"}]


async def test_a_program_that_is_not_there_is_an_error_of_the_runtime(written: Cluster) -> None:
    async with _session(written, "bogus", stdout="true") as session:
        status = _status(await _channels(session))
    assert status["reason"] == "InternalError" and 'exec: "bogus": executable file not found' in status["message"]


async def test_the_environment_holds_a_canary(written: Cluster) -> None:
    async with _session(written, "env", stdout="true") as session:
        assert "DO-NOT-LEAK" in (await _channels(session))[STDOUT]


@pytest.mark.parametrize(
    "script, output",
    [
        ("true && echo yes || echo no", "yes\n"),
        ("false && echo yes || echo no", "no\n"),
        ("echo $KUBERNETES_SERVICE_PORT; pwd", "443\n/\n"),
        ("nope 2>/dev/null; id 2>&1", "uid=0(root) gid=0(root)\n"),
    ],
)
async def test_a_script_runs_its_commands_in_turn(written: Cluster, script: str, output: str) -> None:
    async with _session(written, "sh", "-c", script, stdout="true") as session:
        assert (await _channels(session))[STDOUT] == output


@pytest.mark.parametrize("protocol", ["v1.channel.k8s.io", "base64.channel.k8s.io"])
async def test_a_protocol_that_is_not_spoken_is_refused(written: Cluster, protocol: str) -> None:
    with pytest.raises(InvalidStatus) as refused:
        async with _session(written, "id", protocol=protocol):
            pass
    assert refused.value.response.status_code == 400


async def test_a_viewer_may_not_exec(written: Cluster) -> None:
    viewer = Client(written.server, "viewer", minutes=100_000)
    with pytest.raises(InvalidStatus) as refused:
        async with _session(written, "id", token=viewer.token):
            pass
    body = json.loads(refused.value.response.body or b"")
    assert 'resource "pods/exec"' in body["message"] and body["code"] == 403


async def test_a_container_that_does_not_run_is_not_found(written: Cluster) -> None:
    body = {"metadata": {"name": "unborn"}, "spec": {"containers": [{"name": "app", "image": "i:1"}]}}
    written.api.call("POST", f"{SHOP}/pods", body, content_type="application/json")
    with pytest.raises(InvalidStatus) as refused:
        async with _session(written, "id", pod="unborn"):
            pass
    assert "does not have a host assigned" in (refused.value.response.body or b"").decode()


def test_without_an_upgrade_the_server_asks_for_one(written: Cluster) -> None:
    answer = written.api.call("POST", f"{SHOP}/pods/{_pod(written)}/exec?command=id")
    assert (answer.status, answer.json["message"]) == (400, "Upgrade request required")


async def test_a_client_that_leaves_ends_its_command(written: Cluster) -> None:
    async with _session(written, "sleep", "3600", stdout="true"):
        assert written.server.running >= 1
    for _ in range(100):
        if not written.server.running:
            break
        written.api.get("/version")
    assert written.server.running <= 1  # the last request may still be on its way out


@needs_kubectl
def test_kubectl_shows_output_errors_and_codes(written: Cluster) -> None:
    run = written.kubectl.run
    pod = _pod(written)
    assert "\tlocalhost" in run("exec", "-n", "shop", pod, "--", "cat", "/etc/hosts").stdout
    failed = run("exec", "-n", "shop", pod, "--", "sh", "-c", "echo out; exit 4")
    assert (failed.returncode, failed.stdout) == (4, "out\n")
    assert failed.stderr == "command terminated with exit code 4\n"
    missing = run("exec", "-n", "shop", pod, "--", "bogus")
    assert missing.returncode == 1 and "executable file not found in $PATH" in missing.stderr
    assert "container none is not valid for pod" in run("exec", "-n", "shop", pod, "-c", "none", "--", "id").stderr
