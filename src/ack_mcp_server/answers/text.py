"""Plain text (documents, descriptions) in pages: whole lines that fit, and where the next page begins."""

from dataclasses import dataclass

from ack_mcp_server.answers.room import Room

_KIND = "l"  # line and character within it, both counted from 0
HOW = "narrow it with -n, -l, a name"
_LEFT_OUT = "the rest is left out, because the same call would do it again; reading the objects tells how they are now"


@dataclass(frozen=True)
class Page:
    """`first` and `last` are lines counted from 1; `inside` says that a line was too long and is cut within."""

    text: str
    first: int
    last: int
    total: int
    inside: bool = False
    token: str = ""

    def notes(self, how: str = HOW) -> tuple[str, ...]:
        """What the last line says: nothing when all is shown."""
        if not self.token and self.first == 1 and self.last == self.total and not self.inside:
            return ()
        lines = f"{self.last:,}" if self.first == 1 else f"{self.first:,}-{self.last:,}"
        shown = f"{lines} of {self.total:,} lines shown{', the last one in part' * self.inside}"
        if self.token:
            return (f"{shown}. {how_to_continue(self.token, how)}",)
        is_end = self.last == self.total and not self.inside
        return (f"{shown}; {'this is the end' if is_end else _LEFT_OUT}",)


def how_to_continue(token: str, how: str = HOW) -> str:
    """The exact next call; `how` says what else would help."""
    return f'Next: the same call with continue="{token}"{f", or {how}" * bool(how)}.'


def page(text: str, room: Room) -> Page:
    """The lines of a clean text from the room's start on. Raises InvalidInput for a start that is not in the text."""
    line, column = room.counts(_KIND, 2) or (0, 0)
    total = text.count("\n") + (not text.endswith("\n"))
    begin = _place(text, line) + column
    kept = _fitting(text, begin, room.content)
    end = begin + len(kept)
    if end >= len(text):
        return Page(kept, line + 1, max(total, line + 1), max(total, line + 1))
    inside = not kept.endswith("\n")
    lines = kept.count("\n")
    rest = len(kept) - kept.rfind("\n") - 1 if lines else column + len(kept)
    token = room.token(_KIND, line + lines, rest) if room.repeatable else ""
    return Page(kept, line + 1, line + lines + inside, total, inside, token)


def _place(text: str, line: int) -> int:
    """Where a line begins; the end of the text when it has become shorter."""
    place = 0
    for _ in range(line):
        place = text.find("\n", place) + 1
        if not place:
            return len(text)
    return place


def _fitting(text: str, begin: int, limit: int) -> str:
    """As much as fits in `limit` bytes of UTF-8: whole lines, or a part of the first one when it is longer."""
    raw = text[begin : begin + limit + 1].encode()
    if len(raw) <= limit:
        return raw.decode()
    kept = raw[:limit].decode(errors="ignore")
    return kept[: kept.rfind("\n") + 1] or kept
