"""A result as a tool answers it: text for models, exact numbers for programs."""

from collections.abc import Mapping

from pydantic import Field

from ack_mcp_server.answers.answer import Answer
from ack_mcp_server.answers.marks import composed
from ack_mcp_server.answers.table import table

_LONGEST = 200  # characters of a value that all series share
_SENTENCE = 3  # words in a value from which on it is announced as data


def _short(value: str) -> str:
    half = _LONGEST // 2
    return value if len(value) <= _LONGEST else f"{value[: half - 1]}…{value[-half:]}"


class Point(Answer):
    time: str
    value: str


class SeriesView(Answer):
    """Numbers are text as Prometheus writes them, because JSON has no NaN. `value` is that of a moment, or the last."""

    labels: Mapping[str, str]
    value: str
    minimum: str = ""
    mean: str = ""
    maximum: str = ""
    trend: str = ""
    samples: int = Field(0, description="Of a range: how many there were.")
    points: tuple[Point, ...] = Field((), description="Samples, where raw was asked for.")


class MetricsAnswer(Answer):
    """`headers` and `rows` are the printed table, `body` other text; `series` the same for programs."""

    cluster_id: str
    kind: str
    start: str = ""
    end: str
    step: str = ""
    total: int = Field(description="Series in the whole result.")
    common_labels: Mapping[str, str] = Field(default_factory=dict)
    series: tuple[SeriesView, ...] = ()
    summary: str = ""
    notes: tuple[str, ...] = ()
    headers: tuple[str, ...] = Field((), exclude=True)
    rows: tuple[tuple[str, ...], ...] = Field((), exclude=True)
    body: str = Field("", description="A string result, or raw points as lines.")

    def text(self) -> str:
        shown = table(self.headers, self.rows) if self.rows else ""
        common = ", ".join(f"{name}={_short(value)}" for name, value in self.common_labels.items())
        data = "\n".join(part for part in (f"all: {common}" if common else "", shown, self.body) if part)
        source = "metrics" if self._has_sentences else ""
        return composed(data, source=source, above=(self.summary,), below=self.notes)

    @property
    def _has_sentences(self) -> bool:
        values = [*self.common_labels.values(), *(cell for row in self.rows for cell in row), *self.body.split("\n")]
        return any(value.count(" ") >= _SENTENCE for value in values)
