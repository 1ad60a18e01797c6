"""A query of a logstore for a question: a search for what is named, and SQL when something is to be counted."""

import re
from collections.abc import Mapping, Sequence

from ack_sandbox.sls.ai.vocabulary import named_fields, words_of
from ack_sandbox.sls.rows.plans import FieldIndex
from ack_sandbox.sls.search.fields import field_index

_VERBS = {"delete": "delete", "deleted": "delete", "create": "create", "created": "create", "patch": "patch"}
_VERBS |= {"patched": "patch", "update": "update", "updated": "update", "list": "list", "watch": "watch"}
_COUNTS = re.compile(r"\b(how many|count|number of|top|most|per|trend|多少|统计|次数|趋势)", re.IGNORECASE)
_TREND = re.compile(r"\b(?:per|every|each)\s+(minute|hour|day)|\b(trend|over time)|(趋势)", re.IGNORECASE)
_TOP = re.compile(r"\btop\s+(\d{1,3})|(?:前)(\d{1,3})", re.IGNORECASE)
_NAMESPACE = re.compile(
    r"namespace\s+[\"'`]?([a-z0-9][a-z0-9-]*)|in(?: the)? [\"'`]?([a-z0-9][a-z0-9-]*)[\"'`]? namespace"
)


def sql_for(question: str, index: Mapping[str, FieldIndex]) -> tuple[str, str]:
    """A remark and the query."""
    search = " and ".join(_conditions(question, index)) or "*"
    remark = f"fields used: {', '.join(_grouped(question, index)) or 'none'}"
    if not _COUNTS.search(question):
        return remark, search
    return remark, f"{search} | {_analysis(question, index)}"


def _conditions(question: str, index: Mapping[str, FieldIndex]) -> list[str]:
    found = []
    verb = next((_VERBS[word] for word in words_of(question) if word in _VERBS), None)
    if verb and "verb" in index:
        found.append(f"verb: {verb}")
    namespace = _NAMESPACE.search(question)
    field = next((name for name in index if name.rpartition(".")[2] == "namespace"), None)
    if namespace and field:
        found.append(f'{field}: "{namespace[1] or namespace[2]}"')
    code = field_index(index, "responseStatus.code")
    if code and code.type in ("long", "double") and re.search(r"\b(fail|error|denied|refused)", question):
        found.append("responseStatus.code >= 400")
    return found


def _analysis(question: str, index: Mapping[str, FieldIndex]) -> str:
    if trend := _TREND.search(question):
        unit = (trend[1] or "minute").lower()
        return f"select date_trunc('{unit}', __time__) as t, count(*) as c from log group by t order by t"  # noqa: S608  a query to show, of names from the index
    fields = _grouped(question, index)
    if not fields:
        return "select count(*) as c from log"
    top = _TOP.search(question)
    most = (top[1] or top[2]) if top else "10"
    columns = ", ".join(f'"{name}"' for name in fields)
    return f"select {columns}, count(*) as c from log group by {columns} order by c desc limit {most}"  # noqa: S608


def _grouped(question: str, index: Mapping[str, FieldIndex]) -> Sequence[str]:
    """Fields that the question names, but for those that it gives a value for."""
    given = {condition.partition(":")[0] for condition in _conditions(question, index)}
    analysed = [name for name, field in index.items() if field.doc_value and field.type != "json"]
    return [name for name in named_fields(words_of(question), analysed) if name not in given][:2]
