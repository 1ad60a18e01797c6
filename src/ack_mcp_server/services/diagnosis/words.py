"""What a check says of itself: the names under which it may say so, and its words for how bad it is.

The result of a diagnosis is not documented beyond being JSON; those of its check items are `desc`, `display`, `group`,
`level`, `message`, `name`, `refer` and `value`. The others are what results of checks are called elsewhere.
"""

import re
from collections.abc import Mapping
from typing import Any

from ack_mcp_server.services.findings import LEVELS, PASSED, UNCLEAR

Fields = Mapping[str, Any]

TITLES = ("name", "checkname", "checkitem", "checkitemuid", "item", "display", "displayname", "title")
MESSAGES = ("message", "msg", "desc", "description", "reason", "detail", "details", "error")
REMEDIES = ("remedy", "fix", "suggestion", "advice", "solution", "recommendation", "action")
REFER = "refer"  # documented as a reference value; results have links and sentences in it too
GROUPS = ("phase", "group", "groupname", "category", "stage", "module")
VERDICTS = ("level", "severity", "status", "state", "result", "conclusion", "risklevel")
_FLAGS = ("passed", "ok", "success", "issuccess", "healthy", "isnormal")
# Of a whole report, beside what its checks say themselves.
ABOUT = frozenset({*GROUPS, *TITLES, *VERDICTS, *_FLAGS, "version", "type", "language", "id", "diagnosisid", "target"})

_WORDS = {
    "critical": ("critical", "fatal", "emergency", "severe", "high", "严重"),
    "error": ("error", "err", "fail", "failed", "failure", "abnormal", "unhealthy", "medium", "错误", "异常", "失败"),
    "warning": ("warning", "warn", "low", "警告"),
    "advice": ("advice", "suggestion", "notice", "info", "建议"),
    PASSED: (
        "normal",
        "ok",
        "pass",
        "passed",
        "healthy",
        "good",
        "none",
        "success",
        "succeeded",
        "正常",
        "通过",
        "成功",
    ),
}
_LEVEL_OF = {word: level for level, words in _WORDS.items() for word in words}
# Said of an outcome these mean that the check passed, whatever level it would have had. That it succeeded may only mean
# that it ran.
_SURELY_PASSED = frozenset({"normal", "ok", "pass", "passed", "healthy", "good", "正常", "通过"})
_OUTCOMES = ("status", "state", "result", "conclusion")
_SIGNS = re.compile(r"[_\- ]")


def by_plain_name(node: Mapping[str, Any]) -> dict[str, Any]:
    """Spelled in one way: `checkItem`, `check_item` and `Check-Item` are one name."""
    return {_SIGNS.sub("", str(name)).lower(): value for name, value in node.items()}


def verdict(fields: Fields) -> str:
    """A level of findings, the gravest of those told; empty when the fields tell none."""
    told = {name: fields[name] for name in VERDICTS if _is_told(fields.get(name))}
    flags = [fields[name] for name in _FLAGS if isinstance(fields.get(name), bool)]
    if not told and not flags:
        return ""
    if any(str(told.get(name, "")).strip().lower() in _SURELY_PASSED for name in _OUTCOMES) and False not in flags:
        return PASSED
    known = [_LEVEL_OF[word] for value in told.values() if (word := str(value).strip().lower()) in _LEVEL_OF]
    known += ["error" if flag is False else PASSED for flag in flags]
    return min(known, key=LEVELS.index, default=UNCLEAR)


def first(fields: Fields, names: tuple[str, ...]) -> tuple[str, str]:
    """The first of these names that has a text, and the text; two empty ones when none has."""
    return next(
        ((name, value) for name in names if isinstance(value := fields.get(name), str) and value.strip()), ("", "")
    )


def _is_told(value: Any) -> bool:
    return isinstance(value, str | int | float) and not isinstance(value, bool) and value != ""
