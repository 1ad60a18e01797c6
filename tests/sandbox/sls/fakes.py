"""A source of a few rows, and the service's real SDK pointed at a region that has them."""

import asyncio
import json
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from importlib import import_module
from typing import Any, Protocol

from ack_sandbox.clock import Clock
from ack_sandbox.cloud.accounts import ADMINISTRATOR, Key
from ack_sandbox.plan import plan_region
from ack_sandbox.region import Region, serve
from ack_sandbox.sls.front import SlsFront
from ack_sandbox.sls.rows.plans import FieldIndex, LogStorePlan, ProjectPlan, Row
from tests.sandbox.conftest import NOON

# Loaded by name because the SDKs carry no types.
sls: Any = import_module("alibabacloud_sls20201230.client")
models: Any = import_module("alibabacloud_sls20201230.models")
openapi_models: Any = import_module("alibabacloud_tea_openapi.models")
openapi_requests: Any = import_module("alibabacloud_tea_openapi.utils_models")
RuntimeOptions: Any = import_module("darabonba.runtime").RuntimeOptions

PLAN = plan_region(seed=1)
PROJECTS = {role: f"k8s-log-{PLAN.cluster(role).id}" for role in ("production", "other-tenant", "staging")}
PROJECT = PROJECTS["production"]
AUDIT = "audit"
BARE = "no-index"
END = int(NOON.timestamp())
START = END - 3600

INDEX = {
    "verb": FieldIndex(),
    "message": FieldIndex(),
    "user": FieldIndex(type="json"),
    "user.username": FieldIndex(token="", case_sensitive=True),
    "responseStatus": FieldIndex(type="json"),
    "responseStatus.code": FieldIndex(type="long"),
    "latency": FieldIndex(type="double"),
}


def row(second: int, verb: str = "get", username: str = "alice", code: int = 200, **fields: str) -> Row:
    """One that came so many seconds before noon."""
    return {
        "__time__": str(END - second),
        "__source__": fields.pop("source", "10.0.0.1"),
        "__topic__": fields.pop("topic", ""),
        "verb": verb,
        "user": json.dumps({"username": username}),
        "responseStatus": json.dumps({"code": code}),
        **fields,
    }


ROWS = [
    row(3000, "create", message="created Service web-1", latency="0.5"),
    row(2000, "delete", "bob", message="Service web-1 deleted, by bob", topic="writes"),
    *(row(1000 - place, code=403 if place % 10 == 0 else 200, source=f"10.0.0.{place % 2}") for place in range(150)),
]


@dataclass
class FakeSource:
    found: Sequence[Row] = field(default_factory=lambda: list(ROWS))

    def projects(self, account: str) -> list[ProjectPlan]:
        return [
            ProjectPlan(name=f"k8s-log-{cluster.id}", region=cluster.region, cluster_id=cluster.id, created=NOON)
            for cluster in PLAN.clusters
            if cluster.account == account
        ]

    def logstores(self, project: str) -> list[LogStorePlan]:
        created = NOON - timedelta(days=9)
        return [
            LogStorePlan(name=AUDIT, ttl_days=30, index=INDEX, created=created),
            LogStorePlan(name=BARE, ttl_days=1, index={}, created=created),
        ]

    def rows(self, project: str, logstore: str, since: int, until: int) -> Sequence[Row]:
        return [row for row in self.found if since <= int(row["__time__"]) < until]


@asynccontextmanager
async def serving(source: FakeSource | None = None, **front: Any) -> AsyncIterator[Region]:
    clock = Clock(source=lambda: NOON)
    logs = SlsFront(source or FakeSource(), clock, **front)
    async with serve(PLAN, clock, fronts=[logs], orders={"sls": logs.progress.obey}) as region:
        yield region
    logs.close()


class Endpoint(Protocol):
    @property
    def endpoint(self) -> str: ...


class Sls:
    """The SDK's client, unpatched: it signs the real host, and reaches the region as its proxy."""

    def __init__(self, region: Endpoint, key: Key = ADMINISTRATOR, *, at: str = "cn-hangzhou", **changed: Any) -> None:
        values = {
            "access_key_id": key.access_key_id,
            "access_key_secret": key.access_key_secret,
            "security_token": key.security_token,
            "region_id": at,
            "protocol": "HTTP",
            "http_proxy": region.endpoint,
            "read_timeout": 5000,
        }
        self.client = sls.Client(openapi_models.Config(**{**values, **changed}))

    async def call(self, method: str, *arguments: Any) -> Any:
        answer = await asyncio.to_thread(getattr(self.client, method), *arguments)
        assert answer.status_code == 200
        return answer.body

    async def logs(self, query: str = "*", method: str = "get_logs", logstore: str = AUDIT, **asked: Any) -> Any:
        request = {"get_logs": models.GetLogsRequest, "get_logs_v2": models.GetLogsV2Request}[method]
        values = {"from_": START, "to": END, "query": query, **asked}
        return await self.call(method, PROJECT, logstore, request(**values))

    async def refusal(self, method: str, *arguments: Any) -> Any:
        """The cloud's own exception below the one that the SDK raises."""
        try:
            await asyncio.to_thread(getattr(self.client, method), *arguments)
        except Exception as error:  # noqa: BLE001  whatever it is, the test looks at it
            return getattr(error, "inner_exception", error)
        raise AssertionError(f"{method} was answered")

    async def refused(self, query: str, logstore: str = AUDIT, **asked: Any) -> Any:
        values = {"from_": START, "to": END, "query": query, **asked}
        return await self.refusal("get_logs", PROJECT, logstore, models.GetLogsRequest(**values))
