"""What an API server says when it does not do what it was asked, and how kubectl tells it."""

import json
from typing import Any

_BY_CODE = {  # for answers that are no Status: what client-go says then
    400: ("BadRequest", "the server rejected our request for an unknown reason"),
    401: ("Unauthorized", "the server has asked for the client to provide credentials"),
    403: ("Forbidden", ""),
    404: ("NotFound", "the server could not find the requested resource"),
    405: ("MethodNotAllowed", "the server does not allow this method on the requested resource"),
    406: ("NotAcceptable", ""),
    409: ("Conflict", "the server reported a conflict"),
    410: ("Gone", "the server is no longer serving this resource"),
    415: ("UnsupportedMediaType", ""),
    429: ("TooManyRequests", "the server has received too many requests and has asked us to try again later"),
    503: ("ServiceUnavailable", "the server is currently unable to handle the request"),
    504: (
        "Timeout",
        "the server was unable to return a response in the time allotted, but may still be processing the request",
    ),
}
_TOLD_CHARS = 2048


class Refusal(Exception):
    """`reason` is the API server's own word; `retry_after_s` is 0 when it names no time."""

    def __init__(self, code: int, reason: str, message: str, retry_after_s: int = 0) -> None:
        super().__init__(f"{code} {reason}")
        self.code = code
        self.reason = reason
        self.message = message
        self.retry_after_s = retry_after_s

    @property
    def line(self) -> str:
        """As kubectl prints it."""
        if self.reason == "Unauthorized":
            return f"error: You must be logged in to the server ({self.message})"
        return (
            f"Error from server ({self.reason}): {self.message}"
            if self.reason
            else (f"Error from server: {self.message}")
        )


def refusal_of(code: int, body: bytes, retry_after: str) -> Refusal:
    wait_s = int(retry_after) if retry_after.isdecimal() and len(retry_after) < 6 else 0
    status = _status(body)
    if status is None:
        reason, message = _BY_CODE.get(code, ("", ""))
        return Refusal(code, reason or "InternalError", message or _unknown(body), wait_s)
    told = status.get("message")
    return Refusal(code, str(status.get("reason") or ""), told if isinstance(told, str) else "unknown", wait_s)


def _status(body: bytes) -> dict[str, Any] | None:
    try:
        status = json.loads(body)
    except (ValueError, RecursionError):
        return None
    return status if isinstance(status, dict) and status.get("kind") == "Status" else None


def _unknown(body: bytes) -> str:
    told = body[:_TOLD_CHARS].decode(errors="replace").strip()
    return f'an error on the server ("{told or "unknown"}") has prevented the request from succeeding'
