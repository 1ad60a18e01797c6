"""The walk through JSON: by kind of object, by name and by shape of each value. Nothing that it is given is changed."""

from typing import Any

from ack_mcp_server.redaction import secret_kind
from ack_mcp_server.redaction.blocks import holds_secret
from ack_mcp_server.redaction.embedded import parsed, rendered
from ack_mcp_server.redaction.headers import is_login
from ack_mcp_server.redaction.marks import is_marked, mark, mark_bytes
from ack_mcp_server.redaction.names import Secrecy, secrecy
from ack_mcp_server.redaction.patterns import mentions_secrets, redact_patterns
from ack_mcp_server.redaction.shapes import has_key_id
from ack_mcp_server.redaction.values import is_harmless

Json = dict[str, Any]
DEEPEST = 100
_SHORTEST = 8
_VALUES = frozenset({"value", "plaintext", "plainText", "content"})
_NONE = Secrecy.NONE


class Walk:
    """One pass over one object. `met_key_id` becomes true when an AccessKey's id was seen."""

    def __init__(self, *, allow_secrets: bool = False) -> None:
        self.allow_secrets = allow_secrets
        self.met_key_id = False
        self._known: dict[str, str] = {}  # of strings, because pods of one owner share most of theirs

    def anything(self, node: Any, depth: int = 0) -> Any:
        kind = type(node)
        if kind is dict:
            return self.mapping(node, depth)
        if kind is list:
            return self.sequence(node, depth)
        return self.string(node) if kind is str else node

    def mapping(self, node: Json, depth: int = 0) -> Json:
        """The object, or a copy of it where something was replaced."""
        if depth > DEEPEST:
            return {"redacted": mark("nested too deep", "")} if node else node
        if node.get("kind") == "SecretList" and isinstance(node.get("items"), list):
            return {
                **self._entries({**node, "items": []}, depth),
                "items": [self._member(each) for each in node["items"]],
            }
        if secret_kind.FIELDS.isdisjoint(node):
            return self._entries(node, depth)
        if secret_kind.is_secret(node):
            return self._beside_data(node, depth, encoded=True)
        if secret_kind.holds_releases(node):
            return self._beside_data(node, depth, encoded=False)
        return self._entries(node, depth)

    def _member(self, item: Any) -> Any:
        """A Secret of a list: the API server leaves the kind of items out."""
        if not isinstance(item, dict) or "kind" in item:
            return self.anything(item, 1)
        return {key: value for key, value in self.mapping({**item, "kind": "Secret"}, 1).items() if key != "kind"}

    def _beside_data(self, node: Json, depth: int, *, encoded: bool) -> Json:
        """An object whose data is secret as a whole."""
        rest = {key: value for key, value in node.items() if key not in secret_kind.FIELDS}
        shown = self._entries(rest, depth)
        if self.allow_secrets and encoded:
            return node if shown is rest else {key: shown.get(key, value) for key, value in node.items()}
        return {
            key: shown[key] if key in shown else secret_kind.without_values(value, encoded=encoded and key == "data")
            for key, value in node.items()
        }

    def _entries(self, node: Json, depth: int) -> Json:
        changed: Json | None = None
        for key, value in node.items():
            new = self.entry(node, key, value, depth)
            if new is not value:
                changed = dict(node) if changed is None else changed
                changed[key] = new
        return node if changed is None else changed

    def entry(self, node: Json, key: str, value: Any, depth: int) -> Any:
        """One value of `node`, by its key and by its shape."""
        kind = type(value)
        if kind is str:
            return self._named(node, key, value)
        if kind is dict:
            return self._nested(key, value, depth + 1)
        if kind is list:
            # Field ownership holds names of fields and no values; it is large, so it is passed over.
            return value if key == "managedFields" and "name" in node else self.sequence(value, depth + 1, key)
        if (kind is int or kind is float) and not is_harmless(str(value), secrecy(key)):
            return mark(secrecy(key).value, str(value))
        return value

    def _nested(self, key: str, value: Json, depth: int) -> Json:
        if key == "binaryData":
            return _without_encoded(value)
        shown, said = self.mapping(value, depth), secrecy(key)
        if said is _NONE or _VALUES.isdisjoint(shown):
            return shown
        return {name: _hidden(each, said) if name in _VALUES else each for name, each in shown.items()}

    def _named(self, node: Json, key: str, value: str) -> str:
        """A string by its name: its key, or the `name` beside a `value`."""
        said = secrecy(key)
        if said is _NONE:
            if key == "value" and type(name := node.get("name", node.get("key"))) is str:
                said = secrecy(name)
            elif key == "auth" and is_login(value):
                return mark("password", value)
            elif key.endswith(secret_kind.LAST_APPLIED):
                return self._last_applied(value)
        if said is _NONE or _is_document(key, value) or is_harmless(value, said):
            return self.string(value)
        self.met_key_id = self.met_key_id or has_key_id(value)
        return mark(said.value, value)

    def _last_applied(self, value: str) -> str:
        """What cannot be read could be anybody's, a Secret's too."""
        found = parsed(value)
        if found is None:
            return mark("last applied configuration", value) if value.strip() and not is_marked(value) else value
        return rendered(value, found, self.anything(found, 1))

    def string(self, value: str) -> str:
        """A string by its shape, and by the names inside it."""
        if len(value) < _SHORTEST:
            return value
        known = self._known.get(value)
        if known is None:
            known = self._known[value] = self._judged(value)
        return known

    def _judged(self, value: str) -> str:
        self.met_key_id = self.met_key_id or has_key_id(value)
        redacted = redact_patterns(value)
        # Parsed, a value is known by its name also where the name comes after it.
        if value.lstrip()[:1] in ("{", "[") and mentions_secrets(value) and (found := parsed(value)) is not None:
            return rendered(value, found, self.anything(found, 1))
        return value if redacted == value else redacted

    def sequence(self, node: list[Any], depth: int = 0, key: str = "") -> list[Any]:
        if depth > DEEPEST:
            return [mark("nested too deep", "")] if node else node
        changed: list[Any] | None = None
        said, before = secrecy(key), None
        for index, value in enumerate(node):
            new = self.anything(value, depth + 1) if type(value) is not str else self._item(value, before, said)
            if new is not value:
                changed = list(node) if changed is None else changed
                changed[index] = new
            before = value
        return node if changed is None else changed

    def _item(self, value: str, before: Any, said: Secrecy) -> str:
        """One of several strings: by the name of them all, or by the flag before it."""
        if said is not _NONE and not is_harmless(value, said, prose=True):
            return mark(said.value, value)
        if type(before) is str and before[:1] == "-" and value[:1] != "-" and "=" not in before:
            flag = secrecy(before)
            return self.string(value) if flag is _NONE or is_harmless(value, flag) else mark(flag.value, value)
        return self.string(value)


def _hidden(value: Any, said: Secrecy) -> Any:
    return mark(said.value, value) if isinstance(value, str) and not is_harmless(value, said) else value


def _is_document(key: str, value: str) -> bool:
    """Whether a key such as `credentials.json` holds a document, whose parts are judged by their own names."""
    return "." in key and "\n" in value.strip() and not value.lstrip().startswith("-")


def _without_encoded(value: Json) -> Json:
    """Binary data without what is the base64 of a secret."""
    kept = {key: each for key, each in value.items() if not (isinstance(each, str) and _is_encoded(each))}
    if len(kept) == len(value):
        return value
    return {key: kept.get(key, mark_bytes(len(each) * 3 // 4)) for key, each in value.items()}


def _is_encoded(value: str) -> bool:
    return holds_secret(value, redact_patterns)
