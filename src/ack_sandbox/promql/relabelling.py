"""label_replace and label_join."""

import re
from collections.abc import Sequence
from typing import Any

import re2

from ack_sandbox.promql.labels import replaced, value_of
from ack_sandbox.promql.model import QueryError, compiled
from ack_sandbox.promql.series import Series, Vector, merged

_LABEL = re.compile(r"[a-zA-Z_][a-zA-Z0-9_]*")
_REFERENCE = re.compile(r"\$(?:(\$)|\{(\w+)\}|(\w+))", re.ASCII)


def label_replace(vector: Vector, target: str, replacement: str, source: str, pattern: str) -> Vector:
    """Where the pattern fits the whole source label, the target is what `$1` or `${name}` in the replacement say."""
    expression = _expression(pattern)
    if not is_label(target):
        raise QueryError("execution", f"invalid destination label name in label_replace(): {target}")

    def relabelled(series: Series) -> Series:
        match = expression.fullmatch(value_of(series.labels, source))
        if match is None:
            return series
        return Series(replaced(series.labels, target, _expanded(replacement, match)), series.values)

    return merged(relabelled(series) for series in vector)


def label_join(vector: Vector, target: str, separator: str, sources: Sequence[str]) -> Vector:
    """The target is the sources' values, joined."""
    for source in sources:
        if not is_label(source):
            raise QueryError("execution", f"invalid source label name in label_join(): {source}")
    if not is_label(target):
        raise QueryError("execution", f"invalid destination label name in label_join(): {target}")

    def joined(series: Series) -> Series:
        value = separator.join(value_of(series.labels, source) for source in sources)
        return Series(replaced(series.labels, target, value), series.values)

    return merged(joined(series) for series in vector)


def is_label(name: str) -> bool:
    return _LABEL.fullmatch(name) is not None


def _expression(pattern: str) -> Any:
    try:
        return compiled(pattern)
    except re2.error:
        message = f"invalid regular expression in label_replace(): {pattern}"
        raise QueryError("execution", message) from None


def _expanded(template: str, match: Any) -> str:
    """A group that is not there is empty; a dollar sign that names nothing is itself."""

    def value(reference: re.Match[str]) -> str:
        if reference[1]:
            return "$"
        name = reference[2] or reference[3]
        try:
            return match.group(int(name) if name.isdigit() else name) or ""
        except (IndexError, KeyError):
            return ""

    return _REFERENCE.sub(value, template)
