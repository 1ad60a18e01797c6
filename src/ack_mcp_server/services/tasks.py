"""The tasks of a cluster: what was started in it, how far it is, and how it ended."""

from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from typing import Annotated, Any

from pydantic import AliasPath, BeforeValidator, Field

from ack_mcp_server import identifiers
from ack_mcp_server.answers.answer import Answer
from ack_mcp_server.answers.paging import Paged, page_of
from ack_mcp_server.answers.table import facts, table
from ack_mcp_server.errors import DeadlineExceeded, NotEnabled
from ack_mcp_server.services.cloud_errors import Request
from ack_mcp_server.services.narrowed import narrowed
from ack_mcp_server.services.reach import ClusterRef, Reach
from ack_mcp_server.services.slots import Busy
from ack_mcp_server.services.wire import CountedList, Total
from ack_mcp_server.timerange import TimeRange, rfc3339

SCAN_PAGE = 100
SCAN_PAGES = 5  # the newest 500 tasks are filtered here, because the API filters by nothing
_EVENTS_SHOWN = 20
HEADERS = ("TASK_ID", "TYPE", "STATE", "CREATED", "UPDATED", "ERROR")

_BEIJING = timezone(timedelta(hours=8))

# The API says both "fail" and "failed", and so on; one word stands for each.
_SAME_STATE = {"fail": "failed", "canceled": "cancelled"}


def _in_utc(value: object) -> object:
    """Tasks carry times with a zone, their events unix milliseconds as text, their stages Beijing's time without saying
    so; what is none of these stays as it is."""
    if not isinstance(value, str) or not value.isascii():
        return value
    with suppress(OverflowError, OSError, ValueError):
        if value.isdigit():
            return rfc3339(datetime.fromtimestamp(int(value) / 1000, UTC))
        moment = datetime.fromisoformat(value)
        return rfc3339(moment if moment.tzinfo else moment.replace(tzinfo=_BEIJING))
    return value


Time = Annotated[str, BeforeValidator(_in_utc)]


class Task(Answer):
    task_id: str
    task_type: str = ""
    state: str = ""
    created: Time = ""
    updated: Time = ""
    error_code: str = Field("", validation_alias=AliasPath("error", "code"))
    error_message: str = Field("", validation_alias=AliasPath("error", "message"))

    @property
    def error(self) -> str:
        return f"{self.error_code}: {self.error_message}" if self.error_code or self.error_message else ""

    def row(self) -> tuple[object, ...]:
        return (self.task_id, self.task_type, self.state, self.created, self.updated, self.error)


class _TaskList(CountedList):
    tasks: tuple[Task, ...] | None = None
    page_info: Total


class TaskPage(Paged):
    cluster_id: str
    tasks: tuple[Task, ...]
    unread: int = Field(0, description="Older tasks that the filter did not look at.")
    undated: int = Field(0, description="Tasks that a time range left out, because they have no readable time.")
    narrowed: str = Field("", exclude=True)

    def text(self) -> str:
        unread = f"; {self.unread} older tasks were not looked at" if self.unread else ""
        undated = f"; {self.undated} left out, because it is not told when they were created" if self.undated else ""
        what = f"tasks{self.narrowed}"
        headline = self.headline(len(self.tasks), what, f"cluster {self.cluster_id}") + unread + undated
        return f"{headline}\n{table(HEADERS, [task.row() for task in self.tasks])}" if self.tasks else headline


class Stage(Answer):
    state: str = ""
    message: str = ""
    start_time: Time = ""
    end_time: Time = ""


class TaskEvent(Answer):
    timestamp: Time = ""
    level: str = ""
    source: str = ""
    reason: str = ""
    message: str = ""


class TaskDetail(Task):
    cluster_id: str = ""
    target_type: str = Field("", validation_alias=AliasPath("target", "type"))
    target_id: str = Field("", validation_alias=AliasPath("target", "id"))
    current_stage: str = ""
    stages: tuple[Stage, ...] = ()
    events: tuple[TaskEvent, ...] = ()

    def text(self) -> str:
        head = facts(
            [
                ("task", f"{self.task_id} {self.task_type}"),
                ("cluster", self.cluster_id),
                ("target", f"{self.target_type} {self.target_id}"),
                ("state", self.state),
                ("current stage", self.current_stage),
                ("error", self.error),
                ("created", self.created),
                ("updated", self.updated),
            ]
        )
        return "\n".join([head, *self._stages(), *self._events()])

    def _stages(self) -> list[str]:
        rows = [(stage.state, stage.start_time, stage.end_time, stage.message) for stage in self.stages]
        return ["stages:", table(("STATE", "STARTED", "ENDED", "MESSAGE"), rows)] if rows else []

    def _events(self) -> list[str]:
        latest = self.events[-_EVENTS_SHOWN:]
        rows = [(event.timestamp, event.level, event.reason, event.message) for event in latest]
        title = f"events ({len(latest)} of {len(self.events)}):"
        return [title, table(("TIME", "LEVEL", "REASON", "MESSAGE"), rows)] if rows else []


