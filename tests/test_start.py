"""Starting the server: every known line, what goes to stdout, how it ends."""

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
from fastmcp import Client
from fastmcp.client.transports import StdioTransport

from ack_mcp_server import __version__
from ack_mcp_server.cli import parser
from ack_mcp_server.settings import Settings, sources_of
from tests.conftest import CANARY, INITIALIZE, Door, Region, tool_call

ROOT = Path(__file__).parents[1]
COMMAND = str(Path(sys.executable).parent / "ack-mcp-server")
MODULE = [sys.executable, "-m", "ack_mcp_server"]

# The lines that people have, and the directory that each is typed in.
START_LINES = [
    ([COMMAND], ROOT),
    (MODULE, ROOT / "tests"),
    ([sys.executable, "-m", "src.main_server"], ROOT),
    ([sys.executable, "-m", "main_server"], ROOT / "src"),
]


SIGNALS = [
    signal.SIGTERM,
    pytest.param(signal.SIGINT, marks=pytest.mark.slow),
    pytest.param(signal.SIGHUP, marks=pytest.mark.slow),
]


def environment(region: Region | None = None, **more: str) -> dict[str, str]:
    found = {**os.environ, **more}
    if region is not None:
        key = region.key()
        found |= {
            "CS_ENDPOINT": region.endpoint,
            "ACCESS_KEY_ID": key["access_key_id"],
            "ACCESS_KEY_SECRET": key["access_key_secret"],
        }
    return found


def run(*arguments: str, stdin: str = "", **more: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*MODULE, *arguments], input=stdin, capture_output=True, text=True, env=environment(None, **more), timeout=30
    )


@pytest.mark.slow
@pytest.mark.parametrize(("command", "directory"), START_LINES, ids=lambda value: Path(str(value)).name)
async def test_every_known_start_line_serves_on_stdio(command: list[str], directory: Path, region: Region) -> None:
    transport = StdioTransport(command[0], command[1:], env=environment(region), cwd=str(directory))
    async with Client(transport) as client:
        assert (await Door(client).ok("list_clusters")).text.startswith("3 clusters")


def test_stdout_holds_nothing_but_messages_and_stderr_one_line_a_call(region: Region) -> None:
    listing = {"jsonrpc": "2.0", "id": 2, "method": "tools/list", "params": {}}
    ready = {"jsonrpc": "2.0", "method": "notifications/initialized"}
    with started(*MODULE, region=region) as process:
        answers = [talk(process, INITIALIZE)]
        send(process, ready)
        answers += [talk(process, listing), talk(process, {**tool_call("list_clusters"), "id": 3})]
        process.stdin.close()  # type: ignore[union-attr]
        rest, errors = process.stdout.read(), process.stderr.read()  # type: ignore[union-attr]
        assert process.wait(10) == 0
    assert [answer["id"] for answer in answers] == [1, 2, 3]
    assert rest == ""
    lines = [line for line in errors.splitlines() if " ack_mcp_server.calls " in line]
    assert len(lines) == 1
    assert re.search(r"caller=[0-9a-f]{16} tool=list_clusters .* outcome=ok$", lines[0])
    assert CANARY not in errors


@contextmanager
def started(*command: str, region: Region, **more: str) -> Iterator[subprocess.Popen[str]]:
    process = subprocess.Popen(
        list(command),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=environment(region, **more),
    )
    try:
        yield process
    finally:
        process.kill()
        process.wait(10)
        for pipe in (process.stdin, process.stdout, process.stderr):
            if pipe and not pipe.closed:
                pipe.close()


def send(process: subprocess.Popen[str], message: dict[str, Any]) -> None:
    assert process.stdin
    process.stdin.write(json.dumps(message) + "\n")
    process.stdin.flush()


def talk(process: subprocess.Popen[str], message: dict[str, Any]) -> dict[str, Any]:
    send(process, message)
    assert process.stdout
    answer: dict[str, Any] = json.loads(process.stdout.readline())
    return answer


