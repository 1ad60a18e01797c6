"""Projects, logstores and indexes: what there is, before any row is read."""

from datetime import UTC, datetime
from typing import TypeVar

from ack_sandbox.cloud.wire import Answer, Json
from ack_sandbox.sls import errors
from ack_sandbox.sls.calls import Call, integer, text
from ack_sandbox.sls.encoding import answer
from ack_sandbox.sls.rows.plans import TOKENS, FieldIndex, LogStorePlan, ProjectPlan

MOST_A_PAGE = 500

T = TypeVar("T")


def list_project(call: Call) -> Answer:
    wanted = text(call.query, "projectName")
    found = [
        project
        for project in call.stores.projects(call.key.account)
        if wanted in project.name and call.host.region in (None, project.region)
    ]
    page: list[Json] = [_project(project, call.key.account) for project in _page(call, found, 100)]
    return answer({"count": len(page), "total": len(found), "projects": page}, call.request_id)


def get_project(call: Call) -> Answer:
    return answer(_project(call.project(), call.key.account), call.request_id)


def list_log_stores(call: Call) -> Answer:
    wanted = text(call.query, "logstoreName")
    names = [plan.name for plan in call.stores.logstores(call.project().name) if wanted in plan.name]
    page = _page(call, names, MOST_A_PAGE)
    return answer({"count": len(page), "total": len(names), "logstores": page}, call.request_id)


def get_log_store(call: Call) -> Answer:
    _, plan = call.logstore()
    created = _seconds(plan.created)
    body: Json = {
        "logstoreName": plan.name,
        "ttl": plan.ttl_days,
        "hot_ttl": plan.ttl_days,
        "shardCount": 2,
        "autoSplit": True,
        "maxSplitShard": 64,
        "enable_tracking": False,
        "appendMeta": False,
        "telemetryType": "",
        "mode": "standard",
        "productType": "",
        "createTime": created,
        "lastModifyTime": created,
    }
    return answer(body, call.request_id)


def get_index(call: Call) -> Answer:
    _, plan = call.logstore()
    if not plan.index:
        raise errors.index_not_exist()
    body: Json = {
        "index_mode": "v2",
        "keys": _keys(plan),
        "line": {"caseSensitive": False, "chn": False, "token": list(TOKENS)},
        "lastModifyTime": _seconds(plan.created),
        "log_reduce": False,
        "max_text_len": 2048,
        "storage": "pg",
        "ttl": plan.ttl_days,
    }
    return answer(body, call.request_id)


def _keys(plan: LogStorePlan) -> dict[str, Json]:
    """A dotted name is a key of the JSON field before its first dot, where there is one."""
    keys: dict[str, Json] = {}
    for name, field in plan.index.items():
        outer, _, _ = name.partition(".")
        if "." not in name or outer not in plan.index:
            keys[name] = _key(name, field, plan)
    return keys


def _key(name: str, field: FieldIndex, plan: LogStorePlan) -> Json:
    body = _field(field)
    if field.type != "json":
        return body
    inner = {key.removeprefix(f"{name}."): value for key, value in plan.index.items() if key.startswith(f"{name}.")}
    return {**body, "index_all": True, "max_depth": -1, "json_keys": {key: _field(inner[key]) for key in inner}}


def _field(field: FieldIndex) -> dict[str, Json]:
    body: dict[str, Json] = {"alias": "", "type": field.type, "doc_value": field.doc_value}
    if field.type in ("text", "json"):
        body |= {"caseSensitive": field.case_sensitive, "chn": False, "token": list(field.token)}
    return body


def _project(project: ProjectPlan, account: str) -> Json:
    created = project.created.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S")
    return {
        "projectName": project.name,
        "status": "Normal",
        "owner": account,
        "description": f"log project of cluster {project.cluster_id}",
        "region": project.region,
        "createTime": created,
        "lastModifyTime": created,
        "resourceGroupId": "",
        "dataRedundancyType": "LRS",
        "recycleBinEnabled": False,
        "internetEndpoint": f"{project.region}.log.aliyuncs.com",
        "internalEndpoint": f"{project.region}-intranet.log.aliyuncs.com",
    }


def _page(call: Call, items: list[T], default: int) -> list[T]:
    offset, size = integer(call.query, "offset", 0), integer(call.query, "size", default)
    if offset < 0 or not 0 < size <= MOST_A_PAGE:
        raise errors.invalid_parameter("size", f"from 1 to {MOST_A_PAGE}")
    return items[offset : offset + size]


def _seconds(at: datetime) -> int:
    return int(at.timestamp())
