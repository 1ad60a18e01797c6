"""What the words after a verb may be, verb by verb, and which of them name kinds."""

import re
from collections.abc import Callable, Mapping, Sequence

from ack_mcp_server.errors import InvalidInput
from ack_mcp_server.identifiers import shown
from ack_mcp_server.kube.command import Command
from ack_mcp_server.kube.table.model import Grammar

_TYPES = re.compile(r"[A-Za-z][A-Za-z0-9.-]*(,[A-Za-z][A-Za-z0-9.-]*)*")
_NAME = re.compile(r"[A-Za-z0-9]([A-Za-z0-9.:@_-]*[A-Za-z0-9:])?")
_FIELD_PATH = re.compile(r"[A-Za-z][A-Za-z0-9.$_-]*(\[\])?([A-Za-z0-9.$_-]|\[\])*")
_VERB = re.compile(r"[a-z]+|\*")
_QUESTION_TARGET = re.compile(r"[A-Za-z*][A-Za-z0-9.*-]*(/[A-Za-z0-9.:*_-]+)?|(/[A-Za-z0-9._*-]+)+")
_PAIR = re.compile(r"[A-Za-z0-9*][A-Za-z0-9./_*-]*(=.*|-|:[A-Za-z]+-?)", re.DOTALL)
_KIND_OF_NEW = {"create configmap": "configmaps", "create quota": "resourcequotas"}


def check_words(command: Command) -> None:
    """Raises InvalidInput."""
    _GRAMMARS[command.verb.grammar](command)


def resources_and_changes(command: Command) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The words of `label`, `annotate`, `taint`, `set env` and `set image`: what is changed, and how."""
    words = command.arguments
    first = next((place for place, word in enumerate(words) if place and _PAIR.fullmatch(word)), len(words))
    return words[:first], words[first:]


def types_of(command: Command) -> tuple[str, ...]:
    """The resource types that the command names, as it names them."""
    if command.verb.grammar is Grammar.POD:
        first = command.arguments[0] if command.arguments else ""
        return (first.partition("/")[0], "pods") if "/" in first else ("pods",)
    if command.verb.grammar is Grammar.USAGE:
        return (command.arguments[0],)
    if command.verb.grammar in (Grammar.NODES, Grammar.EXEC, Grammar.NAME):
        return _implied(command)
    if command.verb.name == "events":
        about = command.value("for").partition("/")[0]
        return ("events", about) if about else ("events",)
    words = named_resources(command)
    if not words:
        return ()
    if "/" in words[0]:
        return tuple(dict.fromkeys(word.partition("/")[0] for word in words))
    return tuple(words[0].split(","))


def named_resources(command: Command) -> tuple[str, ...]:
    """The words that name kinds and objects, where the verb takes such."""
    if command.verb.grammar is Grammar.CHANGES:
        return resources_and_changes(command)[0]
    if command.verb.grammar in (Grammar.RESOURCES, Grammar.RESOURCES_OR_MANIFEST):
        return command.arguments
    return ()


def _implied(command: Command) -> tuple[str, ...]:
    if command.verb.grammar is Grammar.NODES:
        return ("nodes",)
    if command.verb.grammar is Grammar.NAME:
        return (_KIND_OF_NEW.get(command.verb.name) or f"{command.verb.name.split()[1]}s",)
    first = command.arguments[0] if command.arguments else ""
    return (first.partition("/")[0], "pods") if "/" in first else ("pods",)


def _nothing(command: Command) -> None:
    if command.arguments:
        raise _bad(command.arguments[0], command)


def _resources(command: Command) -> None:
    if not command.arguments:
        raise InvalidInput(f"{command.verb.name} names no resource", next_step=f"Write {command.verb.grammar.value}.")
    _named_ones(command.arguments, command)


def _named_ones(words: Sequence[str], command: Command) -> None:
    first, *others = words
    if "/" in first:
        for word in words:
            type_and_name(word, command)
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
            type_and_name(argument, command)
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


def _resources_or_manifest(command: Command) -> None:
    if command.arguments:
        _resources(command)


def _changes(command: Command) -> None:
    resources, changes = resources_and_changes(command)
    if not resources or not (changes or command.value("from")):
        raise InvalidInput(
            f"{command.verb.name} names no {'change' if resources else 'resource'}",
            next_step=f"Write {command.verb.grammar.value}.",
        )
    _named_ones(resources, command)
    for change in changes:
        if len(change) > 4096 or not _PAIR.fullmatch(change):
            raise _bad(change[:64], command)


def _nodes(command: Command) -> None:
    if not command.arguments and not command.value("selector"):
        raise InvalidInput(f"{command.verb.name} names no node", next_step="get nodes lists them.")
    for name in command.arguments:
        _expect(_NAME, name.removeprefix("node/"), command)


def _name(command: Command) -> None:
    if len(command.arguments) != 1:
        raise InvalidInput(f"{command.verb.name} takes one name", next_step=f"Write {command.verb.name} NAME.")
    _expect(_NAME, command.arguments[0], command)


def _exec(command: Command) -> None:
    if len(command.arguments) != 1 or not command.tail:
        raise InvalidInput("exec takes a pod and a command", next_step="Write exec POD -n NAMESPACE -- COMMAND ...")
    if "/" in command.arguments[0]:
        type_and_name(command.arguments[0], command)
    else:
        _expect(_NAME, command.arguments[0], command)


_GRAMMARS: Mapping[Grammar, Callable[[Command], None]] = {
    Grammar.NONE: _nothing,
    Grammar.RESOURCES: _resources,
    Grammar.POD: _pod,
    Grammar.FIELD_PATH: _field_path,
    Grammar.USAGE: _usage,
    Grammar.QUESTION: _question,
    Grammar.MANIFEST: _nothing,
    Grammar.RESOURCES_OR_MANIFEST: _resources_or_manifest,
    Grammar.CHANGES: _changes,
    Grammar.NODES: _nodes,
    Grammar.NAME: _name,
    Grammar.EXEC: _exec,
}


def type_and_name(argument: str, command: Command) -> None:
    """Raises InvalidInput."""
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
