"""From text to a command. What the table does not offer is refused with the reason and what to use instead."""

import difflib

from ack_mcp_server import record
from ack_mcp_server.errors import InvalidInput, NotEnabled
from ack_mcp_server.identifiers import shown
from ack_mcp_server.kube.command import Command
from ack_mcp_server.kube.flag_words import sort_words
from ack_mcp_server.kube.table.flags import reason_for
from ack_mcp_server.kube.table.model import Effect, Grammar, Verb
from ack_mcp_server.kube.table.verbs import ALIASES, GROUPS, OFFERED, VERBS, leading_flag
from ack_mcp_server.kube.words import split_words

_BY_ARGUMENT = (Grammar.MANIFEST, Grammar.RESOURCES_OR_MANIFEST)


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
    arguments, flags = sort_words(rest, verb, _by_argument if verb.grammar in _BY_ARGUMENT else reason_for)
    return Command(verb=verb, arguments=tuple(arguments), flags=tuple(flags), tail=tuple(tail))


def _by_argument(name: str) -> str:
    """A caller that gives `-f -` means what the argument says already."""
    hint = "; leave it out: what is read is the argument manifest"
    return f"{reason_for(name)}{hint if name in ('f', 'filename') else ''}"


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


def _no_verb(word: str) -> NotEnabled:
    near = difflib.get_close_matches(word, OFFERED, n=1)
    hint = f"Did you mean {near[0]}? " if near else ""
    return NotEnabled(f"kubectl {shown(word)} is not offered", next_step=f"{hint}Offered are {', '.join(OFFERED)}.")
