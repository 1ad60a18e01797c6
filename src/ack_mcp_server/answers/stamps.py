"""The stamps that a kubelet puts before log lines: RFC 3339 with nanoseconds, in UTC or a node's own zone."""

from datetime import UTC, datetime

_CANONICAL = len("2026-11-21T07:32:43.123456789Z")
_NS = 1_000_000_000


def split_stamp(line: str) -> tuple[str, str]:
    """The stamp in its canonical form, which sorts as text, and what follows it; no stamp when there is none."""
    head, _, rest = line.partition(" ")
    if len(head) == _CANONICAL and head[-1] == "Z" and head[10] == "T" and head[19] == ".":
        return head, rest
    stamp = _canonical(head)
    return (stamp, rest) if stamp else ("", line)


def nanoseconds(stamp: str) -> int:
    """Since 1970, of a canonical stamp; 0 for what only looks like one."""
    try:
        seconds = datetime.fromisoformat(f"{stamp[:19]}+00:00").timestamp()
        return int(seconds) * _NS + int(stamp[20:29])
    except ValueError:
        return 0


def stamp_of(nanoseconds: int) -> str:
    """The canonical stamp; the last that there can be for a moment beyond the calendar."""
    seconds, rest = divmod(nanoseconds, _NS)
    try:
        return f"{datetime.fromtimestamp(seconds, UTC):%Y-%m-%dT%H:%M:%S}.{rest:09d}Z"
    except (ValueError, OverflowError, OSError):
        return "9999-12-31T23:59:59.999999999Z"


def _canonical(head: str) -> str:
    if not 20 <= len(head) <= 35 or head[10] != "T":
        return ""
    try:
        moment = datetime.fromisoformat(head).astimezone(UTC)
    except (ValueError, OverflowError):
        return ""
    fraction = head[20:].partition("+")[0].partition("-")[0].rstrip("Z") if head[19] == "." else ""
    return f"{moment:%Y-%m-%dT%H:%M:%S}.{fraction:0<9}Z" if fraction.isdecimal() or not fraction else ""
