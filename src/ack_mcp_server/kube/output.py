"""What a command printed, as an answer: without secrets, clean, within its room, and honest about what is missing."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from ack_mcp_server.answers.answer import Answer
from ack_mcp_server.answers.clean import clean_text
from ack_mcp_server.answers.logs import log_text
from ack_mcp_server.answers.marks import composed
from ack_mcp_server.answers.room import Room
from ack_mcp_server.answers.rows import Rows
from ack_mcp_server.answers.text import page
from ack_mcp_server.errors import CommandFailed, DeadlineExceeded, InvalidInput
from ack_mcp_server.kube.command import Command
from ack_mcp_server.kube.native.logs.block import LogBlock
from ack_mcp_server.kube.native.printed import Printed, TableBlock
from ack_mcp_server.redaction.columns import without_named
from ack_mcp_server.redaction.texts import redact_text

_NOTHING = "(no output)"
_NARROW = "narrow it with -n, -l, a name, --tail or --since"
_COMPLAINT_BYTES = 4000
_HEADLINES = 200  # characters of those after the first, which may be as long

# kubectl has no channel but its text; the reason in brackets is the API server's own word.
_REASON = re.compile(r"^Error from server \((\w+)\)", re.MULTILINE)
_NOT_LOGGED_IN = "error: You must be logged in to the server"
_UNREACHABLE = ("Unable to connect to the server", "The connection to the server")

_STEPS = {
    "Unauthorized": "The cluster does not know this identity (any more). Try again; if it lasts, check the kubeconfig.",
    "Forbidden": "Have the RBAC role that allows it granted; auth can-i --list shows what is allowed now.",
    "NotFound": "List what there is with get, in this namespace or with -A.",
    "BadRequest": "Correct what it names. Where a container waits to start, describe its pod; --ignore-errors goes on.",
    "TooManyRequests": "Wait some seconds, then try again.",
    "Expired": "The list changed while it was read page by page: try again, or narrow it.",
    "InternalError": "Try again in a while; the API server failed.",
    "ServiceUnavailable": "Try again in a while; the API server, or one behind it, is not available.",
    "Unreachable": "The API server could not be reached: check its endpoint, the network and its certificate.",
}
_CORRECT = "Correct the command by what is said above."
# What `rollout status` and `wait` say when the command is right and the object is not so far.
_LATE = re.compile(r"timed out waiting for the condition\b|exceeded its progress deadline$")
_WAITS = ("rollout status", "wait")
_NOT_YET = "It is not there yet; describe it and its pods to see why, or ask again."


def reason_of(stderr: str) -> str:
    """Why the API server refused, as it says; `Unreachable` when it was not reached; empty for anything else."""
    if found := _REASON.search(stderr):
        return found.group(1)
    if _NOT_LOGGED_IN in stderr:
        return "Unauthorized"
    return "Unreachable" if any(words in stderr for words in _UNREACHABLE) else ""


class CommandOutput(Answer):
    """What a command printed. `summary` and `notes` are this server's own words: what a cut table holds, what is not
    shown and how to get it."""

    stdout: str
    stderr: str = ""
    summary: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    source: str = ""

    def text(self) -> str:
        out, err = self.stdout.rstrip("\n"), self.stderr.rstrip("\n")
        notes = (f"also said: {err}", *self.notes) if out and err else self.notes
        return composed(out or err or _NOTHING, source=self.source, above=self.summary, below=notes)


@dataclass(frozen=True)
class _Shown:
    text: str
    summary: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    source: str = ""


def answer_to(command: Command, printed: Printed, room: Room) -> CommandOutput:
    """Raises CommandFailed with both streams when the exit code is not zero, DeadlineExceeded when nothing came in time
    (a watch may have had nothing to say), and InvalidInput for a continue that does not fit."""
    if printed.unsorted:
        raise InvalidInput(
            f"none of the {printed.unsorted:,} rows has the field that --sort-by names, so they cannot be sorted",
            next_step="Correct the path; get -o yaml of one object shows its fields.",
        )
    shown = _shown(command, printed, room)
    stderr = redact_text(clean_text(printed.stderr))[:_COMPLAINT_BYTES].strip()
    if printed.exit_code and not _is_a_no(command, printed):
        raise _failure(command, printed, shown, stderr)
    if printed.ended and not shown.text.strip() and not command.is_endless:
        raise DeadlineExceeded(
            f"kubectl {command.verb.name} was {printed.ended} without having printed anything\n{stderr}".strip(),
            next_step="Ask for less, or try again; if it lasts, the API server or the way to it is slow.",
        )
    notes = (*shown.notes, *_ended(printed, shown), *printed.remarks)
    summary = (*printed.heading, *shown.summary)
    return CommandOutput(stdout=shown.text, stderr=stderr, summary=summary, notes=notes, source=shown.source)


def _shown(command: Command, printed: Printed, room: Room) -> _Shown:
    tables = printed.tables
    if tables and len(tables) == len(printed.blocks):
        return _tables_shown(command, printed)
    if logs := [block for block in printed.blocks if isinstance(block, LogBlock)]:
        log = log_text(logs[0].tails, room, timestamps=logs[0].timestamps)
        return _Shown(log.text, (), log.notes(), _source(command) if log.text else "")
    text = _readable(printed.stdout, printed)
    part = page(text, room)
    return _Shown(part.text, (), part.notes(_NARROW), _source(command) if text else "")


def _source(command: Command) -> str:
    return f"output of {command.verb.name}"


def _tables_shown(command: Command, printed: Printed) -> _Shown:
    tables = printed.tables if printed.redacted else list(map(without_named_values, printed.tables))
    tables = [replace(table, rows=_readable_rows(table.rows, printed)) for table in tables]
    cut = [table for table in tables if not table.rows.whole]
    summary = _headlines([_readable(table.rows.headline(table.what), printed) for table in cut])
    # Continuing with the first of which rows are left goes on to those after it.
    going_on = next((table for table in cut if table.rows.token), cut[-1] if cut else None)
    notes = going_on.rows.notes(_NARROW) if going_on else ()
    text = replace(printed, blocks=list(tables)).stdout
    # `top` pads its last column too.
    padded = " \n" in text
    free = any(
        "MESSAGE" in table.rows.headers for table in tables
    )  # of events, which anybody's image or probe may word
    shown = "\n".join(map(str.rstrip, text.split("\n"))) if padded else text
    return _Shown(shown, summary, notes, _source(command) if free else "")


def without_named_values(table: TableBlock) -> TableBlock:
    """The table without what is secret by the name of its column."""
    rows = table.rows
    return replace(table, rows=replace(rows, kept=tuple(without_named(rows.headers, rows.kept))))


def _headlines(lines: list[str]) -> tuple[str, ...]:
    """As many as the room for our own lines holds."""
    shown = [line for place, line in enumerate(lines) if not place or len("".join(lines[: place + 1])) <= _HEADLINES]
    return (*shown, *([f"and {len(lines) - len(shown)} more tables"] if len(shown) < len(lines) else []))


def _readable_rows(rows: Rows, printed: Printed) -> Rows:
    """Cell by cell only when there is something in one, because there hardly ever is."""
    together = "\n".join({cell for row in (rows.headers, *rows.kept) for cell in row})
    if _readable(together, printed) == together:
        return rows
    headers, *kept = ([_readable_cell(cell, printed) for cell in row] for row in (rows.headers, *rows.kept))
    return replace(rows, headers=headers, kept=tuple(kept))


def _readable_cell(cell: str, printed: Printed) -> str:
    """Line ends of other kinds would begin a row that is none."""
    text = _readable(cell, printed)
    return text if "\n" in cell else text.replace("\n", " ")


def _readable(text: str, printed: Printed) -> str:
    clean = clean_text(text)
    return clean if printed.redacted else redact_text(clean)


def _is_a_no(command: Command, printed: Printed) -> bool:
    """`auth can-i` says no by its exit code; that is an answer."""
    return command.verb.name == "auth can-i" and printed.exit_code == 1 and not _told_an_error(printed)


def _told_an_error(printed: Printed) -> bool:
    return any(line.lower().startswith("error") for line in printed.complaints)


def _failure(command: Command, printed: Printed, shown: _Shown, stderr: str) -> CommandFailed:
    ended = f"the command ended with exit code {printed.exit_code}"
    parts: Sequence[str] = (ended, stderr, shown.text.strip(), *shown.notes, *printed.remarks)
    step = _STEPS.get(reason_of(stderr), _NOT_YET if _is_late(command, printed) else _CORRECT)
    return CommandFailed("\n".join(part for part in parts if part), next_step=step)


def _is_late(command: Command, printed: Printed) -> bool:
    """Whether nothing but time failed it."""
    told = [line for line in printed.complaints if line.strip() and not line.startswith("Warning:")]
    return command.verb.name in _WAITS and bool(told) and all(map(_LATE.search, told))


def _ended(printed: Printed, shown: _Shown) -> tuple[str, ...]:
    if not printed.ended:
        return ()
    return (f"{printed.ended}; {'this is what came' if shown.text.strip() else 'nothing came'}",)
