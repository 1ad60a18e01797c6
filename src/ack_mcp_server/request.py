"""What is known of the request that is being answered: what it may reach, how it wants its result, and
how to ask the person behind it."""

from contextvars import ContextVar
from dataclasses import dataclass

from ack_mcp_server.asking import Ask
from ack_mcp_server.runtime import Runtime
from ack_mcp_server.services.reach import Reach
from ack_mcp_server.settings import ResultFormat


@dataclass(frozen=True, kw_only=True)
class Request:
    reach: Reach
    runtime: Runtime
    result_format: ResultFormat
    ask: Ask


current: ContextVar[Request] = ContextVar("request")
