"""Text from outside, made harmless to a terminal, a log and a JSON writer."""

_KEPT = {"\n", "\t"}


def clean(raw: bytes) -> str:
    """UTF-8 with control characters taken out (escape sequences lose their escape, carriage returns go)."""
    text = raw.decode(errors="replace")
    if text.isprintable():
        return text
    return "".join(char for char in text if char in _KEPT or not _is_control(char))


def _is_control(char: str) -> bool:
    code = ord(char)
    return code < 32 or 127 <= code < 160
