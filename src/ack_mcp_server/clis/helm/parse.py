"""From text to a helm command. What the table does not offer is refused with the reason and what to use instead."""

import difflib

from ack_mcp_server import record
from ack_mcp_server.clis.helm.table import ALIASES, NAMESPACE, OFFERED, VERBS, HelmVerb, reason_for
from ack_mcp_server.errors import InvalidInput, NotEnabled
from ack_mcp_server.identifiers import shown
from ack_mcp_server.kube.command import Command
from ack_mcp_server.kube.flag_words import sort_words
from ack_mcp_server.kube.table.model import Effect
from ack_mcp_server.kube.words import split_words

_NAMES = ", ".join(verb.name.removeprefix("helm ") for verb in OFFERED)
_OF_TWO_WORDS = ("get", "show", "inspect")
_REHEARSALS = ("--dry-run=server", "--dry-run=client")  # all are rehearsed with the server


def parse(text: str) -> tuple[Command, HelmVerb]:
    """Raises InvalidInput for what cannot be read, NotEnabled for what is not offered."""
    words = split_words(text)
    if words and words[0] == "helm":
        words = words[1:]
    verb, rest = _take_verb(words)
    record.current().verb = verb.name.replace(" ", "-")
    if verb.effect is Effect.NEVER:
        raise NotEnabled(f"{verb.name} is not offered: it {verb.about}", next_step=verb.instead)
    rest = ["--dry-run" if word in _REHEARSALS and verb.long("dry-run") else word for word in rest]
    arguments, flags = sort_words(rest, verb, reason_for)
    return Command(verb=verb, arguments=tuple(arguments), flags=tuple(flags)), verb


def _take_verb(words: list[str]) -> tuple[HelmVerb, list[str]]:
    """Only the namespace may stand before the verb, or between its two words."""
    first = _next_argument(words, 0)
    if first is None:
        raise InvalidInput("the command names no verb", next_step=f"Offered are {_NAMES}.")
    places, name = [first], words[first]
    second = _next_argument(words, first + 1) if name in _OF_TWO_WORDS else None
    if second is not None and ALIASES.get(both := f"{name} {words[second]}", both) in VERBS:
        places, name = [first, second], both
    verb = VERBS.get(ALIASES.get(name, name))
    if verb is None:
        raise _no_verb(name)
    return verb, [word for place, word in enumerate(words) if place not in places]


def _next_argument(words: list[str], place: int) -> int | None:
    while place < len(words) and words[place].startswith("-"):
        place += 2 if words[place] in (f"-{NAMESPACE.short}", f"--{NAMESPACE.name}") else 1
    return place if place < len(words) else None


def _no_verb(word: str) -> NotEnabled:
    near = difflib.get_close_matches(word, [*VERBS, *ALIASES], n=1)
    hint = f"Did you mean {near[0]}? " if near else ""
    return NotEnabled(f"helm {shown(word)} is not offered", next_step=f"{hint}Offered are {_NAMES}.")
