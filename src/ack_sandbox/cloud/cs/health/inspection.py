"""The items of an inspection: what each looks at in the whole cluster, and how bad it is when it finds something."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from ack_sandbox.cloud.cs.health.findings import Level, Probe, Trouble, listed
from ack_sandbox.cloud.cs.health.view import View

if TYPE_CHECKING:  # a record keeps findings, so it is above them
    from ack_sandbox.cloud.records import ClusterRecord

Category = Literal["security", "performance", "stability", "limitation", "cost"]


@dataclass(frozen=True)
class Inspected:
    """The cluster as an inspection sees it: what runs in it, and what the cloud keeps of it."""

    record: "ClusterRecord"
    quotas: Mapping[str, int]  # of the account, by the names of DescribeUserQuota


@dataclass(frozen=True)
class Item(Probe[Inspected]):
    """`name` is the item's uid on the wire, `group` its category."""

    description: str
    target_type: str


def item(
    category: Category,
    uid: str,
    target_type: str,
    level: Level,
    display: str,
    description: str,
    remedy: str,
    find: Callable[[View, Inspected], Sequence[str]],
) -> Item:
    """An item whose trouble is the targets that `find` names."""

    def look(view: View, inspected: Inspected) -> Trouble | None:
        targets = find(view, inspected)
        if not targets:
            return None
        message = f"{description}: {listed(targets)}"
        return Trouble(message=message, remedy=remedy, value=str(len(targets)), targets=tuple(targets))

    return Item(uid, category, display, level, look, description, target_type)
