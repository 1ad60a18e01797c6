"""The few protobuf request bodies that kubectl sends instead of JSON, read by field numbers."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from ack_sandbox.kube.objects import Object
from ack_sandbox.kube.status import bad_request

MAGIC = b"k8s\x00"
VARINT, FIXED64, LENGTH, FIXED32 = 0, 1, 2, 5


@dataclass(frozen=True)
class Message:
    """Field numbers with their names; a nested message has fields of its own, a plain one is text."""

    fields: Mapping[int, tuple[str, "Message | None"]]


RESOURCE_ATTRIBUTES = Message(
    {
        1: ("namespace", None),
        2: ("verb", None),
        3: ("group", None),
        4: ("version", None),
        5: ("resource", None),
        6: ("subresource", None),
        7: ("name", None),
    }
)
NON_RESOURCE_ATTRIBUTES = Message({1: ("path", None), 2: ("verb", None)})
ATTRIBUTES: dict[int, tuple[str, Message | None]] = {
    1: ("resourceAttributes", RESOURCE_ATTRIBUTES),
    2: ("nonResourceAttributes", NON_RESOURCE_ATTRIBUTES),
}
SPECS: dict[str, Message] = {
    "SelfSubjectAccessReview": Message(ATTRIBUTES),
    "SubjectAccessReview": Message({**ATTRIBUTES, 3: ("user", None)}),
    "LocalSubjectAccessReview": Message({**ATTRIBUTES, 3: ("user", None)}),
    "SelfSubjectRulesReview": Message({1: ("namespace", None)}),
    "TokenReview": Message({1: ("token", None)}),
    "SelfSubjectReview": Message({}),
}
TYPE_META = Message({1: ("apiVersion", None), 2: ("kind", None)})


def decode(body: bytes) -> Object:
    """An object with kind, apiVersion and the spec of the kinds known here."""
    if not body.startswith(MAGIC):
        raise bad_request("the body does not start with the protobuf envelope of Kubernetes")
    try:
        return _decoded(body[len(MAGIC) :])
    except (IndexError, UnicodeDecodeError):
        raise bad_request("the protobuf body is malformed") from None


def _decoded(envelope: bytes) -> Object:
    parts = dict(fields(envelope))
    made = _read(parts.get(1, b""), TYPE_META)
    spec = SPECS.get(made.get("kind", ""))
    if spec is None:
        raise bad_request(f"the sandbox does not read {made.get('kind')} from protobuf; send JSON")
    raw = parts.get(2, b"")
    # In all these kinds, field 2 of the object is its spec.
    return {**made, "spec": _read(dict(fields(raw)).get(2, b""), spec)}


def _read(raw: bytes, message: Message) -> Object:
    made: Object = {}
    for number, value in fields(raw):
        name, nested = message.fields.get(number, ("", None))
        if name:
            made[name] = _read(value, nested) if nested else value.decode()
    return made


def fields(raw: bytes) -> Iterator[tuple[int, bytes]]:
    """Field numbers and values of the length-delimited fields; numbers are skipped."""
    position = 0
    while position < len(raw):
        tag, position = _varint(raw, position)
        number, wire = tag >> 3, tag & 7
        if wire == VARINT:
            _, position = _varint(raw, position)
        elif wire in (FIXED64, FIXED32):
            position += 8 if wire == FIXED64 else 4
        elif wire == LENGTH:
            length, position = _varint(raw, position)
            yield number, raw[position : position + length]
            position += length
        else:
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
