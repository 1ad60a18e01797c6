"""From the body of an answer to values, series by series: no more than one of them is held as JSON at a time, and the
interpreter's lock is given back between two, so that a thread can read a large answer while the loop goes on."""

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any, TypeVar

import orjson

from ack_mcp_server.answers.clean import clean_text, one_line
from ack_mcp_server.errors import AckError, DeadlineExceeded, InvalidInput, TooLarge, Unavailable, UnexpectedAnswer
from ack_mcp_server.redaction.texts import redact_text
from ack_mcp_server.services.prometheus.values import Histogram, Matrix, Result, Said, Sample, Series, Text, Vector

_SMALL = 256 * 1024  # bytes that are read at once
_SERIES_DEPTH = 3  # of the objects in data.result
# Up to the next brace that is not within a string. Possessive, so that time is linear.
_TO_BRACE = re.compile(rb'(?:[^"{}]++|"(?:[^"\\]++|\\.)*+")*+([{}])', re.DOTALL)
_PLACE = "series"  # what stands in the frame for a series: its number
_NOTES = 10  # warnings that are kept
_LONGEST_NOTE = 300
_LONGEST_ERROR = 600

T = TypeVar("T")
Element = Mapping[str, Any]


class _Words(dict[str, str]):
    """Cleaned as every text from outside, and each held once: many series have few names and values."""

    def __missing__(self, text: str) -> str:
        self[text] = told = one_line(text)
        return told


def read_result(body: bytes, step_s: float = 0) -> Result:
    """Raises AckError: for an error that Prometheus tells, and UnexpectedAnswer for what is none of its answers."""
    try:
        frame, series = (orjson.loads(body), None) if len(body) <= _SMALL else _taken_apart(body)
        if isinstance(frame, dict) and frame.get("status") == "error":
            raise told_error(frame)
        return _result(frame, series, step_s)
    except AckError:
        raise
    except (ValueError, TypeError, KeyError, IndexError, AttributeError, OverflowError):
        # Not its cause, which may quote the answer.
        raise unexpected("the answer is not of the documented shape, or it ended half-way") from None


def read_names(body: bytes) -> tuple[str, ...]:
    """Of a list of label values. Raises AckError, as `read_result` does."""
    try:
        frame = orjson.loads(body)
        if isinstance(frame, dict) and frame.get("status") == "error":
            raise told_error(frame)
        names = frame["data"] or []
        if frame["status"] != "success" or not isinstance(names, list):
            raise ValueError
        return tuple(one_line(name) for name in names)
    except AckError:
        raise
    except (ValueError, TypeError, KeyError, AttributeError):
        raise unexpected("the list of metrics is not of the documented shape, or it ended half-way") from None


def unexpected(what: str) -> UnexpectedAnswer:
    return UnexpectedAnswer(
        f"Prometheus: {what}",
        next_step="Try again; if it lasts, check the address of the Prometheus and any proxy in between.",
    )


def told_error(frame: Mapping[str, Any]) -> AckError:
    """By errorType; the words are Prometheus's own."""
    kind = one_line(str(frame.get("errorType", "")), 40)
    words = redact_text(clean_text(str(frame.get("error", ""))))[:_LONGEST_ERROR].strip()
    told = f"Prometheus: {kind or 'error'}: {words or 'no reason given'}"
    if kind in ("timeout", "canceled"):
        return DeadlineExceeded(told, next_step="Ask for fewer series, a shorter time or a larger step.")
    if kind in ("unavailable", "internal"):
        return Unavailable(told, next_step="Try again in a while.")
    if "too many samples" in words or "maximum resolution" in words:
        return TooLarge(told, next_step="Narrow the selector, shorten the time or give a larger step.")
    return InvalidInput(told, next_step="Correct the expression by what is said.")


def _taken_apart(body: bytes) -> tuple[Any, list[bytes]]:
    """The answer with a number in place of each series, and the series as they came."""
    pieces: list[bytes] = []
    series: list[bytes] = []
    depth = begin = last = 0
    for match in _TO_BRACE.finditer(body):
        place = match.end() - 1
        depth += 1 if match[1] == b"{" else -1
        if match[1] == b"{" and depth == _SERIES_DEPTH:
            begin = place
        elif match[1] == b"}" and depth == _SERIES_DEPTH - 1:
            pieces += [body[last:begin], b'{"%s":%d}' % (_PLACE.encode(), len(series))]
            series.append(body[begin : match.end()])
            last = match.end()
    return orjson.loads(b"".join([*pieces, body[last:]])), series


def _result(frame: dict[str, Any], series: list[bytes] | None, step_s: float) -> Result:
    data = frame["data"]
    kind, result = data["resultType"], data["result"]
    said = Said(_notes(frame, "warnings"), _notes(frame, "infos"))
    if frame["status"] != "success":
        raise ValueError
    if kind == "scalar":
        at, value = result
        return Vector((Sample({}, float(at), float(value)),), said, is_scalar=True)
    if kind == "string":
        return Text(clean_text(str(result[1])), said)
    if kind == "matrix":
        return Matrix(tuple(_each(result, series, _series)), said, step_s)
    if kind == "vector":
        return Vector(tuple(_each(result, series, _sample)), said)
    raise ValueError


def _notes(frame: Mapping[str, Any], name: str) -> tuple[str, ...]:
    notes = frame.get(name) or []
    return tuple(redact_text(one_line(str(note), _LONGEST_NOTE)) for note in notes[:_NOTES])


def _each(result: list[Any], series: list[bytes] | None, read: Callable[[Element, _Words], T]) -> Iterator[T]:
    """The series where they were not taken apart, or as `result` numbers them."""
    words = _Words()
    if series is None:
        yield from (read(element, words) for element in result)
        return
    for place in result:
        number = place[_PLACE]
        raw, series[number] = series[number], b""
        yield read(orjson.loads(raw), words)


def _sample(element: Element, words: _Words) -> Sample:
    labels = _labels(element, words)
    if "histogram" in element:
        at, told = element["histogram"]
        histogram = _histogram(told)
        return Sample(labels, float(at), histogram.count, histogram)
    at, value = element["value"]
    return Sample(labels, float(at), float(value))


def _series(element: Element, words: _Words) -> Series:
    points = element.get("values") or []
    times = tuple(float(at) for at, _ in points)
    values = tuple(float(value) for _, value in points)
    histograms = tuple((float(at), _histogram(told)) for at, told in element.get("histograms") or [])
    if not points and not histograms:
        raise ValueError
    return Series(_labels(element, words), times, values, histograms)


def _labels(element: Element, words: _Words) -> dict[str, str]:
    metric: Mapping[str, str] = element["metric"]
    if not all(isinstance(value, str) for value in metric.values()):
        raise TypeError
    return {words[name]: words[value] for name, value in metric.items()}


def _histogram(told: Mapping[str, Any]) -> Histogram:
    buckets = ((float(low), float(high), float(count)) for _, low, high, count in told.get("buckets") or [])
    return Histogram(float(told["count"]), float(told["sum"]), tuple(buckets))
