"""The Dockerfile keeps its rules. No container engine takes part: it is parsed, linted, and its commands are run."""

import fnmatch
import os
import re
import shlex
import signal
import subprocess
import sys
import tomllib
from pathlib import Path

import httpx
import pytest

from ack_mcp_server import __version__
from ack_mcp_server.settings import Settings, sources_of
from tests.conftest import Region
from tests.deploy.deploy_tools import TALLY, needs_deploy_tools
from tests.deploy.dockerfile import DOCKERFILE, ROOT, Stage, defaults, stages
from tests.process import serving_url, started

STAGES = stages()
FINAL = STAGES[-1]
BUILD = next(stage for stage in STAGES if stage.name == "build")
KUBECTL = next(stage for stage in STAGES if stage.name == "kubectl")
KNOWN_LINE = "python -m main_server --transport sse --host 0.0.0.0 --port 8000 --allow-write"
VARIABLES = {name for field in Settings.model_fields.values() for name in sources_of(field)[0]}
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]


@pytest.mark.slow
@needs_deploy_tools
def test_the_linters_of_buildkit_and_hadolint_find_nothing(tmp_path: Path) -> None:
    # The linter's own rules are taste, and slow checks ask a registry.
    found = subprocess.run(
        [TALLY, "lint", "--no-config", "--slow-checks=off", "--ignore=tally/*", "--fail-level=style", DOCKERFILE],
        capture_output=True,
        text=True,
        env={"HOME": str(tmp_path), "PATH": os.environ["PATH"]},
        timeout=30,
    )
    assert found.returncode == 0, found.stdout + found.stderr


@pytest.mark.parametrize("stage", STAGES, ids=lambda stage: stage.name or "final")
def test_every_stage_starts_from_the_pinned_python(stage: Stage) -> None:
    assert stage.image == "python:${PYTHON_TAG}${PYTHON_DIGEST:+@${PYTHON_DIGEST}}"
    assert re.fullmatch(r"3\.1[23](\.\d+)?-slim-bookworm", defaults()["PYTHON_TAG"])


def test_the_images_python_is_one_that_the_project_supports() -> None:
    version = tuple(int(part) for part in defaults()["PYTHON_TAG"].split("-")[0].split("."))
    assert version >= tuple(int(part) for part in PROJECT["requires-python"].removeprefix(">=").split("."))


def test_nothing_is_added_from_an_address() -> None:
    assert [stage.name for stage in STAGES if stage.every("ADD")] == []


def test_kubectl_is_pinned_by_version_and_checksum_for_both_architectures() -> None:
    pinned = KUBECTL.pairs("ARG")
    assert re.fullmatch(r"1\.\d+\.\d+", pinned["KUBECTL_VERSION"])
    sums = [pinned["KUBECTL_SHA256_AMD64"], pinned["KUBECTL_SHA256_ARM64"]]
    assert all(re.fullmatch(r"[0-9a-f]{64}", each) for each in sums)
    assert len(set(sums)) == 2


def test_kubectls_shell_lines_check_the_sum_of_the_architecture(tmp_path: Path) -> None:
    (line,) = KUBECTL.every("RUN")
    for architecture in ("amd64", "arm64"):
        told = _run_with_stand_ins(line, architecture, tmp_path)
        assert told.returncode == 0, told.stderr
        pinned = KUBECTL.pairs("ARG")
        url = f"{pinned['KUBECTL_URL']}/v{pinned['KUBECTL_VERSION']}/bin/linux/{architecture}/kubectl"
        expected = f"/build/fetch.py {url} {pinned['KUBECTL_SHA256_' + architecture.upper()]} /usr/local/bin/kubectl"
        assert expected in told.stdout
    assert _run_with_stand_ins(line, "riscv64", tmp_path).returncode == 1


def _run_with_stand_ins(line: str, architecture: str, directory: Path) -> subprocess.CompletedProcess[str]:
    for name, script in {"dpkg": f"echo {architecture}", "python": 'echo "$@"', "kubectl": "true"}.items():
        (directory / name).write_text(f"#!/bin/sh\n{script}\n")
        (directory / name).chmod(0o755)
    line = line.replace("/usr/local/bin/kubectl version", f"{directory}/kubectl version")
    environment = {**KUBECTL.pairs("ARG"), "PATH": f"{directory}:/usr/bin:/bin"}
    return subprocess.run(["/bin/sh", "-c", line], env=environment, capture_output=True, text=True, timeout=10)


def test_the_build_takes_the_committed_lock_and_no_development_tools() -> None:
    syncs = [part for line in BUILD.every("RUN") for part in line.split("&&") if "uv sync" in part]
    assert len(syncs) == 2
    assert all({"--frozen", "--no-dev"} <= set(shlex.split(sync)) for sync in syncs)
    assert re.fullmatch(r"\d+\.\d+\.\d+", BUILD.pairs("ARG")["UV_VERSION"])


def test_the_build_copies_what_it_needs() -> None:
    copied = {source for words in BUILD.copies() for source in words[:-1]}
    needed = {"pyproject.toml", "uv.lock", "src", PROJECT["readme"], *PROJECT["license-files"]}
    assert needed <= copied


