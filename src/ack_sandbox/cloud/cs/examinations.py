"""What has been looked into at a cluster: diagnoses, inspections and prechecks, each a plan in time.

What one finds is read when it begins; whether it is over depends on the instant alone.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Literal

from ack_sandbox.cloud.cs.health.findings import Finding
from ack_sandbox.draws import Draws

Fate = Literal["done", "fail", "endless"]
"""What an order makes of the next one."""


@dataclass(frozen=True, kw_only=True)
class Examination:
    id: str
    type: str
    target: Mapping[str, Any]
    began: datetime
    lasts: timedelta
    fate: Fate = "done"
    findings: tuple[Finding, ...] = ()
    problem: str = ""  # why it could not look, such as a target that does not exist

    @property
    def ends(self) -> datetime:
        return self.began + self.lasts

    def is_over(self, now: datetime) -> bool:
        return self.fate != "endless" and now >= self.ends


@dataclass(frozen=True, kw_only=True)
class Inspection(Examination):
    token: str = ""  # the client token it was asked for with
    task_id: str = ""
    items: int | None = None  # an order's: how many items the report shall have


@dataclass
class Orders:
    """What the control endpoint wants of the next of each; used up by it."""

    diagnosis: Fate = "done"
    check: Fate = "done"
    items: int | None = None

    def take_diagnosis(self) -> Fate:
        taken, self.diagnosis = self.diagnosis, "done"
        return taken

    def take_check(self) -> Fate:
        taken, self.check = self.check, "done"
        return taken

    def take_items(self) -> int | None:
        taken, self.items = self.items, None
        return taken


@dataclass
class Examinations:
    diagnoses: list[Examination] = field(default_factory=list)
    checks: list[Examination] = field(default_factory=list)
    inspections: list[Inspection] = field(default_factory=list)  # oldest first
    orders: Orders = field(default_factory=Orders)


def duration(draws: Draws) -> timedelta:
    return timedelta(milliseconds=draws.integer(2000, 6000))
