"""How an inspection report is written: one entry for each item, whether it found something or not."""

from collections.abc import Mapping, Sequence
from itertools import cycle, islice

from ack_sandbox.cloud.calls import Call
from ack_sandbox.cloud.cs.examinations import Inspection
from ack_sandbox.cloud.cs.health.findings import Finding
from ack_sandbox.cloud.cs.health.hygiene import HYGIENE
from ack_sandbox.cloud.cs.health.stability import STABILITY
from ack_sandbox.cloud.wire import Json

ABNORMAL, NORMAL = "true", "false"  # of a check item's result: the question is whether something is wrong
COUNTS = {"adviceCount": ("advice",), "warnCount": ("warning",), "errorCount": ("error", "critical")}
# What is left out of every so many items of a report that was ordered with a number of items.
LEFT_OUT = ((3, "fix"), (5, "targets"), (7, "level"))
_ITEMS = {item.name: item for item in (*STABILITY, *HYGIENE)}

Body = dict[str, Json]


def item_bodies(report: Inspection) -> list[Body]:
    bodies = [_body(finding) for finding in report.findings]
    return bodies if report.items is None else _stretched(bodies, report.items)


def summary(items: Sequence[Body]) -> Body:
    abnormal = [str(item.get("level")) for item in items if item["result"] == ABNORMAL]
    counts = {name: sum(level in levels for level in abnormal) for name, levels in COUNTS.items()}
    # Which codes there are is not documented: these are made up.
    code = "error" if counts["errorCount"] else "warning" if counts["warnCount"] else "normal"
    return {**counts, "normalCount": len(items) - len(abnormal), "code": code}


def matching(call: Call, item: Body) -> bool:
    exact = {"category": "category", "level": "level", "targetType": "targetType"}
    found = all(call.wanted(parameter) in (None, item.get(name)) for parameter, name in exact.items())
    return found and not (call.flag("enableFilter") and item["result"] != ABNORMAL)


def _body(finding: Finding) -> Body:
    item, trouble = _ITEMS[finding.name], finding.trouble
    return {
        "category": item.group,
        "checkItemUid": item.name,
        "description": trouble.message if trouble else item.display,
        "fix": trouble.remedy if trouble else "",
        "level": item.level,
        "name": item.display,
        "result": ABNORMAL if trouble else NORMAL,
        "targetType": item.target_type,
        "targets": list(trouble.targets) if trouble else [],
    }


def _stretched(bodies: Sequence[Body], count: int) -> list[Body]:
    """That many items: the real ones over and over, each with a uid of its own, and some with fields missing."""
    return [
        _lacking({**body, "checkItemUid": f"{body['checkItemUid']}-{at}"}, at) for at, body in _numbered(bodies, count)
    ]


def _numbered(bodies: Sequence[Body], count: int) -> Sequence[tuple[int, Body]]:
    return list(enumerate(islice(cycle(bodies), count), start=1))


def _lacking(body: Mapping[str, Json], at: int) -> Body:
    made = dict(body)
    for every, name in LEFT_OUT:
        if at % every == 0 and name == "targets":
            made[name] = None
        elif at % every == 0:
            del made[name]
    return made
