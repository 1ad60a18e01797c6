"""The judge of parsed commands of a program. It looks at nothing but the command."""

from ack_mcp_server.clis.table import CliVerb, Shape, Table
from ack_mcp_server.errors import InvalidInput, NotEnabled, WriteNotAllowed
from ack_mcp_server.identifiers import shown
from ack_mcp_server.kube.command import Command
from ack_mcp_server.kube.table.model import Effect
from ack_mcp_server.settings import Settings

_LONGEST = 512


def judge(command: Command, verb: CliVerb, table: Table, *, allow_write: bool) -> None:
    """Returns when the command may run. Raises WriteNotAllowed, NotEnabled or InvalidInput."""
    if verb.effect is Effect.WRITE and not allow_write:
        raise WriteNotAllowed(
            f"{verb.name} {verb.about}, and this server only reads",
            next_step="An operator may start it with --allow-write; until then describe the change to them.",
        )
    _check_arguments(command, verb)
    for name, value in command.flags:
        _check_value(command, name, value, table.shapes.get(name))


def check_unbounded(program: str, settings: Settings, *further: tuple[str, tuple[str, ...]]) -> None:
    """What a program touches is told by what it reads, not by its command, so no bound could be held.

    Raises NotEnabled on a server that has one.
    """
    for flag, names in (("--namespaces", settings.namespaces), ("--deny-kinds", settings.deny_kinds), *further):
        if names:
            raise NotEnabled(
                f"{program} is off on a server with {flag}, whose bounds it would not keep",
                next_step="Use ack_kubectl, or a server without these bounds.",
            )


def _check_arguments(command: Command, verb: CliVerb) -> None:
    takes, given = verb.takes, command.arguments
    if not len(takes.shapes) - takes.optional <= len(given) <= len(takes.shapes):
        raise InvalidInput(
            f"{verb.name} takes {takes.text}, and has {len(given)} arguments",
            next_step=f"Write {verb.name} {takes.text if takes.shapes else ''}".strip() + ".",
        )
    for shape, word in zip(takes.shapes, given, strict=False):
        if len(word) > _LONGEST or not shape.pattern.fullmatch(word):
            raise InvalidInput(f"{shown(word)} is not {shape.what}", next_step=shape.next_step)


def _check_value(command: Command, name: str, value: str, shape: Shape | None) -> None:
    if shape and (len(value) > _LONGEST or not shape.pattern.fullmatch(value)):
        raise InvalidInput(
            f"--{name}={shown(value)} is not {shape.what}", next_step=f"Correct --{name}, or leave it out."
        )
    flag = command.verb.long(name)
    if flag is not None and flag.choices and value not in flag.choices:
        raise NotEnabled(f"--{name}={shown(value)} is not offered", next_step=f"Offered: {', '.join(flag.choices)}.")
