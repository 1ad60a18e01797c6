"""Which documents of a manifest a run of kubectl did not do: it goes on after one that fails, and prints a line for
each that it did."""

import re
from collections import Counter
from collections.abc import Sequence

from ack_mcp_server.kube.writes.change import Touched

# `deployment.apps/web configured`, `pod "web" deleted`, and with `-o name` nothing after the name.
_DONE = re.compile(r"([a-z0-9.-]+)(?:/| \")([^\s\"]+)")
_MOST = 20  # that are named one by one


def left_of(touched: Sequence[Touched], stdout: str) -> tuple[int, ...] | None:
    """Their numbers, counted from 1; one that might be meant by no line is left. None when that cannot be told, because
    something was printed in another form, or names were given by the API server."""
    done: Counter[str] = Counter()
    for line in stdout.splitlines():
        found = _DONE.match(line)
        if line.strip() and found is None:
            return None
        done.update([f"{found[1]}/{found[2]}"] if found else [])
    known = Counter(one.reference for one in touched)
    if not all(one.name for one in touched) or done.keys() - known.keys():
        return None
    # Of two that are called the same, one line does not tell which it is about.
    return tuple(number for number, one in enumerate(touched, 1) if done[one.reference] < known[one.reference])


def how_to_go_on(touched: Sequence[Touched], stdout: str) -> str:
    """For the model, which still has the manifest; empty when that cannot be told."""
    left = left_of(touched, stdout)
    if not left:
        return ""
    names = ", ".join(
        f"{number} ({touched[number - 1].reference}{_place(touched[number - 1])})" for number in left[:_MOST]
    )
    more = f" and {len(left) - _MOST} more after them" if len(left) > _MOST else ""
    done = len(touched) - len(left)
    told = f"{done} of {len(touched)} documents are done" if done else "No document is done"
    return f"{told}. Left: document {names}{more}. To go on, send only these, corrected by what is said above."


def _place(one: Touched) -> str:
    return f" in {one.namespace}" if one.namespace else ""
