"""Text from outside, made harmless to a terminal, a log, a JSON writer and a reader who sees less than a model does."""

import re

# Ranges, because asking the Unicode database about every code point would cost a tenth of a second at the start.
_CONTROLS = r"\x00-\x08\x0b-\x1f\x7f-\x9f"
_SURROGATES = r"\ud800-\udfff"
_FORMAT = (  # category Cf: zero-width and bidirectional characters, and marks of scripts that draw nothing themselves
    r"\xad\u0600-\u0605\u061c\u06dd\u070f\u0890\u0891\u08e2\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff"
    r"\ufff0-\ufffb\U000110bd\U000110cd\U00013430-\U0001343f\U0001bca0-\U0001bca3\U0001d173-\U0001d17a"
)
_HIDDEN = r"\ufe00-\ufe0f\U000e0000-\U000e0fff"  # variation selectors and tags: text can be written in them alone
_HARMFUL = re.compile(f"[{_CONTROLS}{_SURROGATES}{_FORMAT}{_HIDDEN}]+")
_CONTROL_BYTES = bytes(code for code in (*range(32), 127) if code not in b"\n\t")

# Terminal sequences (ECMA-48) go whole: colours and moves, strings such as titles and links, which end on their line,
# and the short ones. No part can match in two ways, and none runs past where another could begin: time is linear. Each
# alternative begins with a literal, by which the engine skips everything else.
_MOVE = r"[0-?]*[ -/]*[@-~]"
_STRING = r"[^\x07\x1b\x80-\x9f\n]*(?:\x07|\x9c|\x1b\\)"
_SEQUENCES = re.compile(
    "|".join(
        [rf"\x1b\[{_MOVE}", rf"\x9b{_MOVE}", rf"\x1b[P\]X^_]{_STRING}", r"\x1b[ -/]*[0-OQ-WYZ\\`-~]"]
        + [f"{begin}{_STRING}" for begin in (r"\x90", r"\x98", r"\x9d", r"\x9e", r"\x9f")]
    )
)


def clean(raw: bytes) -> str:
    """UTF-8 as `clean_text` leaves it. ASCII without terminal sequences is done as bytes, because most output is."""
    if not raw.isascii() or b"\x1b" in raw:
        return clean_text(raw.decode(errors="replace"))
    if b"\r" in raw:
        raw = raw.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    return raw.translate(None, _CONTROL_BYTES).decode("ascii")


def clean_text(text: str) -> str:
    """Without terminal sequences, control characters but newline and tab, and characters that nobody sees. Every kind
    of line end becomes a newline, so that what a terminal would overwrite (a progress bar) stays readable."""
    if text.isascii() and text.replace("\n", "").isprintable():
        return text
    if "\x1b" in text or not text.isascii():
        text = _SEQUENCES.sub("", text).replace("\u2028", "\n").replace("\u2029", "\n")
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    return _HARMFUL.sub("", text)


def one_line(text: str, limit: int | None = None) -> str:
    """As `clean_text`, on one line, with single spaces, and no longer than `limit`."""
    if limit is None and text.isascii() and text.isprintable() and "  " not in text:
        return text.strip(" ")  # nearly every name and value
    visible = clean_text(" ".join(text.split()))
    return " ".join(visible.split())[:limit].rstrip()
