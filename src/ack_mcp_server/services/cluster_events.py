"""What the tasks of a cluster reported to the cloud, newest first."""

from typing import Any

from pydantic import AliasPath, Field

from ack_mcp_server import identifiers
from ack_mcp_server.answers.answer import Answer
from ack_mcp_server.answers.paging import Paged
from ack_mcp_server.answers.table import table
from ack_mcp_server.services.cloud_errors import Request
from ack_mcp_server.services.reach import Reach
from ack_mcp_server.services.wire import CountedList, Total

HEADERS = ("TIME", "LEVEL", "TYPE", "SUBJECT", "REASON", "MESSAGE")


class ClusterEvent(Answer):
    time: str = ""
    level: str = Field("", validation_alias=AliasPath("data", "level"))
    type: str = ""
    subject: str = ""
    reason: str = Field("", validation_alias=AliasPath("data", "reason"))
    message: str = Field("", validation_alias=AliasPath("data", "message"))

    def row(self) -> tuple[object, ...]:
        return (self.time, self.level, self.type, self.subject, self.reason, self.message)


class _Events(CountedList):
    events: tuple[ClusterEvent, ...] | None = None
    page_info: Total


class ClusterEventPage(Paged):
    cluster_id: str
    events: tuple[ClusterEvent, ...]

    def text(self) -> str:
        headline = self.headline(len(self.events), "events", f"cluster {self.cluster_id}")
        return f"{headline}\n{table(HEADERS, [event.row() for event in self.events])}" if self.events else headline


async def describe_events(
    reach: Reach, cluster_id: str, task_id: str, *, page_number: int, page_size: int
) -> ClusterEventPage:
    """Of all tasks, or of one. Raises AckError."""
    if task_id:
        identifiers.task_id(task_id)
    cluster = await reach.cluster(cluster_id)
    request = Request(
        action="DescribeClusterEvents", subject=f"cluster {cluster.id}", region=cluster.region, page_number=page_number
    )

    def call(client: Any, runtime: Any) -> Any:
        from alibabacloud_cs20151215.models import DescribeClusterEventsRequest

        query = DescribeClusterEventsRequest(task_id=task_id or None, page_number=page_number, page_size=page_size)
        return client.describe_cluster_events_with_options(cluster.id, query, {}, runtime)

    found = await reach.account.read(request, call, _Events)
    return ClusterEventPage(
        cluster_id=cluster.id,
        events=found.events or (),
        total=found.page_info.total_count,
        page_number=page_number,
        page_size=page_size,
    )
