"""What kubelets tell of themselves and of volumes, and whether each target answers."""

from collections.abc import Iterator
from functools import partial

from ack_sandbox.kube.objects import dig, name_of, namespace_of
from ack_sandbox.kube.quantities import quantity
from ack_sandbox.kube.usage import phase_of
from ack_sandbox.metrics import jobs
from ack_sandbox.metrics.families import control_plane, traffic
from ack_sandbox.metrics.families.machines import instance_labels
from ack_sandbox.metrics.families.state import TARGET
from ack_sandbox.metrics.scene import Placed, Scene
from ack_sandbox.metrics.spans import Spans
from ack_sandbox.metrics.tracks import Family, Track

NODE_TARGETS = (
    (jobs.CADVISOR, jobs.KUBELET_PORT),
    (jobs.KUBELET, jobs.KUBELET_PORT),
    (jobs.NODE_EXPORTER, jobs.EXPORTER_PORT),
)
_INODES = 6_553_600


def _up(scene: Scene) -> Iterator[Track]:
    yield Track(TARGET, 1.0)
    for spell in scene.of("/nodes"):
        silent = scene.silent.get(name_of(spell.object), ())
        for job, port in NODE_TARGETS:
            labels = instance_labels(scene, name_of(spell.object), port, job)
            yield Track(labels, partial(_answers, silent), (spell.span,))
    yield from (Track(target, 1.0) for target in control_plane.targets())
    yield from (Track(*_of(target)) for target in traffic.targets(scene, "coredns", jobs.COREDNS, jobs.DNS_PORT))
    controllers = traffic.targets(scene, traffic.INGRESS_APP, jobs.INGRESS, jobs.INGRESS_PORT)
    yield from (Track(*_of(target)) for target in controllers)


def _of(target: tuple[dict[str, str], Spans]) -> tuple[dict[str, str], float, Spans]:
    return target[0], 1.0, target[1]


def _answers(silent: Spans, at: float) -> float:
    return float(not any(start <= at < end for start, end in silent))


def _volumes(scene: Scene) -> Iterator[tuple[dict[str, str], float, Placed]]:
    sizes = {(namespace_of(s.object), name_of(s.object)): s.object for s in scene.of("/persistentvolumeclaims")}
    for each in scene.placed:
        if each.container is not each.pod["spec"]["containers"][0]:
            continue
        for volume in dig(each.pod, "spec", "volumes", default=[]):
            name = dig(volume, "persistentVolumeClaim", "claimName", default="")
            claim = sizes.get((namespace_of(each.pod), name))
            if claim is not None and dig(claim, "status", "phase") == "Bound":
                node = instance_labels(scene, each.pod["spec"]["nodeName"], jobs.KUBELET_PORT, jobs.KUBELET)
                labels = {**node, "namespace": namespace_of(each.pod), "persistentvolumeclaim": name}
                yield labels, float(quantity(dig(claim, "status", "capacity", "storage") or _asked(claim))), each


def _asked(claim: object) -> str:
    return str(dig(claim, "spec", "resources", "requests", "storage", default="0"))


def _filled(labels: dict[str, str], opened: float, at: float) -> float:
    """The share of a volume that is full: it grows by one in a hundred a day."""
    level = 0.2 + phase_of(labels["namespace"] + labels["persistentvolumeclaim"]) / 10
    return min(0.98, level + (at - opened) / 86_400 / 100)


def _volume(factor: float, rest: bool, inodes: bool, scene: Scene) -> Iterator[Track]:
    for labels, size, each in _volumes(scene):
        whole = float(_INODES) if inodes else size
        filled = partial(_filled, labels, scene.opened)
        yield Track(labels, partial(_part, whole, factor, rest, filled), each.kept)


def _part(whole: float, factor: float, rest: bool, filled: "partial[float]", at: float) -> float:
    used = filled(at) * factor
    return int(whole * (1 - used if rest else used)) // 4096 * 4096


def _whole_volume(inodes: bool, scene: Scene) -> Iterator[Track]:
    for labels, size, each in _volumes(scene):
        yield Track(labels, float(_INODES) if inodes else size, each.kept)


def _running(what: str, scene: Scene) -> Iterator[Track]:
    for spell in scene.of("/nodes"):
        placed = scene.by_node.get(name_of(spell.object), [])
        labels = instance_labels(scene, name_of(spell.object), jobs.KUBELET_PORT, jobs.KUBELET)
        count = _pods if what == "pods" else _containers
        yield Track(labels, partial(count, placed), scene.told(spell))


def _pods(placed: list[Placed], at: float) -> float:
    return len({each.pod["metadata"]["uid"] for each in placed if _runs(each, at)})


def _containers(placed: list[Placed], at: float) -> float:
    return sum(_runs(each, at) for each in placed)


def _runs(each: Placed, at: float) -> bool:
    return any(start <= at < end for start, end in each.running)


FAMILIES: tuple[Family, ...] = (
    Family("up", "gauge", "Whether the last scrape of the target succeeded.", _up),
    Family("kubelet_running_pods", "gauge", "Number of pods that have a running sandbox.", partial(_running, "pods")),
    Family("kubelet_running_containers", "gauge", "Number of containers currently running.", partial(_running, "all")),
    Family(
        "kubelet_volume_stats_capacity_bytes",
        "gauge",
        "Capacity in bytes of the volume.",
        partial(_whole_volume, False),
    ),
    Family(
        "kubelet_volume_stats_used_bytes", "gauge", "Used bytes in the volume.", partial(_volume, 1.0, False, False)
    ),
    Family("kubelet_volume_stats_available_bytes", "gauge", "Available bytes.", partial(_volume, 1.0, True, False)),
    Family("kubelet_volume_stats_inodes", "gauge", "Maximum number of inodes.", partial(_whole_volume, True)),
    Family("kubelet_volume_stats_inodes_used", "gauge", "Used inodes.", partial(_volume, 0.1, False, True)),
    Family("kubelet_volume_stats_inodes_free", "gauge", "Free inodes.", partial(_volume, 0.1, True, True)),
)
