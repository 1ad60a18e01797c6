"""From values to an answer that fits: the largest series first, how many are left out, and how to ask for less."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from ack_mcp_server.answers.room import Room
from ack_mcp_server.answers.rows import Rows, RowWindow
from ack_mcp_server.answers.text import how_to_continue, page
from ack_mcp_server.redaction.texts import redact_text
from ack_mcp_server.services.prometheus.answer import MetricsAnswer, Point, SeriesView
from ack_mcp_server.services.prometheus.labels import Columns, Labels, columns, selector
from ack_mcp_server.services.prometheus.numbers import exact, short
from ack_mcp_server.services.prometheus.shapes import Shape, shape
from ack_mcp_server.services.prometheus.values import Histogram, Matrix, Result, Said, Sample, Series, Text, Vector
from ack_mcp_server.services.prometheus.windows import Window, moment, told_seconds
from ack_mcp_server.timerange import rfc3339

_ROWS_KIND, _ROWS_COUNTS = "r", 3  # of answers.rows: the table, and what was shown of two classes
_BUCKETS = 12  # of a histogram that are printed, the fullest
_NAMED_LABELS = 4
_RANGE_HEADERS = ("MIN", "MEAN", "MAX", "LAST", "TREND", "OVER TIME")


class _Redacted(dict[str, str]):
    """Texts by themselves: labels of many series have few values."""

    def __missing__(self, text: str) -> str:
        self[text] = told = redact_text(text)
        return told


@dataclass(frozen=True)
class Asked:
    """`advice` are our sentences on the query; `in_bytes` that its values are bytes; `in_order` that it sorts."""

    cluster_id: str
    window: Window
    raw: bool
    room: Room
    advice: tuple[str, ...] = ()
    in_bytes: bool = False
    in_order: bool = False
    redacted: _Redacted = field(default_factory=_Redacted, compare=False)

    @property
    def bounds(self) -> tuple[float, float]:
        return self.window.start.timestamp(), self.window.end.timestamp()


def show(result: Result, asked: Asked) -> MetricsAnswer:
    """Takes time in proportion to the series: call it in a thread when they are many. Raises InvalidInput."""
    if isinstance(result, Text):
        return _answer(asked, "string", 1, result.said, "a string", body=redact_text(result.value))
    if isinstance(result, Matrix):
        return _matrix(result, asked)
    if result.is_scalar:
        return _scalar(result, asked)
    return _vector(result, asked)


def _scalar(result: Vector, asked: Asked) -> MetricsAnswer:
    value = exact(result.samples[0].value)
    shown = SeriesView(labels={}, value=value)
    return _answer(asked, "scalar", 1, result.said, f"scalar {value} at {_end(asked)}", series=(shown,))


def _vector(result: Vector, asked: Asked) -> MetricsAnswer:
    samples = list(result.samples)
    if not asked.in_order:
        samples.sort(key=lambda each: (_size(each.value), *each.labels.values()))
    shared = columns([each.labels for each in samples])
    headers = (*shared.names, "VALUE")
    fitted = _fitted(headers, [(*shared.cells(each.labels), _value(each, asked)) for each in samples], asked)
    begin, number = _shown(asked.room, fitted)
    views = tuple(_sample_view(each, asked) for each in samples[begin : begin + number])
    summary = f"{_counted(len(samples))} at {_end(asked)}"
    return _tabled(asked, "vector", len(samples), result.said, summary, shared, fitted, views)


def _value(sample: Sample, asked: Asked) -> str:
    if sample.histogram is None:
        return exact(sample.value) if asked.raw else short(sample.value, in_bytes=asked.in_bytes)
    return _histogram_text(sample.histogram)


def _histogram_text(told: Histogram) -> str:
    fullest = sorted(told.buckets, key=lambda bucket: -bucket[2])[:_BUCKETS]
    buckets = "; ".join(f"{short(low)}..{short(high)}: {short(count)}" for low, high, count in sorted(fullest))
    more = f"; {len(told.buckets) - len(fullest)} more buckets" if len(told.buckets) > len(fullest) else ""
    return f"histogram count={short(told.count)} sum={short(told.sum)} [{buckets}{more}]"


def _matrix(result: Matrix, asked: Asked) -> MetricsAnswer:
    asked = _bounded(result, asked)
    shapes = [(each, shape(each, *asked.bounds)) for each in result.series]
    shapes.sort(key=lambda pair: (_size(_largest(pair[1])), *pair[0].labels.values()))
    over = f"{rfc3339(asked.window.start)} to {_end(asked)}"
    step = f", step {told_seconds(result.step_s)}" if result.step_s else ", as stored"
    summary = f"{_counted(len(shapes))} from {over}{step}"
    if asked.raw:
        return _raw(result, [series for series, _ in shapes], asked, summary)
    shared = columns([each.labels for each in result.series])
    rows = [(*shared.cells(series.labels), *_cells(told, asked)) for series, told in shapes]
    fitted = _fitted((*shared.names, *_RANGE_HEADERS), rows, asked)
    begin, number = _shown(asked.room, fitted)
    views = tuple(_series_view(*pair, asked) for pair in shapes[begin : begin + number])
    gaps = _gaps([told for _, told in shapes], asked, result.step_s)
    notes = (*gaps, *(("native histograms are shown by their counts; raw=true shows them",) * _has_histograms(result)))
    asked = replace(asked, advice=(*asked.advice, *notes))
    return _tabled(asked, "matrix", len(shapes), result.said, summary, shared, fitted, views)


def _bounded(result: Matrix, asked: Asked) -> Asked:
    """A range selector at a moment: its time is that of its samples."""
    times = [at for series in result.series for at in (*series.times[:1], *(at for at, _ in series.histograms[:1]))]
    if not asked.window.is_instant or not times:
        return asked
    return replace(asked, window=replace(asked.window, start=moment(min(times))))


def _has_histograms(result: Matrix) -> bool:
    return any(series.histograms for series in result.series)


def _cells(told: Shape, asked: Asked) -> tuple[str, ...]:
    numbers = (told.lowest, told.mean, told.highest, told.last)
    return (*(short(number, in_bytes=asked.in_bytes) for number in numbers), told.trend, told.line)


def _gaps(shapes: Sequence[Shape], asked: Asked, step_s: float) -> tuple[str, ...]:
    if not step_s:
        return ()
    start, end = asked.bounds
    expected = int((end - start) / step_s + 1e-9) + 1
    partly = sum(told.points < expected for told in shapes)
    return (f"{partly:,} of {len(shapes):,} series have gaps (· in the line): no sample then",) if partly else ()


def _raw(result: Matrix, series: Sequence[Series], asked: Asked, summary: str) -> MetricsAnswer:
    blocks = (line for each in series for line in (redact_text(selector(each.labels)), *_point_lines(each), ""))
    part = page("\n".join(blocks), asked.room)
    views: tuple[SeriesView, ...] = ()
    if not part.token and part.first == 1:
        views = tuple(_series_view(each, shape(each, *asked.bounds), asked, points=True) for each in series)
    notes = (*part.notes("a larger step or topk(…)"), *asked.advice)
    return _answer(asked, "matrix", len(series), result.said, summary, body=part.text, series=views, notes=notes)


def _point_lines(series: Series) -> list[str]:
    points = [f"{_time(at)} {exact(value)}" for at, value in zip(series.times, series.values, strict=True)]
    return points + [f"{_time(at)} {_histogram_text(told)}" for at, told in series.histograms]


def _time(at: float) -> str:
    """With milliseconds where there are any."""
    if not math.isfinite(at):
        return exact(at)
    told = moment(at)
    return told.isoformat(timespec="milliseconds" if told.microsecond else "seconds").replace("+00:00", "Z")


def _tabled(
    asked: Asked,
    kind: str,
    total: int,
    said: Said,
    summary: str,
    shared: Columns,
    fitted: Rows,
    views: tuple[SeriesView, ...],
) -> MetricsAnswer:
    notes = (*_left_out(asked, total, shared, fitted), *asked.advice)
    if shared.dropped:
        notes = (*notes, f"labels without a column: {', '.join(shared.dropped)}; sum by (…) chooses the labels")
    return _answer(
        asked, kind, total, said, summary, shared=shared, series=views, notes=notes,
        headers=tuple(fitted.headers), rows=tuple(tuple(asked.redacted[cell] for cell in row) for row in fitted.kept),
    )  # fmt: skip


def _left_out(asked: Asked, total: int, shared: Columns, fitted: Rows) -> tuple[str, ...]:
    if not fitted.token:
        return fitted.notes()
    order = "" if asked.in_order else ", the largest first"
    most = ", ".join(f"{name} {count:,}" for name, count in shared.most_values(_NAMED_LABELS))
    step = how_to_continue(fitted.token, "narrow it with topk(20, …), sum by (label) (…) or a matcher")
    return (f"{len(fitted.kept):,} of {total:,} series shown{order}. Labels by number of values: {most}. {step}",)


def _answer(
    asked: Asked,
    kind: str,
    total: int,
    said: Said,
    summary: str,
    *,
    shared: Columns | None = None,
    series: tuple[SeriesView, ...] = (),
    notes: tuple[str, ...] | None = None,
    headers: tuple[str, ...] = (),
    rows: tuple[tuple[str, ...], ...] = (),
    body: str = "",
) -> MetricsAnswer:
    told = (*(f"warning of Prometheus: {note}" for note in said.warnings), *(f"info: {note}" for note in said.infos))
    window = asked.window
    return MetricsAnswer(
        cluster_id=asked.cluster_id,
        kind=kind,
        start="" if window.is_instant else rfc3339(window.start),
        end=_end(asked),
        step=told_seconds(window.step_s) if window.step_s else "",
        total=total,
        common_labels={name: redact_text(value) for name, value in shared.common.items()} if shared else {},
        series=series,
        summary=f"{summary}, cluster {asked.cluster_id}",
        notes=(*told, *(asked.advice if notes is None else notes)),
        headers=headers,
        rows=rows,
        body=body,
    )


def _fitted(headers: tuple[str, ...], rows: list[tuple[str, ...]], asked: Asked) -> Rows:
    fitting = RowWindow(headers, asked.room, ordered=True)
    fitting.extend(rows)
    return fitting.finish()


def _shown(room: Room, fitted: Rows) -> tuple[int, int]:
    """From which series on, and how many."""
    counts = room.counts(_ROWS_KIND, _ROWS_COUNTS)
    return (counts[2] if counts else 0), len(fitted.kept)


def _sample_view(sample: Sample, asked: Asked) -> SeriesView:
    value = exact(sample.value) if sample.histogram is None else _histogram_text(sample.histogram)
    return SeriesView(labels=_redacted(sample.labels, asked), value=value)


def _series_view(series: Series, told: Shape, asked: Asked, *, points: bool = False) -> SeriesView:
    shown = zip(series.times, series.values, strict=True) if points else ()
    return SeriesView(
        labels=_redacted(series.labels, asked),
        value=exact(told.last),
        minimum=exact(told.lowest),
        mean=exact(told.mean),
        maximum=exact(told.highest),
        trend=told.trend,
        samples=told.points,
        points=tuple(Point(time=_time(at), value=exact(value)) for at, value in shown),
    )


def _redacted(labels: Labels, asked: Asked) -> dict[str, str]:
    return {name: asked.redacted[value] for name, value in labels.items()}


def _counted(number: int) -> str:
    return f"{number:,} series"


def _end(asked: Asked) -> str:
    return rfc3339(asked.window.end)


def _largest(told: Shape) -> float:
    return told.last if math.isnan(told.highest) else max(told.highest, -told.lowest)


def _size(value: float) -> float:
    """Sorts large before small, and what is no number last."""
    return math.inf if math.isnan(value) else -abs(value)
