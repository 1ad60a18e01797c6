"""kubectl's dialect of JSONPath: templates for -o jsonpath, and single paths for columns and sorting."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from ack_mcp_server.kube.printing import go
from ack_mcp_server.kube.printing.errors import JsonPathError, NotUnderstood
from ack_mcp_server.kube.printing.json import compact, indented
from ack_mcp_server.kube.printing.jsonpath.evaluate import NOTHING, Failed, Values, evaluate
from ack_mcp_server.kube.printing.jsonpath.nodes import Template
from ack_mcp_server.kube.printing.jsonpath.parser import parse

MOST_PRINTED = 32 * 1024 * 1024  # characters

_RELAXED = re.compile(r"\{\.?([^{}]+)\}|\.?([^{}]+)")
_FORMS = "'name1.name2' or '.name1.name2' or '{name1.name2}' or '{.name1.name2}'"


@dataclass(frozen=True)
class Path:
    """`allow_missing`: a field that is not there is no error."""

    template: Template
    allow_missing: bool = True

    def render(self, root: object) -> str:
        """As -o jsonpath prints it. Raises NotUnderstood, also where kubectl fails: it then dumps the object."""
        return _joined(_joined(map(_printed, values), " ") for values in self._results(root))

    def render_json(self, root: object) -> str:
        """As -o jsonpath-as-json prints it: one list for each text and action. Raises NotUnderstood."""
        return _joined(indented(values) + "\n" for values in self._results(root))

    def values(self, root: object) -> Values:
        """Everything found. Raises NotUnderstood."""
        return [value for values in self._results(root) for value in values]

    def found(self, root: object) -> Values:
        """Like values, but raises evaluate.Failed with kubectl's reason where kubectl fails."""
        return [value for values in evaluate(self.template, root, allow_missing=self.allow_missing) for value in values]

    def _results(self, root: object) -> list[Values]:
        try:
            return evaluate(self.template, root, allow_missing=self.allow_missing)
        except Failed as exc:
            raise NotUnderstood(str(exc)) from None


def compile_path(text: str, *, relaxed: bool = False, allow_missing: bool = True) -> Path:
    """Raises JsonPathError with what kubectl says, NotUnderstood.

    `relaxed` also takes `a.b`, `.a.b` and `{a.b}`, as columns and --sort-by do.
    """
    if relaxed:
        return Path(parse(relaxed_path(text)), allow_missing)
    if not text:
        raise JsonPathError("template format specified but no template given")
    try:
        return Path(parse(text), allow_missing)
    except JsonPathError as exc:
        raise JsonPathError(exc.reason, context=f"error parsing jsonpath {text}, ") from None


def relaxed_path(text: str) -> str:
    """The whole expression for a relaxed one. Raises JsonPathError."""
    if not text:
        return ""
    found = _RELAXED.fullmatch(text)
    if found is None:
        raise JsonPathError(f"unexpected path string, expected a {_FORMS}")
    return "{." + (found[1] or found[2]) + "}"


def _joined(texts: Iterable[str], between: str = "") -> str:
    """A short template may repeat a long list without end."""
    parts: list[str] = []
    room = MOST_PRINTED
    for text in texts:
        parts.append(text)
        room -= len(text)
        if room < 0:
            raise NotUnderstood("too long a result")
    return between.join(parts)


def _printed(value: object) -> str:
    if value is NOTHING:
        return "<no value>"
    if value is None:
        return "null"
    return compact(value) if isinstance(value, dict | list) else go.go_string(value)


__all__ = ["Path", "compile_path", "relaxed_path"]
