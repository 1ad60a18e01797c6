"""The order in which kubectl leaves what it sorts: Go's sort is not stable, so equal keys show its steps."""

from collections.abc import Sequence
from typing import Any

from ack_mcp_server.kube.printing.gosort import go_sorted

_STABLE = 12  # keys that Go sorts by insertion


def places_in_order(keys: Sequence[Any]) -> list[int]:
    """Of keys that a `<` orders. Go's own steps, in Python, are taken only where they show."""
    if len(keys) <= _STABLE or len(set(keys)) == len(keys):
        return sorted(range(len(keys)), key=keys.__getitem__)
    return go_sorted(keys, _less)


def _less(one: Any, other: Any) -> bool:
    return bool(one < other)
