"""Remote read: a real Prometheus asks for series in protocol buffers (prompb/remote.proto) and is given samples."""

import struct
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from ack_sandbox.metrics.snappy import packed, read_varint, unpacked, varint
from ack_sandbox.metrics.source import ClusterSource
from ack_sandbox.promql.model import Matcher, RawSeries

_OPERATORS: tuple[Literal["=", "!=", "=~", "!~"], ...] = ("=", "!=", "=~", "!~")
_SAMPLE = struct.Struct("<d")


@dataclass(frozen=True)
class Wanted:
    start: float
    end: float
    matchers: tuple[Matcher, ...]


def answered(source: ClusterSource, request: bytes) -> bytes:
    """Raises ValueError for a request that cannot be read."""
    results = (_result(source, _wanted(message)) for field, message in _fields(unpacked(request)) if field == 1)
    return packed(b"".join(_message(1, each) for each in results))


def _wanted(message: bytes | int) -> Wanted:
    start = end = 0
    matchers = []
    for field, value in _fields(_bytes(message)):
        if field == 1:
            start = _signed(value)
        elif field == 2:
            end = _signed(value)
        elif field == 3:
            matchers.append(_matcher(_bytes(value)))
    return Wanted(start / 1000, end / 1000, tuple(matchers))


def _matcher(message: bytes) -> Matcher:
    fields = dict(_fields(message))
    kind, name, value = fields.get(1, 0), fields.get(2, b""), fields.get(3, b"")
    return Matcher(_bytes(name).decode(), _OPERATORS[int(kind) if isinstance(kind, int) else 0], _bytes(value).decode())


def _result(source: ClusterSource, wanted: Wanted) -> bytes:
    clocks: dict[int, list[bytes]] = {}
    found = list(source.series(wanted.matchers, wanted.start, wanted.end))  # holds their times, which are told by id
    return b"".join([_message(1, _labels(series) + _samples(series, clocks)) for series in found])


def _labels(series: RawSeries) -> bytes:
    pairs = sorted(series.labels.items())
    return b"".join(_message(1, _message(1, name.encode()) + _message(2, value.encode())) for name, value in pairs)


def _samples(series: RawSeries, clocks: dict[int, list[bytes]]) -> bytes:
    stamps = _stamps(series.times, clocks)
    pack = _SAMPLE.pack
    return b"".join([stamp[0:3] + pack(value) + stamp[3:] for stamp, value in zip(stamps, series.values, strict=True)])


def _stamps(times: Sequence[float], clocks: dict[int, list[bytes]]) -> list[bytes]:
    """What surrounds the value of each sample: tag, length and the value's tag before it, its time behind it."""
    if id(times) not in clocks:
        clocks[id(times)] = [_stamp(round(at * 1000)) for at in times]
    return clocks[id(times)]


def _stamp(milliseconds: int) -> bytes:
    at = b"\x10" + varint(milliseconds)
    return b"\x12" + bytes([9 + len(at)]) + b"\x09" + at


def _message(field: int, content: bytes) -> bytes:
    return bytes([field << 3 | 2]) + varint(len(content)) + content


def _fields(message: bytes) -> Iterator[tuple[int, bytes | int]]:
    at = 0
    while at < len(message):
        key, at = read_varint(message, at)
        if key & 7 == 0:
            number, at = read_varint(message, at)
            yield key >> 3, number
        elif key & 7 == 2:
            length, at = read_varint(message, at)
            yield key >> 3, message[at : at + length]
            at += length
        else:
            at += 8 if key & 7 == 1 else 4


def _bytes(value: bytes | int) -> bytes:
    return value if isinstance(value, bytes) else b""


def _signed(value: bytes | int) -> int:
    number = value if isinstance(value, int) else 0
    return number - (1 << 64) if number >> 63 else number
