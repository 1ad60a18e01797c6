"""What containers and nodes use: figures that wander with the clock around each container's own level."""

import math
from dataclasses import dataclass, field
from datetime import datetime

from ack_sandbox.draws import Draws
from ack_sandbox.kube.logs import hash_of
from ack_sandbox.kube.objects import Object, dig, name_of, namespace_of
from ack_sandbox.kube.quantities import millicores, whole_bytes

MIB = 1024 * 1024
WINDOW_SECONDS = 15


@dataclass(frozen=True)
class Usage:
    """The level a container's use wanders around; `swing` is how far, as a share of the level."""

    cpu: int  # millicores
    memory: int  # bytes
    swing: float = 0.15


@dataclass
class Usages:
    draws: Draws
    levels: dict[tuple[str, str, str], Usage] = field(default_factory=dict)

    def set(self, namespace: str, pod: str, container: str, usage: Usage) -> None:
        self.levels[(namespace, pod, container)] = usage

    def container(self, pod: Object, container: Object, now: datetime) -> tuple[int, int]:
        """CPU in nanocores and memory in bytes."""
        key = (namespace_of(pod), name_of(pod), str(container["name"]))
        level = self.level(pod, container)
        wave = self._wave("/".join(key), now)
        cpu = int(level.cpu * 1_000_000 * (1 + level.swing * wave)) + hash_of("/".join(key)) % 99_991
        return cpu, int(level.memory * (1 + level.swing * wave / 4)) // 1024 * 1024

    def level(self, pod: Object, container: Object) -> Usage:
        key = (namespace_of(pod), name_of(pod), str(container["name"]))
        return self.levels.get(key) or self._from_requests(key, container)

    def node_overhead(self, node: str, now: datetime) -> tuple[int, int]:
        """What the kubelet, the container runtime and the system use."""
        wave = self._wave(node, now)
        return int(95_000_000 * (1 + 0.2 * wave)), int(1350 * MIB * (1 + 0.03 * wave)) // 1024 * 1024

    def _from_requests(self, key: tuple[str, str, str], container: Object) -> Usage:
        requests = dig(container, "resources", "requests", default={})
        share = 0.25 + (hash_of("/".join(key)) % 40) / 100
        cpu = max(1, int(millicores(requests.get("cpu", "20m")) * share))
        memory = int(whole_bytes(requests.get("memory", "32Mi")) * (0.45 + share / 2))
        return Usage(cpu, memory)

    def _wave(self, name: str, now: datetime) -> float:
        step = int(now.timestamp()) // WINDOW_SECONDS
        phase = phase_of(name)
        return 0.7 * math.sin(step / 9 + phase) + 0.3 * math.sin(step * 1.7 + phase * 3)


def phase_of(name: str) -> float:
    """Where the wave of something begins, radians."""
    return hash_of(name) % 628 / 100
