"""What settings would become: a line or some for each value that changes, without secrets."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import chain
from typing import Any

from ack_mcp_server.errors import InvalidInput, TooLarge
from ack_mcp_server.kube.writes.wording import key_of
from ack_mcp_server.lifecycle.long_values import ABSENT, change_lines, value_lines
from ack_mcp_server.redaction.objects import redact_object

Json = dict[str, Any]
_SCRIPTS = ("user_data", "pre_user_data")
_MOST = 100  # lines of one plan


def differences(before: Mapping[str, Any], wanted: Mapping[str, Any]) -> list[str]:
    """`path: old -> new` of what `wanted` names and `before` has otherwise. A list is one value: it is replaced. Raises
    InvalidInput for more than a plan can show, because nobody would approve what they do not see, and TooLarge."""
    before = {name: before[name] for name in wanted if name in before}
    return _whole(lambda: (change_lines(*each) for each in _changes(before, wanted)))


def settings_lines(wanted: Mapping[str, Any]) -> list[str]:
    """`path: value` of everything. Raises likewise."""
    return _whole(lambda: (value_lines(path, now) for path, _, now in _changes({}, wanted)))


def _whole(told: Callable[[], Iterable[Iterator[str]]]) -> list[str]:
    try:
        lines = list(chain.from_iterable(told()))
    except RecursionError:
        raise TooLarge("the settings are nested too deeply to be compared", next_step="Use the console.") from None
    if len(lines) > _MOST:
        raise InvalidInput(
            f"{len(lines)} lines of settings are more than the {_MOST} that one plan shows",
            next_step="Make several calls, or set long texts in the console.",
        )
    return lines


def _changes(before: Mapping[str, Any], wanted: Mapping[str, Any]) -> Iterator[tuple[str, Any, Any]]:
    old, new = redact_object(_without_scripts(before)), redact_object(_without_scripts(wanted))
    return _pairs(before, wanted, old, new, "")


def _pairs(before: Any, wanted: Any, old: Any, new: Any, at: str) -> Iterator[tuple[str, Any, Any]]:
    """Compared as they are, shown as they may be: an object that is secret, or too deep, has lost its names."""
    for name, value in wanted.items():
        path, now = key_of(at, str(name)), new[name]
        was = before.get(name, ABSENT) if isinstance(before, Mapping) else ABSENT
        shown_was = old.get(name, ABSENT) if isinstance(old, Mapping) else ABSENT
        if value and isinstance(value, Mapping) and isinstance(now, Mapping) and now.keys() == value.keys():
            yield from _pairs(was, value, shown_was, now, path)
        elif was != value:
            yield path, shown_was, now


def _without_scripts(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {
            name: f"<a script, {len(str(inner))} characters>" if name in _SCRIPTS and inner else _without_scripts(inner)
            for name, inner in value.items()
        }
    return [_without_scripts(each) for each in value] if isinstance(value, list) else value
