"""The lines of a log that tell why something ended or does not serve."""

import re
from collections.abc import Iterable, Sequence

_LOUD = re.compile(
    r"\b(FATAL|PANIC|CRITICAL|SEVERE|EMERG)\b|^panic:|^fatal error:|Traceback \(most recent|Unhandled|segfault", re.I
)
_BAD = re.compile(
    r"\b(ERROR|ERR|Exception|Error)\b|\bfail(ed|ure|s)?\b|refused|denied|unavailable|no such|not found|timed? ?out"
    r"|cannot|could not|unable to|missing|invalid|does not exist|no space left|permission|locked",
    re.I,
)
_WARNED = re.compile(r"\b(WARN|WARNING)\b|\bwaiting for\b|retry", re.I)
_KLOG = re.compile(r"^([EFW])\d{4} ")
_STAMP = re.compile(
    r"^\[?\d{4}[-/]\d\d[-/]\d\d[T ]\d\d:\d\d:\d\d(?:[.,]\d+)?(?:Z|[+-]\d\d:?\d\d)?\]?\s*"
    r"|^[EFWI]\d{4} \d\d:\d\d:\d\d\.\d+\s+\d+ "
)
_STACK = re.compile(r"^\s+(at |File \"|\.\.\.)|^goroutine \d+|^main\.|^\t|^\s*\^")
_LONGEST = 220


def telling(lines: Sequence[str], most: int = 3) -> list[str]:
    """The most telling first, among equals the last; repeated ones once, without their stamps."""
    ranked = sorted(((_loudness(line), place, line) for place, line in enumerate(lines)), reverse=True)
    chosen = [plain(line) for loudness, _, line in ranked if loudness]
    return list(dict.fromkeys(chosen))[:most]


def _loudness(line: str) -> int:
    if not line.strip() or _STACK.match(line):
        return 0
    klog = _KLOG.match(line)
    if _LOUD.search(line) or (klog and klog[1] == "F"):
        # That it gives up tells less than what it met.
        return 3 if _BAD.search(_LOUD.sub("", line)) or ":" in _LOUD.sub("", plain(line)) else 1
    if _BAD.search(line) or (klog and klog[1] == "E"):
        return 2
    return 1 if _WARNED.search(line) else 0


def plain(line: str) -> str:
    """Without its stamp, cut to a length."""
    found = _STAMP.sub("", line.strip())
    return found if len(found) <= _LONGEST else f"{found[: _LONGEST - 1]}…"


def blamed(line: str) -> str:
    """Without its level, for use inside a sentence."""
    return re.sub(r"^(\w+ )?\b(FATAL|PANIC|CRITICAL|ERROR|WARN(ING)?|INFO)\b:?\s*", "", line)


def last_lines(lines: Iterable[str], most: int = 4) -> list[str]:
    """The end of a log, for a reader who judges by themselves; what repeats is counted."""
    folded: list[tuple[str, int]] = []
    for line in map(plain, filter(str.strip, lines)):
        if folded and folded[-1][0] == line:
            folded[-1] = (line, folded[-1][1] + 1)
        else:
            folded.append((line, 1))
    return [f"{line} (×{times})" if times > 1 else line for line, times in folded[-most:]]
