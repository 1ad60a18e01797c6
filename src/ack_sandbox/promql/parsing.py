"""From text to the parser's tree, without what would end the process."""

import re
from typing import Any

import promql_parser as ast

from ack_sandbox.promql.model import QueryError, unknown

DEEPEST = 100
MOST_OPERATORS = 200
"""The parser recurses on the stack without a limit of its own; a chain of operators is as deep as it is long."""

_QUOTED = re.compile(r'"(?:[^"\\]|\\.)*"?|\'(?:[^\'\\]|\\.)*\'?|`[^`]*`?', re.DOTALL)
_OPERATOR = re.compile(r"[-+*/%^<>]|[=!]=|\b(?:and|or|unless|atan2)\b", re.IGNORECASE)
_UNKNOWN_FUNCTION = re.compile(r"unknown function with name '(\w+)'")
_ONLY_PROMETHEUS = frozenset({"holt_winters"})
"""Functions of 2.42 that the parser refuses."""


class ParseError(QueryError):
    """Prometheus names the parameter with it for an instant query only; the place in the text is not known here."""


def parsed(query: str) -> Any:
    """The expression's tree; raises ParseError, or QueryError for what only Prometheus knows."""
    if _too_deep(_QUOTED.sub('""', query)):
        raise unknown(f"expressions of more than {DEEPEST} brackets in each other or {MOST_OPERATORS} operators")
    try:
        return ast.parse(query)
    except ValueError as exc:
        if (function := _UNKNOWN_FUNCTION.search(str(exc))) and function[1] in _ONLY_PROMETHEUS:
            raise unknown(f"the function {function[1]}") from None
        raise ParseError("bad_data", f"parse error: {exc}") from None


def _too_deep(query: str) -> bool:
    depth = deepest = 0
    for character in query:
        depth += (character in "([{") - (character in ")]}")
        deepest = max(deepest, depth)
    return deepest > DEEPEST or len(_OPERATOR.findall(query)) > MOST_OPERATORS
