"""Lines as Kubernetes components write them: klog's header, its JSON form, or anything else as it is."""

import json
import re
from dataclasses import dataclass

_HEADER = re.compile(r"([IWEF])\d{4} \d\d:\d\d:\d\d\.\d{1,9}\s+\d+ ([^\s\]]{1,120}:\d+)\] ?", re.ASCII)
_SEVERITIES = {"info": "I", "warn": "W", "warning": "W", "error": "E", "fatal": "F", "panic": "F"}


@dataclass(frozen=True)
class LogRecord:
    """`severity` is I, W, E, F or empty; `source` a file and its line."""

    severity: str
    source: str
    message: str


def parse(line: str, level: str = "") -> LogRecord:
    """`level` is what the row says beside the line."""
    severity = _SEVERITIES.get(level.strip().lower(), level.strip().upper()[:1])
    if header := _HEADER.match(line):
        return LogRecord(header[1], header[2], line[header.end() :])
    if line.startswith("{") and (found := _json(line)):
        return LogRecord(found.severity or severity, found.source, found.message)
    return LogRecord(severity if severity in "IWEF" else "", "", line)


def _json(line: str) -> LogRecord | None:
    """{"ts": …, "caller": "file.go:1", "msg": …, more}; the rest stays behind the message."""
    try:
        fields = json.loads(line)
    except (ValueError, RecursionError):
        return None
    if not isinstance(fields, dict) or not isinstance(message := fields.get("msg"), str):
        return None
    rest = " ".join(f"{key}={_value(value)}" for key, value in fields.items() if key not in _TOLD)
    severity = "E" if fields.get("err") else _SEVERITIES.get(str(fields.get("level", "")).lower(), "I")
    return LogRecord(severity, str(fields.get("caller", "")), f"{message} {rest}".strip())


_TOLD = frozenset({"ts", "time", "caller", "msg", "level", "v"})


def _value(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)
