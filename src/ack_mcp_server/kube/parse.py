"""From text to a command. What the table does not offer is refused with the reason and what to use instead."""

import difflib
import re
from collections.abc import Iterator

from ack_mcp_server import record
from ack_mcp_server.errors import InvalidInput, NotEnabled
from ack_mcp_server.identifiers import shown
from ack_mcp_server.kube.command import Command
from ack_mcp_server.kube.table.flags import reason_for
from ack_mcp_server.kube.table.model import Effect, Flag, Grammar, Verb
from ack_mcp_server.kube.table.verbs import ALIASES, GROUPS, OFFERED, VERBS, leading_flag
from ack_mcp_server.kube.words import split_words

_SWITCH_VALUES = ("true", "false")
_FLAG_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]*")


def parse(text: str, *, writing: bool = False) -> Command:
    """Raises InvalidInput for what cannot be read, NotEnabled for what is not offered.

    Where nothing may be written (not `writing`), a verb that writes is read without its flags, because only the verb
    will be told.
    """
    words = split_words(text)
    if words and words[0] == "kubectl":
        words = words[1:]
    verb, rest = _take_verb(words)
    record.current().verb = verb.name.replace(" ", "-")
    if verb.effect is Effect.NEVER:
        raise NotEnabled(f"kubectl {verb.name} is never offered: it {verb.about}", next_step=verb.instead)
    if verb.effect is Effect.WRITE and not (writing and verb.is_offered):
        return Command(verb=verb, arguments=(), flags=())
    rest, tail = _cut_tail(rest) if verb.grammar is Grammar.EXEC else (rest, [])
    arguments, flags = _sort(rest, verb)
    return Command(verb=verb, arguments=tuple(arguments), flags=tuple(flags), tail=tuple(tail))


def _cut_tail(words: list[str]) -> tuple[list[str], list[str]]:
    place = words.index("--") if "--" in words else len(words)
    return words[:place], words[place + 1 :]


def _take_verb(words: list[str]) -> tuple[Verb, list[str]]:
    """The verb may follow flags of its own (`-n shop get pods`), and be of two words (`rollout status`)."""
    first = _next_argument(words, 0)
    if first is None:
        raise InvalidInput("the command names no verb", next_step=f"Offered are {', '.join(OFFERED)}.")
    if words[first] in GROUPS:
        second = _next_argument(words, first + 1)
        name = f"{words[first]} {words[second]}" if second is not None else ""
        name = ALIASES.get(name, name)
        if second is not None and name in VERBS:
            return VERBS[name], [word for place, word in enumerate(words) if place not in (first, second)]
    verb = VERBS.get(words[first])
    if verb is None:
        raise _no_verb(" ".join(words[first : first + 2]) if words[first] in GROUPS else words[first])
    return verb, words[:first] + words[first + 1 :]


def _next_argument(words: list[str], place: int) -> int | None:
    while place < len(words) and words[place].startswith("-"):
        place += 1 + _takes_next(words[place])
    return place if place < len(words) else None


def _takes_next(word: str) -> bool:
    """Whether a flag before the verb takes the next word as its value."""
    name = word.lstrip("-")
    if "=" in name:
        return False
    flag = leading_flag(name if word.startswith("--") else name[-1:])
    attached = not word.startswith("--") and len(name) > 1 and _is_attached(name)
    return flag is not None and flag.value and not attached


def _is_attached(letters: str) -> bool:
    flag = leading_flag(letters[0])
    return flag is not None and flag.value


def _sort(words: list[str], verb: Verb) -> tuple[list[str], list[tuple[str, str]]]:
    arguments: list[str] = []
    flags: list[tuple[str, str]] = []
    rest = iter(words)
    for word in rest:
        if word == "--" or word == "-":
            raise InvalidInput(f"{word!r} has no meaning for {verb.name}", next_step="Leave it out.")
        if word.startswith("--"):
            flags.append(_long(word, rest, verb))
        elif word.startswith("-"):
            flags += _short(word, rest, verb)
        else:
            arguments.append(word)
    _check_repeats(flags, verb)
    return arguments, flags


def _long(word: str, rest: Iterator[str], verb: Verb) -> tuple[str, str]:
    name, equals, value = word[2:].partition("=")
    flag = verb.long(name)
    if flag is None or len(name) == 1 != (flag.name == name):
        raise _no_flag(name, verb)
    return flag.name, _value(flag, f"--{name}", value if equals else None, rest)


def _short(word: str, rest: Iterator[str], verb: Verb) -> list[tuple[str, str]]:
    """`-A`, `-n shop`, `-nshop`, `-n=shop`, and clusters such as `-Aowide`."""
    found: list[tuple[str, str]] = []
    letters = word[1:]
    while letters:
        letter, letters = letters[0], letters[1:]
        flag = verb.short(letter)
        if flag is None:
            raise _no_flag(letter, verb)
        if flag.value or letters.startswith("="):
            attached = letters.removeprefix("=") if letters else None
            return [*found, (flag.name, _value(flag, f"-{letter}", attached, rest))]
        found.append((flag.name, "true"))
    return found


def _value(flag: Flag, word: str, attached: str | None, rest: Iterator[str]) -> str:
    if not flag.value:
        if attached not in (None, *_SWITCH_VALUES):
            raise InvalidInput(f"{word} takes no value but true or false", next_step="Leave the value out.")
        return attached or "true"
    value = attached if attached is not None else next(rest, None)
    if value is None:
        raise InvalidInput(f"{word} needs a value", next_step=f"Write --{flag.name}=VALUE.")
    return value


def _check_repeats(flags: list[tuple[str, str]], verb: Verb) -> None:
    seen: set[str] = set()
    for name, _ in flags:
        flag = verb.long(name)
        if name in seen and flag is not None and not flag.repeats:
            raise InvalidInput(f"--{name} is given twice", next_step="Give it once.")
        seen.add(name)


def _no_verb(word: str) -> NotEnabled:
    near = difflib.get_close_matches(word, OFFERED, n=1)
    hint = f"Did you mean {near[0]}? " if near else ""
    return NotEnabled(f"kubectl {shown(word)} is not offered", next_step=f"{hint}Offered are {', '.join(OFFERED)}.")


def _no_flag(name: str, verb: Verb) -> NotEnabled:
    reason = reason_for(name)
    names = [flag.name for flag in verb.flags]
    near = difflib.get_close_matches(name, names, n=1, cutoff=0.7)
    hint = f"Did you mean --{near[0]}? " if near and not reason else ""
    what = f"{'-' if len(name) == 1 else '--'}{name}" if _FLAG_NAME.fullmatch(name) else shown(name)
    why = f": it {reason}" if reason else ""
    offered = ", ".join(f"--{flag}" for flag in names) or "no flags"
    return NotEnabled(f"{what} is refused{why}" if why else f"{what} is not offered for {verb.name}",
                      next_step=f"{hint}Offered: {offered}.")  # fmt: skip
