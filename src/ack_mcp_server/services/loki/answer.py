"""Lines of logs as the tool answers them: stream by stream, the newest last."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from pydantic import Field

from ack_mcp_server.answers.answer import Answer
from ack_mcp_server.answers.folding import Folder, LogLine, Run
from ack_mcp_server.answers.marks import composed
from ack_mcp_server.answers.stamps import stamp_of
from ack_mcp_server.answers.table import table
from ack_mcp_server.services.loki.reading import Labels, Line
from ack_mcp_server.services.loki.span import moment
from ack_mcp_server.services.prometheus.labels import cell, columns, selector

LABEL_HEADERS = ("LABEL", "VALUES", "SUCH AS")


class LineView(Answer):
    time: str
    line: str
    times: int = Field(1, description="How often it came in a row.")


class StreamView(Answer):
    """`printed` are its lines as text."""

    labels: Mapping[str, str]
    lines: tuple[LineView, ...]
    printed: tuple[str, ...] = Field((), exclude=True)


class LabelView(Answer):
    label: str
    values: int
    examples: tuple[str, ...] = ()


class LogsAnswer(Answer):
    headline: str
    streams: tuple[StreamView, ...] = ()
    labels: tuple[LabelView, ...] = Field((), description="What there is, where nothing was found.")
    notes: tuple[str, ...] = ()
    next: str = Field("", description="What `continue` takes for more.")

    def text(self) -> str:
        source = "Loki" if self.streams or self.labels else ""
        return composed(self._body(), source=source, above=(self.headline,), below=self.notes)

    def _body(self) -> str:
        if not self.streams:
            rows = [(each.label, each.values, ", ".join(each.examples)) for each in self.labels]
            return table(LABEL_HEADERS, rows) if rows else ""
        return printed(self.streams)


@dataclass(frozen=True)
class Fit:
    """A line that may be shown."""

    line: Line
    text: str


def streams_of(lines: Sequence[Fit], shown: Mapping[Labels, Mapping[str, str]]) -> tuple[StreamView, ...]:
    """Of lines that come newest first; the stream with the newest line first. `shown` are labels as they may be."""
    one_day = len({moment(fit.line.at).date() for fit in lines}) < 2
    by_labels: dict[Labels, list[Fit]] = {}
    for fit in lines:
        by_labels.setdefault(fit.line.labels, []).append(fit)
    return tuple(_stream(shown[labels], fits[::-1], one_day=one_day) for labels, fits in by_labels.items())


def printed(streams: Sequence[StreamView]) -> str:
    """What all streams share is said once. Lines begin with a time, so that none looks like a stream's labels."""
    found = columns([stream.labels for stream in streams])
    common = ", ".join(f"{name}={cell(value)}" for name, value in found.common.items())
    parts = [f"all: {common}"] if common else []
    for stream in streams:
        own = {name: stream.labels[name] for name, _ in found.varying if name in stream.labels}
        parts += [selector(own)] if len(streams) > 1 else []
        parts += stream.printed
    return "\n".join(parts)


def _stream(labels: Mapping[str, str], fits: Sequence[Fit], *, one_day: bool) -> StreamView:
    runs: list[Run] = []
    folder = Folder(runs.append)
    for fit in fits:
        folder.push(LogLine(stamp_of(fit.line.at), fit.text))
    folder.finish()
    views = tuple(LineView(time=line.at, line=line.text, times=run.times) for run in runs for line in run.lines)
    return StreamView(labels=labels, lines=views, printed=tuple(_told(run, one_day=one_day) for run in runs))


def _told(run: Run, *, one_day: bool) -> str:
    times = [line.at[11:19] if one_day else f"{line.at[5:10]} {line.at[11:19]}" for line in run.lines]
    lines = [f"{time} {line.text}" for time, line in zip(times, run.lines, strict=True)]
    return "\n".join(lines) + run.mark()