@dataclass(frozen=True, kw_only=True)
class TaskFilter:
    state: str = "all"
    task_type: str = ""
    created: TimeRange | None = None

    @property
    def is_empty(self) -> bool:
        return self.state == "all" and not self.task_type and self.created is None

    def __str__(self) -> str:
        state = "" if self.state == "all" else self.state
        created = f"{rfc3339(self.created.start)}..{rfc3339(self.created.end)}" if self.created else ""
        return narrowed(state=state, task_type=self.task_type, created=created)

    def matches(self, task: Task) -> bool:
        moment = _moment(task.created)
        return self._suits(task) and (self.created is None or (moment is not None and self.created.holds(moment)))

    def cannot_date(self, task: Task) -> bool:
        """Whether only its time is in the way of knowing if it matches."""
        return self.created is not None and self._suits(task) and _moment(task.created) is None

    def _suits(self, task: Task) -> bool:
        if self.state != "all" and _one_word(task.state) != _one_word(self.state):
            return False
        return not self.task_type or task.task_type == self.task_type


async def list_tasks(
    reach: Reach, cluster_id: str, wanted: TaskFilter, *, page_number: int, page_size: int
) -> TaskPage:
    """Newest first. Raises AckError; an empty page means that no task matches."""
    cluster = await reach.cluster(cluster_id)
    if wanted.is_empty:
        found = await _fetch(reach, cluster, page_number, page_size)
        return TaskPage(
            cluster_id=cluster.id,
            tasks=found.tasks or (),
            total=found.page_info.total_count,
            page_number=page_number,
            page_size=page_size,
        )
    newest, total = await _newest(reach, cluster)
    matching = [task for task in newest if wanted.matches(task)]
    return TaskPage(
        cluster_id=cluster.id,
        tasks=page_of(matching, page_number, page_size),
        total=len(matching),
        page_number=page_number,
        page_size=page_size,
        unread=max(0, total - len(newest)),
        undated=sum(wanted.cannot_date(task) for task in newest),
        narrowed=str(wanted),
    )


async def describe_task(reach: Reach, task_id: str, cluster_id: str) -> TaskDetail:
    """A task is asked of its cluster's region when the cluster is named, else of the request's. Raises AckError."""
    identifiers.task_id(task_id)
    region = (await reach.cluster(cluster_id)).region if cluster_id else (await reach.account.principal()).region
    request = Request(
        action="DescribeTaskInfo", subject=f"task {task_id}", region=region, listed_by="list_cluster_tasks"
    )

    def call(client: Any, runtime: Any) -> Any:
        return client.describe_task_info_with_options(task_id, {}, runtime)

    found = await reach.account.read(request, call, TaskDetail)
    if found.cluster_id and not reach.is_within_bounds(found.cluster_id):
        raise NotEnabled(
            f"cluster {found.cluster_id} is not touched by this server",
            next_step=f"Use tasks of {', '.join(reach.settings.clusters)}.",
        )
    return found


async def newest_tasks(reach: Reach, cluster: ClusterRef) -> tuple[Task, ...]:
    """The newest hundred. Raises AckError."""
    return (await _fetch(reach, cluster, 1, SCAN_PAGE)).tasks or ()


async def _newest(reach: Reach, cluster: ClusterRef) -> tuple[list[Task], int]:
    """The newest tasks, as many as came within one deadline, and how many there are."""
    deadline = reach.account.edge.deadline()
    tasks: list[Task] = []
    total = 0
    for number in range(1, SCAN_PAGES + 1):
        try:
            found = await _fetch(reach, cluster, number, SCAN_PAGE, deadline)
        except (DeadlineExceeded, Busy):
            if not tasks:
                raise
            break
        tasks += found.tasks or ()
        total = found.page_info.total_count
        if len(tasks) >= total or not found.tasks:
            break
    return tasks, total


async def _fetch(
    reach: Reach, cluster: ClusterRef, page_number: int, page_size: int, deadline: float | None = None
) -> _TaskList:
    request = Request(
        action="DescribeClusterTasks", subject=f"cluster {cluster.id}", region=cluster.region, page_number=page_number
    )

    def call(client: Any, runtime: Any) -> Any:
        from alibabacloud_cs20151215.models import DescribeClusterTasksRequest

        query = DescribeClusterTasksRequest(page_number=page_number, page_size=page_size)
        return client.describe_cluster_tasks_with_options(cluster.id, query, {}, runtime)

    return await reach.account.read(request, call, _TaskList, deadline=deadline)


def _one_word(state: str) -> str:
    return _SAME_STATE.get(state, state)


def _moment(text: str) -> datetime | None:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
