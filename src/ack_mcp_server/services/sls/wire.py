"""The two requests of a search, as the SDK makes them and as their answers are read."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from math import ceil, floor
from typing import Any

from pydantic import BaseModel, Field, model_validator

from ack_mcp_server.services import compressed
from ack_mcp_server.services.account import Account
from ack_mcp_server.services.cloud import BARE_LIST
from ack_mcp_server.services.cloud_errors import Request
from ack_mcp_server.services.sls.names import Logstore
from ack_mcp_server.timerange import TimeRange

PAGE = 100  # rows of one request at most
COMPLETE = "Complete"
LATEST = 253_402_300_799  # the last second of the calendar

Row = Mapping[str, Any]


@dataclass(frozen=True, kw_only=True)
class Window:
    """Unix seconds, as SLS takes them: from `since` to before `until`."""

    since: int
    until: int

    @classmethod
    def of(cls, time: TimeRange) -> "Window":
        """Also what is written in the last second of the range."""
        since = max(floor(time.start.timestamp()), 0)
        return cls(since=since, until=max(ceil(time.end.timestamp()), since + 1))

    @property
    def start(self) -> datetime:
        return datetime.fromtimestamp(self.since, UTC)

    @property
    def end(self) -> datetime:
        return datetime.fromtimestamp(self.until, UTC)

    @property
    def seconds(self) -> int:
        return self.until - self.since


@dataclass(frozen=True, kw_only=True)
class Query:
    """`text` is a search, whose rows come in pages, or a search with SQL behind a pipe, whose rows come at once.
    `limit` and `offset` count rows."""

    where: Logstore
    text: str
    window: Window
    newest_first: bool = True
    limit: int = PAGE
    offset: int = 0
    is_sql: bool = False

    def page(self, offset: int, rows: int) -> "Query":
        return replace(self, offset=offset, limit=rows)


class _Meta(BaseModel):
    progress: str
    count: int = 0
    keys: tuple[str, ...] = ()  # of SQL, in the order of its SELECT


class Answered(BaseModel):
    """One answer to GetLogsV2. A list that is missing is an empty one only where the count says so."""

    meta: _Meta
    data: tuple[dict[str, Any], ...] = ()

    @model_validator(mode="after")
    def _agrees_with_its_count(self) -> "Answered":
        if self.meta.count and not self.data:
            raise ValueError("data is missing although the count is not zero")
        return self

    @property
    def is_complete(self) -> bool:
        return self.meta.progress == COMPLETE


class Bucket(BaseModel):
    """Rows from `start` to before `end`, Unix seconds."""

    start: int = Field(validation_alias="from", ge=0, le=LATEST)
    end: int = Field(validation_alias="to")
    count: int = Field(ge=0)
    progress: str = COMPLETE


class _Buckets(BaseModel):
    items: tuple[Bucket, ...] = Field(validation_alias=BARE_LIST)


async def get_logs(account: Account, query: Query, deadline: float) -> Answered:
    """One request, at most `PAGE` rows where it is not SQL. Raises AckError."""
    request = _request(query.where, "GetLogStoreLogs")
    paging = {} if query.is_sql else {"line": query.limit, "offset": query.offset, "reverse": query.newest_first}

    def call(client: Any, runtime: Any) -> Any:
        from alibabacloud_sls20201230.models import GetLogsV2Headers, GetLogsV2Request

        window = {"from_": query.window.since, "to": query.window.until}
        asked = GetLogsV2Request(query=query.text, **window, **paging)
        headers = GetLogsV2Headers(common_headers={}, accept_encoding=compressed.ACCEPTED)
        return client.get_logs_v2with_options(query.where.project, query.where.name, asked, headers, runtime)

    return await account.read(request, call, Answered, deadline=deadline)


async def get_histograms(account: Account, query: Query, deadline: float) -> tuple[Bucket, ...]:
    """How many rows a search finds, by time. Raises AckError."""
    request = _request(query.where, "GetLogStoreHistogram")

    def call(client: Any, runtime: Any) -> Any:
        from alibabacloud_sls20201230.models import GetHistogramsRequest

        asked = GetHistogramsRequest(from_=query.window.since, to=query.window.until, query=query.text)
        return client.get_histograms_with_options(query.where.project, query.where.name, asked, {}, runtime)

    return (await account.read(request, call, _Buckets, deadline=deadline)).items


def _request(where: Logstore, action: str) -> Request:
    return Request(service="sls", action=action, subject=f"logstore {where}", region=where.region, listed_by="")
