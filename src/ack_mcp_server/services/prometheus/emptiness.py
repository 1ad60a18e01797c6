"""Why a query that is well formed can find nothing: what shows in its words, and what one request more can tell."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

import promql_parser

from ack_mcp_server.answers.clean import one_line
from ack_mcp_server.errors import InvalidInput
from ack_mcp_server.services.prometheus.promql import metric_of, operation, parsed
from ack_mcp_server.services.prometheus.quoting import Op, matcher
from ack_mcp_server.services.prometheus.windows import told_seconds

_BUCKET = "_bucket"
_OF_TWO = frozenset({"rate", "irate", "increase", "delta", "idelta", "deriv", "predict_linear"})
_SHORT_S = 60  # scrapes are 15 to 60 seconds apart, so a longer window holds two samples
_KEEP_LABELS = frozenset({"topk", "bottomk", "limitk", "limit_ratio"})
_SIGNS: Mapping[str, Op] = {"Equal": "=", "NotEqual": "!=", "Re": "=~", "NotRe": "!~"}


@dataclass(frozen=True)
class Short:
    """A window that may be too short for its function, and the query that tells: how many samples it holds at most,
    nothing where the selector has no series."""

    told: str
    samples: str


@dataclass
class Doubts:
    """`lost`: what is certain by the words. By metric: its short windows, and the buckets that stand for it."""

    lost: list[str] = field(default_factory=list)
    short: dict[str, Short] = field(default_factory=dict)
    buckets: dict[str, str] = field(default_factory=dict)


def doubts(query: str) -> Doubts:
    """Of a query that was checked; none where it is too long to be walked through."""
    found, tree = Doubts(), parsed(query)
    if tree is None:
        return found

    def visit(node: promql_parser.Expr) -> bool:
        if isinstance(node, promql_parser.Call):
            _look(node, found)
        return True

    promql_parser.walk(tree, pre_visit=visit)
    return found


def _look(call: promql_parser.Call, found: Doubts) -> None:
    if call.func.name in _OF_TWO:
        _look_at_window(call.args[0], found)
    if call.func.name == "histogram_quantile" and len(call.args) > 1:
        _look_at_buckets(call.args[1], found)


def _look_at_window(node: promql_parser.Expr, found: Doubts) -> None:
    if isinstance(node, promql_parser.MatrixSelector) and (short := _short(node)):
        found.short[metric_of(node.vector_selector)] = short


def _look_at_buckets(node: promql_parser.Expr, found: Doubts) -> None:
    for selector, keeps_le in _sources(node, keeps_le=True):
        name = metric_of(selector)
        if name.endswith(_BUCKET) and not keeps_le:
            found.lost.append(f"le is aggregated away, which histogram_quantile needs: sum by (le, …) of {name}")
        elif name and not name.endswith(_BUCKET) and ":" not in name:
            found.buckets[name] = name.removesuffix("_sum").removesuffix("_count") + _BUCKET


def _short(node: promql_parser.MatrixSelector) -> Short | None:
    selector, seconds = node.vector_selector, node.range.total_seconds()
    if seconds >= _SHORT_S or selector.offset is not None or selector.at is not None or selector.matchers.or_matchers:
        return None
    try:
        chosen, length = _written(selector), f"{seconds * 1000:.0f}ms"
    except InvalidInput:  # a label that only newer servers take
        return None
    samples = f"max(count_over_time({chosen}[{length}])) or 0 * count({chosen})"
    told = told_seconds(seconds)
    return Short(f"the window [{told}] holds fewer than two samples; use [5m] or more", samples)


def _written(selector: promql_parser.VectorSelector) -> str:
    pairs = [matcher("__name__", "=", selector.name)] if selector.name else []
    pairs += [matcher(each.name, _SIGNS[operation(each)], each.value) for each in selector.matchers.matchers]
    return f"{{{', '.join(pairs)}}}"


def _sources(node: promql_parser.Expr, *, keeps_le: bool) -> Iterator[tuple[promql_parser.VectorSelector, bool]]:
    """The selectors that buckets come from, and whether le is left of theirs."""
    if isinstance(node, promql_parser.VectorSelector):
        yield node, keeps_le
    elif isinstance(node, promql_parser.MatrixSelector):
        yield node.vector_selector, keeps_le
    elif isinstance(node, promql_parser.AggregateExpr):
        yield from _sources(node.expr, keeps_le=keeps_le and _keeps_le(node))
    elif isinstance(node, (promql_parser.ParenExpr, promql_parser.SubqueryExpr)):
        yield from _sources(node.expr, keeps_le=keeps_le)
    elif isinstance(node, promql_parser.Call) and not node.func.name.startswith(("label_", "absent")):
        for each in node.args:
            yield from _sources(each, keeps_le=keeps_le)


def _keeps_le(node: promql_parser.AggregateExpr) -> bool:
    if str(node.op) in _KEEP_LABELS:
        return True
    if node.modifier is None:
        return False
    is_by = str(node.modifier.type).rpartition(".")[2] == "By"
    return ("le" in node.modifier.labels) == is_by


def missing(name: str, found: Doubts) -> str:
    """Of a metric that is not there."""
    if buckets := found.buckets.get(name):
        return f"no metric {name} at that time: histogram_quantile takes buckets, {one_line(buckets, 200)}"
    return f"no metric {name} at that time: it is misspelt, or not collected in this cluster"
