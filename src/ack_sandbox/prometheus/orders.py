"""What the control endpoint may order of metrics: further series, and answers that are odd but allowed."""

from collections import deque
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any

from ack_sandbox.cloud.faults.parameters import integer, one_of, parameter, read, text
from ack_sandbox.cloud.wire import Json
from ack_sandbox.metrics.monitored import Monitored
from ack_sandbox.metrics.scene import Scene
from ack_sandbox.metrics.tracks import Family, Track
from ack_sandbox.prometheus.answers import Told
from ack_sandbox.prometheus.questions import Question

MOST_SERIES = 100_000
VALUES = {"1": 1.0, "NaN": float("nan"), "+Inf": float("inf"), "-Inf": float("-inf")}


@dataclass(frozen=True)
class Order:
    """`series` adds a metric to every cluster, `histogram` answers its name with a native histogram; both last.

    `error` is HTTP 200 with an error inside, `warning` and `info` join what is answered: for the next `times` queries.
    """

    kind: str = parameter(one_of("series", "histogram", "error", "warning", "info", "clear"))
    name: str = parameter(text(), "ordered_total")
    count: int = parameter(integer(1, MOST_SERIES), 1)
    value: str = parameter(one_of(*VALUES), "1")
    message: str = parameter(text(), "ordered by the control endpoint")
    times: int = parameter(integer(1, 1_000_000), 1)


@dataclass
class Orders:
    clusters: Callable[[], Mapping[str, Monitored]]
    oddities: deque[Order] = field(default_factory=deque)
    histograms: set[str] = field(default_factory=set)

    async def obey(self, given: Mapping[str, object]) -> Json:
        """Raises BadControlRequest for anything but an order."""
        order = read(Order, given)
        if order.kind == "clear":
            self._clear()
        elif order.kind == "series":
            family = Family(order.name, "untyped", "Ordered.", partial(_tracks, order.count, VALUES[order.value]))
            for each in self.clusters().values():
                each.ordered[order.name] = family
        elif order.kind == "histogram":
            self.histograms.add(order.name)
        else:
            self.oddities.extend([order] * order.times)
        return {"kind": order.kind, "waiting": len(self.oddities)}

    def own(self, question: Question, now: float) -> Told | None:
        """The answer to a query that an order speaks for."""
        if question.action in ("query", "query_range") and question.one("query") in self.histograms:
            return Told(200, _histogram(question, now))
        return None

    def changed(self, question: Question, told: Told) -> Told:
        if not self.oddities or question.action not in ("query", "query_range"):
            return told
        order = self.oddities.popleft()
        if order.kind == "error":
            return Told(200, error=("execution", order.message))
        if order.kind == "warning":
            return replace(told, warnings=(*told.warnings, order.message))
        return replace(told, infos=(*told.infos, order.message))

    def _clear(self) -> None:
        self.oddities.clear()
        self.histograms.clear()
        for each in self.clusters().values():
            each.ordered.clear()


def _tracks(count: int, value: float, _scene: Scene) -> Iterator[Track]:
    return (Track({"series": f"{index:05}", "job": "ordered"}, value) for index in range(count))


def _histogram(question: Question, now: float) -> Any:
    """Boundaries as the API writes them: which side belongs to the bucket, from, to, how many."""
    buckets = [[0, "0.25", "0.5", "12"], [0, "0.5", "1", "30"], [0, "1", "2", "8"]]
    value = {"count": "50", "sum": "41.5", "buckets": buckets}
    metric = {"__name__": question.one("query"), "job": "ordered"}
    if question.action == "query":
        at = question.moment("time", now)
        return {"resultType": "vector", "result": [{"metric": metric, "histogram": [at, value]}]}
    times = [question.moment("start"), question.moment("end")]
    return {"resultType": "matrix", "result": [{"metric": metric, "histograms": [[at, value] for at in times]}]}
