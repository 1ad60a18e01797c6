"""How hard something works: a level, a wave around it as `kubectl top` shows it, and for some a daily rhythm."""

import math
from dataclasses import dataclass

from ack_sandbox.kube.usage import WINDOW_SECONDS

DAY = 86_400
# The busiest hour lies two hours before the opening, whatever the clock says: a seed gives one region all day long.
_SINCE_PEAK = 2 * 3600
_SLOW, _FAST = 1 / (9 * WINDOW_SECONDS), 1.7 / WINDOW_SECONDS
_OMEGA = 2 * math.pi / DAY


@dataclass(frozen=True)
class Load:
    """`level` per second at the time `opened`; `rhythm` is how much of it a day moves, 0 to 0.6.

    From `opened` on the level stays what it is, because that is what the cluster's own figures do.
    """

    level: float
    phase: float
    opened: float
    swing: float = 0.15
    rhythm: float = 0.0

    def at(self, seconds: float) -> float:
        return self.level * (self._daily(seconds) + self.swing * wave(self.phase, seconds))

    def total(self, seconds: float) -> float:
        """The sum of `at` from the opening on; negative before it. It grows always."""
        waved = _SLOW_SHARE * math.cos(seconds * _SLOW + self.phase)
        waved += _FAST_SHARE * math.cos(seconds * _FAST + self.phase * 3)
        return self.level * (self._days(seconds) - self.swing * waved)

    def since(self, start: float, seconds: float) -> float:
        return self.total(seconds) - self.total(start)

    def _daily(self, seconds: float) -> float:
        if not self.rhythm or seconds >= self.opened:
            return 1.0
        return self._hour(seconds) / self._hour(self.opened)

    def _hour(self, seconds: float) -> float:
        return 1 + self.rhythm * math.cos(self._angle(seconds))

    def _angle(self, seconds: float) -> float:
        """0 at the busiest time of a day."""
        return _OMEGA * (seconds - self.opened + _SINCE_PEAK)

    def _days(self, seconds: float) -> float:
        passed = seconds - self.opened
        if not self.rhythm or passed >= 0:
            return passed
        swung = math.sin(self._angle(seconds)) - math.sin(self._angle(self.opened))
        return (passed + self.rhythm * swung / _OMEGA) / self._hour(self.opened)


_SLOW_SHARE, _FAST_SHARE = 0.7 / _SLOW, 0.3 / _FAST


def wave(phase: float, seconds: float) -> float:
    """Between -1 and 1; at the edges of windows it is what the metrics API's figures follow."""
    return 0.7 * math.sin(seconds * _SLOW + phase) + 0.3 * math.sin(seconds * _FAST + phase * 3)
