"""Rows in the order of time without holding them: which recipe at which moment; a row is made when it is read."""

from bisect import bisect_left
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from random import Random
from typing import overload

from ack_sandbox.draws import Draws
from ack_sandbox.sls.rows.plans import Row

SECOND = 1_000_000  # all moments in here are microseconds, from the epoch or from the beginning
HOUR = 3600 * SECOND
BITS = 24
MASK = (1 << BITS) - 1

# A recipe makes the row of a moment; the number tells its occurrences apart and is as good as random (64 bits).
Recipe = Callable[[int, int], Row]


def micros(moment: datetime) -> int:
    return int(moment.timestamp()) * SECOND + moment.microsecond


@dataclass(frozen=True)
class Planted:
    at: int
    recipe: Recipe


@dataclass(frozen=True)
class Habit:
    """What goes on all day: once in `every` seconds on average, with a `swing` between night and afternoon."""

    recipe: Recipe
    every: float
    swing: float = 0.0  # 0: always as often; 0.8: from a fifth at night to nearly twice in the afternoon
    ends: int | None = None


class Rows(Sequence[Row]):
    """A window of a timeline; each access makes the row anew, and always the same."""

    def __init__(self, recipes: Sequence[Recipe], keys: list[int]) -> None:
        self._recipes = recipes
        self._keys = keys

    def __len__(self) -> int:
        return len(self._keys)

    @overload
    def __getitem__(self, index: int) -> Row: ...
    @overload
    def __getitem__(self, index: slice) -> "Rows": ...
    def __getitem__(self, index: int | slice) -> "Row | Rows":
        if isinstance(index, slice):
            return Rows(self._recipes, self._keys[index])
        key = self._keys[index]
        return self._recipes[key & MASK](key >> BITS, _mixed(key))


def _mixed(key: int) -> int:
    """64 bits that look random: the finisher of a SplitMix generator."""
    key = (key ^ (key >> 30)) * 0xBF58476D1CE4E5B9 & 0xFFFFFFFFFFFFFFFF
    key = (key ^ (key >> 27)) * 0x94D049BB133111EB & 0xFFFFFFFFFFFFFFFF
    return key ^ (key >> 31)


@dataclass
class Timeline:
    """What was planted, and habits from `begins` on, an hour at a time as it is asked for."""

    draws: Draws
    begins: int
    planted: Sequence[Planted]
    habits: Sequence[Habit]
    wave: Callable[[int], float]  # from -1 in the deepest night to 1
    _hours: dict[int, list[int]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._recipes = [*(each.recipe for each in self.planted), *(each.recipe for each in self.habits)]
        self._planted = sorted((each.at << BITS) + index for index, each in enumerate(self.planted))

    def between(self, since: int, until: int, live: Iterable[Planted] = ()) -> Rows:
        """The rows with `since` <= moment < `until`, oldest first, together with the live ones of that time."""
        keys = _within(self._planted, since, until)
        for number in range((max(since, self.begins) - self.begins) // HOUR, max(until - self.begins, 0) // HOUR + 1):
            keys += _within(self._hour(number), since, until)
        recipes = list(self._recipes)
        for each in live:
            if since <= each.at < until:
                keys.append((each.at << BITS) + len(recipes))
                recipes.append(each.recipe)
        keys.sort()
        return Rows(recipes, keys)

    def _hour(self, number: int) -> list[int]:
        if number not in self._hours:
            self._hours[number] = sorted(self._made(number))
        return self._hours[number]

    def _made(self, number: int) -> Iterable[int]:
        rng = self.draws.at("hour", number).rng()
        begin = self.begins + number * HOUR
        height = self.wave(begin + HOUR // 2)
        for index, habit in enumerate(self.habits, len(self.planted)):
            for moment in _moments(habit, rng, height):
                at = begin + moment
                if habit.ends is None or at < habit.ends:
                    yield (at << BITS) + index


def _moments(habit: Habit, rng: Random, height: float) -> Iterable[int]:
    """Microseconds within an hour; evenly spread, each a little early or late."""
    wanted = 3600 / habit.every * (1 + habit.swing * height)
    count = int(wanted) + (rng.random() < wanted % 1)
    step = HOUR / count if count else 0.0
    return [int((index + rng.random()) * step) for index in range(count)]


def _within(keys: list[int], since: int, until: int) -> list[int]:
    return keys[bisect_left(keys, since << BITS) : bisect_left(keys, until << BITS)]
