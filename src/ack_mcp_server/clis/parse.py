"""From text to a command of a program. What its table does not offer is refused with the reason and what to use
instead."""

import difflib

from ack_mcp_server import record
from ack_mcp_server.clis.table import CliVerb, Table
from ack_mcp_server.errors import InvalidInput, NotEnabled
from ack_mcp_server.identifiers import shown
from ack_mcp_server.kube.command import Command
from ack_mcp_server.kube.flag_words import sort_words
from ack_mcp_server.kube.table.model import Effect
from ack_mcp_server.kube.words import split_words

_REHEARSALS = ("--dry-run=server", "--dry-run=client")  # all are rehearsed with the server


def parse(text: str, table: Table) -> tuple[Command, CliVerb]:
    """Raises InvalidInput for what cannot be read, NotEnabled for what is not offered."""
    words = split_words(text)
    if words and words[0] == table.program:
        words = words[1:]
    verb, rest = _take_verb(words, table)
    record.current().verb = verb.name.replace(" ", "-")
    if verb.effect is Effect.NEVER:
        raise NotEnabled(f"{verb.name} is not offered: it {verb.about}", next_step=verb.instead)
    rest = ["--dry-run" if word in _REHEARSALS and verb.long("dry-run") else word for word in rest]
    arguments, flags = sort_words(rest, verb, table.reason_for)
    return Command(verb=verb, arguments=tuple(arguments), flags=tuple(flags)), verb


def _take_verb(words: list[str], table: Table) -> tuple[CliVerb, list[str]]:
    """The longest that the words begin with. Only leading flags may stand before it, or between its words."""
    phrase, places, found, taken = "", [], "", 0
    place = _next_argument(words, 0, table)
    while place is not None:
        phrase = f"{phrase} {words[place]}".strip()
        phrase = table.aliases.get(phrase, phrase)
        places.append(place)
        if phrase in table.verbs:
            found, taken = phrase, len(places)
        if phrase not in table.groups:
            break
        place = _next_argument(words, place + 1, table)
    if not found:
        raise _no_verb(phrase, table)
    return table.verbs[found], [word for place, word in enumerate(words) if place not in places[:taken]]


def _next_argument(words: list[str], place: int, table: Table) -> int | None:
    with_value = {
        word for flag in table.leading for word in (f"--{flag.name}", *([f"-{flag.short}"] * bool(flag.short)))
    }
    while place < len(words) and words[place].startswith("-"):
        place += 2 if words[place] in with_value else 1
    return place if place < len(words) else None


def _no_verb(phrase: str, table: Table) -> InvalidInput | NotEnabled:
    if not phrase:
        return InvalidInput("the command names no verb", next_step=f"Offered are {table.names}.")
    near = difflib.get_close_matches(phrase, [*table.verbs, *table.aliases], n=1)
    hint = f"Did you mean {near[0]}? " if near else ""
    return NotEnabled(f"{table.program} {shown(phrase)} is not offered", next_step=f"{hint}Offered are {table.names}.")
