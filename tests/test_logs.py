"""What reaches stderr: one printable line each, bounded, without the text of what others raised."""

import logging
from collections.abc import Iterator

import httpx
import pytest

from ack_mcp_server import logs
from tests.conftest import CANARY, Region, made_settings
from tests.process import MODULE, serving_url, started

UNPRINTABLE = ["\n", "\r", "\x0b", "\x1b[2J", "\x85", "\u2028", "\u2029", "\u202e", "\u200b", "\ud800"]


@pytest.fixture(autouse=True)
def logging_as_it_was() -> Iterator[None]:
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    levels = {name: logging.getLogger(name).level for name in ("fastmcp", "mcp", "asyncio", "uvicorn", "httpx")}
    root.handlers = []
    yield
    root.handlers = handlers
    root.setLevel(level)
    for name, before in levels.items():
        logging.getLogger(name).setLevel(before)


def raised() -> Exception:
    try:
        raise ValueError(f"first\n{CANARY}")
    except ValueError as exc:
        return exc


@pytest.mark.parametrize("text", UNPRINTABLE, ids=ascii)
def test_what_cannot_be_printed_is_escaped(capsys: pytest.CaptureFixture[str], text: str) -> None:
    logs.set_up(made_settings())
    logs.logger.info("before%safter", text)
    written = capsys.readouterr().err
    assert written.endswith(f"before{text.encode('unicode_escape').decode()}after\n")
    assert written[:-1].isprintable()


def test_the_name_of_a_logger_is_escaped_too(capsys: pytest.CaptureFixture[str]) -> None:
    logs.set_up(made_settings())
    logging.getLogger("a\nb").warning("x")
    assert capsys.readouterr().err.count("\n") == 1


def test_other_scripts_are_shown_as_they_are(capsys: pytest.CaptureFixture[str]) -> None:
    logs.set_up(made_settings())
    logs.logger.info("集群 café")
    assert "集群 café" in capsys.readouterr().err


@pytest.mark.parametrize("text", ["x" * 5_000_000, "\u2028" * 5_000_000], ids=["printable", "escaped"])
def test_a_line_is_bounded(capsys: pytest.CaptureFixture[str], text: str) -> None:
    logs.set_up(made_settings())
    logs.logger.info(text)
    assert len(capsys.readouterr().err) == logs.MAX_LINE_CHARS + len("…\n")


def test_an_exception_is_named_and_its_text_left_out(capsys: pytest.CaptureFixture[str]) -> None:
    logs.set_up(made_settings())
    logging.getLogger("uvicorn.error").error("Exception in ASGI application\n", exc_info=raised())
    written = capsys.readouterr().err
    assert written.endswith("Exception in ASGI application (ValueError)\n")
    assert CANARY not in written


def test_in_development_a_traceback_is_indented_under_its_line(capsys: pytest.CaptureFixture[str]) -> None:
    logs.set_up(made_settings(DEVELOPMENT=True))
    logs.logger.error("wrong", exc_info=raised())
    first, *rest = capsys.readouterr().err.splitlines()
    assert first.endswith("wrong")
    assert all(line.startswith("  ") for line in rest)
    assert f"  {CANARY}" in rest


@pytest.mark.parametrize("name", ["mcp.server", "fastmcp.server"])
def test_the_framework_is_silent(capsys: pytest.CaptureFixture[str], name: str) -> None:
    logs.set_up(made_settings())
    logging.getLogger(name).critical("input_value=%s", CANARY)
    assert capsys.readouterr().err == ""


def test_connections_that_cannot_be_accepted_are_told_of_once(capsys: pytest.CaptureFixture[str]) -> None:
    logs.set_up(made_settings())
    for _ in range(100):
        logging.getLogger("asyncio").error("socket.accept() out of system resource\nsocket: …", exc_info=raised())
    assert capsys.readouterr().err.count("\n") == 1


def test_other_errors_of_the_loop_are_all_told(capsys: pytest.CaptureFixture[str]) -> None:
    logs.set_up(made_settings())
    for _ in range(3):
        logging.getLogger("asyncio").error("Task exception was never retrieved")
    assert capsys.readouterr().err.count("\n") == 3


@pytest.mark.parametrize(
    "body", [f"{{{CANARY}", f'{{"jsonrpc": "2.0", "method": 5, "params": "{CANARY}"}}', f'["{CANARY}"]']
)
@pytest.mark.slow
def test_a_body_that_is_no_message_is_not_logged(region: Region, body: str) -> None:
    with started(*MODULE, "-t", "http", "-p", "0", region=region) as process:
        url, _ = serving_url(process)
        json = {"Content-Type": "application/json"}
        for accept in ("application/json", "application/json, text/event-stream"):
            httpx.post(url, content=body, headers={**json, "Accept": accept}, trust_env=False)
        process.terminate()
        assert process.stderr
        errors = process.stderr.read()
    assert CANARY not in errors
    assert "Traceback" not in errors
