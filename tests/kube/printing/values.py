"""Objects of every shape that JSON has, with the texts that YAML is hard on."""

import random
from collections.abc import Iterator
from typing import Any

_ODD = [*" \t\n\r:#-?,[]{}&*!|>'\"%@`\\<=~._+", "é", "中", "\xa0", "\u2028", "😀", "\x00", "\x1b", "\ufeff", "\x85"]
_WORDS = [
    "yes",
    "No",
    "null",
    "true",
    "0x1F",
    "0b1",
    "0o7",
    "1e3",
    "1_000",
    ".5",
    "2020-01-01",
    "2020-1-1T1:2:3Z",
    "...",
]
_WORDS += [
    "a: b",
    "a #b",
    "- a",
    "---",
    "<<",
    "12:30:45",
    "1.5.2",
    "+1",
    ".inf",
    "https://a.b/c?d=e",
    "--flag=x",
    "~",
    "",
]
_NUMBERS = [0, -1, 2**63 - 1, 2**64, 1.5, 1e20, 1e21, 1e-7, 123456.7, 1234567.5, 5e-324, -0.25]
_PROSE = ["word ", "  ", "long", "'", '"', "\\", "é ", " x", "b"]


def objects(choose: random.Random, count: int) -> Iterator[dict[str, Any]]:
    for place in range(count):
        yield {
            "apiVersion": "x.io/v1",
            "kind": "Thing",
            "metadata": {"name": f"n{place}", "labels": {}},
            "spec": _value(choose, 0),
        }


def _value(choose: random.Random, depth: int) -> Any:
    kind = choose.random()
    if depth > 4 or kind < 0.5:
        return _text(choose)
    if kind < 0.65:
        return choose.choice([None, True, False, *_NUMBERS])
    if kind < 0.8:
        return [_value(choose, depth + 1) for _ in range(choose.randrange(4))]
    return {_key(choose): _value(choose, depth + 1) for _ in range(choose.randrange(5))}


def _key(choose: random.Random) -> str:
    """Digits at the ends only: keys such as 10, 2x and 200x have no order, and kubectl prints them in any."""
    return choose.choice(
        [f"k{choose.randrange(200)}", "k" * choose.randrange(120, 140), choose.choice(_WORDS[:4]), "a\nb"]
    )


def _text(choose: random.Random) -> str:
    kind = choose.random()
    if kind < 0.4:
        return "".join(choose.choices([*_ODD, "a", "0", "1"], k=choose.randrange(10)))
    if kind < 0.6:
        return choose.choice(_WORDS) + choose.choice(["", "", " ", "x", ":", "\n"])
    if kind < 0.8:
        return "".join(
            choose.choices([*_PROSE, *choose.choices(["\t", "\u2028", "c"], k=1)], k=choose.randrange(5, 100))
        )
    return "".join(choose.choices(["line", "\n", "\n\n", "  ", " x", "\ta", "\u2028b"], k=choose.randrange(1, 12)))
