"""What the control endpoint can make of a cluster's next diagnosis, inspection or precheck."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import cast

from ack_sandbox.cloud.accounts import KEYS
from ack_sandbox.cloud.cs.examinations import Fate
from ack_sandbox.cloud.faults.parameters import BadControlRequest, integer, one_of, parameter, read, text
from ack_sandbox.cloud.records import ClusterRecord
from ack_sandbox.cloud.store import CloudStore
from ack_sandbox.cloud.wire import Json

LARGEST_REPORT = 5000
FATES = {"diagnosis": ("done", "fail", "endless"), "check": ("done", "fail"), "inspection": ("done",)}


@dataclass(frozen=True)
class ExaminationOrder:
    """`fate` is for a diagnosis or check; `items` is the number of items of an inspection, some with fields missing."""

    cluster: str = parameter(text())
    next: str = parameter(one_of("diagnosis", "inspection", "check"))
    fate: str = parameter(one_of("done", "fail", "endless"), "done")
    items: int | None = parameter(integer(1, LARGEST_REPORT), None)


async def order_examination(store: CloudStore, given: Mapping[str, object]) -> Json:
    """Raises BadControlRequest for anything but an order. What is ordered is used up by the next one."""
    order = read(ExaminationOrder, given)
    if order.fate not in FATES[order.next]:
        raise BadControlRequest(f"a {order.next} has no fate {order.fate!r}", list(FATES[order.next]))
    orders = _record(store, order.cluster).examined.orders
    if order.next == "diagnosis":
        orders.diagnosis = cast(Fate, order.fate)
    elif order.next == "check":
        orders.check = cast(Fate, order.fate)
    else:
        orders.items = order.items
    return {"cluster": order.cluster, **asdict(orders)}


def _record(store: CloudStore, cluster_id: str) -> ClusterRecord:
    records = [record for account in {key.account for key in KEYS} for record in store.clusters(account)]
    found = next((record for record in records if record.plan.id == cluster_id), None)
    if found is None:
        raise BadControlRequest(f"unknown cluster {cluster_id!r}", sorted(record.plan.id for record in records))
    return found
