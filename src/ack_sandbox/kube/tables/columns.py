"""What a table printer is: its columns and a function from an object to its cells."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from ack_sandbox.kube.objects import Object

Cells = list[Any]

NAME_DESCRIPTION = (
    "Name must be unique within a namespace. Is required when creating resources, although some resources may allow a"
    " client to request the generation of an appropriate name automatically. Name is primarily intended for creation"
    " idempotence and configuration definition. Cannot be updated. More info:"
    " https://kubernetes.io/docs/concepts/overview/working-with-objects/names#names"
)
AGE_DESCRIPTION = (
    "CreationTimestamp is a timestamp representing the server time when this object was created. It is not guaranteed"
    " to be set in happens-before order across separate operations. Clients may not set this value. It is represented"
    " in RFC3339 form and is in UTC.\n\nPopulated by the system. Read-only. Null for lists. More info:"
    " https://git.k8s.io/community/contributors/devel/sig-architecture/api-conventions.md#metadata"
)


@dataclass(frozen=True)
class Column:
    name: str
    type: str = "string"
    format: str = ""
    priority: int = 0
    description: str = ""

    def definition(self) -> Object:
        return {
            "name": self.name,
            "type": self.type,
            "format": self.format,
            "description": self.description,
            "priority": self.priority,
        }


@dataclass(frozen=True)
class Printer:
    columns: tuple[Column, ...]
    cells: Callable[[Object, datetime], Cells]
    conditions: Callable[[Object], list[Object]] | None = None
    lasting: bool = True  # whether an object always meets this same printer, so that its cells may be kept


NAME = Column("Name", format="name", description=NAME_DESCRIPTION)
AGE = Column("Age", description=AGE_DESCRIPTION)
CREATED_AT = Column("Created At", type="date", description=AGE_DESCRIPTION)


def columns(narrow: str, wide: str = "", integers: str = "") -> tuple[Column, ...]:
    """Name first, then the comma-separated ones; `integers` names those typed integer."""
    whole = integers.split(",")
    made = [NAME]
    for names, priority in ((narrow, 0), (wide, 1)):
        for name in filter(None, names.split(",")):
            kind = "integer" if name in whole else "string"
            made.append(AGE if name == "Age" else Column(name, type=kind, priority=priority))
    return tuple(made)
