"""The tool query_prometheus_metric_guidance: metrics and rules for a kind of resource, as far as they fit."""

import asyncio
from collections.abc import Iterable, Iterator

from pydantic import Field

from ack_mcp_server.answers.answer import Answer
from ack_mcp_server.answers.marks import composed
from ack_mcp_server.answers.room import Room
from ack_mcp_server.answers.text import how_to_continue
from ack_mcp_server.services.prometheus.guidance.choosing import ALL, Choice, categories_of, choose
from ack_mcp_server.services.prometheus.guidance.dictionary import Metric, Rule, dictionary
from ack_mcp_server.settings import Settings

_KIND = "g"  # how many metrics and rules were shown


class MetricView(Answer):
    name: str
    type: str
    unit: str
    labels: tuple[str, ...]
    source: str
    meaning: str
    own: int = Field(0, exclude=True)  # of the labels, the last ones that others of its kind do not have


class RuleView(Answer):
    name: str
    severity: str
    lasting: str = Field(description="How long the expression should have a value, as Prometheus says it.")
    meaning: str
    expression: str
    remedy: str


class GuidanceAnswer(Answer):
    resource: str
    category: str
    metrics: tuple[MetricView, ...] = ()
    rules: tuple[RuleView, ...] = ()
    summary: str = ""
    notes: tuple[str, ...] = ()

    def text(self) -> str:
        lines = [*_metric_lines(self.metrics), *(line for each in self.rules for line in _rule_lines(each))]
        return composed("\n".join(lines), above=(self.summary,), below=self.notes)


async def metric_guidance(
    settings: Settings, resource: str, category: str, *, max_bytes: int = 0, token: str = ""
) -> GuidanceAnswer:
    """Raises InvalidInput."""
    known = await asyncio.to_thread(dictionary)  # the first time it is read
    choice = choose(known, resource, category)
    call = (choice.resource, choice.category)
    room = Room.of(max_bytes, token, budget=settings.output_budget, ceiling=settings.output_ceiling, call=call)
    metrics, rules, end = _fitting(choice, room)
    return GuidanceAnswer(
        resource=choice.resource,
        category=choice.category,
        metrics=tuple(map(_metric_view, metrics)),
        rules=tuple(map(_rule_view, rules)),
        summary=_summary(choice),
        notes=tuple(_notes(choice, room, end)),
    )


def _fitting(choice: Choice, room: Room) -> tuple[list[Metric], list[Rule], int]:
    """From where the last answer ended; one at least. Also where this one ends."""
    begin = (room.counts(_KIND, 1) or (0,))[0]
    every: list[Metric | Rule] = [*choice.metrics, *choice.rules]
    kept: list[Metric | Rule] = []
    used, labels = 0, ""
    for each in every[begin:]:
        heading = _heading(_metric_view(each)) if isinstance(each, Metric) else ""
        used += _size(each) + (len(heading.encode()) + 1) * (heading != labels)
        if kept and used > room.content:
            break
        kept.append(each)
        labels = heading
    metrics = [each for each in kept if isinstance(each, Metric)]
    return metrics, [each for each in kept if isinstance(each, Rule)], begin + len(kept)


def _size(each: Metric | Rule) -> int:
    lines = [_metric_line(_metric_view(each))] if isinstance(each, Metric) else _rule_lines(_rule_view(each))
    return sum(len(line.encode()) + 1 for line in lines)


def _summary(choice: Choice) -> str:
    about = ", ".join(dict.fromkeys((choice.resource, choice.category)))
    if not choice.metrics and not choice.rules:
        known = ", ".join(categories_of(dictionary(), choice.resource))
        return f"{about}: nothing in the dictionary; categories of {choice.resource}: {known}"
    narrow = 'narrow an expression with namespace="…" within its braces' if choice.rules else ""
    counts = f"{about}: {len(choice.metrics)} metrics, {len(choice.rules)} rules"
    return f"{counts}; {narrow}" if narrow else counts


def _notes(choice: Choice, room: Room, end: int) -> Iterator[str]:
    total = len(choice.metrics) + len(choice.rules)
    if end < total:
        how = "name a resource and a category" if ALL in (choice.resource, choice.category) else ""
        yield f"{end} of {total} shown. {how_to_continue(room.token(_KIND, end), how)}"


def _metric_view(metric: Metric) -> MetricView:
    return MetricView(
        name=metric.name,
        type=metric.type,
        unit=metric.unit,
        labels=(*metric.labels, *metric.own),
        source=metric.source,
        meaning=metric.meaning,
        own=len(metric.own),
    )


def _rule_view(rule: Rule) -> RuleView:
    return RuleView(
        name=rule.name,
        severity=rule.severity,
        lasting=rule.lasting,
        meaning=rule.meaning,
        expression=rule.expression,
        remedy=rule.remedy,
    )


def _metric_lines(metrics: Iterable[MetricView]) -> Iterator[str]:
    """Under a line for all that come from one place with the same labels."""
    before = ""
    for each in metrics:
        heading = _heading(each)
        if heading != before:
            yield heading
        before = heading
        yield _metric_line(each)


def _heading(metric: MetricView) -> str:
    return f"{metric.source} by {', '.join(_split(metric)[0])}:"


def _metric_line(metric: MetricView) -> str:
    own = _split(metric)[1]
    also = f", also by {', '.join(own)}" if own else ""
    return f"  {metric.name} ({metric.type}, {metric.unit}{also}): {metric.meaning}"


def _split(metric: MetricView) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Labels of all its kind, and its own."""
    place = len(metric.labels) - metric.own
    return metric.labels[:place], metric.labels[place:]


def _rule_lines(rule: RuleView) -> list[str]:
    lasting = "" if rule.lasting == "0m" else f" for {rule.lasting}"
    return [f"{rule.name} ({rule.severity}{lasting}): {rule.meaning}", f"  {rule.expression}", f"  {rule.remedy}"]
