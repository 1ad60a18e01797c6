"""How the findings of a diagnosis are written.

The shape of `result` is made up here, because the one on the wire is not documented: a report holds phases, a phase
groups, a group check items. An item that is well has neither message nor refer; value is there where one was measured.
"""

from collections.abc import Iterable
from itertools import groupby

from ack_sandbox.cloud.cs.examinations import Examination
from ack_sandbox.cloud.cs.health.findings import LEVELS, Finding, worst
from ack_sandbox.cloud.wire import Json


def result(diagnosis: Examination) -> dict[str, Json]:
    found = diagnosis.findings
    return {
        "version": "v1",
        "type": diagnosis.type,
        "level": worst(found),
        "summary": {level: count for level in LEVELS if (count := sum(each.level == level for each in found))},
        "phases": [_phase(name, list(group)) for name, group in groupby(found, lambda each: each.phase)],
    }


def check_items(diagnosis: Examination) -> list[Json]:
    """The same, flat: every field is there."""
    return [_flat(finding) for finding in diagnosis.findings]


def _phase(name: str, found: Iterable[Finding]) -> Json:
    groups = [(group, list(members)) for group, members in groupby(found, lambda each: each.group)]
    return {"phase": name, "groups": [_group(group, members) for group, members in groups]}


def _group(name: str, found: list[Finding]) -> Json:
    return {"group": name, "level": worst(found), "check_items": [_item(each) for each in found]}


def _item(finding: Finding) -> Json:
    body: dict[str, Json] = {"name": finding.name, "display": finding.display, "level": finding.level}
    if finding.trouble is None:
        return body
    said = {"value": finding.trouble.value, "message": finding.trouble.message, "refer": finding.trouble.remedy}
    return {**body, **{name: text for name, text in said.items() if text}}


def _flat(finding: Finding) -> Json:
    trouble = finding.trouble
    return {
        "desc": finding.display,
        "display": finding.display,
        "group": finding.group,
        "level": finding.level,
        "message": trouble.message if trouble else "",
        "name": finding.name,
        "refer": trouble.remedy if trouble else "",
        "value": trouble.value if trouble else "",
    }
