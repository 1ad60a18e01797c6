"""Regular expressions of a query: RE2's, as Loki's are."""

from typing import Any

from ack_mcp_server.answers.clean import one_line
from ack_mcp_server.errors import InvalidInput
from ack_mcp_server.services.loki.tokens import Token, value_of, wrong

_MEMORY = 1 << 20  # bytes that one compiled pattern may use
_LONGEST_REASON = 200


def checked(token: Token) -> str:
    """The expression that a string holds. Raises InvalidInput for one that Loki would refuse."""
    pattern = value_of(token)
    _compiled(pattern, token)
    return pattern


def matches_nothing_at_all(token: Token) -> bool:
    """Whether the empty text matches, as it is when a label is missing."""
    return _compiled(value_of(token), token).fullmatch("") is not None


def _compiled(pattern: str, token: Token) -> Any:
    import re2  # it costs a tenth of the start

    options = re2.Options()
    options.max_mem, options.log_errors = _MEMORY, False
    try:
        return re2.compile(pattern, options=options)
    except re2.error as exc:
        raise _refused(token, exc) from None


def _refused(token: Token, exc: Exception) -> InvalidInput:
    why = exc.args[0] if exc.args else ""
    text = why.decode(errors="replace") if isinstance(why, bytes) else str(why)
    return wrong(
        token.start,
        f"no regular expression: {one_line(text, _LONGEST_REASON)}",
        "Correct it; the syntax is RE2's, without back-references and look-around.",
    )
