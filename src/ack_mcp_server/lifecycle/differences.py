"""What settings would become: one line for each value that changes, without secrets."""

from collections.abc import Iterator, Mapping
from itertools import chain
from typing import Any

from ack_mcp_server.errors import InvalidInput
from ack_mcp_server.kube.writes.wording import LONGEST, key_of, value_of
from ack_mcp_server.redaction.objects import redact_object

Json = dict[str, Any]
_SCRIPTS = ("user_data", "pre_user_data")
_MOST = 100  # lines of one plan
_LONGEST_ITEM = 400
_ABSENT = object()
_UNCUT = 1 << 20


def differences(before: Mapping[str, Any], wanted: Mapping[str, Any]) -> list[str]:
    """`path: old -> new` of what `wanted` names and `before` has otherwise. A list is one value: it is replaced. Raises
    InvalidInput for more than a plan can show, because nobody would approve what they do not see."""
    before = {name: before[name] for name in wanted if name in before}
    old, new = redact_object(_without_scripts(before)), redact_object(_without_scripts(wanted))
    lines = list(chain.from_iterable(_lines(*each) for each in _pairs(before, wanted, old, new, "")))
    if len(lines) > _MOST:
        raise InvalidInput(
            f"{len(lines)} settings are more than the {_MOST} that one plan shows", next_step="Make several calls."
        )
    return lines


def _lines(path: str, was: Any, now: Any) -> Iterator[str]:
    """Of a list that is too long for one line, its items."""
    if isinstance(now, list) and len(value_of(now, _UNCUT)) > LONGEST:
        there = was if isinstance(was, list) else []
        gone, new = [each for each in there if each not in now], [each for each in now if each not in there]
        if gone or new:
            yield f"  {path}: {len(there)} -> {len(now)} items"
            yield from (f"    - {value_of(each, _LONGEST_ITEM)}" for each in gone)
            yield from (f"    + {value_of(each, _LONGEST_ITEM)}" for each in new)
            return
    yield f"  {path}: {_said(was)} -> {_said(now)}"


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
