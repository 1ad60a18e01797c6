"""Prechecks of upgrades: begun, waited for, and what failed. Only that items come in named groups is documented, so
levels and states are known by several words."""

from datetime import datetime, timedelta
from typing import Annotated, Any

from pydantic import AliasChoices, BaseModel, BeforeValidator, Field

from ack_mcp_server import identifiers
from ack_mcp_server.answers.clean import one_line
from ack_mcp_server.errors import AckError, Conflict, DeadlineExceeded
from ack_mcp_server.progress import Progress
from ack_mcp_server.services.cloud_errors import Request
from ack_mcp_server.services.orders import Order
from ack_mcp_server.services.reach import ClusterRef, Reach
from ack_mcp_server.services.waiting import Wait, wait_until

GOOD_FOR = timedelta(minutes=10)  # while a person thinks, and the call is repeated
_RUNNING = ("running", "created", "pending", "initial", "")
_PASSED = ("succeeded", "success", "passed", "finished", "done")
_BAD = ("error", "critical", "failed", "fail")
_MOST_ITEMS = 20
_LONGEST_ITEM = 400


# The fields of an item are not documented, so neither are their types.
Text = Annotated[str, BeforeValidator(lambda value: value if isinstance(value, str) else "")]


class CheckItem(BaseModel):
    name: Text = ""
    description: Text = Field("", validation_alias=AliasChoices("description", "display", "desc"))
    level: Text = ""
    message: Text = ""
    fix: Text = ""

    @property
    def failed(self) -> bool:
        return self.level.lower() in _BAD

    def __str__(self) -> str:
        what = ": ".join(filter(None, (self.name, self.message or self.description)))
        return one_line(f"{what} ({self.fix})" if self.fix else what, _LONGEST_ITEM)


class Check(BaseModel):
    check_id: str
    type: str = ""
    status: str = ""
    message: str = ""
    created_at: str = ""
    check_items: dict[str, tuple[CheckItem, ...] | None] = {}

    @property
    def is_over(self) -> bool:
        return self.status.lower() not in _RUNNING

    @property
    def items(self) -> list[CheckItem]:
        return [item for group in self.check_items.values() for item in group or ()]

    @property
    def failed(self) -> bool:
        """What is not known as passed has not passed."""
        return self.status.lower() not in _PASSED or any(item.failed for item in self.items)

    @property
    def warnings(self) -> list[str]:
        return [str(item) for item in self.items if item.message and not item.failed]


class _Begun(BaseModel):
    check_id: str


class _Checks(BaseModel):
    checks: tuple[Check, ...] = ()


async def passed_check(
    reach: Reach, cluster: ClusterRef, kind: str, target: str, progress: Progress, now: datetime
) -> Check:
    """One that passed: of the last minutes, or a new one. Raises Conflict with what failed, AckError."""
    check_id = await _recent(reach, cluster, kind, target, now) or await _begin(reach, cluster, kind, target)
    check = await _finished(reach, cluster, check_id, kind, progress)
    if check.failed:
        bad = [f"- {item}" for item in check.items if item.failed] or [f"- {check.message or check.status}"]
        raise Conflict(
            "\n".join([f"the precheck {kind} ({check_id}) failed, and nothing was changed:", *bad[:_MOST_ITEMS]]),
            next_step="Repair these, then call again; the precheck is made anew.",
        )
    return check


async def _finished(reach: Reach, cluster: ClusterRef, check_id: str, kind: str, progress: Progress) -> Check:
    check = await _fetch(reach, cluster, check_id)
    if check.is_over:
        return check
    wait = Wait.of(reach.settings, f"precheck {kind} of cluster {cluster.id}", progress)
    waited = await wait_until(lambda: _fetch(reach, cluster, check_id), lambda check: check.is_over, wait)
    if waited.last is None or not waited.is_over:
        raise DeadlineExceeded(
            f"the precheck {kind} ({check_id}) is not over after {waited.seconds:.0f} s; nothing was changed",
            next_step="Call again in a while: a precheck that has ended meanwhile is used.",
        )
    return waited.last


async def _recent(reach: Reach, cluster: ClusterRef, kind: str, target: str, now: datetime) -> str:
    """The newest of this kind, where it runs or passed; one that failed is made again."""
    request = Request(action="ListClusterChecks", subject=f"cluster {cluster.id}", region=cluster.region)

    def call(client: Any, runtime: Any) -> Any:
        from alibabacloud_cs20151215.models import ListClusterChecksRequest

        query = ListClusterChecksRequest(type=kind, target=target or None)
        return client.list_cluster_checks_with_options(cluster.id, query, {}, runtime)

    try:
        checks = (await reach.account.read(request, call, _Checks)).checks
    except AckError:
        return ""
    newest = max(checks, key=lambda check: check.created_at, default=None)
    if newest is None or (newest.is_over and newest.failed) or not _is_recent(newest.created_at, now):
        return ""
    return newest.check_id


def _is_recent(created: str, now: datetime) -> bool:
    try:
        return abs(now - datetime.fromisoformat(created)) < GOOD_FOR
    except (ValueError, TypeError):
        return False


async def _begin(reach: Reach, cluster: ClusterRef, kind: str, target: str) -> str:
    body = {"type": kind, **({"target": target} if target else {})}
    order = Order(action="RunClusterCheck", method="POST", path=f"/clusters/{cluster.id}/checks", body=body)
    request = order.request(f"cluster {cluster.id}", cluster.region, "list_clusters")
    return (await reach.account.change(request, order.call, _Begun)).check_id


async def _fetch(reach: Reach, cluster: ClusterRef, check_id: str) -> Check:
    identifiers.task_id(check_id)  # of the same form
    request = Request(action="GetClusterCheck", subject=f"check {check_id}", region=cluster.region, listed_by="")

    def call(client: Any, runtime: Any) -> Any:
        return client.get_cluster_check_with_options(cluster.id, check_id, {}, runtime)

    return await reach.account.read(request, call, Check)
