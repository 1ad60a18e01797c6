"""What kubectl itself must not print, because it would print secrets: objects, and values picked out of them.

Such commands are answered from redacted objects in this process, or not at all.
"""

import re
from dataclasses import replace

from ack_mcp_server.errors import NotEnabled
from ack_mcp_server.kube.command import Command
from ack_mcp_server.kube.native.printed import Printed
from ack_mcp_server.redaction.columns import redact_table
from ack_mcp_server.redaction.names import Secrecy, secrecy

_SHOWS_VALUES = frozenset({"json", "yaml", "jsonpath", "jsonpath-as-json", "custom-columns"})
_OF_OBJECTS = frozenset({"get", "events", "rollout history"})
# An order tells about the values that it is by.
# What `wait` compares is answered by yes and no: enough to guess a value letter by letter, where a letter may be asked.
_STATUS = re.compile(
    r"\{?(\.?status(?:\.[A-Za-z][\w-]*|\[(?:\d+|\*|\?\(@\.\w+ ?== ?(?:\"[\w-]*\"|'[\w-]*')\))\])*)\}?(?:=[^{}]*)?"
)
_PATH_NAME = re.compile(r"[A-Za-z][\w-]*")
_HARMLESS_ORDER = re.compile(r"\{?\.?(metadata\.(name|namespace|creationTimestamp)|status\.[\w.\[\]]+|\w+Timestamp)\}?")


def shows_values(command: Command) -> bool:
    return command.verb.name in _OF_OBJECTS and _form(command) in _SHOWS_VALUES


def check_order(command: Command) -> None:
    """Raises NotEnabled for an order that only kubectl can make, by values that may be secret."""
    order = command.value("sort-by")
    if command.verb.name == "get" and order and not _HARMLESS_ORDER.fullmatch(order):
        raise NotEnabled(
            "this order over these kinds is not offered",
            next_step="Ask for one kind at a time, or sort by .metadata.name or .metadata.creationTimestamp.",
        )


def with_headers(command: Command) -> Command:
    """Tables are printed with them, because they tell which columns are secret."""
    return replace(command, flags=tuple(flag for flag in command.flags if flag[0] != "no-headers"))


def without_secret_columns(command: Command, printed: Printed) -> Printed:
    """Of tables that kubectl has printed with their headers."""
    if _form(command) not in ("", "wide"):
        return printed
    headed = not command.has("no-headers")
    return replace(printed, blocks=[redact_table(printed.stdout, headed=headed)] if printed.stdout else [])


def check_wait(command: Command) -> None:
    """Raises NotEnabled for a wait until a value that may be secret is what the caller says."""
    condition = command.value("for")
    kind, _, path = condition.partition("=")
    if command.verb.name != "wait" or kind.lower() != "jsonpath":
        return
    found = _STATUS.fullmatch(path)
    if found is None or any(secrecy(name) is not Secrecy.NONE for name in _PATH_NAME.findall(found[1])):
        raise NotEnabled(
            "wait --for=jsonpath looks at an object's status here, and at nothing else",
            next_step="Use --for=condition=NAME, or a path such as '{.status.phase}'=Running; get shows other fields.",
        )


def not_shown(command: Command, why: str = "") -> NotEnabled:
    """For objects that cannot be looked through before they are printed; `why` is what the expression came to."""
    if command.is_endless:
        return NotEnabled(
            f"objects are not watched with -o {_form(command)}",
            next_step=f"Ask without -w, and again later; {command.verb.name} -w prints tables.",
        )
    return NotEnabled(
        f"this -o {_form(command)} cannot be answered{f': {why}' if why else ''}",
        next_step="Use a simpler expression, -o json or -o yaml.",
    )


def _form(command: Command) -> str:
    return command.value("output").partition("=")[0]