@pytest.mark.slow
def test_the_client_that_leaves_ends_the_server(region: Region) -> None:
    with started(*MODULE, region=region) as process:
        talk(process, INITIALIZE)
        assert process.stdin
        process.stdin.close()
        assert process.wait(10) == 0


def serving_url(process: subprocess.Popen[str]) -> tuple[str, list[str]]:
    lines: list[str] = []
    assert process.stderr
    for line in process.stderr:
        lines.append(line)
        if found := re.search(r"serving (?:http|sse) at (http://\S+)", line):
            return found.group(1), lines
    raise AssertionError("".join(lines))


@pytest.mark.parametrize("transport", ["http", pytest.param("sse", marks=pytest.mark.slow)])
def test_a_signal_ends_the_http_server(region: Region, transport: str) -> None:
    with started(*MODULE, "-t", transport, "-p", "0", region=region) as process:
        url, _ = serving_url(process)
        base = url.rsplit("/", 1)[0]
        assert httpx.get(base + "/healthz", trust_env=False).status_code == 200
        process.send_signal(signal.SIGTERM)
        assert process.wait(10) == 0


@pytest.mark.slow
def test_beyond_loopback_a_token_is_made_shown_once_and_required(region: Region) -> None:
    arguments = ["--transport", "sse", "--host", "0.0.0.0", "--port", "0"]
    with started(sys.executable, "-m", "ack_mcp_server", *arguments, region=region) as process:
        url, before = serving_url(process)
        assert process.stderr
        shown = process.stderr.readline() + process.stderr.readline()
        port = url.rsplit(":", 1)[1].split("/")[0]
        token = re.search(r'claude mcp add -t sse ack http://\S+ -H "Authorization: Bearer (\S+)"', shown)
        assert token
        address = f"http://127.0.0.1:{port}/messages/"
        assert httpx.post(address, trust_env=False).status_code == 401
        with_token = {"Authorization": f"Bearer {token.group(1)}"}
        assert httpx.post(address, headers=with_token, trust_env=False).status_code == 400
        process.send_signal(signal.SIGTERM)
        after = process.stderr.read()
    assert token.group(1) not in "".join(before) + after


@pytest.mark.slow
def test_insecure_says_what_it_means(region: Region) -> None:
    with started(*MODULE, "-t", "http", "--host", "0.0.0.0", "-p", "0", "--insecure", region=region) as process:
        serving_url(process)
        assert process.stderr
        assert "whoever reaches this port acts with this server's credentials" in process.stderr.readline()


def test_the_version_is_the_packages() -> None:
    assert run("--version").stdout == f"ack-mcp-server {__version__}\n"


def test_help_names_every_flag_with_its_variables() -> None:
    told = run("--help", COLUMNS="200").stdout
    assert "--kubeconfig-mode" in told
    assert "[HTTP_PORT, PORT]" in told
    assert "--write-policy WRITE_POLICY" in told


def test_help_names_every_variable_with_what_it_is_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "200")
    told = parser().format_help()
    fields = [(sources_of(field)[0], str(field.description)) for field in Settings.model_fields.values()]
    assert [name for names, _ in fields for name in names if name not in told] == []
    assert [about for _, about in fields if about[:100] not in told] == []


@pytest.mark.slow
@pytest.mark.parametrize("place", ["environment", "file"])
def test_a_variable_that_stands_for_no_flag_is_warned_about(tmp_path: Path, place: str) -> None:
    variables = {"ALLOW_WRITE": "true", "ALLOW_SECRETS": "false"}
    (tmp_path / ".env").write_text("".join(f"{name}={value}\n" for name, value in variables.items()))
    directory, more = (tmp_path, {}) if place == "file" else (ROOT / "tests", variables)
    result = subprocess.run(
        MODULE, cwd=directory, stdin=subprocess.DEVNULL, capture_output=True, text=True, env=environment(None, **more),
        timeout=30,
    )  # fmt: skip
    assert "ALLOW_WRITE is ignored: this is said on the command line only, as --allow-write" in result.stderr
    assert "ALLOW_SECRETS" not in result.stderr


