"""Where the value of a pair ends: at its quote, its line, its block, or where the next pair begins."""

import re

# A bare value ends before a blank, a quote or an escaped line end, and at a delimiter that another pair follows.
_BARE = re.compile(
    r"(?:[^\s,;&\"'`\\)\]}|]++"
    r"|[,;&)\]}|](?![\s,;&)\]}|\"'`\\]|$|[\w. -]{1,40}[=:])"
    r"|\\(?![\"'\\nrt]))*+"
)
_NEXT_PAIR = re.compile(r"[ \t;&,][\w.-]{1,64}=")
_COMMENT = re.compile(r"[ \t]#[^\n]*")
_BLOCK_SCALAR = re.compile(r"[|>][-+\d]{0,2}[ \t]*(?:#[^\n]*)?$")
_DESCRIBED = re.compile(r"\n+(?:[\w.-]{1,253}:\n-{4,}\n|BinaryData\n====|Events:)")


def line_end(text: str, start: int) -> int:
    found = text.find("\n", start)
    return len(text) if found < 0 else found


def quoted(text: str, start: int, quote: str) -> int:
    """The end of what was opened by `quote`, which may carry backslashes; without a closing one, of the line."""
    depth, at = len(quote) - 1, start
    while (found := text.find(quote[-1], at)) >= 0:
        newline = text.find("\n", at, found)
        if newline >= 0:
            return newline
        before = text[max(start, found - 16) : found]
        slashes = len(before) - len(before.rstrip("\\"))
        if slashes == depth or (depth == 0 and slashes % 2 == 0):
            return found - depth
        at = found + 1
    return line_end(text, at)


def bare(text: str, start: int) -> int:
    """The end of an unquoted value in the middle of a line."""
    found = _BARE.match(text, start)
    return found.end() if found else start


def whole_line(text: str, start: int, separator: str) -> int:
    """The end of an unquoted value of the line's first pair: it may hold blanks."""
    end = line_end(text, start)
    cut = (_NEXT_PAIR if separator == "=" else _COMMENT).search(text, start, end)
    return start + len(text[start : cut.start() if cut else end].rstrip(" \t\r,"))


def block(text: str, start: int, indent: int) -> tuple[int, int] | None:
    """The lines of a block scalar that is announced at `start` under a key indented by `indent`."""
    end = line_end(text, start)
    if _BLOCK_SCALAR.match(text[start:end]) is None:
        return None
    begin = at = min(end + 1, len(text))
    while at < len(text):
        line = text[at : line_end(text, at)]
        if line.strip() and len(line) - len(line.lstrip(" ")) <= indent:
            break
        at = min(line_end(text, at) + 1, len(text))
    end = at - (at > begin and text[at - 1] == "\n")
    return begin + len(text[begin:end]) - len(text[begin:end].lstrip(" ")), end


def described(text: str, start: int) -> int:
    """The end of a ConfigMap's value as `kubectl describe` prints it."""
    found = _DESCRIBED.search(text, start)
    return found.start() if found else len(text)
