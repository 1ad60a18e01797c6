"""Protobuf request bodies, which kubectl sends instead of JSON for objects that it makes itself.

Field numbers come from the published message definitions: `[name, type, flag]` by message and number. The flags: "[]"
is a list, "{}" a map, "inline" a message whose fields belong to its parent in JSON, "=" a field that Go writes even
when it is empty because it is a pointer there, so that an empty value means something.
"""

import base64
import gzip
import json
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import lru_cache
from importlib.resources import files
from typing import Any

from ack_sandbox.kube.objects import Object, rfc3339, rfc3339_micro
from ack_sandbox.kube.openapi import name_of_kind
from ack_sandbox.kube.status import bad_request

MAGIC = b"k8s\x00"
VARINT, FIXED64, LENGTH, FIXED32 = 0, 1, 2, 5
META = "io.k8s.apimachinery.pkg."
UNLISTED = {
    "DeleteOptions": META + "apis.meta.v1.DeleteOptions",
    "Eviction": "io.k8s.api.policy.v1.Eviction",
    "Scale": "io.k8s.api.autoscaling.v1.Scale",
    "TokenRequest": "io.k8s.api.authentication.v1.TokenRequest",
}


@lru_cache(maxsize=1)
def _messages() -> dict[str, dict[str, list[str]]]:
    packed = files("ack_sandbox.kube.data").joinpath("messages.json.gz").read_bytes()
    found: dict[str, dict[str, list[str]]] = json.loads(gzip.decompress(packed))
    return found


def decode(body: bytes) -> Object:
    """The object in an envelope of Kubernetes."""
    if not body.startswith(MAGIC):
        raise bad_request("the body does not start with the protobuf envelope of Kubernetes")
    try:
        return _decoded(body[len(MAGIC) :])
    except (IndexError, ValueError, OverflowError, AttributeError):
        raise bad_request("the protobuf body is malformed") from None


def _decoded(envelope: bytes) -> Object:
    parts = dict(fields(envelope))
    made = _message(parts.get(1, b""), META + "runtime.TypeMeta")
    api_version, kind = made.get("apiVersion", ""), made.get("kind", "")
    name = name_of_kind(api_version, kind) or UNLISTED.get(kind, "")
    if name not in _messages():
        raise bad_request(f"the sandbox does not read {kind} from protobuf; send JSON")
    return {"kind": kind, "apiVersion": api_version, **_message(parts.get(2, b""), name)}


def _message(raw: bytes, name: str) -> Object:
    known = _messages()[name]
    made: Object = {}
    for number, value in _values(raw):
        if str(number) in known:
            _put(made, known[str(number)], value)
    return made


def _put(made: Object, field: list[str], value: int | bytes) -> None:
    name, kind, flag = field
    if flag == "{}":
        entry = dict(_values(_raw(value)))
        made.setdefault(name, {})[_raw(entry.get(1, b"")).decode()] = _value(kind, entry.get(2, _zero(kind)))
    elif flag == "[]":
        made.setdefault(name, []).append(_value(kind, value))
    elif flag == "inline":
        made.update(_message(_raw(value), kind))
    else:
        found = _value(kind, value)
        if flag == "=" or found not in ("", 0, False, None, {}):
            made[name] = found


def _zero(kind: str) -> int | bytes:
    return 0 if kind in ("int", "bool") else b""


def _raw(value: int | bytes) -> bytes:
    if isinstance(value, int):
        raise ValueError("a number where a message was expected")
    return value


def _value(kind: str, value: int | bytes) -> Any:
    if isinstance(value, int):
        return bool(value) if kind == "bool" else value - (1 << 64) * (value >> 63)
    if kind == "string":
        return value.decode()
    if kind == "bytes":
        return base64.b64encode(value).decode()
    special = kind.rpartition(".")[2]
    return _special(special, value) if kind.startswith(META) and special in SPECIAL else _plain(kind, value)


def _plain(kind: str, value: bytes) -> Any:
    found = _message(value, kind)
    return found.get("items", []) if kind.endswith("ExtraValue") else found


SPECIAL = ("Quantity", "IntOrString", "Time", "MicroTime", "FieldsV1", "RawExtension")


def _special(name: str, raw: bytes) -> Any:
    """The types that are written in JSON in a form of their own."""
    parts = dict(_values(raw))
    if name == "Quantity":
        return _raw(parts.get(1, b"0")).decode()
    if name == "IntOrString":
        return _raw(parts.get(3, b"")).decode() if parts.get(1) else parts.get(2, 0)
    if name in ("FieldsV1", "RawExtension"):
        return json.loads(_raw(parts.get(1, b"")) or b"{}")
    if not parts:
        return None
    moment = datetime.fromtimestamp(int(parts.get(1, 0)) + int(parts.get(2, 0)) / 1e9, UTC)
    return rfc3339(moment) if name == "Time" else rfc3339_micro(moment)


def fields(raw: bytes) -> Iterator[tuple[int, bytes]]:
    """Field numbers and values of the length-delimited fields; numbers are skipped."""
    return ((number, value) for number, value in _values(raw) if isinstance(value, bytes))


def _values(raw: bytes) -> Iterator[tuple[int, int | bytes]]:
    position = 0
    while position < len(raw):
        tag, position = _varint(raw, position)
        number, wire = tag >> 3, tag & 7
        if wire == VARINT:
            value, position = _varint(raw, position)
            yield number, value
            continue
        length, position = _length(raw, position, wire)
        if wire == LENGTH:
            yield number, raw[position : position + length]
        position += length


def _length(raw: bytes, position: int, wire: int) -> tuple[int, int]:
    if wire in (FIXED64, FIXED32):
        return (8 if wire == FIXED64 else 4), position
    if wire == LENGTH:
        return _varint(raw, position)
    raise IndexError(wire)


def _varint(raw: bytes, position: int) -> tuple[int, int]:
    value = shift = 0
    while True:
        byte = raw[position]
        position += 1
        value |= (byte & 0x7F) << shift
        if byte < 0x80:
            return value, position
        shift += 7
