"""What Prometheus answers, as frozen values. Times are unix seconds; values are floats, NaN and infinities included."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Histogram:
    """A native histogram: `buckets` are (lowest, highest, count)."""

    count: float
    sum: float
    buckets: tuple[tuple[float, float, float], ...] = ()


@dataclass(frozen=True)
class Sample:
    """One series at one moment. With a `histogram` the value is its count."""

    labels: Mapping[str, str]
    at: float
    value: float
    histogram: Histogram | None = None


@dataclass(frozen=True)
class Series:
    """One series over time: `values[i]` was at `times[i]`; `histograms` have times of their own."""

    labels: Mapping[str, str]
    times: tuple[float, ...] = ()
    values: tuple[float, ...] = ()
    histograms: tuple[tuple[float, Histogram], ...] = ()


@dataclass(frozen=True)
class Said:
    """What Prometheus wants the asker to know beside the data."""

    warnings: tuple[str, ...] = ()
    infos: tuple[str, ...] = ()


@dataclass(frozen=True)
class Vector:
    """`is_scalar`: one number without labels, as time() is."""

    samples: tuple[Sample, ...] = ()
    said: Said = field(default_factory=Said)
    is_scalar: bool = False


@dataclass(frozen=True)
class Matrix:
    """`step_s` is 0 where the points are the stored ones."""

    series: tuple[Series, ...] = ()
    said: Said = field(default_factory=Said)
    step_s: float = 0


@dataclass(frozen=True)
class Text:
    value: str
    said: Said = field(default_factory=Said)


Result = Vector | Matrix | Text
