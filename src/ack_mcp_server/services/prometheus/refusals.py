"""From a refused request to an error: what Prometheus says of it is kept, and who can change it is named."""

from typing import Any

import orjson

from ack_mcp_server.errors import (
    AckError,
    Forbidden,
    InvalidInput,
    NotFound,
    Throttled,
    Unauthenticated,
    Unavailable,
    UnexpectedAnswer,
)
from ack_mcp_server.services.http.pools import Reply
from ack_mcp_server.services.prometheus.endpoint import Endpoint
from ack_mcp_server.services.prometheus.reading import told_error, unexpected

_LONGEST_FRAME = 64 * 1024


def refusal(endpoint: Endpoint, reply: Reply) -> AckError:
    """For every status but 200."""
    where = f"the Prometheus of cluster {endpoint.cluster_id}"
    if reply.status in (401, 403):
        return _no_right(endpoint, reply, where)
    if 300 <= reply.status < 400:
        return UnexpectedAnswer(
            f"{where} answered with a redirect ({reply.status}), which is not followed",
            next_step="Name the address that it leads to, or have the proxy before it taken away.",
        )
    if reply.status == 429:
        return _throttled(reply, where)
    told = _told(reply)
    if told is not None:
        return told
    if reply.status == 404:
        return NotFound(f"{where} has no query API at its address (404)", next_step="Check the path of the address.")
    if reply.status >= 500:
        return Unavailable(f"{where}: a gateway answered {reply.status}", next_step="Try again in a while.")
    if reply.status >= 400:
        return InvalidInput(f"{where} refused the query ({reply.status})", next_step="Correct the expression.")
    return unexpected(f"it answered {reply.status} to a query")


def _told(reply: Reply) -> AckError | None:
    frame: Any = None
    if len(reply.body) <= _LONGEST_FRAME:
        try:
            frame = orjson.loads(reply.body)
        except ValueError:
            return None
    return told_error(frame) if isinstance(frame, dict) and frame.get("status") == "error" else None


def _no_right(endpoint: Endpoint, reply: Reply, where: str) -> AckError:
    if endpoint.permission:
        step = f"Have the system policy {endpoint.permission} granted to the RAM user of this key."
    elif endpoint.headers:
        step = "Its token is not accepted: see whether it was replaced in the console, or set PROMETHEUS_TOKEN anew."
    else:
        step = "It asks for a token: turn its token on in the ARMS console, or set PROMETHEUS_TOKEN (mode LOCAL)."
    kind = Unauthenticated if reply.status == 401 else Forbidden
    return kind(f"{where} refused the credential ({reply.status})", next_step=step)


def _throttled(reply: Reply, where: str) -> Throttled:
    wait_s = float(reply.retry_after) if reply.retry_after.isascii() and reply.retry_after.isdigit() else None
    wait = f"Wait {wait_s:g} s, then try again." if wait_s is not None else "Wait some seconds, then try again."
    return Throttled(f"{where} has too many requests (429)", next_step=wait, retry_after_s=wait_s)
