"""What kubectl itself must not print, because it would print secrets: objects, and values picked out of them.

Such commands are answered from redacted objects in this process, or not at all.
"""

import re

from ack_mcp_server.errors import NotEnabled
from ack_mcp_server.kube.command import Command

_SHOWS_VALUES = frozenset({"json", "yaml", "jsonpath", "jsonpath-as-json", "custom-columns"})
_OF_OBJECTS = frozenset({"get", "events", "rollout history"})
# An order tells about the values that it is by.
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
