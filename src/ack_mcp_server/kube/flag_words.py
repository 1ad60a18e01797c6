"""The words after a verb, sorted into arguments and flags by the verb's own table. A flag that it lacks is refused."""

import difflib
import re
from collections.abc import Callable, Iterator

from ack_mcp_server.errors import InvalidInput, NotEnabled
from ack_mcp_server.identifiers import shown
from ack_mcp_server.kube.table.model import Flag, Verb

_SWITCH_VALUES = ("true", "false")
_FLAG_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]*")

Reason = Callable[[str], str]  # why a flag is refused, by its name as written; empty for what is not known


def sort_words(words: list[str], verb: Verb, reason_for: Reason) -> tuple[list[str], list[tuple[str, str]]]:
    """Arguments, and flags by canonical name. Raises InvalidInput, NotEnabled."""
    arguments: list[str] = []
    flags: list[tuple[str, str]] = []
    rest = iter(words)
    for word in rest:
        if word == "--" or word == "-":
            raise InvalidInput(f"{word!r} has no meaning for {verb.name}", next_step="Leave it out.")
        if word.startswith("--"):
            flags.append(_long(word, rest, verb, reason_for))
        elif word.startswith("-"):
            flags += _short(word, rest, verb, reason_for)
        else:
            arguments.append(word)
    _check_repeats(flags, verb)
    return arguments, flags


def _long(word: str, rest: Iterator[str], verb: Verb, reason_for: Reason) -> tuple[str, str]:
    name, equals, value = word[2:].partition("=")
    flag = verb.long(name)
    if flag is None or len(name) == 1 != (flag.name == name):
        raise _no_flag(name, verb, reason_for)
    return flag.name, _value(flag, f"--{name}", value if equals else None, rest)


def _short(word: str, rest: Iterator[str], verb: Verb, reason_for: Reason) -> list[tuple[str, str]]:
    """`-A`, `-n shop`, `-nshop`, `-n=shop`, and clusters such as `-Aowide`."""
    found: list[tuple[str, str]] = []
    letters = word[1:]
    while letters:
        letter, letters = letters[0], letters[1:]
        flag = verb.short(letter)
        if flag is None:
            raise _no_flag(letter, verb, reason_for)
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


def _no_flag(name: str, verb: Verb, reason_for: Reason) -> NotEnabled:
    reason = reason_for(name)
    names = [flag.name for flag in verb.flags]
    near = difflib.get_close_matches(name, names, n=1, cutoff=0.7)
    hint = f"Did you mean --{near[0]}? " if near and not reason else ""
    what = f"{'-' if len(name) == 1 else '--'}{name}" if _FLAG_NAME.fullmatch(name) else shown(name)
    why = f": it {reason}" if reason else ""
    offered = ", ".join(f"--{flag}" for flag in names) or "no flags"
    return NotEnabled(f"{what} is refused{why}" if why else f"{what} is not offered for {verb.name}",
                      next_step=f"{hint}Offered: {offered}.")  # fmt: skip
