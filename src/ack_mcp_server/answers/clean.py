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


def clean(raw: bytes) -> str:
    """UTF-8 as `clean_text` leaves it. ASCII controls go first, as bytes, because most output is ASCII."""
    text = raw.translate(None, _CONTROL_BYTES).decode(errors="replace")
    return text if text.isascii() else clean_text(text)


def clean_text(text: str) -> str:
    """Without control characters but newline and tab, and without characters that nobody sees."""
    if text.isascii() and text.isprintable():
        return text
    return _HARMFUL.sub("", text.replace("\u2028", "\n").replace("\u2029", "\n"))


def one_line(text: str, limit: int | None = None) -> str:
    """As `clean_text`, on one line, with single spaces, and no longer than `limit`."""
    visible = clean_text(" ".join(text.split()))
    return " ".join(visible.split())[:limit].rstrip()
