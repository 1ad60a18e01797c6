"""The series of one cluster, as the evaluator and a real Prometheus ask for them."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from ack_sandbox.metrics.catalogue import families
from ack_sandbox.metrics.scene import Scene
from ack_sandbox.metrics.scrapes import scrape_times
from ack_sandbox.metrics.spans import common
from ack_sandbox.metrics.tracks import Family, Track, sampled
from ack_sandbox.promql.model import NAME, Matcher, RawSeries, selected

Pairs = tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class ClusterSource:
    """`ordered` are families that an order of the control endpoint added, by name."""

    scene: Scene
    ordered: Mapping[str, Family] = field(default_factory=dict)

    def series(self, matchers: Sequence[Matcher], start: float, end: float) -> Iterator[RawSeries]:
        times = scrape_times(self.scene.opened, start, min(end, self.scene.now))
        for name, tracks in self._found(matchers):
            if (series := sampled(name, tracks, times)) is not None:
                yield series

    def labels(self, matchers: Sequence[Matcher], start: float, end: float) -> Iterator[dict[str, str]]:
        """Of the series that had a sample in that time, without working out their samples."""
        asked = ((start, min(end, self.scene.now) + 1),)
        for name, tracks in self._found(matchers):
            if any(common(asked, track.spans) for track in tracks):
                yield {NAME: name, **{key: value for key, value in tracks[0].labels.items() if value}}

    def _found(self, matchers: Sequence[Matcher]) -> Iterator[tuple[str, list[Track]]]:
        extra = [family for name, family in self.ordered.items() if _named(matchers, name)]
        others = [matcher for matcher in matchers if matcher.name != NAME]
        for family in [*families(matchers), *extra]:
            alike: dict[Pairs, list[Track]] = {}
            for track in family.tracks(self.scene):
                if selected(others, track.labels):
                    alike.setdefault(tuple(sorted(pair for pair in track.labels.items() if pair[1])), []).append(track)
            yield from ((family.name, tracks) for tracks in alike.values())


def _named(matchers: Sequence[Matcher], name: str) -> bool:
    return all(matcher.matches(name) for matcher in matchers if matcher.name == NAME)
