"""The call of a tool as nearly every client sends it, recognised without the framework.

What is recognised here, the framework would pass on unchanged; whatever is unusual or wrong is left to it, so that it
alone refuses, and in its own words.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pydantic_core
from mcp.types import CLIENT_CAPABILITIES_META_KEY, CLIENT_INFO_META_KEY, PROTOCOL_VERSION_META_KEY
from mcp_types import DEFAULT_NEGOTIATED_VERSION
from mcp_types.version import HANDSHAKE_PROTOCOL_VERSIONS, MODERN_PROTOCOL_VERSIONS
from starlette.types import Scope

METHOD = "tools/call"
_MEMBERS = {"jsonrpc", "id", "method", "params"}
_PARAMETERS = {"name", "arguments", "_meta"}
_VERSION, _METHOD, _NAME = b"mcp-protocol-version", b"mcp-method", b"mcp-name"
_ROUTING = {_VERSION, _METHOD, _NAME}


@dataclass(frozen=True)
class PlainCall:
    """`client_info` and `capabilities` come with each request of the later era, and never with one of the earlier."""

    id: str | int
    version: str
    params: dict[str, Any]
    client_info: Any = None
    capabilities: Any = None

    @property
    def is_modern(self) -> bool:
        return self.version in MODERN_PROTOCOL_VERSIONS


def plain_call(scope: Scope, body: bytes) -> PlainCall | None:
    """None for everything else."""
    headers = _routing_headers(scope) if _takes_json(scope) else None
    message = _message(body) if headers is not None else None
    if headers is None or message is None:
        return None
    id, params = message["id"], message["params"]
    version = headers.get(_VERSION, DEFAULT_NEGOTIATED_VERSION)
    if version in HANDSHAKE_PROTOCOL_VERSIONS:
        return PlainCall(id, version, params)
    meta = params.get("_meta", {})
    if version not in MODERN_PROTOCOL_VERSIONS or not _agree(headers, params, meta):
        return None
    return PlainCall(id, version, params, meta.get(CLIENT_INFO_META_KEY), meta[CLIENT_CAPABILITIES_META_KEY])


def _takes_json(scope: Scope) -> bool:
    """A client that names event streams must name JSON too; one that names neither is answered in JSON."""
    accepted = b",".join(value for name, value in scope["headers"] if name == b"accept").lower()
    return b"application/json" in accepted or b"text/event-stream" not in accepted


def _routing_headers(scope: Scope) -> dict[bytes, str] | None:
    """Those that say what the message is, once each; None when there are others of MCP, or no JSON is announced."""
    found: dict[bytes, str] = {}
    kinds = []
    for name, value in scope["headers"]:
        if name == b"content-type":
            kinds.append(value.partition(b";")[0].strip())
        if not name.startswith(b"mcp-"):
            continue
        if name not in _ROUTING or name in found:
            return None
        found[name] = value.decode("latin-1")
    return found if kinds == [b"application/json"] else None


def _message(body: bytes) -> dict[str, Any] | None:
    try:
        message = pydantic_core.from_json(body)
    except ValueError:
        return None
    if not isinstance(message, dict) or message.keys() != _MEMBERS:
        return None
    known = message["jsonrpc"] == "2.0" and message["method"] == METHOD and type(message["id"]) in (str, int)
    return message if known and _is_plain(message["params"]) else None


def _is_plain(params: Any) -> bool:
    if not isinstance(params, dict) or not params.keys() <= _PARAMETERS or not isinstance(params.get("name"), str):
        return False
    return all(isinstance(params.get(part, {}), dict) for part in ("arguments", "_meta"))


def _agree(headers: Mapping[bytes, str], params: Mapping[str, Any], meta: Mapping[str, Any]) -> bool:
    """The headers say the same as the body. A name that had to be encoded for its header is not looked into."""
    name = params["name"]
    same_name = headers.get(_NAME) == name and name.isascii() and not name.startswith("=?")
    same = headers.get(_METHOD) == METHOD and meta.get(PROTOCOL_VERSION_META_KEY) == headers[_VERSION]
    return same and same_name and CLIENT_CAPABILITIES_META_KEY in meta
