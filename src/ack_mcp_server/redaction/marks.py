"""What stands where a secret stood: what it was and how long, so that two answers can still be compared."""

import re

MARK = re.compile(r"<redacted: [^<>\n]{1,60}>")


def mark(what: str, value: str) -> str:
    """The replacement for `value`, such as `<redacted: token, 912 characters>`."""
    return f"<redacted: {what}, {len(value)} characters>"


def mark_bytes(count: int) -> str:
    return f"<redacted: {count} bytes>"


def is_marked(value: str) -> bool:
    """Whether the value begins with a mark: it was redacted before."""
    return value.startswith("<redacted: ") and MARK.match(value) is not None
