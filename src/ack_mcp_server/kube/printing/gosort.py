"""Go's sort.Sort: pattern-defeating quicksort, step by step, because the order of equal elements depends on it.

As of Go 1.24, with which kubectl is built since 1.33: earlier ones shuffle by other numbers, which shows in long lists
of which many objects lack the field.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from enum import Enum

_INSERTION = 12  # elements; fewer are sorted by insertion
_NINTHER = 50
_SHUFFLE = 8
_MOST_REPAIRS = 5
_SHORTEST_REPAIRED = 50

Less = Callable[[object, object], bool]


class _Hint(Enum):
    UNKNOWN = "unknown"
    INCREASING = "increasing"
    DECREASING = "decreasing"


def go_sorted(keys: Sequence[object], less: Less) -> list[int]:
    """Indexes in sorted order. `less` need not be a strict order."""
    sort = _Sort(list(keys), less)
    sort.quick(0, len(keys), len(keys).bit_length())
    return sort.order


@dataclass
class _Sort:
    keys: list[object]
    compare: Less
    order: list[int] = field(init=False)

    def __post_init__(self) -> None:
        self.order = list(range(len(self.keys)))

    def less(self, one: int, other: int) -> bool:
        return self.compare(self.keys[one], self.keys[other])

    def swap(self, one: int, other: int) -> None:
        keys, order = self.keys, self.order
        keys[one], keys[other] = keys[other], keys[one]
        order[one], order[other] = order[other], order[one]

    def quick(self, start: int, end: int, limit: int) -> None:
        balanced = partitioned = True
        while True:
            length = end - start
            if length <= _INSERTION:
                self.insertion(start, end)
                return
            if not limit:
                self.heap(start, end)
                return
            if not balanced:
                self.break_patterns(start, end)
                limit -= 1
            pivot, hint = self.choose_pivot(start, end)
            if hint is _Hint.DECREASING:
                self.reverse(start, end)
                pivot, hint = end - 1 - (pivot - start), _Hint.INCREASING
            if balanced and partitioned and hint is _Hint.INCREASING and self.repair(start, end):
                return
            if start > 0 and not self.less(start - 1, pivot):
                start = self.partition_equal(start, end, pivot)
                continue
            middle, partitioned = self.partition(start, end, pivot)
            left, right = middle - start, end - middle
            balanced = min(left, right) >= length // 8
            if left < right:
                self.quick(start, middle, limit)
                start = middle + 1
            else:
                self.quick(middle + 1, end, limit)
                end = middle

    def insertion(self, start: int, end: int) -> None:
        for place in range(start + 1, end):
            while place > start and self.less(place, place - 1):
                self.swap(place, place - 1)
                place -= 1

    def heap(self, start: int, end: int) -> None:
        length = end - start
        for root in range((length - 1) // 2, -1, -1):
            self.sift(root, length, start)
        for last in range(length - 1, -1, -1):
            self.swap(start, start + last)
            self.sift(0, last, start)

    def sift(self, root: int, end: int, first: int) -> None:
        while (child := 2 * root + 1) < end:
            if child + 1 < end and self.less(first + child, first + child + 1):
                child += 1
            if not self.less(first + root, first + child):
                return
            self.swap(first + root, first + child)
            root = child

    def partition(self, start: int, end: int, pivot: int) -> tuple[int, bool]:
        """Where the pivot came to lie, and whether nothing had to move."""
        self.swap(start, pivot)
        low, high = start + 1, end - 1
        low, high = self._close_in(low, high, start)
        if low > high:
            self.swap(high, start)
            return high, True
        self.swap(low, high)
        low, high = low + 1, high - 1
        while True:
            low, high = self._close_in(low, high, start)
            if low > high:
                break
            self.swap(low, high)
            low, high = low + 1, high - 1
        self.swap(high, start)
        return high, False

    def _close_in(self, low: int, high: int, pivot: int) -> tuple[int, int]:
        while low <= high and self.less(low, pivot):
            low += 1
        while low <= high and not self.less(high, pivot):
            high -= 1
        return low, high

    def partition_equal(self, start: int, end: int, pivot: int) -> int:
        self.swap(start, pivot)
        low, high = start + 1, end - 1
        while True:
            while low <= high and not self.less(start, low):
                low += 1
            while low <= high and self.less(start, high):
                high -= 1
            if low > high:
                return low
            self.swap(low, high)
            low, high = low + 1, high - 1

    def repair(self, start: int, end: int) -> bool:
        """Whether the part is sorted, after at most a few moves."""
        place = start + 1
        for _ in range(_MOST_REPAIRS):
            while place < end and not self.less(place, place - 1):
                place += 1
            if place == end:
                return True
            if end - start < _SHORTEST_REPAIRED:
                return False
            self.swap(place, place - 1)
            if place - start >= 2:
                self._shift(range(place - 1, 0, -1))
            if end - place >= 2:
                self._shift(range(place + 1, end))
        return False

    def _shift(self, places: range) -> None:
        for place in places:
            if not self.less(place, place - 1):
                return
            self.swap(place, place - 1)

    def break_patterns(self, start: int, end: int) -> None:
        length = end - start
        if length < _SHUFFLE:
            return
        random = length
        modulus = 1 << length.bit_length()
        index = start + (length // 4) * 2 - 1
        for offset in range(3):
            random ^= random << 13 & (1 << 64) - 1
            random ^= random >> 7
            random ^= random << 17 & (1 << 64) - 1
            other = random & modulus - 1
            self.swap(index + offset, start + (other - length if other >= length else other))

    def choose_pivot(self, start: int, end: int) -> tuple[int, _Hint]:
        length = end - start
        swaps = [0]
        low, middle, high = (start + length // 4 * part for part in (1, 2, 3))
        if length >= _SHUFFLE:
            if length >= _NINTHER:
                low, middle, high = (self.median(at - 1, at, at + 1, swaps) for at in (low, middle, high))
            middle = self.median(low, middle, high, swaps)
        if swaps[0] == 0:
            return middle, _Hint.INCREASING
        return middle, _Hint.DECREASING if swaps[0] == 4 * 3 else _Hint.UNKNOWN

    def median(self, low: int, middle: int, high: int, swaps: list[int]) -> int:
        low, middle = self._ordered(low, middle, swaps)
        middle, high = self._ordered(middle, high, swaps)
        low, middle = self._ordered(low, middle, swaps)
        return middle

    def _ordered(self, one: int, other: int, swaps: list[int]) -> tuple[int, int]:
        if self.less(other, one):
            swaps[0] += 1
            return other, one
        return one, other

    def reverse(self, start: int, end: int) -> None:
        low, high = start, end - 1
        while low < high:
            self.swap(low, high)
            low, high = low + 1, high - 1
