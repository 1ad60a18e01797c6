"""The one judge of parsed commands: may this run, on this server. It looks at nothing but the command."""

import re
from collections.abc import Callable, Mapping

from ack_mcp_server.errors import InvalidInput, NotEnabled, WriteNotAllowed
from ack_mcp_server.identifiers import shown
from ack_mcp_server.kube.command import Command
from ack_mcp_server.kube.table.model import Effect, Grammar
from ack_mcp_server.kube.table.verbs import OFFERED

HIGHEST_VERBOSITY = 4  # from 6 on, kubectl logs requests; from 8 on, with their headers

_NAMESPACE = re.compile(r"[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?")
_TYPES = re.compile(r"[A-Za-z][A-Za-z0-9.-]*(,[A-Za-z][A-Za-z0-9.-]*)*")
_NAME = re.compile(r"[A-Za-z0-9]([A-Za-z0-9.:@_-]*[A-Za-z0-9:])?")
_FIELD_PATH = re.compile(r"[A-Za-z][A-Za-z0-9.$_-]*(\[\])?([A-Za-z0-9.$_-]|\[\])*")
_VERB = re.compile(r"[a-z]+|\*")
_QUESTION_TARGET = re.compile(r"[A-Za-z*][A-Za-z0-9.*-]*(/[A-Za-z0-9.:*_-]+)?|(/[A-Za-z0-9._*-]+)+")


def judge(command: Command, *, allow_write: bool) -> None:
    """Returns when the command may run. Raises WriteNotAllowed, NotEnabled or InvalidInput."""
    verb = command.verb
    if verb.effect is Effect.WRITE and not allow_write:
        raise WriteNotAllowed(
            f"kubectl {verb.name} {verb.about}, and this server only reads",
            next_step="An operator may start it with --allow-write; until then describe the change to them.",
        )
    if verb.effect is not Effect.READ:
        raise NotEnabled(
            f"kubectl {verb.name} is not there yet: this version changes nothing",
            next_step=f"Offered are {', '.join(OFFERED)}.",
        )
    _GRAMMARS[verb.grammar](command)
    _check_namespace(command)
    _check_verbosity(command)
    _check_choices(command)
    _check_format(command)


def types_of(command: Command) -> tuple[str, ...]:
    """The resource types that the command names, as it names them."""
    if command.verb.grammar is Grammar.POD:
        first = command.arguments[0] if command.arguments else ""
        return (first.partition("/")[0],) if "/" in first else ("pods",)
    if command.verb.grammar is Grammar.USAGE:
        return (command.arguments[0],)
    if command.verb.name == "events":
        about = command.value("for").partition("/")[0]
        return ("events", about) if about else ("events",)
    if command.verb.grammar is not Grammar.RESOURCES or not command.arguments:
        return ()
    if "/" in command.arguments[0]:
        return tuple(dict.fromkeys(argument.partition("/")[0] for argument in command.arguments))
    return tuple(command.arguments[0].split(","))


def _nothing(command: Command) -> None:
    if command.arguments:
        raise _bad(command.arguments[0], command)


def _resources(command: Command) -> None:
    if not command.arguments:
        raise InvalidInput(f"{command.verb.name} names no resource", next_step=f"Write {command.verb.grammar.value}.")
    first, *others = command.arguments
    if "/" in first:
        for argument in command.arguments:
            _type_and_name(argument, command)
        return
    _expect(_TYPES, first, command)
    for name in others:
        _expect(_NAME, name, command)


def _pod(command: Command) -> None:
    if not command.arguments and not command.value("selector"):
        raise InvalidInput("logs names no pod", next_step="Name a pod or TYPE/NAME, or give a selector with -l.")
    if len(command.arguments) > 2:
        raise _bad(command.arguments[2], command)
    for place, argument in enumerate(command.arguments):
        if place == 0 and "/" in argument:
            _type_and_name(argument, command)
        else:
            _expect(_NAME, argument, command)


def _field_path(command: Command) -> None:
    if len(command.arguments) != 1:
        raise InvalidInput("explain takes one resource", next_step="Write explain pods.spec.containers.")
    _expect(_FIELD_PATH, command.arguments[0], command)


def _usage(command: Command) -> None:
    kind = command.arguments[0] if command.arguments else ""
    if kind not in ("node", "nodes", "no", "pod", "pods", "po"):
        raise InvalidInput("top takes nodes or pods", next_step="Write top nodes, or top pods -n NAMESPACE.")
    for name in command.arguments[1:]:
        _expect(_NAME, name, command)


def _question(command: Command) -> None:
    if command.has("list") and not command.arguments:
        return
    if len(command.arguments) not in (2, 3):
        raise InvalidInput("can-i takes a verb and a resource", next_step="Write auth can-i list pods, or --list.")
    _expect(_VERB, command.arguments[0], command)
    _expect(_QUESTION_TARGET, command.arguments[1], command)
    for name in command.arguments[2:]:
        _expect(_NAME, name, command)


_GRAMMARS: Mapping[Grammar, Callable[[Command], None]] = {
    Grammar.NONE: _nothing,
    Grammar.RESOURCES: _resources,
    Grammar.POD: _pod,
    Grammar.FIELD_PATH: _field_path,
    Grammar.USAGE: _usage,
    Grammar.QUESTION: _question,
}


def _type_and_name(argument: str, command: Command) -> None:
    kind, _, name = argument.partition("/")
    if "," in kind:
        raise _bad(argument, command)
    _expect(_TYPES, kind, command)
    _expect(_NAME, name, command)


def _expect(pattern: re.Pattern[str], argument: str, command: Command) -> None:
    if len(argument) > 512 or not pattern.fullmatch(argument):
        raise _bad(argument, command)


def _bad(argument: str, command: Command) -> InvalidInput:
    return InvalidInput(
        f"{shown(argument)} is no argument of {command.verb.name}",
        next_step=f"It takes {command.verb.grammar.value}.",
    )


def _check_namespace(command: Command) -> None:
    named = [value for name, value in command.flags if name == "namespace"]
    if named and not _NAMESPACE.fullmatch(named[0]):
        raise InvalidInput(f"{shown(named[0])} is not a namespace", next_step="get namespaces lists them.")
    if command.verb.name == "events" and "/" in command.value("for"):
        _type_and_name(command.value("for"), command)


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
