"""What there is: series, labels, their values, and the types of metrics. Both backends answer these alike."""

from collections.abc import Iterator, Sequence
from typing import Any

from ack_sandbox.metrics.catalogue import FAMILIES
from ack_sandbox.metrics.source import ClusterSource
from ack_sandbox.prometheus.questions import Question, bad
from ack_sandbox.promql.model import NAME, Matcher

SUBSET_VERSION = "2.42.0+subset"
_EVERYTHING: Sequence[Matcher] = (Matcher(NAME, "!=", ""),)


def looked_up(question: Question, source: ClusterSource) -> Any:
    """Raises QueryError."""
    if question.action == "buildinfo":
        return {
            "version": SUBSET_VERSION,
            "revision": "",
            "branch": "HEAD",
            "buildUser": "",
            "buildDate": "",
            "goVersion": "",
        }
    if question.action == "metadata":
        return _metadata(question)
    if question.action == "series" and not question.selections():
        raise bad("match[]", "no match[] parameter provided")
    found = _found(question, source)
    if question.action == "series":
        return list({tuple(sorted(labels.items())): labels for labels in found}.values())
    if question.action == "labels":
        return sorted({name for labels in found for name in labels})
    return sorted({labels[question.label] for labels in found if question.label in labels})


def _found(question: Question, source: ClusterSource) -> Iterator[dict[str, str]]:
    end = question.moment("end", source.scene.now)
    start = question.moment("start", 0.0)
    for matchers in question.selections() or [_EVERYTHING]:
        yield from source.labels(matchers, start, end)


def _metadata(question: Question) -> dict[str, Any]:
    wanted, limit = question.one("metric"), question.one("limit")
    found: dict[str, Any] = {}
    for family in FAMILIES.values():
        name = family.metric or family.name
        if not wanted or name == wanted:
            found[name] = [{"type": family.kind, "help": family.help, "unit": ""}]
    return dict(list(found.items())[: int(limit)]) if limit.isdecimal() else found
