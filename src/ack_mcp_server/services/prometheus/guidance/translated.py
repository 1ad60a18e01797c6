"""What translate_text_to_promql answers."""

from pydantic import Field

from ack_mcp_server.answers.answer import Answer
from ack_mcp_server.answers.marks import composed
from ack_mcp_server.answers.table import table

_HEADERS = ("METRIC", "TYPE", "UNIT", "SERIES", "LABELS", "MEANING")
_OWN = frozenset({"job", "uid"})  # labels of the collection, which tell little


class View(Answer):
    name: str
    type: str
    unit: str = ""
    labels: tuple[str, ...] = ()
    series: int = 0
    meaning: str = ""


class CandidateView(Answer):
    about: str
    expression: str


class Translated(Answer):
    cluster_id: str
    question: str
    candidates: tuple[CandidateView, ...] = Field((), description="Parsed; all their metrics are in the cluster.")
    metrics: tuple[View, ...] = ()
    by_ai: str = Field("", description="The query of SLS's own AI: parsed, not tried.")
    notes: tuple[str, ...] = ()

    def text(self) -> str:
        parts = [
            *(line for each in self.candidates for line in (each.about, f"  {each.expression}")),
            *(["by SLS's AI (parsed, not tried):", f"  {self.by_ai}"] if self.by_ai else []),
            *([table(_HEADERS, map(_row, self.metrics))] if self.metrics else []),
        ]
        what = "what to write a query from" if self.candidates else "nothing that would answer it"
        headline = f"cluster {self.cluster_id}: {what}; no translation. Choose, adapt, then run it by query_prometheus"
        return composed("\n".join(parts), above=(headline,), below=self.notes)


def _row(view: View) -> tuple[object, ...]:
    labels = tuple(label for label in view.labels if label not in _OWN)
    return view.name, view.type, view.unit, view.series or "", labels, view.meaning
