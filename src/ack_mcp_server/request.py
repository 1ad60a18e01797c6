"""What is known of the request that is being answered: what it may reach, and how it wants its result."""

from contextvars import ContextVar
from dataclasses import dataclass

from ack_mcp_server.runtime import Runtime
from ack_mcp_server.services.reach import Reach
from ack_mcp_server.settings import ResultFormat


@dataclass(frozen=True, kw_only=True)
class Request:
    reach: Reach
    runtime: Runtime
    result_format: ResultFormat


current: ContextVar[Request] = ContextVar("request")
