"""Objects that kubectl fetched, printed here: for clusters that only kubectl can log in to, so that its own printers
never see a secret."""

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from ack_mcp_server.answers.room import Room
from ack_mcp_server.errors import UnexpectedAnswer
from ack_mcp_server.kube.command import Command
from ack_mcp_server.kube.native.get.formats import items_of, printer_of
from ack_mcp_server.kube.native.printed import Printed
from ack_mcp_server.kube.native.said import JsonPathError, UsageError

Json = dict[str, Any]


def as_json(command: Command) -> Command:
    """The same command, as kubectl is asked it. Its order is kept, because kubectl sorts before it prints."""
    kept = tuple(flag for flag in command.flags if flag[0] not in ("output", "no-headers"))
    return replace(command, flags=(*kept, ("output", "json")))


def printed_here(command: Command, fetched: Printed, room: Room, redact: Callable[[Json], Json]) -> Printed:
    """Raises NotUnderstood, UnexpectedAnswer when kubectl's answer did not come whole."""
    if fetched.ended or not fetched.stdout.strip():
        return replace(fetched, blocks=[])
    form, _, pattern = command.value("output").partition("=")
    try:
        document = json.loads(fetched.stdout)
        found = _redacted(document, redact)
        blocks = printer_of(command, form, pattern, room)(found)
    except (ValueError, LookupError, TypeError, AttributeError, RecursionError) as exc:
        if isinstance(exc, JsonPathError):
            return Printed(complaints=[*fetched.complaints, exc.stderr], exit_code=1)
        raise UnexpectedAnswer("kubectl's answer was no object", next_step="Ask for less, or try again.") from None
    except UsageError as exc:
        return Printed(complaints=[*fetched.complaints, exc.line], exit_code=1)
    return Printed(blocks, fetched.complaints, fetched.exit_code, redacted=True)


def _redacted(document: Json, redact: Callable[[Json], Json]) -> Json:
    items = items_of(document)
    return redact(document) if items == [document] else {**document, "items": [redact(item) for item in items]}
