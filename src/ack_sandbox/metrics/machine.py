"""What a whole node does: its system's own share, and that of every container that ran on it."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

from ack_sandbox.kube.usage import MIB, phase_of
from ack_sandbox.metrics.families.containers import memory
from ack_sandbox.metrics.load import Load, wave
from ack_sandbox.metrics.scene import Placed, Scene

SYSTEM_CORES = 0.095
SYSTEM_MEMORY = 1350 * MIB

Figure = Callable[[float], float]


def system_load(scene: Scene, node: str) -> Load:
    """As `Usages.node_overhead` has it."""
    return Load(SYSTEM_CORES, phase_of(node), scene.opened, swing=0.2)


@dataclass(frozen=True)
class Machine:
    busy: Figure  # seconds of CPU time since the region opened, negative before it
    memory: Figure  # bytes in use


def machine(scene: Scene, node: str) -> Machine:
    """Made once for each scene, and so is each of its figures."""
    if node not in scene.machines:
        scene.machines[node] = Machine(_busy(scene, node), _used(scene, node))
    made: Machine = scene.machines[node]
    return made


def _busy(scene: Scene, node: str) -> Figure:
    system, containers = system_load(scene, node), scene.by_node.get(node, ())
    ran = [(each.load, start, end) for each in containers for start, end in each.running]
    long_ago = scene.opened - 30 * 86_400

    @cache
    def busy(at: float) -> float:
        used = system.total(at)
        for load, start, end in ran:
            if start < at:
                used += load.since(max(start, long_ago), min(at, end))
        return used

    return busy


def _used(scene: Scene, node: str) -> Figure:
    phase = phase_of(node)
    figures = [(each, memory(each)) for each in scene.by_node.get(node, ())]

    @cache
    def used(at: float) -> float:
        system = int(SYSTEM_MEMORY * (1 + 0.03 * wave(phase, at))) // 1024 * 1024
        return system + sum(figure(at) for each, figure in figures if _runs(each, at))

    return used


def _runs(each: Placed, at: float) -> bool:
    return any(start <= at < end for start, end in each.running)
