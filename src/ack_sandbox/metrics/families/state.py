"""What all families of kube-state-metrics share: gauges of objects, while the object is there."""

from collections.abc import Callable, Iterable, Iterator
from functools import partial

from ack_sandbox.kube.objects import Object, dig, name_of, namespace_of, parse_time
from ack_sandbox.metrics.jobs import STATE, STATE_PORT
from ack_sandbox.metrics.scene import Scene
from ack_sandbox.metrics.spans import Spans
from ack_sandbox.metrics.tracks import Family, Track, Value

TARGET = {"job": STATE, "instance": f"kube-state-metrics:{STATE_PORT}"}

Row = tuple[dict[str, str], Value]
Of = Callable[[Object], Iterable[Row]]
"""Further labels, and the value that goes with them."""


def state_family(resource: str, label: str, name: str, text: str, of: Of) -> Family:
    """`label` is what the object's own name is called."""
    return Family(name, "gauge", text, partial(_tracks, resource, label, of))


def _tracks(resource: str, label: str, of: Of, scene: Scene) -> Iterator[Track]:
    for spell in scene.of(resource):
        base = named(label, spell.object)
        spans: Spans = (spell.span,)
        for labels, value in of(spell.object):
            yield Track({**base, **labels}, value, spans)


def named(label: str, obj: Object) -> dict[str, str]:
    return {"namespace": namespace_of(obj), label: name_of(obj), **TARGET}


def field(*path: str | int) -> Of:
    """The number at a path; 0 where there is none."""
    return lambda obj: [({}, float(dig(obj, *path, default=0)))]


def present(*path: str | int) -> Of:
    """The number at a path, where there is one."""
    return lambda obj: [({}, float(found)) for found in [dig(obj, *path)] if found is not None]


def moment(*path: str | int) -> Of:
    """The time at a path as seconds, where there is one."""
    return lambda obj: [({}, parse_time(found).timestamp()) for found in [dig(obj, *path)] if found]


def one_of(options: Iterable[str], label: str, actual: str) -> list[Row]:
    """A row for each option, 1 for the actual one."""
    return [({label: each}, float(each == actual)) for each in options]


def conditions(obj: Object) -> Iterator[Row]:
    for each in dig(obj, "status", "conditions", default=[]):
        for status in ("true", "false", "unknown"):
            labels = {"condition": each["type"], "status": status}
            yield labels, float(each["status"].lower() == status)
