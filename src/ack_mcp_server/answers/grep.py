"""Which lines are wanted: a regular expression that is matched in linear time, whoever wrote it.

RE2 keeps no stack of attempts, so no pattern and no line can block the loop; its syntax leaves out back-references and
look-around. A pattern without special characters is looked for as it is, without it.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass

from ack_mcp_server.answers.clean import one_line
from ack_mcp_server.errors import InvalidInput

LONGEST = 500  # characters of a pattern
_MEMORY = 1 << 20  # bytes that one compiled pattern may use
_SPECIAL = re.compile(r"[\\^$.|?*+()\[\]{}]")
_TIED = re.compile(r"[\^$\\]|\(\?")  # may depend on where a line begins or ends, or change the rules


@dataclass(frozen=True)
class LinePattern:
    """`line` tells whether one line matches; `block` is false when none of several lines can."""

    line: Callable[[str], bool]
    block: Callable[[str], bool]


def line_pattern(pattern: str) -> LinePattern | None:
    """None when there is nothing to look for. Raises InvalidInput with what is wrong with the pattern."""
    if not pattern:
        return None
    if len(pattern) > LONGEST:
        raise InvalidInput(f"grep takes at most {LONGEST} characters", next_step="Look for a part of it.")
    if not _SPECIAL.search(pattern):
        return LinePattern(lambda text: pattern in text, lambda text: pattern in text)
    matches = _compiled(pattern)
    tied = _TIED.search(pattern.removeprefix("(?i)"))
    return LinePattern(matches, (lambda text: True) if tied else matches)


def _compiled(pattern: str) -> Callable[[str], bool]:
    import re2  # most answers need none, and it costs a tenth of the start

    options = re2.Options()
    options.max_mem, options.log_errors, options.never_capture = _MEMORY, False, True
    try:
        compiled = re2.compile(pattern, options=options)
    except (re2.error, UnicodeEncodeError) as exc:
        raise InvalidInput(
            f"grep is not a regular expression: {_reason(exc)}",
            next_step="Use RE2 syntax such as error|timeout or (?i)oom; put a backslash before a special character.",
        ) from None
    # As bytes, because the wrapper would count the characters of every match.
    return lambda text: compiled.search(text.encode()) is not None


def _reason(exc: Exception) -> str:
    said = exc.args[0] if exc.args and isinstance(exc.args[0], bytes) else b"its text is not UTF-8"
    return one_line(said.decode(errors="replace"), 100)
