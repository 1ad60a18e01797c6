"""Starting the server: every known line, what goes to stdout, what stops it."""

import json
import re
import signal
import subprocess
import sys
from pathlib import Path

import httpx
import pytest
from fastmcp import Client
from fastmcp.client.transports import StdioTransport

from ack_mcp_server import __version__
from ack_mcp_server.cli import parser
from ack_mcp_server.settings import Settings, sources_of
from tests.conftest import CANARY, INITIALIZE, Door, Region, tool_call
from tests.process import MODULE, environment, run, send, serving_url, started, talk

ROOT = Path(__file__).parents[1]
COMMAND = str(Path(sys.executable).parent / "ack-mcp-server")

# The lines that people have, and the directory that each is typed in.
START_LINES = [
    ([COMMAND], ROOT),
    (MODULE, ROOT / "tests"),
    ([sys.executable, "-m", "src.main_server"], ROOT),
    ([sys.executable, "-m", "main_server"], ROOT / "src"),
]


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


@pytest.mark.parametrize("token", ["  ", "a b", "tökén", "a\tb"])
@pytest.mark.slow
def test_a_token_that_no_client_could_send_ends_the_start(token: str) -> None:
    result = run("-t", "http", "-p", "0", MCP_AUTH_TOKEN=token)
    assert result.returncode == 2
    assert "MCP_AUTH_TOKEN is blank, or holds characters" in result.stderr
