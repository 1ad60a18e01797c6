"""From the body of an answer to lines of logs, cleaned and without secrets."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import orjson

from ack_mcp_server.answers.clean import clean_text, one_line
from ack_mcp_server.errors import AckError, DeadlineExceeded, InvalidInput, Unavailable, UnexpectedAnswer
from ack_mcp_server.redaction.texts import redact_text

LONGEST = 2000  # characters of a line that are shown
_READ = 16_384  # of which so many are looked at
_LONGEST_LABEL = 200
_LONGEST_REASON = 400
_MOST_VALUES = 100_000

Labels = tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Line:
    """`at` in nanoseconds; `labels` in the order of their names. Not yet fit to be shown."""

    at: int
    labels: Labels
    raw: str


def read_lines(body: bytes) -> list[Line]:
    """Newest first; lines of one instant by their labels, then in the order of the answer. Raises AckError."""
    data = _data(body)
    try:
        if data["resultType"] != "streams":
            raise unexpected("it answered with numbers and not with lines")
        lines = [line for stream in data["result"] for line in _lines(stream)]
    except (KeyError, TypeError, ValueError, IndexError, AttributeError):
        raise _shape() from None
    return sorted(lines, key=lambda line: (-line.at, line.labels))


def _lines(stream: Mapping[str, Any]) -> Iterator[Line]:
    labels = tuple(sorted((str(name), str(value)) for name, value in stream["stream"].items()))
    for value in stream["values"]:
        yield Line(int(value[0]), labels, _text(value[1]))


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError
    return value


def read_names(body: bytes) -> tuple[str, ...]:
    """Of labels, or of their values; Loki leaves the list out where there are none. Raises AckError."""
    data = _frame(body).get("data") or []
    if not isinstance(data, list) or not all(isinstance(each, str) for each in data):
        raise _shape()
    return tuple(data[:_MOST_VALUES])


def shown_text(raw: str) -> str:
    """A line as it may be shown: in several lines where it has them, those behind the first one indented."""
    text = clean_text(redact_text(raw[:_READ])).strip("\n")
    kept = text if len(text) <= LONGEST else f"{text[:LONGEST]}… ({len(raw):,} characters)"
    return kept.replace("\n", "\n  ")


def shown_labels(labels: Labels) -> dict[str, str]:
    """Redacted as name and value together."""
    return {one_line(name, _LONGEST_LABEL): _shown_value(name, value) for name, value in labels}


def _shown_value(name: str, value: str) -> str:
    told = redact_text(f"{name}={value[:_READ]}")
    prefix = f"{name}="
    return one_line(
        told.removeprefix(prefix) if told.startswith(prefix) else redact_text(value[:_READ]), _LONGEST_LABEL
    )


def reason(body: bytes) -> str:
    """Why a request was refused: Loki says it as plain text, what stands before it maybe as JSON or HTML."""
    text = body[: 16 * _LONGEST_REASON].decode(errors="replace")
    if text.lstrip()[:1] == "<":
        return ""
    try:
        frame = orjson.loads(body) if len(body) <= 65_536 and text.lstrip()[:1] == "{" else None
    except ValueError:
        frame = None
    told = str(frame.get("error") or frame.get("message") or "") if isinstance(frame, dict) else text
    return one_line(redact_text(clean_text(told)), _LONGEST_REASON)


def _data(body: bytes) -> Mapping[str, Any]:
    data = _frame(body).get("data")
    if not isinstance(data, dict):
        raise _shape()
    return data


def _frame(body: bytes) -> Mapping[str, Any]:
    try:
        frame = orjson.loads(body)
    except ValueError:
        raise _shape() from None
    if not isinstance(frame, dict):
        raise _shape()
    if frame.get("status") == "error":
        raise told_error(one_line(str(frame.get("errorType", "")), 40), reason(body))
    if frame.get("status") != "success":
        raise _shape()
    return frame


def told_error(kind: str, words: str) -> AckError:
    """An error within an answer."""
    told = f"Loki: {kind or 'error'}: {words or 'no reason given'}"
    if kind in ("timeout", "canceled"):
        return DeadlineExceeded(told, next_step="Search a shorter time, or with a narrower selector.")
    if kind in ("unavailable", "internal"):
        return Unavailable(told, next_step="Try again in a while.")
    return InvalidInput(told, next_step="Correct the query by what is said.")


def unexpected(what: str) -> UnexpectedAnswer:
    return UnexpectedAnswer(
        f"Loki: {what}", next_step="Try again; if it lasts, check LOKI_URL and any proxy in between."
    )


def _shape() -> UnexpectedAnswer:
    return unexpected("the answer is not of the documented shape, or it ended half-way")
