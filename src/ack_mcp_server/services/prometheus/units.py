"""In which unit the values of a query are, as far as the names of its metrics tell it."""

import re

from ack_mcp_server.services.prometheus.promql import Query
from ack_mcp_server.services.prometheus.words import Word, words_of

_OF_BYTES = re.compile(r"_bytes(?:_total|_sum)?$")
_OPENS = ("(", "by", "without")
# Operators, functions and aggregations whose values are in the unit of what they are given; rates are per second.
_KEEPS_UNIT = frozenset({
    "+", "-", "==", "!=", ">", "<", ">=", "<=", "and", "or", "unless", "by", "without", "on", "ignoring",
    "group_left", "group_right", "sum", "avg", "min", "max", "topk", "bottomk", "quantile", "stddev", "sort",
    "sort_desc", "sort_by_label", "sort_by_label_desc", "abs", "ceil", "floor", "round", "clamp", "clamp_min",
    "clamp_max", "rate", "irate", "increase", "delta", "idelta", "deriv", "predict_linear", "avg_over_time",
    "min_over_time", "max_over_time", "sum_over_time", "last_over_time", "quantile_over_time", "stddev_over_time",
    "label_replace", "label_join",
})  # fmt: skip


def in_bytes(query: Query) -> bool:
    """Sums and rates of bytes are bytes; quotients, counts and times are not."""
    all_bytes = bool(query.metrics) and all(_OF_BYTES.search(name) for name in query.metrics)
    return all_bytes and all(word in _KEEPS_UNIT for word in _applied(words_of(query.text)))


def _applied(words: list[Word]) -> list[str]:
    """Operators, and what is called."""
    following = [*(word.text for word in words[1:]), ""]
    called = zip(words, following, strict=True)
    return [word.text.lower() for word, after in called if not word.is_string and _applies(word, after.lower())]


def _applies(word: Word, after: str) -> bool:
    return word.is_operator or word.text.lower() == "bool" or (after in _OPENS and word.text[0].isalpha())
