"""Tables of custom resources: the printer columns of their definitions, read by simple JSON paths."""

import re
from collections.abc import Callable
from datetime import datetime
from typing import Any

from ack_sandbox.kube.objects import Object, dig, name_of
from ack_sandbox.kube.tables.ages import age, since
from ack_sandbox.kube.tables.columns import AGE, NAME, Cells, Column, Printer

_STEP = re.compile(r"""\.(?P<key>(?:\\.|[^.\[\]])+)|\[(?P<index>\d+)\]|\[['"](?P<quoted>[^'"]+)['"]\]""")


def json_path(path: str) -> Callable[[Object], Any]:
    """A reader of paths such as `.status.conditions[0].type` and `.metadata.labels.a\\.b`."""
    steps: list[str | int] = []
    for match in _STEP.finditer(path):
        if match["index"] is not None:
            steps.append(int(match["index"]))
        else:
            steps.append(match["quoted"] or match["key"].replace("\\.", "."))
    return lambda obj: dig(obj, *steps)


def _column(definition: Object) -> Column:
    path = definition["jsonPath"]
    return Column(
        definition["name"],
        type=definition["type"],
        format=definition.get("format", ""),
        priority=definition.get("priority", 0),
        description=definition.get("description") or f"Custom resource definition column (in JSONPath format): {path}",
    )


def _cell(value: Any, kind: str, now: datetime) -> Any:
    if value is None:
        return None
    if kind == "date":
        return since(str(value), now)
    if kind == "string":
        return value if isinstance(value, str) else str(value).lower() if isinstance(value, bool) else str(value)
    return value


def custom_printer(definitions: list[Object]) -> Printer:
    if not definitions:
        return Printer((NAME, AGE), lambda obj, now: [name_of(obj), age(obj, now)], lasting=False)
    readers = [(json_path(each["jsonPath"]), each["type"]) for each in definitions]

    def cells(obj: Object, now: datetime) -> Cells:
        return [name_of(obj), *(_cell(read(obj), kind, now) for read, kind in readers)]

    return Printer((NAME, *(_column(each) for each in definitions)), cells, lasting=False)
