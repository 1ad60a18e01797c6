"""What settings would become: a line or some for each value that changes, without secrets."""

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import chain
from typing import Any

from ack_mcp_server.errors import InvalidInput, TooLarge
from ack_mcp_server.kube.writes.wording import key_of
from ack_mcp_server.lifecycle.long_values import ABSENT, change_lines, value_lines
from ack_mcp_server.redaction.objects import redact_object

Json = dict[str, Any]
_SCRIPTS = ("user_data", "pre_user_data")
_MOST = 100  # lines of one plan
_MARK = re.compile(r"(<(?:redacted: [^<>\n]{1,50}|a script), (\d{1,9}) characters>)")


@dataclass(frozen=True, kw_only=True)
class _Change:
    """Of one value; `is_more` where something redacted in it becomes another, and what stands in its place stays."""

    path: str
    was: Any
    now: Any
    is_more: bool


def differences(before: Mapping[str, Any], wanted: Mapping[str, Any]) -> list[str]:
    """`path: old -> new` of what `wanted` names and `before` has otherwise. A list is one value: it is replaced. Raises
    InvalidInput for more than a plan can show, because nobody would approve what they do not see, and TooLarge."""
    before = {name: before[name] for name in wanted if name in before}
    return _whole(
        lambda: (change_lines(each.path, each.was, each.now, is_more=each.is_more) for each in _changes(before, wanted))
    )


def settings_lines(wanted: Mapping[str, Any]) -> list[str]:
    """`path: value` of everything. Raises likewise."""
    return _whole(lambda: (value_lines(each.path, each.now) for each in _changes({}, wanted)))


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


def _changes(before: Mapping[str, Any], wanted: Mapping[str, Any]) -> Iterator[_Change]:
    old, new = redact_object(_without_scripts(before)), redact_object(_without_scripts(wanted))
    return _pairs(before, wanted, old, new, "")


def _pairs(before: Any, wanted: Any, old: Any, new: Any, at: str) -> Iterator[_Change]:
    """Compared as they are, shown as they may be: an object that is secret, or too deep, has lost its names."""
    for name, value in wanted.items():
        path, now = key_of(at, str(name)), new[name]
        was = before.get(name, ABSENT) if isinstance(before, Mapping) else ABSENT
        shown_was = old.get(name, ABSENT) if isinstance(old, Mapping) else ABSENT
        if value and isinstance(value, Mapping) and isinstance(now, Mapping) and now.keys() == value.keys():
            yield from _pairs(was, value, shown_was, now, path)
        elif was != value:
            is_more = _is_more(_hidden(was, shown_was), _hidden(value, now))
            yield _Change(path=path, was=shown_was, now=now, is_more=is_more)


def _is_more(old: Mapping[str, Counter[str]], new: Mapping[str, Counter[str]]) -> bool:
    """Whether one goes and another comes under the same mark: those that are only moved or repeated stay the same."""
    if "" in old or "" in new:
        return _replaces(_together(old), _together(new))
    return any(_replaces(old[mark], new[mark]) for mark in old.keys() & new.keys())


def _replaces(old: Counter[str], new: Counter[str]) -> bool:
    return not (old <= new or new <= old)


def _together(found: Mapping[str, Counter[str]]) -> Counter[str]:
    return sum(found.values(), Counter())


def _hidden(value: Any, shown: Any) -> Mapping[str, Counter[str]]:
    """How often each is redacted, by the mark in its place; by an empty one where that cannot be told."""
    found: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for mark, secret in _secrets(value, shown):
        found[mark][repr(secret)] += 1
    return found


def _secrets(value: Any, shown: Any) -> Iterator[tuple[str, object]]:
    if value == shown:
        return
    if isinstance(value, Mapping) and isinstance(shown, Mapping) and value.keys() == shown.keys():
        for name in sorted(value, key=str):
            yield from _secrets(value[name], shown[name])
    elif isinstance(value, list) and isinstance(shown, list) and len(value) == len(shown):
        for pair in zip(value, shown, strict=True):
            yield from _secrets(*pair)
    elif isinstance(value, str) and isinstance(shown, str):
        yield from _secrets_of_text(value, shown)
    else:
        yield "", value


def _secrets_of_text(text: str, shown: str) -> list[tuple[str, object]]:
    """A mark says how long what it stands for is; what was redacted twice is not that long any more."""
    parts = _MARK.split(shown)
    again, found, at = parts[::3], list[tuple[str, object]](), 0
    for number, (before, mark, count) in enumerate(zip(parts[::3], parts[1::3], parts[2::3], strict=False)):
        start = at + len(before)
        at = start + int(count)
        again[number] += text[start:at]
        found.append((mark, text[start:at]))
    return found if "".join(again) == text else [("", text)]


def _without_scripts(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {
            name: f"<a script, {len(str(inner))} characters>" if name in _SCRIPTS and inner else _without_scripts(inner)
            for name, inner in value.items()
        }
    return [_without_scripts(each) for each in value] if isinstance(value, list) else value
