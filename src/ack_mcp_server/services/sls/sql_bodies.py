"""The bodies of an audit log in SQL: they hold what Secrets, environments and commands hold, so nothing may be computed
of them but what cannot be secret. Whole ones are shown by the outermost SELECT, where they are redacted."""

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from ack_mcp_server.errors import NotEnabled

if TYPE_CHECKING:
    from sqlglot import exp

BODIES = frozenset({"requestobject", "responseobject"})
_NAME = re.compile(rf"{'|'.join(BODIES)}", re.IGNORECASE)
_STRING = re.compile(r"'[^']*'|(\"[^\"]*\")")  # names between quotation marks stay, also those with a ' in them
_CHOOSER = re.compile(r"\bcolumns\s*\(", re.IGNORECASE)  # columns by a pattern, where an engine has that
_KEY = r"[A-Za-z0-9_.\-/]+"
_CONTAINERS = r"spec\.(?:template\.spec\.)?(?:initContainers|containers)\[\d{1,3}\]\."
# Paths whose values say what an object is and how it is run, not what it is given.
_PLAIN = re.compile(
    rf"""kind|apiVersion|code|reason|status
    |metadata\.(?:name|namespace|uid|generation|generateName|resourceVersion|creationTimestamp|deletionTimestamp)
    |metadata\.labels\.{_KEY}
    |spec\.(?:replicas|nodeName|unschedulable|type|clusterIP|serviceAccountName|restartPolicy|schedulerName|suspend
      |minReplicas|maxReplicas|storageClassName|volumeName|priorityClassName|paused|schedule|parallelism|completions)
    |spec\.template\.spec\.(?:serviceAccountName|nodeName|restartPolicy|schedulerName|priorityClassName)
    |spec\.scaleTargetRef\.(?:kind|name)
    |{_CONTAINERS}(?:name|image|imagePullPolicy|resources\.(?:limits|requests)\.{_KEY})
    |status\.(?:phase|replicas|readyReplicas|availableReplicas|updatedReplicas|reason|podIP|hostIP)
    |target\.(?:name|kind)|roleRef\.(?:kind|name)|involvedObject\.(?:kind|name|namespace)""",
    re.VERBOSE,
)
_STEP = (
    "Select the body alone in the outermost SELECT (it is shown redacted), under no name that is used elsewhere, or "
    "take a plain part, such as json_extract_scalar(requestObject, '$.spec.replicas'), or use query_audit_log."
)


def is_body(name: str) -> bool:
    """`requestObject`, also with a path behind it."""
    return name.strip('"').partition(".")[0].lower() in BODIES


def may_find_body(name: str) -> bool:
    """Whether a search in fields of this name could look into what may be secret; `requestObject!` is read by others
    as a name and a sign."""
    if not _NAME.search(name):
        return "*" in name or "?" in name
    return not (is_body(name) and is_plain(name.partition(".")[2]))


def is_plain(path: str) -> bool:
    return bool(_PLAIN.fullmatch(path))


def mentions_bodies(tree: "exp.Query") -> bool:
    from sqlglot import exp

    return any(is_body(name.name) for name in tree.find_all(exp.Identifier))


def reads_bodies(sql: str, tree: "exp.Query") -> bool:
    """Raises NotEnabled where something is computed of what may be secret, or where the parser overlooked a name."""
    from sqlglot import exp

    mentions = list(_mentions(tree))
    names = [node for node in mentions if isinstance(node, exp.Identifier) and is_body(node.name)]
    overlooked = len(names) != len(_NAME.findall(_STRING.sub(r" \1 ", sql)))
    if overlooked or _CHOOSER.search(sql) or not all(_is_allowed(node, tree) for node in mentions):
        raise NotEnabled("SQL may not compute with the bodies of an audit log", next_step=_STEP)
    return bool(mentions)


def _mentions(tree: "exp.Query") -> Iterator["exp.Expr"]:
    """Stars, and names of bodies wherever they stand; a table as a value is all of its columns, and one whose columns
    are named anew may give them other names."""
    from sqlglot import exp

    tables = {table.alias_or_name.lower() for table in tree.find_all(exp.Table, exp.Subquery, exp.CTE)}
    yield from (alias for alias in tree.find_all(exp.TableAlias) if _renames_table(alias))
    for star in tree.find_all(exp.Star):
        if not isinstance(star.parent, exp.Count):
            yield star
    for name in tree.find_all(exp.Identifier):
        column = name.parent
        is_row = isinstance(column, exp.Column) and not column.table and name.name.lower() in tables
        if is_body(name.name) or is_row:
            yield name


def _renames_table(alias: "exp.TableAlias") -> bool:
    from sqlglot import exp

    whole = alias.parent
    of_query = isinstance(whole, exp.Subquery) and isinstance(whole.unnest(), exp.Query)
    return bool(alias.columns) and not (of_query or isinstance(whole, exp.CTE | exp.Unnest | exp.Values | exp.Lateral))


def _is_allowed(node: "exp.Expr", tree: "exp.Query") -> bool:
    from sqlglot import exp

    whole = node
    while isinstance(whole.parent, exp.Column | exp.Dot):
        whole = whole.parent
    if isinstance(node, exp.Star):
        return _is_shown(whole, tree)
    if isinstance(whole, exp.Column | exp.Dot):
        path = ".".join(part.name for part in whole.parts)
        path = path[path.lower().find(node.name.lower()) :]
        inner = path.partition(".")[2]
        return is_plain(inner) if inner else _is_extracted(whole) or _is_shown(whole, tree)
    return False


def _is_extracted(column: "exp.Expr") -> bool:
    from sqlglot import exp

    call = column.parent
    if not isinstance(call, exp.JSONExtract | exp.JSONExtractScalar) or call.this is not column or call.expressions:
        return False
    path = call.expression.sql(dialect="presto").strip("'")
    return path.startswith("$.") and ".." not in path and is_plain(path[2:])


def _is_shown(whole: "exp.Expr", tree: "exp.Query") -> bool:
    """As it is, by the outermost SELECT, which does nothing else with what it shows: not by its new name, which engines
    take in other places than each other, nor by its number."""
    from sqlglot import exp

    item = whole.parent if isinstance(whole.parent, exp.Alias) else whole
    if item.parent is not tree or item.arg_key != "expressions":
        return False
    names = [name for name in tree.find_all(exp.Identifier) if name.name.lower() == item.alias.lower()]
    order = tree.args.get("order")
    terms = [term.this.unnest() for term in order.expressions] if order else []
    return len(names) <= 1 and not any(isinstance(term, exp.Literal) for term in terms)
