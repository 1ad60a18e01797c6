"""The command line: flags to settings, logging to stderr, and the server on the chosen transport."""

import argparse
import asyncio
import gc
import os
import shutil
import sys
import textwrap
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pydantic.fields import FieldInfo

from ack_mcp_server import __version__
from ack_mcp_server.errors import AckError
from ack_mcp_server.settings import Settings, as_variable, choices_of, ignored, load_settings, main_name, sources_of

if TYPE_CHECKING:
    from ack_mcp_server.sandbox import SandboxProcess

ENV_FILE = Path(".env")
EXIT_CONFIGURATION = 2
_HELP_COLUMN = 24  # argparse's

# Set before FastMCP is imported: it has settings, a banner, a log format and an update check of its own.
_FRAMEWORK = {
    "FASTMCP_ENV_FILE": os.devnull,
    "FASTMCP_LOG_ENABLED": "false",
    "FASTMCP_SHOW_SERVER_BANNER": "false",
    "FASTMCP_CHECK_FOR_UPDATES": "off",
}


def main(arguments: Sequence[str] | None = None) -> int:
    """The exit code: 0 after an ordinary end, 2 when the settings are wrong. After a signal it is 0 too, or 128 and
    the signal's number where something did not let go in time."""
    # What is imported and built from here on stays; `serving` turns collection on again when that is done.
    gc.disable()
    flags = _flags(parser().parse_args(arguments))
    try:
        return _start(flags)
    except AckError as exc:
        sys.stderr.write(f"ack-mcp-server: {exc.message}\n")
        if exc.next_step:
            sys.stderr.write(f"  {exc.next_step}\n")
        return EXIT_CONFIGURATION
    except KeyboardInterrupt:
        return 0


def parser() -> argparse.ArgumentParser:
    """One flag for every setting that has one, with its variables; the other settings are told below."""
    made = argparse.ArgumentParser(
        prog="ack-mcp-server",
        description="MCP server for operating Alibaba Cloud ACK clusters.",
        epilog=_epilog(shutil.get_terminal_size().columns - 2),  # argparse leaves as many
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    made.add_argument("--version", "-v", action="version", version=f"ack-mcp-server {__version__}")
    for field in Settings.model_fields.values():
        _add(made, field)
    return made


def _epilog(width: int) -> str:
    told = ["environment variables and .env only:"]
    for field in Settings.model_fields.values():
        variables, flags = sources_of(field)
        if not flags:
            indent = " " * _HELP_COLUMN
            about = textwrap.fill(str(field.description), width, initial_indent=indent, subsequent_indent=indent)
            told.append(f"  {', '.join(variables)}\n{about}")
    return "\n".join([*told, "", "A flag beats an environment variable beats .env beats the default."])


def _add(made: argparse.ArgumentParser, field: FieldInfo) -> None:
    variables, flags = sources_of(field)
    if not flags:
        return
    about = f"{field.description} [{', '.join(variables)}]" if variables else str(field.description)
    options: dict[str, Any] = {"dest": main_name(field), "default": None, "help": about.replace("%", "%%")}
    if field.annotation is bool:
        made.add_argument(*flags, action=argparse.BooleanOptionalAction, **options)
        return
    if choices := choices_of(field):
        # As the variables do: those that are upper-case may be said in lower case.
        made.add_argument(*flags, choices=choices, type=str.upper if choices[0].isupper() else str, **options)
        return
    made.add_argument(*flags, metavar=(variables or [as_variable(flags[0])])[0], **options)


def _flags(parsed: argparse.Namespace) -> dict[str, object]:
    return {name: value for name, value in vars(parsed).items() if value is not None}


def _start(flags: dict[str, object]) -> int:
    os.environ.update(_FRAMEWORK)
    if not flags.get("--sandbox"):
        return _serve(load_settings(flags, env_file=ENV_FILE), flags)
    from ack_mcp_server.sandbox import start_sandbox

    with start_sandbox(flags) as sandbox:
        return _serve(_sandbox_settings(flags, sandbox), flags)


def _sandbox_settings(flags: dict[str, object], sandbox: "SandboxProcess") -> Settings:
    """The sandbox's endpoints and keys before everything; `.env` is not read."""
    return load_settings({**flags, **sandbox.settings}, env_file=None, keys_given=True)


def _serve(settings: Settings, flags: dict[str, object]) -> int:
    from ack_mcp_server import logs, serving

    logs.set_up(settings)
    if "ACCESS_KEY_SECRET" in flags and not settings.sandbox:
        logs.logger.warning("--access-key-secret is visible in the process list; set ACCESS_KEY_SECRET instead")
    for variable, flag in ignored(None if settings.sandbox else ENV_FILE).items():
        if flag not in flags:
            logs.logger.warning("%s is ignored: this is said on the command line only, as %s", variable, flag)
    if settings.development and settings.transport != "stdio" and not serving.is_reloaded():
        return serving.reload_on_change()
    asyncio.run(serving.serve(settings))
    return 0
