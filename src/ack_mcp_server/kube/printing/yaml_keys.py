"""The order that go-yaml v2 gives to the keys of a mapping: letters last, runs of digits by their value.

It goes in circles for keys such as 10, 2x and 200x; kubectl prints those in another order each time, and here in one.
"""

from functools import cmp_to_key

_BITS = 64


def ordered(keys: tuple[str, ...]) -> list[str]:
    if all(key.isascii() and key.isalpha() for key in keys):
        return sorted(keys)
    return sorted(keys, key=cmp_to_key(_compare))


def _compare(one: str, other: str) -> int:
    return -1 if _less(one, other) else 1 if _less(other, one) else 0


def _less(one: str, other: str) -> bool:
    place = next((place for place, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), None)
    if place is None:
        return len(one) < len(other)
    a, b = one[place], other[place]
    if a.isalpha() or b.isalpha():
        return a < b if a.isalpha() and b.isalpha() else b.isalpha()
    return _less_in_number(one, other, place)


def _less_in_number(one: str, other: str, place: int) -> bool:
    a, b = one[place], other[place]
    carried = int("0" in (a, b) and _follows_number(one, place))
    number, end = _digits(one, place, carried)
    other_number, other_end = _digits(other, place, carried)
    if number != other_number:
        return number < other_number
    if end != other_end:
        return end < other_end
    return a < b


def _follows_number(text: str, place: int) -> bool:
    """Whether the digits before `place` are more than zeros, so that a zero there counts."""
    while place and text[place - 1].isdecimal():
        place -= 1
        if text[place] != "0":
            return True
    return False


def _digits(text: str, place: int, number: int) -> tuple[int, int]:
    """An int64, overflow included, and where the digits end."""
    while place < len(text) and text[place].isdecimal():
        number = number * 10 + ord(text[place]) - ord("0")
        place += 1
    return (number + (1 << _BITS - 1)) % (1 << _BITS) - (1 << _BITS - 1), place
