"""LogQL, as far as it finds lines of logs. A query is read before it is sent, and sent as it was read: what is not
understood costs no request, and nothing of it can end a string or a selector early."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from ack_mcp_server.errors import InvalidInput
from ack_mcp_server.services.loki.cursor import Cursor
from ack_mcp_server.services.loki.selector import Matcher, read_selector, written
from ack_mcp_server.services.loki.stages import LINE_FILTERS, read_line_filter, read_stage
from ack_mcp_server.services.loki.tokens import Token, wrong

LONGEST = 4000  # characters
_MOST_STAGES = 50
_METRIC = (
    'Give the log query within it alone, such as {…} |= "error"; the answer counts the lines. Metrics of a cluster '
    "are asked with query_prometheus."
)


@dataclass(frozen=True)
class LogQuery:
    """`stages` are words as they are sent, one stage each."""

    matchers: tuple[Matcher, ...]
    stages: tuple[str, ...] = ()

    def __str__(self) -> str:
        return " ".join([self.selector, *self.stages])

    @property
    def selector(self) -> str:
        return written(self.matchers)

    def only(self, *matchers: Matcher) -> "LogQuery":
        """Within these, too: a log must fit all matchers, and no stage chooses others."""
        return replace(self, matchers=(*self.matchers, *matchers))


def parsed(query: str) -> LogQuery:
    """Raises InvalidInput with the place of what is wrong; metric queries are refused."""
    _check_text(query)
    cursor = Cursor.over(query)
    _check_no_metric(cursor.tokens)
    matchers = read_selector(cursor)
    stages: list[str] = []
    while cursor.next.kind != "end":
        if len(stages) == _MOST_STAGES:
            raise wrong(cursor.next.start, f"there are more than {_MOST_STAGES} stages")
        begin = cursor.place
        _read_stage(cursor)
        stages.append(_words(cursor.tokens[begin : cursor.place]))
    return LogQuery(matchers, tuple(stages))


def _read_stage(cursor: Cursor) -> None:
    if cursor.sees(*LINE_FILTERS):
        read_line_filter(cursor)
        return
    cursor.expect(("|",), "a stage: one of |= != |~ !~ or |")
    read_stage(cursor)


def _words(tokens: Sequence[Token]) -> str:
    return " ".join(token.text for token in tokens)


def _check_text(query: str) -> None:
    if len(query) > LONGEST:
        raise InvalidInput(f"query is longer than {LONGEST:,} characters", next_step="Use a shorter one.")
    if any("\ud800" <= char <= "\udfff" or char == "\0" for char in query):
        raise InvalidInput("query is not valid text", next_step="Leave out half surrogates and NUL.")


def _check_no_metric(tokens: Sequence[Token]) -> None:
    """`sum by (app) (rate({…}[5m]))`: a function before the selector, or a range behind it."""
    first, second = tokens[0], tokens[min(1, len(tokens) - 1)]
    if first.kind == "word" and second.text in ("(", "by", "without"):
        raise wrong(first.start, "this is a metric query, and search_logs finds lines", _METRIC)
    for token in tokens:
        if token.kind == "sign" and token.text == "[":
            raise wrong(token.start, "a range makes a metric query, and search_logs finds lines", _METRIC)
