"""How the server ends: by signals, by the client that leaves, and anew in development."""

import os
import shutil
import signal
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import pytest

from tests.conftest import INITIALIZE, Region, tool_call
from tests.process import MODULE, fake_kubectl, read_when_there, send, serving_url, started, talk

ROOT = Path(__file__).parents[1]
SIGNALS = [
    signal.SIGTERM,
    pytest.param(signal.SIGINT, marks=pytest.mark.slow),
    pytest.param(signal.SIGHUP, marks=pytest.mark.slow),
]


@pytest.mark.slow
def test_the_client_that_leaves_ends_the_server(region: Region) -> None:
    with started(*MODULE, region=region) as process:
        talk(process, INITIALIZE)
        assert process.stdin
        process.stdin.close()
        assert process.wait(10) == 0


@pytest.mark.parametrize("transport", ["http", pytest.param("sse", marks=pytest.mark.slow)])
def test_a_signal_ends_the_http_server(region: Region, transport: str) -> None:
    with started(*MODULE, "-t", transport, "-p", "0", region=region) as process:
        url, _ = serving_url(process)
        base = url.rsplit("/", 1)[0]
        assert httpx.get(base + "/healthz", trust_env=False).status_code == 200
        process.send_signal(signal.SIGTERM)
        assert process.wait(10) == 0


@pytest.mark.slow
def test_in_development_a_changed_source_restarts_the_http_server(region: Region, tmp_path: Path) -> None:
    copy = tmp_path / "ack_mcp_server"
    shutil.copytree(ROOT / "src" / "ack_mcp_server", copy)
    command = [*MODULE, "-t", "http", "-p", "0"]
    with started(*command, region=region, DEVELOPMENT="true", PYTHONPATH=str(tmp_path)) as process:
        first, _ = serving_url(process)
        (copy / "hosts.py").touch()
        second, _ = serving_url(process)
        assert httpx.get(second.replace("/mcp", "/healthz"), trust_env=False).status_code == 200
        process.send_signal(signal.SIGTERM)
        assert process.wait(10) in (0, -signal.SIGTERM)
    assert first != second
    with pytest.raises(httpx.ConnectError):
        httpx.get(second, trust_env=False)


@pytest.mark.parametrize("signum", SIGNALS)
def test_a_signal_on_stdio_ends_kubectl_and_removes_the_files_of_the_run(
    region: Region, tmp_path: Path, signum: signal.Signals
) -> None:
    marks = fake_kubectl(tmp_path, 'echo $$ > "$(dirname "$0")/pid"; exec sleep 300')
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    more = {"TMPDIR": str(temporary), "PATH": f"{tmp_path}:{os.environ['PATH']}"}
    kubeconfig = {"KUBECONFIG_MODE": "LOCAL", "KUBECONFIG_PATH": str(marks["kubeconfig"])}
    with started(*MODULE, region=region, **more, **kubeconfig) as process:
        talk(process, INITIALIZE)
        send(process, {"jsonrpc": "2.0", "method": "notifications/initialized"})
        send(process, {**tool_call("ack_kubectl", command="get pods"), "id": 2})
        kubectl = int(read_when_there(marks["pid"]))
        assert list(temporary.glob("*/run-*"))
        process.send_signal(signum)
        assert process.wait(10) == 0
    assert list(temporary.glob("*/run-*")) == []
    with pytest.raises(ProcessLookupError):
        os.kill(kubectl, 0)


@pytest.mark.slow
def test_a_call_over_http_is_told_that_the_server_stops(region: Region, tmp_path: Path) -> None:
    marks = fake_kubectl(tmp_path, 'echo $$ > "$(dirname "$0")/pid"; exec sleep 300')
    more = {"PATH": f"{tmp_path}:{os.environ['PATH']}"}
    kubeconfig = {"KUBECONFIG_MODE": "LOCAL", "KUBECONFIG_PATH": str(marks["kubeconfig"])}
    with started(*MODULE, "-t", "http", "-p", "0", region=region, **more, **kubeconfig) as process:
        url, _ = serving_url(process)
        with ThreadPoolExecutor() as pool:
            call = tool_call("ack_kubectl", command="get pods")
            answer = pool.submit(httpx.post, url, json=call, timeout=30, trust_env=False)
            kubectl = int(read_when_there(marks["pid"]))
            process.send_signal(signal.SIGTERM)
            error = answer.result().json()["error"]
        assert process.wait(20) == 0
        assert process.stderr
        lines = process.stderr.read()
    assert error["code"] == -32000 and "the server stops" in error["message"]
    assert "Traceback" not in lines and "tool=ack_kubectl" in lines
    with pytest.raises(ProcessLookupError):
        os.kill(kubectl, 0)


@pytest.mark.parametrize("signum", SIGNALS)
def test_a_signal_ends_a_server_on_stdio_that_has_nothing_to_do(region: Region, signum: signal.Signals) -> None:
    with started(*MODULE, region=region) as process:
        talk(process, INITIALIZE)
        process.send_signal(signum)
        assert process.wait(10) == 0


@pytest.mark.slow
def test_a_hang_up_ends_the_http_server_and_removes_the_files_of_the_run(region: Region, tmp_path: Path) -> None:
    with started(*MODULE, "-t", "http", "-p", "0", region=region, TMPDIR=str(tmp_path)) as process:
        url, _ = serving_url(process)
        httpx.get(url.replace("/mcp", "/healthz"), trust_env=False)
        process.send_signal(signal.SIGHUP)
        assert process.wait(10) == 0
    assert list(tmp_path.glob("*/run-*")) == []


@pytest.mark.slow
def test_in_development_the_server_is_restarted_with_arguments_that_hold_spaces(region: Region) -> None:
    arguments = ["-t", "http", "-p", "0", "--allowed-hosts", "one.example, two.example; $HOME"]
    with started(*MODULE, *arguments, region=region, DEVELOPMENT="true") as process:
        url, _ = serving_url(process)
        headers = {"Host": "two.example; $HOME"}
        assert httpx.post(url, headers=headers, trust_env=False).status_code == 421
        assert httpx.post(url, headers={"Host": "one.example"}, trust_env=False).status_code != 421
        process.send_signal(signal.SIGTERM)
        process.wait(10)
