"""The calls that inspect: RunClusterInspect, ListClusterInspectReports and GetClusterInspectReportDetail."""

import secrets
from typing import Any

from pydantic import AliasChoices, BaseModel, Field, model_validator

from ack_mcp_server.errors import UnexpectedAnswer
from ack_mcp_server.services.cloud_errors import Request
from ack_mcp_server.services.diagnosis.wire import LANGUAGE, Time
from ack_mcp_server.services.reach import ClusterRef, Reach

PAGE = 50  # the most of both lists
COMPLETED = "completed"
RUNNING = "running"
_ID = r"^[A-Za-z0-9][A-Za-z0-9_-]{2,63}$"


class Head(BaseModel):
    """One report of a list; `status` is completed or running."""

    report_id: str = Field(alias="reportId", pattern=_ID)
    status: str = ""
    start_time: Time = Field("", alias="startTime")
    end_time: Time = Field("", alias="endTime")

    @property
    def is_finished(self) -> bool:
        return self.status.lower() == COMPLETED or (not self.status and bool(self.end_time))


class Item(BaseModel):
    """`result` is true (abnormal), false (normal) or disable; anything may be missing."""

    category: str = ""
    uid: str = Field("", validation_alias=AliasChoices("checkItemUid", "check_item_uid"))
    description: str = ""
    fix: str = ""
    level: str = ""
    name: str = ""
    result: str | bool = ""
    target_type: str = Field("", alias="targetType")
    targets: list[Any] = Field(default_factory=list)

    @model_validator(mode="before")
    @classmethod
    def _bent_parts_are_missing(cls, told: Any) -> Any:
        """One item of another shape does not take the report with it."""
        if not isinstance(told, dict):
            return {}
        return {name: value for name, value in told.items() if _is_readable(name, value)}


def _is_readable(name: str, value: Any) -> bool:
    return isinstance(value, list if name == "targets" else (str, bool) if name == "result" else str)


class Detail(BaseModel):
    """A page of a report. The list is missing only where there is nothing to list."""

    status: str = COMPLETED
    start_time: Time = Field("", alias="startTime")
    end_time: Time = Field("", alias="endTime")
    items: list[Item] = Field(default_factory=list, alias="checkItemResults")
    next_token: str = Field("", alias="nextToken")
    summary: dict[str, Any] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _agrees_with_its_summary(self) -> "Detail":
        if not {"status", "items"} & self.model_fields_set:
            raise ValueError("neither status nor checkItemResults is there")
        counts = [count for name, count in self.summary.items() if name.endswith("Count")]
        if "items" not in self.model_fields_set and any(counts):
            raise ValueError("checkItemResults is missing although the counts are not zero")
        if self.items and not any(item.model_fields_set for item in self.items):
            raise ValueError("no item of checkItemResults has a field of an item")
        return self

    @property
    def is_over(self) -> bool:
        """Words beyond the documented ones are of one that ended otherwise."""
        return self.status.lower() != RUNNING


class Heads(BaseModel):
    """The list may be missing where there are no reports; then the rest tells that it is this API that answers."""

    reports: list[Head] = Field(default_factory=list)
    request_id: str = Field(alias="requestId")
    next_token: str = Field("", alias="nextToken")


class _Begun(BaseModel):
    report_id: str = Field(alias="reportId", pattern=_ID)


async def begin(reach: Reach, cluster: ClusterRef) -> str:
    """The id of the report that will be. May be asked again, because the token makes it one inspection."""
    token = secrets.token_hex(16)

    def call(client: Any, runtime: Any) -> Any:
        from alibabacloud_cs20151215.models import RunClusterInspectRequest

        body = RunClusterInspectRequest(client_token=token)
        return client.run_cluster_inspect_with_options(cluster.id, body, {}, runtime)

    return (await reach.account.read(_about("RunClusterInspect", cluster), call, _Begun)).report_id


async def heads(reach: Reach, cluster: ClusterRef, token: str, deadline: float) -> Heads:
    def call(client: Any, runtime: Any) -> Any:
        from alibabacloud_cs20151215.models import ListClusterInspectReportsRequest

        query = ListClusterInspectReportsRequest(max_results=PAGE, next_token=token or None)
        return client.list_cluster_inspect_reports_with_options(cluster.id, query, {}, runtime)

    return await reach.account.read(_about("ListClusterInspectReports", cluster), call, Heads, deadline=deadline)


async def detail(
    reach: Reach,
    cluster: ClusterRef,
    report_id: str,
    token: str = "",
    *,
    size: int = PAGE,
    deadline: float | None = None,
) -> Detail:
    """One page of a report."""

    def call(client: Any, runtime: Any) -> Any:
        from alibabacloud_cs20151215.models import GetClusterInspectReportDetailRequest

        query = GetClusterInspectReportDetailRequest(max_results=size, next_token=token or None, language=LANGUAGE)
        return client.get_cluster_inspect_report_detail_with_options(cluster.id, report_id, query, {}, runtime)

    request = _about("GetClusterInspectReportDetail", cluster)
    page = await reach.account.read(request, call, Detail, deadline=deadline)
    if token and page.next_token == token:
        raise UnexpectedAnswer(f"{request.action}: the token of the next page is that of this one")
    return page


def _about(action: str, cluster: ClusterRef) -> Request:
    return Request(action=action, subject=f"cluster {cluster.id}", region=cluster.region)
