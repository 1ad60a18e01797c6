"""What node-exporter tells of nodes, as long as they answer."""

from collections.abc import Callable, Iterable, Iterator
from functools import partial

from ack_sandbox.kube.objects import Object, dig, name_of
from ack_sandbox.kube.quantities import quantity, whole_bytes
from ack_sandbox.kube.usage import MIB, phase_of
from ack_sandbox.metrics.families.state import Row
from ack_sandbox.metrics.history import created
from ack_sandbox.metrics.jobs import EXPORTER_PORT, NODE_EXPORTER
from ack_sandbox.metrics.load import Load, wave
from ack_sandbox.metrics.machine import Figure, machine
from ack_sandbox.metrics.scene import Scene
from ack_sandbox.metrics.scrapes import HISTORY
from ack_sandbox.metrics.tracks import Family, Kind, Track

Of = Callable[[Scene, Object], Iterable[Row]]

BUSY = {"user": 0.66, "system": 0.24, "softirq": 0.06, "irq": 0.0, "nice": 0.0, "steal": 0.01, "iowait": 0.03}
DISK = 120 * 1024 * MIB
_AVERAGE = 0.6
"""Cores that were busy in the time before the history."""


def instance_labels(scene: Scene, name: str, port: int, job: str) -> dict[str, str]:
    return {"instance": f"{scene.addresses.get(name, '')}:{port}", "node": name, "job": job}


def _tracks(of: Of, scene: Scene) -> Iterator[Track]:
    for spell in scene.of("/nodes"):
        spans = scene.told(spell)
        base = instance_labels(scene, name_of(spell.object), EXPORTER_PORT, NODE_EXPORTER)
        for labels, value in of(scene, spell.object) if spans else ():
            yield Track({**base, **labels}, value, spans)


def _cores(node: Object) -> int:
    return int(quantity(dig(node, "status", "capacity", "cpu")))


def _cpu(scene: Scene, node: Object) -> Iterator[Row]:
    busy, cores = machine(scene, name_of(node)).busy, _cores(node)
    up = scene.opened - created(node) + 2 * HISTORY
    for core in range(cores):
        for mode, share in BUSY.items():
            yield {"cpu": str(core), "mode": mode}, partial(_mode, busy, share / cores, up)
        yield {"cpu": str(core), "mode": "idle"}, partial(_idle, busy, cores, up, scene.opened)


def _mode(busy: Figure, share: float, up: float, at: float) -> float:
    return share * (busy(at) + up * _AVERAGE)


def _idle(busy: Figure, cores: int, up: float, opened: float, at: float) -> float:
    return (at - opened) + up - (busy(at) + up * _AVERAGE) / cores


def _memory(figure: Callable[[float, float], float], scene: Scene, node: Object) -> Iterator[Row]:
    used = machine(scene, name_of(node)).memory
    whole = float(whole_bytes(dig(node, "status", "capacity", "memory")))
    yield {}, lambda at: figure(whole, used(at))


def _load_average(damping: float, scene: Scene, node: Object) -> Iterator[Row]:
    busy = machine(scene, name_of(node)).busy
    yield {}, lambda at: round((busy(at) - busy(at - 60 * damping)) / (60 * damping) * 1.15, 2)


FILESYSTEMS = (("/dev/vda3", "/", "ext4", 0.42), ("/dev/vdb", "/var/lib/container", "ext4", 0.55))


def _filesystem(of: Callable[[float], float], scene: Scene, node: Object) -> Iterator[Row]:
    for device, mount, kind, share in FILESYSTEMS:
        level = share + (phase_of(name_of(node) + device) - 3.14) / 60
        used = partial(_filled, level, scene.opened)
        yield {"device": device, "mountpoint": mount, "fstype": kind}, partial(_apply, of, used)


def _apply(of: Callable[[float], float], used: Callable[[float], float], at: float) -> float:
    return of(used(at))


def _filled(level: float, opened: float, at: float) -> float:
    """The share of a disk that is full: it grows by one in a thousand a day."""
    return min(0.97, level + (at - opened) / 86_400 / 1000)


def _counter(level: float, what: str, device: str, scene: Scene, node: Object) -> Iterator[Row]:
    name = name_of(node)
    grown = Load(level * _cores(node), phase_of(f"{name}/{what}"), scene.opened, 0.3, 0.3)
    before = (scene.opened - created(node)) * grown.level
    labels = {"device": device} if device else {}
    yield labels, lambda at: max(0, int(before + grown.total(at)))


