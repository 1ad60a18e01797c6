"""The OpenAPI v2 document as protobuf (gnostic's openapi.v2.Document), which is the form that kubectl reads."""

import json
import struct
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from ack_sandbox.kube.objects import Object
from ack_sandbox.kube.protobuf import FIXED64, LENGTH, VARINT

Encoder = Callable[[int, Any], bytes]
Fields = Mapping[str, tuple[int, Encoder]]


def _number(value: int) -> bytes:
    made = bytearray()
    while value > 0x7F:
        made.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes([*made, value])


def _message(field: int, payload: bytes) -> bytes:
    return _number(field << 3 | LENGTH) + _number(len(payload)) + payload


def _text(field: int, value: str) -> bytes:
    return _message(field, value.encode())


def _texts(field: int, values: Iterable[str]) -> bytes:
    return b"".join(_text(field, value) for value in values)


def _whole(field: int, value: int) -> bytes:
    return _number(field << 3 | VARINT) + _number(int(value))


def _double(field: int, value: float) -> bytes:
    return _number(field << 3 | FIXED64) + struct.pack("<d", value)


def _any(field: int, value: Any) -> bytes:
    # Any carries YAML, of which JSON is a part.
    return _message(field, _text(2, json.dumps(value, ensure_ascii=False)))


def _anys(field: int, values: Iterable[Any]) -> bytes:
    return b"".join(_any(field, value) for value in values)


def _named(field: int, name: str, value: bytes) -> bytes:
    return _message(field, _text(1, name) + _message(2, value))


def _schemas(field: int, values: Mapping[str, Object]) -> bytes:
    return _message(field, b"".join(_named(1, name, _schema(value)) for name, value in values.items()))


def _additional(field: int, value: Object | bool) -> bytes:
    return _message(field, _whole(2, value) if isinstance(value, bool) else _message(1, _schema(value)))


SCHEMA: Fields = {
    "$ref": (1, _text),
    "format": (2, _text),
    "title": (3, _text),
    "description": (4, _text),
    "multipleOf": (6, _double),
    "maximum": (7, _double),
    "exclusiveMaximum": (8, _whole),
    "minimum": (9, _double),
    "exclusiveMinimum": (10, _whole),
    "maxLength": (11, _whole),
    "minLength": (12, _whole),
    "pattern": (13, _text),
    "maxItems": (14, _whole),
    "minItems": (15, _whole),
    "uniqueItems": (16, _whole),
    "maxProperties": (17, _whole),
    "minProperties": (18, _whole),
    "required": (19, _texts),
    "enum": (20, _anys),
    "additionalProperties": (21, _additional),
    "type": (22, lambda field, value: _message(field, _text(1, value))),
    "items": (23, lambda field, value: _message(field, _message(1, _schema(value)))),
    "properties": (25, _schemas),
}
OPERATION: Fields = {
    "description": (3, _text),
    "operationId": (5, _text),
    "produces": (6, _texts),
    "consumes": (7, _texts),
    "parameters": (8, lambda field, values: b"".join(_parameter(field, each) for each in values)),
    "responses": (9, lambda field, values: _message(field, b"".join(map(_response, values.items())))),
}
BODY: Fields = {
    "name": (2, _text),
    "in": (3, _text),
    "required": (4, _whole),
    "schema": (5, lambda field, value: _message(field, _schema(value))),
}
QUERY: Fields = {"in": (2, _text), "name": (4, _text), "type": (6, _text)}
METHODS = {"get": 2, "put": 3, "post": 4, "delete": 5, "patch": 8}
SCHEMA_EXTENSIONS, OPERATION_EXTENSIONS = 31, 13


def _encoded(value: Object, fields: Fields, extensions: int = 0) -> bytes:
    known = [encode(number, value[name]) for name, (number, encode) in fields.items() if name in value]
    extra = [name for name in value if name.startswith("x-")] if extensions else []
    more = [_message(extensions, _text(1, name) + _any(2, value[name])) for name in extra]
    return b"".join([*known, *more])


def _schema(value: Object) -> bytes:
    return _encoded(value, SCHEMA, SCHEMA_EXTENSIONS)


def _parameter(field: int, value: Object) -> bytes:
    if value["in"] == "body":
        return _message(field, _message(1, _message(1, _encoded(value, BODY))))
    return _message(field, _message(1, _message(2, _message(3, _encoded(value, QUERY)))))


def _response(entry: tuple[str, Object]) -> bytes:
    code, value = entry
    return _named(1, code, _message(1, _text(1, value["description"])))


def _path_item(operations: Object) -> bytes:
    encoded = (
        (METHODS[method], _encoded(each, OPERATION, OPERATION_EXTENSIONS)) for method, each in operations.items()
    )
    return b"".join(_message(number, operation) for number, operation in encoded)


def encode(document: Object) -> bytes:
    """The bytes of an OpenAPI v2 document. The numbers of its fields are those of gnostic's OpenAPIv2.proto."""
    info = document["info"]
    paths = (_named(2, path, _path_item(item)) for path, item in document["paths"].items())
    opening = _text(1, document["swagger"]) + _message(2, _text(1, info["title"]) + _text(2, info["version"]))
    return opening + _message(8, b"".join(paths)) + _schemas(9, document["definitions"])
