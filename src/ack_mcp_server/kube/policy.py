"""The one judge of parsed commands: may this run, on this server. It looks at nothing but the command."""

from ack_mcp_server.errors import InvalidInput, NotEnabled, WriteNotAllowed
from ack_mcp_server.identifiers import NAMESPACE, shown
from ack_mcp_server.kube.command import Command
from ack_mcp_server.kube.grammars import check_words, type_and_name
from ack_mcp_server.kube.table.model import Effect

HIGHEST_VERBOSITY = 4  # from 6 on, kubectl logs requests; from 8 on, with their headers


def judge(command: Command, *, allow_write: bool) -> None:
    """Returns when the command may run. Raises WriteNotAllowed, NotEnabled or InvalidInput."""
    verb = command.verb
    if verb.effect is Effect.WRITE and not allow_write:
        raise WriteNotAllowed(
            f"kubectl {verb.name} {verb.about}, and this server only reads",
            next_step="An operator may start it with --allow-write; until then describe the change to them.",
        )
    if not verb.is_offered:
        raise NotEnabled(f"kubectl {verb.name} is not offered: it {verb.about}", next_step=verb.instead)
    check_words(command)
    _check_namespace(command)
    _check_verbosity(command)
    _check_choices(command)
    _check_format(command)


def _check_namespace(command: Command) -> None:
    named = [value for name, value in command.flags if name == "namespace"]
    if named and not NAMESPACE.fullmatch(named[0]):
        raise InvalidInput(f"{shown(named[0])} is not a namespace", next_step="get namespaces lists them.")
    if command.verb.name == "events" and "/" in command.value("for"):
        type_and_name(command.value("for"), command)


def _check_verbosity(command: Command) -> None:
    level = command.value("v")
    if level and (not level.isdecimal() or not level.isascii() or int(level) > HIGHEST_VERBOSITY):
        raise NotEnabled(
            f"--v={shown(level)} is refused: from 6 on kubectl logs requests with their headers",
            next_step=f"Use 0 to {HIGHEST_VERBOSITY}.",
        )


def _check_choices(command: Command) -> None:
    for name, value in command.flags:
        flag = command.verb.long(name)
        if flag is not None and flag.choices and value not in flag.choices:
            raise NotEnabled(
                f"--{name}={shown(value)} is not offered", next_step=f"Offered: {', '.join(flag.choices)}."
            )


def _check_format(command: Command) -> None:
    form = command.value("output").partition("=")[0]
    if not form or form in command.verb.formats:
        return
    why = ": it reads a file of the server" if form.endswith("file") else ""
    offered = ", ".join(sorted(command.verb.formats)) or "none"
    raise NotEnabled(
        f"the output format {shown(form)} is not offered for {command.verb.name}{why}", next_step=f"Offered: {offered}."
    )