def _pressure(level: float, scene: Scene, node: Object) -> Iterator[Row]:
    phase = phase_of(name_of(node))
    yield {}, lambda at: int(level * (1 + 0.2 * wave(phase, at)))


def _uname(scene: Scene, node: Object) -> Iterator[Row]:
    info = dig(node, "status", "nodeInfo", default={})
    yield {"nodename": name_of(node), "sysname": "Linux", "release": info.get("kernelVersion", "")}, 1.0


def _boot(scene: Scene, node: Object) -> Iterator[Row]:
    yield {}, created(node) - 60


def _family(name: str, kind: Kind, text: str, of: Of) -> Family:
    return Family(f"node_{name}", kind, text, partial(_tracks, of))


def _memories() -> Iterator[Family]:
    for name, figure in (
        ("MemTotal", lambda whole, used: whole),
        ("MemAvailable", lambda whole, used: whole - used),
        ("MemFree", lambda whole, used: max(0.02 * whole, whole - used - 0.22 * whole)),
        ("Cached", lambda whole, used: 0.18 * whole),
        ("Buffers", lambda whole, used: 0.015 * whole),
        ("SwapTotal", lambda whole, used: 0.0),
    ):
        yield _family(
            f"memory_{name}_bytes", "gauge", f"Memory information field {name}_bytes.", partial(_memory, figure)
        )


def _filesystems() -> Iterator[Family]:
    for name, of in (
        ("size_bytes", lambda used: DISK),
        ("avail_bytes", lambda used: int(DISK * (1 - used) * 0.95) // 4096 * 4096),
        ("free_bytes", lambda used: int(DISK * (1 - used)) // 4096 * 4096),
        ("files", lambda used: 7_864_320),
        ("files_free", lambda used: int(7_864_320 * (1 - used / 4))),
        ("readonly", lambda used: 0.0),
    ):
        yield _family(f"filesystem_{name}", "gauge", f"Filesystem {name.replace('_', ' ')}.", partial(_filesystem, of))


def _counters() -> Iterator[Family]:
    for name, level, device in (
        ("disk_read_bytes_total", 40_000.0, "vda"),
        ("disk_written_bytes_total", 210_000.0, "vda"),
        ("disk_reads_completed_total", 3.0, "vda"),
        ("disk_writes_completed_total", 14.0, "vda"),
        ("disk_io_time_seconds_total", 0.004, "vda"),
        ("network_receive_bytes_total", 900_000.0, "eth0"),
        ("network_transmit_bytes_total", 1_100_000.0, "eth0"),
        ("network_receive_packets_total", 1_400.0, "eth0"),
        ("network_transmit_packets_total", 1_500.0, "eth0"),
        ("network_receive_errs_total", 0.0, "eth0"),
        ("network_transmit_errs_total", 0.0, "eth0"),
        ("network_receive_drop_total", 0.001, "eth0"),
        ("network_transmit_drop_total", 0.0, "eth0"),
        ("context_switches_total", 4_000.0, ""),
        ("intr_total", 2_500.0, ""),
    ):
        yield _family(name, "counter", f"{name} of the node.", partial(_counter, level, name, device))


FAMILIES: tuple[Family, ...] = (
    _family("cpu_seconds_total", "counter", "Seconds the CPUs spent in each mode.", _cpu),
    *_memories(),
    *_filesystems(),
    *_counters(),
    _family("load1", "gauge", "1m load average.", partial(_load_average, 1)),
    _family("load5", "gauge", "5m load average.", partial(_load_average, 5)),
    _family("load15", "gauge", "15m load average.", partial(_load_average, 15)),
    _family("uname_info", "gauge", "Labeled system information as provided by the uname system call.", _uname),
    _family("boot_time_seconds", "gauge", "Node boot time, in unixtime.", _boot),
    _family("procs_running", "gauge", "Number of processes in runnable state.", partial(_pressure, 4)),
    _family("procs_blocked", "gauge", "Number of processes blocked.", partial(_pressure, 0.4)),
    _family("filefd_allocated", "gauge", "File descriptors: allocated.", partial(_pressure, 6000)),
    _family("filefd_maximum", "gauge", "File descriptors: maximum.", lambda scene, node: [({}, 1_048_576.0)]),
    _family("nf_conntrack_entries", "gauge", "Number of tracked connections.", partial(_pressure, 2400)),
    _family("nf_conntrack_entries_limit", "gauge", "Most tracked connections.", lambda scene, node: [({}, 262_144.0)]),
)
