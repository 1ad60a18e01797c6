"""What is known of the request that is being answered: what it may reach, how it wants its result, how to ask the
person behind it, and how to tell the client how far it is."""

from contextvars import ContextVar
from dataclasses import dataclass

from ack_mcp_server.asking import Ask
from ack_mcp_server.progress import Progress
from ack_mcp_server.runtime import Runtime
from ack_mcp_server.services.reach import Reach
from ack_mcp_server.settings import ResultFormat


@dataclass(frozen=True, kw_only=True)
class Request:
    reach: Reach
    runtime: Runtime
    result_format: ResultFormat
    ask: Ask
    progress: Progress


current: ContextVar[Request] = ContextVar("request")
