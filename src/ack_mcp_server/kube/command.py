"""One kubectl command as a typed request: parsed once, judged, and rendered to an argument list of our own making."""

from collections.abc import Iterator
from dataclasses import dataclass

from ack_mcp_server.errors import InvalidInput, NotEnabled, WriteNotAllowed
from ack_mcp_server.identifiers import shown
from ack_mcp_server.kube.verbs import CHANGING, VERBS, Flag, Verb
from ack_mcp_server.kube.words import split_words

_SECRET_KINDS = ("secret", "secrets")


@dataclass(frozen=True, kw_only=True)
class Command:
    """`flags` hold canonical names; a switch's value is "true" or "false"."""

    verb: str
    arguments: tuple[str, ...]
    flags: tuple[tuple[str, str], ...]

    @property
    def argv(self) -> list[str]:
        """For kubectl. No argument begins with a dash, so none can be read as a flag."""
        return [self.verb, *self.arguments, *(f"--{name}={value}" for name, value in self.flags)]

    @property
    def target(self) -> str:
        """What the command is about, for the log: a kind or kind/name, no free text."""
        first = self.arguments[0] if self.arguments else "-"
        return first if len(first) <= 80 and first.isascii() else "…"

    def value(self, name: str) -> str:
        return next((value for flag, value in reversed(self.flags) if flag == name), "")


def parse(text: str, *, allow_write: bool = False) -> Command:
    """Raises InvalidInput for what cannot be read, NotEnabled for what is not offered, WriteNotAllowed for a change."""
    words = split_words(text)
    if words and words[0] == "kubectl":
        words = words[1:]
    verb_name, rest = _take_verb(words, allow_write)
    verb = VERBS[verb_name]
    arguments, flags = _sort(rest, verb_name, verb)
    command = Command(verb=verb_name, arguments=tuple(arguments), flags=tuple(flags))
    _check(command, verb)
    return command


def _take_verb(words: list[str], allow_write: bool) -> tuple[str, list[str]]:
    """The verb may follow flags of its own: `-n shop get pods`."""
    position = 0
    while position < len(words) and words[position].startswith("-"):
        takes_next = words[position] in ("-n", "--namespace", "-l", "--selector", "-o", "--output")
        position += 2 if takes_next else 1
    if position >= len(words):
        raise InvalidInput("the command names no verb", next_step=f"Begin with one of {', '.join(VERBS)}.")
    verb = words[position]
    if verb in CHANGING and not allow_write:
        raise WriteNotAllowed(
            f"kubectl {verb} may change the cluster, and this server only reads",
            next_step="An operator may start it with --allow-write; until then describe the change to them.",
        )
    if verb not in VERBS:
        raise NotEnabled(f"kubectl {shown(verb)} is not offered", next_step=f"Offered are {', '.join(VERBS)}.")
    return verb, words[:position] + words[position + 1 :]


def _sort(words: list[str], verb_name: str, verb: Verb) -> tuple[list[str], list[tuple[str, str]]]:
    arguments: list[str] = []
    flags: list[tuple[str, str]] = []
    rest = iter(words)
    for word in rest:
        if word.startswith("--"):
            flags.append(_long(word, rest, verb_name, verb))
        elif word.startswith("-"):
            flags += _short(word, rest, verb_name, verb)
        else:
            arguments.append(word)
    return arguments, flags


def _long(word: str, rest: Iterator[str], verb_name: str, verb: Verb) -> tuple[str, str]:
    name, equals, value = word[2:].partition("=")
    flag = verb.flag(name) if len(name) > 1 else None
    if flag is None:
        raise _no_flag(word, verb_name, verb)
    return flag.name, _value(flag, word, value if equals else None, rest)


def _short(word: str, rest: Iterator[str], verb_name: str, verb: Verb) -> list[tuple[str, str]]:
    """`-A`, `-n shop`, `-nshop`, `-n=shop`, and clusters such as `-Aowide`."""
    if word == "-":
        raise InvalidInput("'-' is no argument: nothing is read from standard input", next_step="Leave it out.")
    found: list[tuple[str, str]] = []
    letters = word[1:]
    while letters:
        letter, letters = letters[0], letters[1:]
        flag = verb.flag(letter)
        if flag is None or flag.short != letter:
            raise _no_flag(f"-{letter}", verb_name, verb)
        if flag.value or letters.startswith("="):
            attached = letters.removeprefix("=") if letters else None
            found.append((flag.name, _value(flag, f"-{letter}", attached, rest)))
            break
        found.append((flag.name, "true"))
    return found


def _value(flag: Flag, word: str, attached: str | None, rest: Iterator[str]) -> str:
    if not flag.value:
        if attached not in (None, "true", "false"):
            raise InvalidInput(f"{shown(word)} takes no value but true or false", next_step="Leave the value out.")
        return attached or "true"
    value = attached if attached is not None else next(rest, None)
    if value is None:
        raise InvalidInput(f"{shown(word)} needs a value", next_step=f"Write --{flag.name}=VALUE.")
    return value


def _check(command: Command, verb: Verb) -> None:
    if command.value("output"):
        _check_format(command, verb)
    if command.verb == "get" and _shows_whole_objects(command) and _names_secrets(command):
        raise NotEnabled(
            "contents of Secrets are not shown", next_step="List them without -o, or describe one for its keys."
        )


def _check_format(command: Command, verb: Verb) -> None:
    form = command.value("output").partition("=")[0]
    if form not in verb.formats:
        offered = ", ".join(sorted(verb.formats)) or "none"
        raise NotEnabled(
            f"the output format {shown(form)} is not offered for {command.verb}", next_step=f"Offered: {offered}."
        )


def _shows_whole_objects(command: Command) -> bool:
    return command.value("output").partition("=")[0] not in ("", "wide", "name")


def _names_secrets(command: Command) -> bool:
    kinds = (part.partition("/")[0] for argument in command.arguments for part in argument.split(","))
    return any(kind.partition(".")[0].lower() in _SECRET_KINDS for kind in kinds)


def _no_flag(word: str, verb_name: str, verb: Verb) -> NotEnabled:
    names = ", ".join(f"--{flag.name}" for flag in verb.flags)
    return NotEnabled(f"the flag {shown(word.partition('=')[0])} is not offered for {verb_name}",
                      next_step=f"Offered: {names}.")  # fmt: skip
