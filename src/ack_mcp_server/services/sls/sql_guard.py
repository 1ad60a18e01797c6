"""What the operator bounds the server to, and what may not be found by searching, as further conditions of a search.
Rows are chosen before SQL sees them, so what a search leaves out no SQL can show."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ack_mcp_server.errors import InvalidInput, NotEnabled
from ack_mcp_server.identifiers import shown
from ack_mcp_server.services.audit import kinds
from ack_mcp_server.services.sls import search
from ack_mcp_server.services.sls.names import EVENTS, Logstore
from ack_mcp_server.services.sls.search import EVERYTHING, Search
from ack_mcp_server.services.sls.sql_bodies import is_body, may_find_body, mentions_bodies, reads_bodies
from ack_mcp_server.services.sls.sql_statement import Statement
from ack_mcp_server.services.sls.sql_text import SearchPart
from ack_mcp_server.settings import Settings

if TYPE_CHECKING:
    from sqlglot import exp

_AUDIT = "audit"
_SECRETIVE = ("secrets", "serviceaccounts", "tokenreviews", "tokenrequests")
_RELEASES = "sh.helm.release.*"
_LEFT_OUT = (
    "entries of secrets, serviceaccounts, tokenreviews and helm releases are left out, because the query looks into "
    "bodies or every field; name a field (objectRef.resource: secrets) and no body to count them"
)
_URI = "requestURI"
_NAMES_URI = re.compile(_URI, re.IGNORECASE)
_WITHOUT_COMMANDS = (
    f"entries of exec are left out, because {_URI} holds their commands; they are found by objectRef.subresource"
)


@dataclass(frozen=True)
class Guarded:
    """The search as it is sent, and what is to be said of it."""

    text: str
    notes: tuple[str, ...] = ()


def is_audit(where: Logstore) -> bool:
    return where.name.startswith(_AUDIT)


def guarded(where: Logstore, settings: Settings, part: SearchPart, sql: Statement | None = None) -> Guarded:
    """Raises NotEnabled, InvalidInput."""
    tree = sql.tree if sql else None
    if tree is not None:
        _check_tables(tree, where)
    hides = _touches_bodies(where, part, sql.text if sql else "", tree)
    commands = is_audit(where) and _NAMES_URI.search(" ".join([sql.text if sql else "", *part.fields])) is not None
    conditions = [
        *_bounds(where, settings),
        *(_without_secretive() if hides else ()),
        *([search.negated(search.field(_URI, "command"))] if commands else []),
    ]
    if not conditions:
        return Guarded(part.text)
    if part.strange:
        raise _strange(part)
    asked = Search(part.text, len(part.fields) + len(part.words), _loose=part.text != EVERYTHING)
    whole = search.all_of([asked if part.text != EVERYTHING else search.ALL, *conditions])
    return Guarded(str(whole), (*([_LEFT_OUT] * hides), *([_WITHOUT_COMMANDS] * commands)))


def _touches_bodies(where: Logstore, part: SearchPart, sql: str, tree: "exp.Query | None") -> bool:
    """Also where only all fields are searched; of whole rows bodies are withheld one by one. Raises NotEnabled for what
    would tell whether a guess is right."""
    reads = tree is not None and (is_audit(where) or mentions_bodies(tree)) and reads_bodies(sql, tree)
    guesses = [name for name in part.fields if may_find_body(name)]
    if not is_audit(where) and not guesses and not any(map(is_body, part.fields)):
        return reads
    if part.strange:
        raise _strange(part)
    if guesses or part.wildcards:
        raise NotEnabled(
            f"{shown((*guesses, *part.wildcards)[0])} would search the bodies of an audit log, which hold secrets",
            next_step="Name a field that is no body, such as objectRef.name: web*.",
        )
    return reads or bool(part.words) or any(map(is_body, part.fields))


def _strange(part: SearchPart) -> InvalidInput:
    """What may be read otherwise than here could close our parentheses, or hide a name."""
    return InvalidInput(
        f"the search has {part.strange!r} outside of double quotation marks",
        next_step='Put the value between double quotation marks, such as user.username: "o\'neil".',
    )


def _without_secretive() -> Iterator[Search]:
    for each in _SECRETIVE:
        yield search.negated(search.field("objectRef.resource", each))
    yield search.negated(search.field_or_prefix("objectRef.name", _RELEASES))


def _bounds(where: Logstore, settings: Settings) -> Iterator[Search]:
    """Raises NotEnabled for a logstore whose rows tell no namespace, where the server is bounded to some."""
    if not settings.namespaces and not settings.deny_kinds:
        return
    if not is_audit(where) and where.name != EVENTS:
        raise NotEnabled(
            f"logstore {where.name} cannot be held to the namespaces and kinds that this server may touch",
            next_step="Use the logstore k8s-event or the audit log.",
        )
    about, kind = ("objectRef", "resource") if is_audit(where) else ("eventId.involvedObject", "kind")
    yield search.any_of(search.field(f"{about}.namespace", each) for each in settings.namespaces)
    for each in settings.deny_kinds:
        for word in _words_for(kinds.resource(each)) if kind == "kind" else (kinds.resource(each),):
            yield search.negated(search.field(f"{about}.{kind}", word))


def _words_for(plural: str) -> tuple[str, ...]:
    """What the kind of a plural may be called: `ingresses` is `Ingress`, `policies` is `Policy`."""
    endings = (("ies", "y"), ("es", ""), ("s", ""), ("", ""))
    return tuple(
        dict.fromkeys(f"{plural.removesuffix(old)}{new}" for old, new in endings if plural.endswith(old) and plural)
    )


def _check_tables(tree: "exp.Query", where: Logstore) -> None:
    """Conditions hold for one logstore only, so others are out of reach."""
    from sqlglot import exp

    for table in tree.find_all(exp.Table):
        is_name = isinstance(table.this, exp.Identifier) and not table.db
        if not is_name or table.name not in ("log", where.name, *_named_before(table)):
            raise NotEnabled(
                f"SQL here reads one logstore, not {shown(table.name or table.sql('presto'))}",
                next_step="Write `from log`, and ask each logstore in a call of its own.",
            )


def _named_before(node: "exp.Expr") -> Iterator[str]:
    """The queries that WITH names where this node stands. Within one of them, it and those behind it are not named
    yet: the name is that of a logstore."""
    from sqlglot import exp

    while (above := node.parent) is not None:
        if isinstance(above, exp.With):
            yield from (each.alias_or_name for each in above.expressions[: node.index])
        elif (named := above.args.get("with_")) is not None and named is not node:
            yield from (each.alias_or_name for each in named.expressions)
        node = above
