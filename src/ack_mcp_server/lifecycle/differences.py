"""What settings would become: one line for each value that changes, without secrets."""

from collections.abc import Iterator, Mapping
from typing import Any

from ack_mcp_server.kube.writes.wording import key_of, value_of
from ack_mcp_server.redaction.objects import redact_object

Json = dict[str, Any]
_SCRIPTS = ("user_data", "pre_user_data")
_MOST = 40
_ABSENT = object()


def differences(before: Mapping[str, Any], wanted: Mapping[str, Any]) -> list[str]:
    """`path: old -> new` of what `wanted` names and `before` has otherwise. A list is one value: it is replaced."""
    old, new = redact_object(_without_scripts(before)), redact_object(_without_scripts(wanted))
    lines = [f"  {path}: {_said(was)} -> {_said(now)}" for path, was, now in _pairs(before, wanted, old, new, "")]
    return [*lines[:_MOST], *([f"  … and {len(lines) - _MOST} more"] if len(lines) > _MOST else [])]


def settings_lines(wanted: Mapping[str, Any]) -> list[str]:
    """`path: value` of everything."""
    return [line.replace(" none -> ", " ", 1) for line in differences({}, wanted)]


def _pairs(before: Any, wanted: Any, old: Any, new: Any, at: str) -> Iterator[tuple[str, Any, Any]]:
    """Compared as they are, shown as they may be."""
    for name, value in wanted.items():
        path = key_of(at, str(name))
        was = before.get(name, _ABSENT) if isinstance(before, Mapping) else _ABSENT
        shown_was = old.get(name, _ABSENT) if isinstance(old, Mapping) else _ABSENT
        if isinstance(value, Mapping):
            yield from _pairs(was, value, shown_was, new[name], path)
        elif was != value:
            yield path, shown_was, new[name]


def _said(value: Any) -> str:
    return "none" if value is _ABSENT or value is None else value_of(value)


def _without_scripts(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {
            name: f"<a script, {len(str(inner))} characters>" if name in _SCRIPTS and inner else _without_scripts(inner)
            for name, inner in value.items()
        }
    return [_without_scripts(each) for each in value] if isinstance(value, list) else value
