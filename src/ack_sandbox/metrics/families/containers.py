"""What cAdvisor tells of containers: nothing of those that do not run, and counters that begin anew with each life."""

from collections.abc import Callable, Iterator
from functools import partial

from ack_sandbox.kube.objects import dig, name_of, namespace_of
from ack_sandbox.kube.quantities import quantity, whole_bytes
from ack_sandbox.kube.usage import phase_of
from ack_sandbox.metrics.jobs import CADVISOR, KUBELET_PORT
from ack_sandbox.metrics.load import Load, wave
from ack_sandbox.metrics.scene import Placed, Scene
from ack_sandbox.metrics.tracks import Family, Kind, Track, Value

PERIOD = 0.1
"""Of the CPU bandwidth controller, seconds."""
_BURSTY = 0.35
"""The share of its limit from which a container is held back now and then, because its work comes in bursts."""
_WARM = 0.4
_FILLED = 0.6
"""A container that outgrows its memory starts with this share of the end, and has it all after that share of a life."""

Of = Callable[[Placed], Value | None]


def labels_of(scene: Scene, each: Placed) -> dict[str, str]:
    node = each.pod["spec"]["nodeName"]
    return {
        "namespace": namespace_of(each.pod),
        "pod": name_of(each.pod),
        "container": each.container["name"],
        "image": each.container.get("image", ""),
        "node": node,
        "instance": f"{scene.addresses.get(node, '')}:{KUBELET_PORT}",
        "job": CADVISOR,
    }


def _tracks(of: Of, scene: Scene) -> Iterator[Track]:
    for each in scene.placed:
        value = of(each)
        if value is not None and (spans := each.running):
            yield Track(labels_of(scene, each), value, spans)


def _cpu(each: Placed, share: float = 1.0) -> Value:
    load, start = each.load, each.course.start_at
    if len(each.course.lives) == 1:
        began = load.total(each.course.lives[0][0])
        return lambda at: share * (load.total(at) - began)
    return lambda at: share * load.since(start(at), at)


def memory(each: Placed) -> Callable[[float], float]:
    """As the metrics API tells it; on the way to the kernel's limit it fills up with each life."""
    level, swing = each.usage.memory, each.usage.swing / 4
    phase = each.load.phase
    if each.course.reason == "OOMKilled":
        return partial(_filling, each)
    return lambda at: int(level * (1 + swing * wave(phase, at))) // 1024 * 1024


def _filling(each: Placed, at: float) -> float:
    level = each.usage.memory * (1 + each.usage.swing / 4 * wave(each.load.phase, at))
    life = each.course.life_at(at)
    killed = each.course.lives[-1] if each.course.lives[-1][1] <= at else each.course.lives[-2:][0]
    lived = killed[1] - killed[0]
    if life is None or life[0] <= each.course.first + 1:  # before the first kill there was room
        return int(level * 0.7) // 1024 * 1024
    grown = min(1.0, _WARM + (1 - _WARM) * (at - life[0]) / (_FILLED * lived))
    limit = whole_bytes(each.limit("memory")) or level
    return int(min(level * grown, limit)) // 1024 * 1024


def _share_of_memory(share: float, each: Placed) -> Value:
    used, limit = memory(each), whole_bytes(each.limit("memory")) or float("inf")
    return lambda at: int(min(used(at) * share, limit)) // 4096 * 4096


def _held_back(each: Placed) -> float | None:
    """The share of periods in which the container is throttled; None without a limit."""
    limit = float(quantity(each.limit("cpu")))
    if not limit:
        return None
    return min(0.85, max(0.0, each.load.level / limit - _BURSTY) * 1.4)


def _periods(each: Placed) -> Value | None:
    start = each.course.start_at
    return (lambda at: int((at - start(at)) / PERIOD)) if each.limit("cpu") else None


def _throttled(per_second: float, each: Placed) -> Value | None:
    share = _held_back(each)
    if share is None:
        return None
    start, grown = each.course.start_at, Load(share * per_second, each.load.phase, each.load.opened, 0.2)
    return lambda at: grown.since(start(at), at)


def _steady(low: float, high: float, what: str, each: Placed) -> Value:
    """A counter that grows by between `low` and `high` a second."""
    name = f"{namespace_of(each.pod)}/{name_of(each.pod)}/{each.container['name']}/{what}"
    level = low + (high - low) * phase_of(name) / 6.28
    grown = Load(level, phase_of(name), each.load.opened, 0.3, each.load.rhythm)
    start = each.course.start_at
    return lambda at: int(grown.since(start(at), at))


def _limit(resource: str, factor: float, each: Placed) -> Value | None:
    limit = each.limit(resource)
    return float(quantity(limit)) * factor if limit else None


def _shares(each: Placed) -> Value:
    request = quantity(dig(each.container, "resources", "requests", "cpu"))
    return max(2, int(float(request) * 1024))


