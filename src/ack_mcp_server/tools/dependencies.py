"""What a tool is given for one request; FastMCP hides these parameters from the schema."""

from ack_mcp_server import request
from ack_mcp_server.asking import Ask
from ack_mcp_server.runtime import Runtime
from ack_mcp_server.services.reach import Reach


def current_runtime() -> Runtime:
    return request.current.get().runtime


def current_reach() -> Reach:
    return request.current.get().reach


def current_ask() -> Ask:
    return request.current.get().ask
