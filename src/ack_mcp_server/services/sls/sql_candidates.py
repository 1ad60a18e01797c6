"""From a question in words to queries: fields that its words name, values that they are, and what they ask to count."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from ack_mcp_server.services.audit.kinds import VERBS
from ack_mcp_server.services.sls import search
from ack_mcp_server.services.sls.logstore_described import quoted
from ack_mcp_server.services.sls.logstore_index import Index, IndexedField
from ack_mcp_server.services.sls.search import EVERYTHING, Search

Values = Mapping[str, Sequence[str]]

_WORD = re.compile(r"[^\W_][\w.\-:]*|[\u4e00-\u9fff]+")
_COUNT = re.compile(
    r"\b(how many|how often|count|number|most|top|per|which|who|rate|distribution)\b|多少|统计|次数|最多|数量", re.I
)
_TREND = re.compile(r"\b(?:per|every|each|by) (minute|hour|day)\b|\b(trend|over time)\b|(趋势)|每(分钟|小时|天)", re.I)
_UNITS = {"分钟": "minute", "小时": "hour", "天": "day"}
_TOP = re.compile(r"\btop (\d{1,3})\b|前(\d{1,3})", re.I)
_FAILED = re.compile(r"\b(fail\w*|error\w*|denied|refused|forbidden|4xx|5xx)\b|失败|错误|拒绝", re.I)
# What people call what Kubernetes calls otherwise.
_SAID = {
    "who": "username", "user": "username", "users": "username", "用户": "username", "谁": "username",
    "deleted": "delete", "deletes": "delete", "deletion": "delete", "删除": "delete",
    "created": "create", "creates": "create", "创建": "create", "updated": "update", "patched": "patch",
    "pods": "pod", "deployments": "deployment", "nodes": "node", "events": "event",
    "命名空间": "namespace", "原因": "reason", "warnings": "warning", "ip": "sourceips", "addresses": "sourceips",
    "failure": "reason", "object": "name", "component": "component", "resources": "resource", "kinds": "kind",
}  # fmt: skip
RESOURCES = (
    "pods", "deployments", "nodes", "services", "configmaps", "secrets", "namespaces", "ingresses", "jobs", "cronjobs",
    "daemonsets", "statefulsets", "persistentvolumeclaims", "roles", "rolebindings", "serviceaccounts", "events",
)  # fmt: skip
_NOT_VALUES = frozenset(
    {"in", "the", "a", "of", "and", "or", "not", "by", "for", "to", "is", "were", "was", "it", "on", "who"}
)
_KNOWN = {
    "verb": VERBS,
    "objectRef.resource": RESOURCES,
    "eventId.type": ("Warning", "Normal"),
}
_MOST_FIELDS = 2


@dataclass(frozen=True)
class Understood:
    """`given` are values by field that the question names, `named` fields that it names without a value."""

    given: tuple[tuple[IndexedField, str], ...]
    named: tuple[IndexedField, ...]


def words_of(question: str) -> list[str]:
    """In lower case, each also as it is called here."""
    found = [word.lower().rstrip(".:") for word in _WORD.findall(question)]
    chinese = [meant for word, meant in _SAID.items() if not word.isascii() and word in question]
    return list(dict.fromkeys([*(_SAID.get(word, word) for word in found), *chinese]))


def understood(question: str, index: Index, values: Values) -> Understood:
    """Of several fields that a word may mean the first, but for those of an object's own bookkeeping."""
    fields = sorted(index.usable, key=lambda field: "metadata." in field.name)
    given: dict[IndexedField, str] = {}
    named: dict[IndexedField, None] = {}
    for word in words_of(question):
        field = next((field for field in fields if _is_named(field, word)), None)
        if field is not None:
            named[field] = None
        elif word not in _NOT_VALUES and (pair := _value(word, fields, values)):
            given.setdefault(*pair)
    return Understood(tuple(given.items()), tuple(field for field in named if field not in given))


def candidates(question: str, index: Index, values: Values) -> Iterator[str]:
    """The one that fits best first."""
    meant = understood(question, index, values)
    text = str(_search(question, meant, index))
    top = _TOP.search(question)
    most = (top[1] or top[2]) if top else "10"
    if trend := _TREND.search(question):
        unit = (trend[1] or _UNITS.get(trend[4] or "") or "hour").lower()
        yield f"{text} | select date_trunc('{unit}', __time__) as t, count(*) as n from log group by t order by t"  # noqa: S608  of names of the index, to be shown
    if meant.named and (top or _COUNT.search(question)):
        names = ", ".join(quoted(field.name) for field in meant.named[:_MOST_FIELDS])
        yield f"{text} | select {names}, count(*) as n from log group by {names} order by n desc limit {most}"  # noqa: S608
    elif _COUNT.search(question):
        yield f"{text} | select count(*) as n from log"  # noqa: S608
    yield text


def most_frequent(
    rows: Sequence[Mapping[str, object]], fields: Sequence[IndexedField], number: int
) -> dict[str, list[str]]:
    """Values of each field in the rows of a sample."""
    found: dict[str, list[str]] = {}
    for field in fields:
        counted = Counter(str(value) for row in rows if (value := row.get(field.name)) not in (None, "", "null"))
        found[field.name] = [value for value, _ in counted.most_common(number)]
    return found


def _search(question: str, meant: Understood, index: Index) -> Search:
    parts = [search.field(field.name, value) for field, value in meant.given if any(map(str.isalnum, value))]
    code = next((field for field in index.fields if field.is_number and field.leaf in ("code", "status")), None)
    if code is not None and _FAILED.search(question):
        parts.append(search.number(code.name, ">=", 400))
    return search.all_of(parts) if parts else Search(EVERYTHING, 0)


def _is_named(field: IndexedField, word: str) -> bool:
    return word in (field.leaf.lower(), field.name.lower(), f"{field.leaf.lower()}s")


def _value(word: str, fields: Sequence[IndexedField], values: Values) -> tuple[IndexedField, str] | None:
    """A word that is a value of a field, as a sample has it or as Kubernetes calls it."""
    for field in fields:
        if field.is_number:
            continue
        for value in (*values.get(field.name, ()), *_known(field)):
            if value.lower() in (word, f"{word}s"):
                return field, value
    return None


def _known(field: IndexedField) -> Sequence[str]:
    """Values that a short sample may lack."""
    return _KNOWN.get(field.name, ())
