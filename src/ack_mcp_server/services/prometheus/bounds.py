"""Queries of a server that may reach some namespaces only: every selector has to name them, so that nobody else's
series are asked for. Nothing is added to a query in silence."""

from collections.abc import Collection

import promql_parser

from ack_mcp_server.answers.clean import one_line
from ack_mcp_server.errors import NotEnabled
from ack_mcp_server.services.prometheus.promql import Query, selectors_of
from ack_mcp_server.services.prometheus.quoting import matcher

_LABEL = "namespace"
_SHOWN = 120  # characters of a selector


def check(query: Query, namespaces: Collection[str]) -> None:
    """Raises NotEnabled for a query that would reach beyond them, or of which that cannot be told."""
    if not namespaces:
        return
    selectors = selectors_of(query.text)
    if selectors is None:
        raise _beyond("it cannot be told which series the query reads", namespaces)
    for selector in selectors:
        if not _is_within(selector, namespaces):
            raise _beyond(f"the selector {one_line(selector.prettify(), _SHOWN)} names none of them", namespaces)


def only(namespaces: Collection[str]) -> str:
    """The matcher that every selector needs."""
    if len(namespaces) == 1:
        return matcher(_LABEL, "=", next(iter(namespaces)))
    return matcher(_LABEL, "=~", "|".join(namespaces))


def _is_within(selector: promql_parser.VectorSelector, namespaces: Collection[str]) -> bool:
    """One matcher that holds is enough, because all of a selector's have to; not where alternatives stand beside."""
    if selector.matchers.or_matchers:
        return False
    return any(each.name == _LABEL and _allows_only(each, namespaces) for each in selector.matchers.matchers)


def _allows_only(each: promql_parser.Matcher, namespaces: Collection[str]) -> bool:
    op = str(each.op).rpartition(".")[2]
    values = each.value.split("|") if op == "Re" else [each.value] if op == "Equal" else [""]
    return all(value in namespaces for value in values)


def _beyond(why: str, namespaces: Collection[str]) -> NotEnabled:
    return NotEnabled(
        f"this server reaches the namespaces {', '.join(namespaces)} only, and {why}",
        next_step=f"Put {only(namespaces)} into every selector.",
    )
