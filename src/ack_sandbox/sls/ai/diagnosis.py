"""What is wrong with a query, by the error that it got, and the query mended where a rule knows how."""

import difflib
import re
from collections.abc import Mapping

from ack_sandbox.sls.rows.plans import FieldIndex

_QUERY = re.compile(
    r"^[ \t]*(?:query|sql|语句)?[ \t]*[:：]?[ \t]*(.*\bselect\b.*|.*\|.*)$", re.IGNORECASE | re.MULTILINE
)
_COLUMN = re.compile(r"Column '([^']+)' cannot be resolved")
_KEY = re.compile(r"key \(([^)]+)\) is not config as (?:key value config|numberic column)")
_GROUP = re.compile(r"Column '([^']+)' not in GROUP BY clause")


def diagnosed(text: str, index: Mapping[str, FieldIndex]) -> tuple[str, str]:
    """A remark and the query, as it was where no rule applies."""
    found = _QUERY.search(text)
    query = found[1].strip().strip("`") if found else ""
    if "must follow search query" in text or re.match(r"select\b", query, re.IGNORECASE):
        return "SQL goes after a search and a pipe", f"* | {query}"
    if column := _GROUP.search(text):
        return "a column outside GROUP BY is aggregated", _replaced(query, column[1], f"arbitrary({column[1]})")
    if name := _COLUMN.search(text) or _KEY.search(text):
        return _nearest(query, name[1], index)
    return "no rule knows this error", query


def _nearest(query: str, name: str, index: Mapping[str, FieldIndex]) -> tuple[str, str]:
    by_leaf = {known.rpartition(".")[2].lower(): known for known in index} | {known.lower(): known for known in index}
    close = difflib.get_close_matches(name.lower(), by_leaf, n=1)
    if not close:
        return f"{name} has no index", query
    proper = by_leaf[close[0]]
    return f"{name} has no index; {proper} has", _replaced(query, name, f'"{proper}"')


def _replaced(query: str, name: str, by: str) -> str:
    return re.sub(rf'"?(?<![\w.]){re.escape(name)}(?![\w.])"?', lambda _: by, query, count=1)
