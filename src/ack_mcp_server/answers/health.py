"""Which rows of a table need attention: rules by the columns that a table has, never by what names look like."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache

Health = tuple[str, bool]  # a word for the row's state, and whether it is well
Judge = Callable[[Sequence[str]], Health]

_LONGEST = 32  # characters of a state; a custom resource may hold anything there
_REMEMBERED = 256  # verdicts of one table, of which most rows share a few
UNKNOWN = "none"


@dataclass(frozen=True)
class Rule:
    """For tables with all columns of `needs`: the column `state` tells the state, `well` lists the good ones, and of
    `ready` (one column `a/b`, or two with a and b) all must be there unless the state is one of `over`."""

    needs: tuple[str, ...]
    state: str = ""
    well: frozenset[str] = frozenset()
    over: frozenset[str] = frozenset()
    ready: tuple[str, ...] = ()

    def judge(self, headers: Sequence[str]) -> Judge:
        state = headers.index(self.state) if self.state else -1
        places = [headers.index(name) for name in self.ready]

        @lru_cache(_REMEMBERED)
        def judged(word: str, ready: tuple[str, ...]) -> Health:
            whole = not ready or _all_there(ready)
            if word in self.over:
                return word, True
            well = whole and (not word or word in self.well)
            return (_named(word, whole, self.well) if ready else word or UNKNOWN), well

        if state >= 0 and len(places) == 1:
            (place,) = places
            return lambda cells: judged(cells[state][:_LONGEST], (cells[place],))
        return lambda cells: judged(
            cells[state][:_LONGEST] if state >= 0 else "", tuple([cells[place] for place in places])
        )


def _named(word: str, whole: bool, well: frozenset[str]) -> str:
    if not word:
        return "ready" if whole else "not ready"
    return word if whole or word not in well else f"{word} but not ready"


def _all_there(cells: Sequence[str]) -> bool:
    have, _, want = cells[0].partition("/") if len(cells) == 1 else (cells[0], "", cells[1])
    return not (have.isdecimal() and want.isdecimal()) or int(have) >= int(want)


_GOOD = frozenset(
    {"Active", "Approved,Issued", "Available", "Bound", "Complete", "Completed", "Healthy", "Normal", "Ready"}
    | {"Running", "Succeeded", "Synced", "True"}
)

# The first whose columns a table has.
RULES = (
    Rule(
        ("READY", "STATUS", "RESTARTS"),
        "STATUS",
        frozenset({"Running"}),
        frozenset({"Completed", "Succeeded"}),
        ("READY",),
    ),
    Rule(("TYPE", "REASON", "OBJECT"), "TYPE", frozenset({"Normal"})),
    Rule(("DESIRED", "READY"), ready=("READY", "DESIRED")),
    Rule(("READY", "AVAILABLE", "UP-TO-DATE"), ready=("READY",)),
    Rule(("STATUS", "COMPLETIONS"), "STATUS", frozenset({"Complete", "Running"})),
    Rule(("COMPLETIONS",), ready=("COMPLETIONS",)),
    Rule(("HEALTH STATUS",), "HEALTH STATUS", _GOOD),
    Rule(("STATUS",), "STATUS", _GOOD),
    Rule(("PHASE",), "PHASE", _GOOD),
    Rule(("STATE",), "STATE", _GOOD),
)
_CONDITION = ("READY", "AVAILABLE", "SYNCED", "HEALTHY")


def judge_for(headers: Sequence[str]) -> Judge | None:
    """What judges the rows of a table with these columns; None when none of them tells health."""
    rule = next((rule for rule in RULES if set(rule.needs) <= set(headers)), None)
    if rule:
        return rule.judge(headers)
    name = next((name for name in _CONDITION if name in headers), "")
    return _condition(headers.index(name)) if name else None


def _condition(place: int) -> Judge:
    """A column of `a/b`, or of the status of a condition."""

    def judged(cells: Sequence[str]) -> Health:
        cell = cells[place]
        if "/" in cell:
            return ("ready", True) if _all_there([cell]) else ("not ready", False)
        return cell[:_LONGEST] or UNKNOWN, cell == "True"

    return judged
