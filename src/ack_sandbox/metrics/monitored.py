"""One cluster under observation: its history from now on, and the source of its series at the present moment."""

from ack_sandbox.kube.state import ClusterState
from ack_sandbox.metrics.history import History
from ack_sandbox.metrics.scene import Scene
from ack_sandbox.metrics.source import ClusterSource
from ack_sandbox.metrics.tracks import Family


class Monitored:
    """Only the event loop's thread may touch it; the sources that it gives belong to any."""

    def __init__(self, state: ClusterState) -> None:
        self.state = state
        self.ordered: dict[str, Family] = {}
        self._opened = float(int(state.clock.now().timestamp()))
        self._history = History(state.store)
        self._scene: Scene | None = None
        self._seen = -1

    def source(self) -> ClusterSource:
        now = self.state.now().timestamp()
        if self._scene is None or self._seen != self._history.changes:
            self._seen = self._history.changes
            spells = self._history.spells()
            self._scene = Scene(self.state.plan, self._opened, now, spells, self.state.usages)
        self._scene.now = max(now, self._scene.now)
        return ClusterSource(self._scene, dict(self.ordered))
