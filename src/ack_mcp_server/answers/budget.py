"""An answer fits: what is cut is counted, and the answer says how to get the rest."""

MAX_BYTES = 24_000  # about 6,000 tokens
_NOTE_BYTES = 300


def fit(text: str, *, how: str, limit: int = MAX_BYTES) -> tuple[str, str]:
    """The text within `limit` bytes, cut after a whole line, and a note about what was cut (empty when nothing was)."""
    raw = text.encode()
    if len(raw) <= limit:
        return text, ""
    kept = raw[: limit - _NOTE_BYTES].decode(errors="ignore")
    whole_lines = kept[: kept.rfind("\n") + 1] or kept
    lines_cut = text.count("\n", len(whole_lines)) + (not text.endswith("\n"))
    bytes_cut = len(raw) - len(whole_lines.encode())
    return whole_lines, f"[cut: {lines_cut} more lines, {bytes_cut} bytes. {how}]"