def test_everything_that_is_copied_exists_and_reaches_the_build() -> None:
    patterns = [line for line in (ROOT / ".dockerignore").read_text().splitlines() if line and line[0] != "#"]
    sources = [w for stage in STAGES for words in stage.copies() if "--from" not in words[0] for w in words[:-1]]
    assert patterns[0] == "*"
    assert max(i for i, each in enumerate(patterns) if each[0] == "!") < patterns.index("**/.env")
    for source in sources:
        assert (ROOT / source).exists(), source
        assert any(f"{source}/".startswith(f"{each[1:]}/") for each in patterns if each[0] == "!"), source


@pytest.mark.parametrize("name", [".env", "src/.env", "src/.env.local", "src/a/__pycache__"])
def test_no_secret_and_no_leftover_reaches_the_build(name: str) -> None:
    patterns = (ROOT / ".dockerignore").read_text().split()
    assert any(fnmatch.fnmatch(f"/{name}", pattern.replace("**/", "*/")) for pattern in patterns if pattern != "*")


def test_no_layer_holds_a_secret() -> None:
    said = {name for stage in STAGES for keyword in ("ENV", "ARG", "LABEL") for name in stage.pairs(keyword)}
    secret = {name for name in VARIABLES if re.search("KEY|SECRET|TOKEN", name)}
    assert secret
    assert said & secret == set()


def test_it_runs_as_a_numbered_user_that_is_not_root() -> None:
    assert re.fullmatch(r"[1-9]\d{3,}:[1-9]\d{3,}", FINAL.last("USER"))
    keywords = [keyword for keyword, _ in FINAL.instructions]
    assert "RUN" not in keywords[keywords.index("USER") :]


def test_nothing_is_written_outside_of_tmp_at_run_time() -> None:
    """The bytecode is there and is never checked against times, so that a copy with other times uses it too."""
    assert BUILD.pairs("ENV")["PYC_INVALIDATION_MODE"] == "UNCHECKED_HASH"
    assert BUILD.pairs("ENV")["UV_COMPILE_BYTECODE"] == "1"
    assert "compileall -q --invalidation-mode unchecked-hash src" in BUILD.every("RUN")[-1]
    assert FINAL.pairs("ENV")["PYTHONDONTWRITEBYTECODE"] == "1"
    assert FINAL.every("VOLUME") == []


def test_a_stop_is_a_signal_that_the_server_knows() -> None:
    assert FINAL.last("STOPSIGNAL") == signal.SIGTERM.name


def test_the_labels_are_the_projects() -> None:
    labels = FINAL.pairs("LABEL")
    assert labels["org.opencontainers.image.title"] == PROJECT["name"]
    assert labels["org.opencontainers.image.licenses"] == PROJECT["license"]
    assert FINAL.pairs("ARG")["VERSION"] == __version__


def test_every_setting_of_the_image_exists() -> None:
    of_python_and_the_shell = {"PATH", "PYTHONPATH", "PYTHONDONTWRITEBYTECODE", "HOME"}
    assert set(FINAL.pairs("ENV")) - of_python_and_the_shell <= VARIABLES


def test_the_image_reads_only_and_listens_for_others() -> None:
    environment = FINAL.pairs("ENV")
    assert FINAL.command() == ["ack-mcp-server"]
    assert (environment["MCP_TRANSPORT"], environment["HOST"]) == ("http", "0.0.0.0")
    assert FINAL.last("EXPOSE") == environment["HTTP_PORT"]


def test_the_known_line_finds_its_module_in_the_image() -> None:
    assert FINAL.pairs("ENV")["PYTHONPATH"] == "/app/src"
    assert FINAL.last("WORKDIR") == "/app"
    assert ["--from=build", "/app", "/app"] in FINAL.copies()
    assert (ROOT / "src" / f"{KNOWN_LINE.split()[2]}.py").is_file()


def test_the_images_command_serves_and_its_health_check_tells_so(region: Region) -> None:
    settings = {name: value for name, value in FINAL.pairs("ENV").items() if name in VARIABLES}
    settings |= {"HTTP_PORT": "0", "HOST": "127.0.0.1"}
    (program,) = FINAL.command()
    with started(str(Path(sys.executable).with_name(program)), region=region, **settings) as process:
        url, _ = serving_url(process)
        port = str(httpx.URL(url).port)
        assert _health(port) == 0
        process.send_signal(signal.SIGTERM)
        process.wait(10)
    assert _health(port) != 0


def _health(port: str) -> int:
    _, *arguments = FINAL.command("HEALTHCHECK")
    environment = {**os.environ, "HTTP_PORT": port}
    return subprocess.run(
        [sys.executable, *arguments], env=environment, stderr=subprocess.DEVNULL, timeout=20
    ).returncode


@pytest.mark.slow
def test_the_known_line_serves_with_the_images_module_path(region: Region) -> None:
    line = [sys.executable, *KNOWN_LINE.replace("0.0.0.0", "127.0.0.1").replace("8000", "0").split()[1:]]
    with started(*line, region=region, PYTHONPATH=str(ROOT / "src")) as process:
        url, _ = serving_url(process)
        assert url.endswith("/sse")
        process.send_signal(signal.SIGTERM)
        process.wait(10)