@pytest.mark.parametrize(
    ("arguments", "variables", "said"),
    [
        ([], {"ACCESS_KEY_ID": "x"}, "half a key: ACCESS_KEY_ID is set and ACCESS_KEY_SECRET is not"),
        (["--toolsets", "ack,nonsense"], {}, "no such toolset: nonsense"),
        (["--port", "x"], {}, "HTTP_PORT"),
        ([], {"HEADERS_ONLY": "true"}, "stdio has none"),
        (
            [],
            {"ACCESS_KEY_ID": "…", "ACCESS_KEY_SECRET": "…"},
            "ACCESS_KEY_ID: Value error, holds blanks or characters",
        ),
        ([], {"CS_ENDPOINT": "ftp://x"}, "CS_ENDPOINT is not an endpoint"),
        ([], {"CS_ENDPOINT": "http://user:s3cret@x/"}, "CS_ENDPOINT is not an endpoint"),
        (["--sandbox", "--access-key-id", "x"], {}, "--sandbox has keys of its own"),
        (["--sandbox", "--kubeconfig-mode", "LOCAL"], {}, "--sandbox has kubeconfigs of its own"),
        (["-t", "http", "--host", "192.0.2.1", "-p", "1"], {}, "cannot listen on 192.0.2.1:1"),
    ],
)
@pytest.mark.slow
def test_a_wrong_setting_ends_the_start_with_its_name_and_no_traceback(
    arguments: list[str], variables: dict[str, str], said: str
) -> None:
    result = run(*arguments, **variables)
    assert result.returncode == 2
    assert said in result.stderr
    assert "Traceback" not in result.stderr
    assert "s3cret" not in result.stderr
    assert result.stdout == ""


def test_an_unknown_flag_is_refused_and_not_guessed() -> None:
    assert run("--allow-writ").returncode == 2


@pytest.mark.slow
def test_a_secret_on_the_command_line_is_warned_about() -> None:
    result = run("--access-key-id", "x", "--access-key-secret", CANARY)
    assert "--access-key-secret is visible in the process list" in result.stderr
    assert CANARY not in result.stderr


@pytest.mark.slow
def test_the_env_file_of_the_working_directory_is_read(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("TOOLSETS=nonsense\n")
    result = subprocess.run(MODULE, cwd=tmp_path, capture_output=True, text=True, env=environment(), timeout=30)
    assert "no such toolset: nonsense" in result.stderr


@pytest.mark.slow
def test_debug_lines_come_with_development_only() -> None:
    assert " DEBUG " not in run(FASTMCP_LOG_LEVEL="INFO").stderr
    assert " DEBUG " in run(DEVELOPMENT="true").stderr


@pytest.mark.slow
def test_the_sdks_own_debug_switch_stays_without_effect(region: Region) -> None:
    with started(*MODULE, region=region, DEBUG="sdk") as process:
        assert process.stdin
        talk(process, INITIALIZE)
        assert "3 clusters" in json.dumps(talk(process, {**tool_call("list_clusters"), "id": 9}))
        process.stdin.close()
        assert process.stderr
        errors = process.stderr.read()
    assert "authorization" not in errors.lower()
    assert CANARY not in errors


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


def fake_kubectl(directory: Path, script: str) -> dict[str, Path]:
    """On a PATH that begins with the directory; with the files that it and the server are given."""
    program = directory / "kubectl"
    program.write_text(f"#!/bin/sh\n{script}\n")
    program.chmod(0o755)
    kubeconfig = directory / "kubeconfig"
    kubeconfig.write_text("{}")
    return {"pid": directory / "pid", "kubeconfig": kubeconfig}


def read_when_there(path: Path) -> str:
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        if path.exists() and (text := path.read_text()):
            return text
        time.sleep(0.05)
    raise AssertionError(f"{path} did not appear")


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


@pytest.mark.parametrize("token", ["  ", "a b", "tökén", "a\tb"])
@pytest.mark.slow
def test_a_token_that_no_client_could_send_ends_the_start(token: str) -> None:
    result = run("-t", "http", "-p", "0", MCP_AUTH_TOKEN=token)
    assert result.returncode == 2
    assert "MCP_AUTH_TOKEN is blank, or holds characters" in result.stderr
