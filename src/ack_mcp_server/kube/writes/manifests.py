"""Manifests: what kubectl would read from a text, read once, by us, and given to kubectl as JSON.

What was judged and shown is therefore what is sent. Complaints name documents, lines and keys, never values, which may
be secret.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

import orjson

from ack_mcp_server.errors import InvalidInput
from ack_mcp_server.identifiers import NAMESPACE
from ack_mcp_server.kube.writes.found import Found, Json, broken
from ack_mcp_server.kube.writes.json_values import NotJson, is_json, json_values

MAX_BYTES = 1024 * 1024
MOST = 100  # documents, Lists unfolded
_DEEPEST_LIST = 5
_BOM = "\ufeff"
_SHAPES = {
    "apiVersion": re.compile(r"(?:[a-z0-9][a-z0-9.-]{0,252}/)?[a-z0-9]{1,63}"),
    "kind": re.compile(r"[A-Za-z][A-Za-z0-9]{0,62}"),
    "namespace": NAMESPACE,
    "name": re.compile(r"(?!\.{1,2}$)[!-$&-.0-~]{1,253}"),  # one segment of a path
    "generateName": re.compile(r"(?!\.{1,2}$)[!-$&-.0-~]{1,253}"),
}


@dataclass(frozen=True)
class Document:
    """One object. `index` counts from 1, Lists unfolded; `line` is where it begins, as far as that is known."""

    index: int
    api_version: str
    kind: str
    namespace: str
    name: str
    generate_name: str
    body: Json = field(repr=False)
    line: int = field(default=1, compare=False)


def read_manifest(text: str) -> tuple[Document, ...]:
    """YAML or JSON, several documents and Lists too. The largest takes about a third of a second.

    Raises InvalidInput.
    """
    documents: list[Document] = []
    for body, line in _objects(_values(text)):
        if len(documents) == MOST:
            raise broken(line, f"more than {MOST} documents", "Send them in several calls.")
        documents.append(_document(len(documents) + 1, body, line))
    if not documents:
        raise InvalidInput("the manifest holds no document", next_step="Send the objects as YAML or JSON.")
    return tuple(documents)


def read_patch(text: str) -> object:
    """The one mapping or list of a patch. Raises InvalidInput."""
    found = [each for each in _values(text) if each.value is not None]
    if len(found) != 1 or not isinstance(found[0].value, dict | list):
        raise InvalidInput(
            "the patch is not one mapping or list", next_step="Write it as JSON or YAML: -p '{\"spec\": …}'."
        )
    _as_json(found[0].value, found[0].line)
    return found[0].value


def render(documents: Iterable[Document]) -> str:
    """For kubectl's stdin: JSON, one document a line."""
    return "".join(render_value(document.body) + "\n" for document in documents)


def render_value(value: object) -> str:
    """As JSON on one line, the same for equal values."""
    return orjson.dumps(value, option=orjson.OPT_SORT_KEYS).decode()


def _values(text: str) -> Iterator[Found]:
    size = len(text.encode(errors="replace"))
    if size > MAX_BYTES:
        raise InvalidInput(
            f"the manifest has {size} bytes, the limit is {MAX_BYTES}", next_step="Send it in several calls."
        )
    text = text.removeprefix(_BOM)
    if is_json(text):
        try:
            return iter(list(json_values(text)))
        except NotJson:
            pass  # a flow mapping is YAML
    from ack_mcp_server.kube.writes.yaml_values import yaml_values

    return yaml_values(text)


def _objects(values: Iterable[Found]) -> Iterator[tuple[Json, int]]:
    for found in values:
        if found.value is not None:
            yield from _unfolded(found.value, found, 0)


def _unfolded(value: object, found: Found, depth: int) -> Iterator[tuple[Json, int]]:
    """Kubectl takes everything that has items for a list; a kind may be called so without having any."""
    line = found.line_of(value)
    if not isinstance(value, dict):
        raise broken(line, "a document that is no mapping", "Write objects with apiVersion, kind and metadata.")
    if value.get("kind") != "List" and value.get("items") is None:
        yield value, line
        return
    items = value.get("items")
    if not str(value.get("kind")).endswith("List") or not isinstance(items, list | None):
        raise broken(line, "items, but not as a List has them", "Write kind: List, or the objects one by one.")
    if depth == _DEEPEST_LIST:
        raise broken(line, f"Lists nested deeper than {_DEEPEST_LIST} levels", "Write the objects one by one.")
    for item in items or ():
        yield from _unfolded(_typed(item, value, found), Found(None, line, found.lines), depth + 1)


def _typed(item: object, parent: Json, found: Found) -> object:
    """Items of a PodList are pods."""
    kind = str(parent["kind"]).removesuffix("List")
    if not isinstance(item, dict) or not kind or "kind" in item:
        return item
    item["kind"] = kind
    item.setdefault("apiVersion", parent.get("apiVersion"))
    return item


def _document(index: int, body: Json, line: int) -> Document:
    """Raises InvalidInput."""
    metadata = body.get("metadata")
    if not isinstance(metadata, dict):
        metadata = {}
    api_version, kind = (_field(index, line, body, key) for key in ("apiVersion", "kind"))
    namespace, name, generate_name = (
        _field(index, line, metadata, key, "metadata.") for key in ("namespace", "name", "generateName")
    )
    missing = [key for key, value in (("apiVersion", api_version), ("kind", kind)) if not value]
    missing += [] if name or generate_name else ["metadata.name"]
    if missing:
        raise _unusable(index, line, f"has no {' and no '.join(missing)}")
    _as_json(body, line)
    return Document(index, api_version, kind, namespace, name, generate_name, body, line)


def _field(index: int, line: int, mapping: Json, key: str, parent: str = "") -> str:
    """Empty when it is not there."""
    value = mapping.get(key)
    if value is None or value == "":
        return ""
    if isinstance(value, str) and _SHAPES[key].fullmatch(value):
        return value
    what = "is not text; quote it" if not isinstance(value, str) else "is not well formed"
    raise _unusable(index, line, f"cannot be used: its {parent}{key} {what}")


def _unusable(index: int, line: int, what: str) -> InvalidInput:
    return InvalidInput(f"document {index} (line {line}) {what}", next_step="Correct it; nothing was sent.")


def _as_json(value: object, line: int) -> None:
    """Raises InvalidInput for text that is half a character."""
    try:
        orjson.dumps(value)
    except TypeError:
        raise broken(line, "text with half of a surrogate pair", "Write the whole character.") from None