def _spec_memory(each: Placed) -> Value:
    return whole_bytes(each.limit("memory"))


def _family(name: str, kind: Kind, text: str, of: Of) -> Family:
    return Family(f"container_{name}", kind, text, partial(_tracks, of))


def _network(scene: Scene, receive: bool, per_request: float, what: str) -> Iterator[Track]:
    for each in scene.placed:
        if each.container is not each.pod["spec"]["containers"][0] or dig(each.pod, "spec", "hostNetwork"):
            continue
        base = labels_of(scene, each)
        labels = {key: base[key] for key in ("namespace", "pod", "node", "instance", "job")} | {"interface": "eth0"}
        level = each.load.level * per_request * (1 if receive else 1.6)
        grown = Load(level, phase_of(f"{base['namespace']}/{base['pod']}/{what}"), scene.opened, 0.3, each.load.rhythm)
        first = grown.total(each.course.first) if each.course.first > 0 else 0.0
        yield Track(labels, partial(_since, grown, first), each.kept)


def _since(grown: Load, first: float, at: float) -> float:
    return max(0, int(grown.total(at) - first))


def _flows() -> Iterator[Family]:
    """Bytes and packets for each core that a pod uses."""
    for receive, word in ((True, "receive"), (False, "transmit")):
        for unit, level, text in (
            ("bytes", 4_000_000.0, "bytes"),
            ("packets", 5_000.0, "packets"),
            ("errors", 0.0, "errors encountered"),
            ("packets_dropped", 0.02, "packets dropped"),
        ):
            name = f"container_network_{word}_{unit}_total"
            tracks = partial(_network, receive=receive, per_request=level, what=f"{word}/{unit}")
            yield Family(name, "counter", f"Cumulative count of {text} while {word[:-1]}ing.", tracks)


FAMILIES: tuple[Family, ...] = (
    _family("cpu_usage_seconds_total", "counter", "Cumulative cpu time consumed in seconds.", _cpu),
    _family("cpu_user_seconds_total", "counter", "Cumulative user cpu time in seconds.", partial(_cpu, share=0.72)),
    _family("cpu_system_seconds_total", "counter", "Cumulative system cpu time in seconds.", partial(_cpu, share=0.28)),
    _family("cpu_cfs_periods_total", "counter", "Number of elapsed enforcement period intervals.", _periods),
    _family(
        "cpu_cfs_throttled_periods_total",
        "counter",
        "Number of throttled period intervals.",
        partial(_throttled, 1 / PERIOD),
    ),
    _family(
        "cpu_cfs_throttled_seconds_total",
        "counter",
        "Total time duration the container has been throttled.",
        partial(_throttled, 0.4),
    ),
    _family("memory_working_set_bytes", "gauge", "Current working set in bytes.", memory),
    _family("memory_rss", "gauge", "Size of RSS in bytes.", partial(_share_of_memory, 0.92)),
    _family("memory_usage_bytes", "gauge", "Current memory usage in bytes.", partial(_share_of_memory, 1.14)),
    _family("memory_cache", "gauge", "Number of bytes of page cache memory.", partial(_share_of_memory, 0.18)),
    _family("spec_cpu_quota", "gauge", "CPU quota of the container.", partial(_limit, "cpu", 100_000)),
    _family("spec_cpu_period", "gauge", "CPU period of the container.", lambda _: 100_000),
    _family("spec_cpu_shares", "gauge", "CPU share of the container.", _shares),
    _family("spec_memory_limit_bytes", "gauge", "Memory limit for the container.", _spec_memory),
    _family("oom_events_total", "counter", "Count of out of memory events.", lambda each: each.course.kills_at),
    _family(
        "start_time_seconds",
        "gauge",
        "Start time of the container since unix epoch in seconds.",
        lambda each: each.course.start_at,
    ),
    _family("last_seen", "gauge", "Last time a container was seen by the exporter.", lambda _: lambda at: at),
    _family("processes", "gauge", "Number of processes running inside the container.", lambda _: 1),
    _family(
        "threads", "gauge", "Number of threads running inside the container.", lambda each: 8 + each.usage.cpu // 9
    ),
    _family(
        "fs_reads_bytes_total", "counter", "Cumulative count of bytes read.", partial(_steady, 2_000, 90_000, "read")
    ),
    _family(
        "fs_writes_bytes_total",
        "counter",
        "Cumulative count of bytes written.",
        partial(_steady, 900, 150_000, "write"),
    ),
    _family("fs_reads_total", "counter", "Cumulative count of reads completed.", partial(_steady, 0.2, 9, "reads")),
    _family("fs_writes_total", "counter", "Cumulative count of writes completed.", partial(_steady, 0.4, 15, "writes")),
    _family(
        "fs_usage_bytes",
        "gauge",
        "Number of bytes that are consumed by the container on this filesystem.",
        lambda each: 40_960 * (1 + each.usage.cpu),
    ),
    *_flows(),
)
