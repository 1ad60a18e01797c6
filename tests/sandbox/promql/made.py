"""Series for the tests: in memory for the evaluator, as OpenMetrics text for a real Prometheus."""

import math
import random
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from ack_sandbox.promql.floats import plain
from ack_sandbox.promql.model import NAME, Matcher, RawSeries, selected

START = 1_772_452_800
"""Noon of 2 March 2026, UTC: where two hours of samples begin."""

EVERY = 15
COUNT = 480


@dataclass(frozen=True)
class Made:
    """A source that holds its series as they are."""

    rows: tuple[RawSeries, ...]

    def series(self, matchers: Sequence[Matcher], start: float, end: float) -> Iterable[RawSeries]:
        return [row for row in self.rows if selected(matchers, row.labels)]

    def exposition(self) -> str:
        """OpenMetrics: the samples of one metric stand together."""
        lines = [line for name in sorted({row.labels[NAME] for row in self.rows}) for line in self._family(name)]
        return "\n".join([*lines, "# EOF", ""])

    def _family(self, name: str) -> Iterable[str]:
        for row in self.rows:
            if row.labels[NAME] == name:
                labels = ",".join(f'{key}="{value}"' for key, value in row.labels.items() if key != NAME)
                for time, value in zip(row.times, row.values, strict=True):
                    yield f"{name}{{{labels}}} {plain(value)} {time:.3f}"


def raw(name: str, times: Sequence[float], values: Sequence[float], **labels: str) -> RawSeries:
    return RawSeries({NAME: name, **labels}, times, values)


def regular(count: int = COUNT) -> list[float]:
    return [float(START + EVERY * index) for index in range(count)]


def counter(source: random.Random, resets: Iterable[int]) -> list[float]:
    value, values, again = source.uniform(0, 50), [], set(resets)
    for index in range(COUNT):
        value = 0.0 if index in again else value + source.choice([0, 1, 2.5, 7])
        values.append(value)
    return values


def kept(
    times: Sequence[float], values: Sequence[float], keep: Callable[[int], bool]
) -> tuple[list[float], list[float]]:
    indexes = [index for index in range(len(times)) if keep(index)]
    return [times[index] for index in indexes], [values[index] for index in indexes]


def _requests(source: random.Random) -> Iterable[RawSeries]:
    for instance in ("a", "b", "c"):
        for code in ("200", "500"):
            values = counter(source, source.sample(range(COUNT), 2 if instance == "b" else 0))
            method = "GET" if instance != "c" else "POST"
            yield raw("requests_total", regular(), values, instance=instance, code=code, job="web", method=method)


def _temperatures(source: random.Random) -> Iterable[RawSeries]:
    """With a gap, NaNs, negative numbers, and a series that begins late."""
    for index, instance in enumerate(("a", "b", "c", "d")):
        values = [math.sin(step / 20 + index) * 30 + source.gauss(0, 1) for step in range(COUNT)]
        if instance == "b":
            values[100:110] = [math.nan] * 10
        if instance == "d":
            values = [math.nan if step % 3 == 0 else value for step, value in enumerate(values)]
        present = {"a": lambda each: not 200 <= each < 260, "c": lambda each: each >= 300}.get(instance, lambda _: True)
        times, values = kept(regular(), values, present)
        yield raw("temperature", times, values, instance=instance, zone="east" if index < 2 else "west")


def _latencies(source: random.Random) -> Iterable[RawSeries]:
    bounds = ("0.1", "0.5", "1", "2.5", "+Inf")
    for route in ("/", "/slow"):
        counts, columns = [0.0] * len(bounds), [[] for _ in bounds]  # type: list[float], list[list[float]]
        for _ in range(COUNT):
            for _ in range(source.randrange(4)):
                first = min(len(bounds) - 1, int(source.expovariate(0.7 if route == "/slow" else 1.5)))
                counts = [count + (index >= first) for index, count in enumerate(counts)]
            for column, count in zip(columns, counts, strict=True):
                column.append(count)
        for bound, column in zip(bounds, columns, strict=True):
            yield raw("latency_seconds_bucket", regular(), column, route=route, le=bound, job="web")
        yield raw("latency_seconds_count", regular(), columns[-1], route=route, job="web")


def _oddities(source: random.Random) -> Iterable[RawSeries]:
    times = regular()
    jittered = [round(time + source.uniform(-5, 5), 3) for time in times[::9]]
    yield raw("irregular", jittered, [source.uniform(0, 9) for _ in jittered], instance="a")
    yield raw("edge", times, [math.inf] * COUNT, kind="inf")
    yield raw("edge", times, [-math.inf] * COUNT, kind="minus")
    yield raw("edge", times, [1e-9 * (step + 1) for step in range(COUNT)], kind="tiny")
    yield raw("edge", times, [1.5e25 + 1e22 * step for step in range(COUNT)], kind="huge")
    yield raw("edge", times, [0.0] * COUNT, kind="zero")
    yield raw("flat", times, [0.1] * COUNT, instance="a")
    yield raw("steps", times, [float(step // 40 % 4) for step in range(COUNT)], instance="a")
    for instance, version in (("a", "1.0"), ("b", "1.1"), ("c", "1.1")):
        yield raw("build_info", times, [1.0] * COUNT, instance=instance, version=version, revision=f"r-{instance}")
    for name, instance in (("first", "a"), ("second", "a"), ("second", "b")):
        yield raw(
            "half",
            *kept(times, times, lambda each, late=name == "second": (each >= 240) is late),  # type: ignore[misc]
            part=name,
            instance=instance,
        )


def made_series() -> Made:
    source = random.Random(7)
    return Made((*_requests(source), *_temperatures(source), *_latencies(source), *_oddities(source)))
