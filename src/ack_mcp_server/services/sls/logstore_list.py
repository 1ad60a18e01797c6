"""The logstores of a project, what each holds, and how long it keeps it."""

import re
from typing import Any

from pydantic import BaseModel, model_validator

from ack_mcp_server.errors import AckError, NotFound
from ack_mcp_server.services.cloud_errors import Request
from ack_mcp_server.services.reach import Reach
from ack_mcp_server.services.sls.names import EVENTS, Logstore
from ack_mcp_server.services.sls.sql_target import is_within

_MOST = 500  # names of one request
_PAGES = 20
_KINDS = {
    EVENTS: "events of the cluster (query_cluster_events)",
    "config-operation-log": "log of the log collector's configuration",
    "internal-operation_log": "SLS's own operations in this project",
    "nginx-ingress": "requests through the NGINX ingress",
}
_OF_CLUSTER = re.compile(r"(.+)-c[a-z0-9]{32}")


class _Names(BaseModel):
    total: int
    logstores: tuple[str, ...] = ()

    @model_validator(mode="after")
    def _agrees_with_its_total(self) -> "_Names":
        if self.total and not self.logstores:
            raise ValueError("logstores is missing although the total is not zero")
        return self


class LogstoreAttributes(BaseModel):
    """`ttl` in days."""

    ttl: int


def about(name: str) -> str:
    """What a logstore of this name holds; empty where the name does not tell."""
    if name in _KINDS:
        return _KINDS[name]
    component = _OF_CLUSTER.fullmatch(name)
    if component is None:
        return ""
    if component[1] == "audit":
        return "audit log: who did what (query_audit_log)"
    return f"control plane: {component[1]} (query_controlplane_logs)"


async def names_in(reach: Reach, where: Logstore, deadline: float) -> tuple[str, ...]:
    """All names of the project that `where` is in, within reason. Raises AckError."""
    request = Request(
        service="sls", action="ListLogStores", subject=f"project {where.project}", region=where.region, listed_by=""
    )
    found: list[str] = []
    for _ in range(_PAGES):
        offset = len(found)

        def call(client: Any, runtime: Any, offset: int = offset) -> Any:
            from alibabacloud_sls20201230.models import ListLogStoresRequest

            asked = ListLogStoresRequest(offset=offset, size=_MOST)
            return client.list_log_stores_with_options(where.project, asked, {}, runtime)

        page = await reach.account.read(request, call, _Names, deadline=deadline)
        found += page.logstores
        if len(found) >= page.total:
            break
    return tuple(dict.fromkeys(found))


async def with_others(reach: Reach, where: Logstore, exc: NotFound, deadline: float) -> AckError:
    """What logstores there are, where it is the logstore that is missing."""
    try:
        names = await names_in(reach, where, deadline)
    except AckError:
        return exc
    within = [name for name in names if is_within(name, reach.settings.clusters)]
    return NotFound(exc.message, next_step=f"The project has {', '.join(within[:20]) or 'no logstores'}.")


async def attributes_of(reach: Reach, where: Logstore, deadline: float) -> LogstoreAttributes:
    """Raises AckError."""
    request = Request(
        service="sls", action="GetLogStore", subject=f"logstore {where}", region=where.region, listed_by=""
    )

    def call(client: Any, runtime: Any) -> Any:
        return client.get_log_store_with_options(where.project, where.name, {}, runtime)

    return await reach.account.read(request, call, LogstoreAttributes, deadline=deadline)
