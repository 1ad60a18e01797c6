"""Which operation a request asks for: Log Service tells it by method, path and `type`, not by a header.

GetLogs and GetLogsV2 are one request on the wire, so both are called GetLogs here, in faults too.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from urllib.parse import parse_qsl, unquote

from ack_sandbox.cloud.acs3 import RawRequest
from ack_sandbox.cloud.wire import Answer
from ack_sandbox.sls.calls import Call
from ack_sandbox.sls.hosts import SlsHost
from ack_sandbox.sls.operations.ai_tools import call_ai_tools, list_ai_tools
from ack_sandbox.sls.operations.context import get_context_logs
from ack_sandbox.sls.operations.histograms import get_histograms
from ack_sandbox.sls.operations.logs import get_logs, get_logs_as_list
from ack_sandbox.sls.operations.projects import get_index, get_log_store, get_project, list_log_stores, list_project


@dataclass(frozen=True)
class Operation:
    """`permission` is the RAM action; `is_compressed` when the answer may be."""

    action: str
    permission: str
    answer: Callable[[Call], Answer]
    is_compressed: bool = False


@dataclass(frozen=True)
class Route:
    operation: Operation | None
    logstore: str | None
    query: Mapping[str, str]

    @property
    def action(self) -> str:
        return self.operation.action if self.operation else "unknown"


_GET_LOGS = Operation("GetLogs", "log:GetLogStoreLogs", get_logs, is_compressed=True)
_GET_PROJECT = Operation("GetProject", "log:GetProject", get_project)
_LIST_PROJECT = Operation("ListProject", "log:ListProject", list_project)

# (method, path with {} for the logstore, `type`)
_TABLE: Mapping[tuple[str, str, str], Operation] = {
    ("POST", "/logstores/{}/logs", ""): _GET_LOGS,
    ("GET", "/logstores/{}", "log"): Operation("GetLogs", "log:GetLogStoreLogs", get_logs_as_list, is_compressed=True),
    ("GET", "/logstores/{}/index", "histogram"): Operation("GetHistograms", "log:GetLogStoreHistogram", get_histograms),
    ("GET", "/logstores/{}/index", ""): Operation("GetIndex", "log:GetIndex", get_index),
    ("GET", "/logstores/{}", "context_log"): Operation(
        "GetContextLogs", "log:GetLogStoreContextLogs", get_context_logs
    ),
    ("GET", "/logstores/{}", ""): Operation("GetLogStore", "log:GetLogStore", get_log_store),
    ("GET", "/logstores", ""): Operation("ListLogStores", "log:ListLogStores", list_log_stores),
    ("POST", "/ml/tool/call", ""): Operation("CallAiTools", "log:CallAiTools", call_ai_tools),
    ("GET", "/ml/tool/list", ""): Operation("ListAiTools", "log:ListAiTools", list_ai_tools),
}
_LOGSTORE = re.compile(r"(/logstores/)([^/]+)(/.*)?")


def route(request: RawRequest, host: SlsHost | None) -> Route:
    path = unquote(request.raw_path)
    query = dict(parse_qsl(request.query_string, keep_blank_values=True))
    if request.method == "GET" and path == "/":
        return Route(_GET_PROJECT if host and host.project else _LIST_PROJECT, None, query)
    found = _LOGSTORE.fullmatch(path)
    shape = f"{found[1]}{{}}{found[3] or ''}" if found else path
    operation = _TABLE.get((request.method, shape, query.get("type", "")))
    return Route(operation, found[2] if found else None, query)
