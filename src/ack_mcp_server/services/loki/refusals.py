"""From a refused request to an error: what Loki says of it is kept, and who can change it is named."""

from ack_mcp_server.errors import (
    AckError,
    DeadlineExceeded,
    Forbidden,
    InvalidInput,
    NotFound,
    Throttled,
    Unauthenticated,
    Unavailable,
    UnexpectedAnswer,
)
from ack_mcp_server.services.http.pools import Reply
from ack_mcp_server.services.loki.endpoint import Endpoint
from ack_mcp_server.services.loki.reading import reason, unexpected

_NARROW = "Search a shorter time, or with a narrower selector."


def refusal(endpoint: Endpoint, reply: Reply) -> AckError:
    """For every status but 200."""
    where, status = endpoint.told, reply.status
    if status in (401, 403):
        kind = Unauthenticated if status == 401 else Forbidden
        step = "An operator checks LOKI_TOKEN, or LOKI_USERNAME and LOKI_PASSWORD, and LOKI_TENANT."
        return kind(f"{where} refused the server's credential ({status})", next_step=step)
    if 300 <= status < 400:
        return UnexpectedAnswer(
            f"{where} answered with a redirect ({status}), which is not followed",
            next_step="An operator sets LOKI_URL to the address that it leads to.",
        )
    if status == 429:
        return _throttled(reply, where)
    why = reason(reply.body)
    if status == 404:
        return NotFound(f"{where} has no query API at its address (404)", next_step="An operator checks LOKI_URL.")
    if status == 504 or "context deadline exceeded" in why:
        return DeadlineExceeded(f"{where} had no time to finish ({status})", next_step=_NARROW)
    if status >= 500:
        told = f"{where} answered {status}" + f": {why}" * bool(why)
        return Unavailable(told, next_step="Try again in a while, or search a shorter time.")
    if status >= 400:
        if "no org id" in why:
            return Unauthenticated(f"{where} wants a tenant ({status})", next_step="An operator sets LOKI_TENANT.")
        return InvalidInput(f"{where} refused the query ({status}): {why}", next_step="Correct it by what is said.")
    return unexpected(f"it answered {status} to a query")


def _throttled(reply: Reply, where: str) -> Throttled:
    """Loki also says so of a query that is too large for its limits."""
    told = reply.retry_after
    wait_s = float(told) if told.isascii() and told.isdigit() and len(told) < 7 else None
    wait = f"Wait {wait_s:g} s, then try again" if wait_s is not None else "Wait some seconds, then try again"
    why = reason(reply.body)
    return Throttled(
        f"{where} has too many requests (429)" + f": {why}" * bool(why),
        next_step=f"{wait}, or search a shorter time.",
        retry_after_s=wait_s,
    )
