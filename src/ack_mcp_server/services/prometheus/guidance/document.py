"""The dictionary as a document."""

from collections.abc import Iterable, Iterator
from itertools import groupby

from ack_mcp_server.services.prometheus.guidance.dictionary import Metric, Rule, dictionary


def as_markdown() -> str:
    known = dictionary()
    parts = ["# Metrics", *_metrics(known.metrics), "", "# Rules", *_rules(known.rules)]
    return "\n".join(parts) + "\n"


def _metrics(metrics: Iterable[Metric]) -> Iterator[str]:
    for source, group in groupby(metrics, key=lambda each: each.source):
        yield from ("", f"## {source}", "", "| Metric | Type | Unit | Labels | Meaning |", "|---|---|---|---|---|")
        for each in group:
            labels = ", ".join((*each.labels, *each.own))
            yield f"| {each.name} | {each.type} | {each.unit} | {labels} | {each.meaning} |"


def _rules(rules: Iterable[Rule]) -> Iterator[str]:
    for each in rules:
        lasting = "" if each.lasting == "0m" else f", for {each.lasting}"
        yield from ("", f"## {each.name} ({each.severity}{lasting})", "", f"{each.meaning}. {each.remedy}", "")
        yield from ("```promql", each.expression, "```")
