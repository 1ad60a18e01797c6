"""The one place where the SDK's exceptions become ours. Nothing of an SDK exception's text is passed on unread:
its request holds the signature and the STS token.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from ack_mcp_server.answers.clean import one_line
from ack_mcp_server.auth.chain import NEXT_STEP as SET_CREDENTIALS
from ack_mcp_server.errors import (
    AckError,
    Conflict,
    DeadlineExceeded,
    Forbidden,
    InternalError,
    InvalidInput,
    NotFound,
    Throttled,
    TooLarge,
    Unauthenticated,
    Unavailable,
    UnexpectedAnswer,
)
from ack_mcp_server.services.attempt import Attempt, BodyTooLarge
from ack_mcp_server.services.compressed import BadCompression
from ack_mcp_server.services.sls.refusals import refusal
from ack_mcp_server.services.state_errors import step_for

Service = Literal["cs", "arms", "sls"]
_RAM_NAMES: dict[Service, str] = {"cs": "cs", "arms": "arms", "sls": "log"}
_LONGEST_MESSAGE = 400
_LONGEST_NAME = 120  # of a code, an action, a request id

_NEWEST_ADDON = "Leave version out for the newest; list_cluster_addons shows that one beside what is installed."

# Code prefixes of the gateway and of STS, which mean that the key itself is not good.
_BAD_KEY = (
    "InvalidAccessKeyId",
    "SignatureDoesNotMatch",
    "IncompleteSignature",
    "InvalidSecurityToken",
    "MissingSecurityToken",
    "InvalidCredentials",
    "InvalidTimeStamp",
    "SignatureNonceUsed",
    "Unauthorized",
)


@dataclass(frozen=True, kw_only=True)
class Request:
    """What was asked: the action as RAM names it, the object, the region of the endpoint, the tool that lists such ids
    (empty where nothing does), the page of a list, and the service."""

    action: str
    subject: str
    region: str = ""
    listed_by: str = "list_clusters"
    page_number: int = 1
    service: Service = "cs"

    @property
    def permission(self) -> str:
        """As a RAM policy names it."""
        return f"{_RAM_NAMES[self.service]}:{self.action}"


class NotReached(Unavailable):
    """There was no connection, so nothing was sent."""


def from_sdk(exc: Exception, request: Request, attempt: Attempt) -> AckError:
    """Our error for whatever the SDK raised; by code and status, never by words in a message."""
    if isinstance(exc, AckError):
        return exc
    cause = _innermost(exc)
    if isinstance(cause, BodyTooLarge):
        return TooLarge(f"{request.action}: {cause}", next_step="Ask for less: a smaller page or a filter.")
    if 300 <= attempt.status < 400:
        return UnexpectedAnswer(
            f"{request.action} was answered with a redirect ({attempt.status}), which is not followed",
            next_step="Check the endpoint that the server was given, and any proxy in between.",
        )
    if isinstance(cause, BadCompression):
        return UnexpectedAnswer(f"{request.action}: {cause}", next_step="Try again; if it lasts, report it.")
    data = getattr(exc, "data", None)
    code = getattr(exc, "code", None)
    if code and isinstance(data, Mapping):
        if request.service == "sls":
            return _from_log_service(str(code), data, request, attempt)
        return _from_answer(str(code), data, request, attempt, _retry_after_s(exc))
    return _from_transport(cause, request, attempt)


def _innermost(exc: BaseException) -> BaseException:
    inner = getattr(exc, "inner_exception", None) or exc.__cause__
    return _innermost(inner) if isinstance(inner, BaseException) and inner is not exc else exc


def _from_log_service(code: str, data: Mapping[str, Any], request: Request, attempt: Attempt) -> AckError:
    found = refusal(code, data, attempt.body, attempt.headers)
    error = _from_answer(found.code, found.data, request, attempt, found.retry_after_s)
    error.next_step = found.step or error.next_step
    return error


def _from_answer(
    code: str, data: Mapping[str, Any], request: Request, attempt: Attempt, wait_s: float | None
) -> AckError:
    status = _number(data.get("statusCode")) or _number(data.get("httpCode")) or attempt.status
    said = _said(code, data)
    if code.startswith("Throttling") or wait_s is not None or status == 429:
        return _throttled(request, said, wait_s)
    if code.startswith(_BAD_KEY) or status == 401:
        return Unauthenticated(f"{request.action}: the key was refused: {said}", next_step=_bad_key_step(code))
    if request.service == "cs" and (step := step_for(code)):
        return Conflict(f"{request.action} on {request.subject}: {said}", next_step=step)
    if status == 403 or code.startswith(("Forbidden", "StatusForbidden", "NoPermission")):
        return _forbidden(request, said, data)
    if request.service == "cs" and "AddonVersionNotFound" in code:
        return InvalidInput(f"{request.action} on {request.subject}: {said}", next_step=_NEWEST_ADDON)
    if status == 404:
        return NotFound(f"{request.subject} was not found: {said}", next_step=_not_found_step(request))
    if status == 409:
        return Conflict(
            f"{request.action} on {request.subject}: {said}", next_step="Look at its state, then try again."
        )
    if 400 <= status < 500:
        return InvalidInput(f"{request.action} was refused: {said}", next_step="Correct the argument it names.")
    return Unavailable(f"{request.action} failed on the cloud's side: {said}", next_step="Try again in a while.")


def _throttled(request: Request, said: str, wait_s: float | None) -> Throttled:
    wait = f"Wait {wait_s:g} s, then try again." if wait_s is not None else "Wait some seconds, then try again."
    return Throttled(f"{request.action} was throttled: {said}", next_step=wait, retry_after_s=wait_s)


def _forbidden(request: Request, said: str, data: Mapping[str, Any]) -> Forbidden:
    detail = data.get("accessDeniedDetail") or data.get("AccessDeniedDetail")
    detail = detail if isinstance(detail, Mapping) else {}
    action = _text(detail.get("AuthAction")) or request.permission
    who = _text(detail.get("AuthPrincipalDisplayName"))
    principal = f"{_text(detail.get('AuthPrincipalType'))} {who}".strip() if who else "this key"
    return Forbidden(
        f"{principal} may not {action} on {request.subject}: {said}",
        next_step=f"Have {action} added to a RAM policy of {principal}.",
    )


def _not_found_step(request: Request) -> str:
    if request.listed_by:
        return f"{request.listed_by} shows what this key can see."
    variable = f"{request.service.upper()}_ENDPOINT"
    return f"Check the region that was asked for, and the API endpoint that the server was given ({variable})."


def _bad_key_step(code: str) -> str:
    if code.startswith("InvalidTimeStamp"):
        return "The server's clock is wrong; correct it."
    if "Expired" in code:
        return "The STS token has expired; send a fresh one."
    return SET_CREDENTIALS


def _from_transport(cause: BaseException, request: Request, attempt: Attempt) -> AckError:
    if attempt.aborted:
        return DeadlineExceeded(f"{request.action} was ended before it answered")
    if isinstance(cause, OSError) or type(cause).__name__ == "RetryError":  # darabonba's name for an OSError
        return _unreachable(request, attempt)
    if attempt.status >= 500:
        return Unavailable(
            f"{request.action}: a gateway answered {attempt.status} ({_media_type(attempt)}) instead of the API",
            next_step="Try again in a while.",
        )
    if not attempt.status:
        return InternalError(f"{request.action}: the SDK failed before it asked ({type(cause).__name__})")
    return UnexpectedAnswer(
        f"{request.action}: the answer ({attempt.status}, {_media_type(attempt)}) is not of the documented shape",
        next_step="Try again; if it lasts, check the endpoint and any proxy in between.",
    )


def _unreachable(request: Request, attempt: Attempt) -> Unavailable:
    step = "Check the network, the region's endpoint and the proxy settings of the server."
    if not attempt.reached:
        return NotReached(f"{request.action}: the API could not be reached", next_step=step)
    where = "in the middle of" if attempt.status else "before"
    return Unavailable(f"{request.action}: the connection broke {where} the answer", next_step=step)


def _media_type(attempt: Attempt) -> str:
    return one_line(attempt.content_type.split(";")[0], 40) or "no content type"


def _said(code: str, data: Mapping[str, Any]) -> str:
    message = _text(data.get("message") or data.get("Message"), None)
    request_id = _text(data.get("requestId") or data.get("RequestId") or data.get("request_id"))
    # The gateway repeats the string that it signed, which is of no use to a reader.
    message = message.split("server string to sign is:")[0][:_LONGEST_MESSAGE].strip()
    return f"{one_line(code, _LONGEST_NAME)}: {message}" + (f" (request id {request_id})" if request_id else "")


def _retry_after_s(exc: Exception) -> float | None:
    milliseconds = getattr(exc, "retry_after", None)
    return milliseconds / 1000 if isinstance(milliseconds, (int, float)) else None


def _text(value: object, limit: int | None = _LONGEST_NAME) -> str:
    return one_line(value, limit) if isinstance(value, str) else ""


def _number(value: object) -> int:
    """Of an HTTP status, which some gateways send as text; 0 for anything else."""
    digits = str(value) if isinstance(value, (int, str)) else ""
    return int(digits) if digits.isascii() and digits.isdigit() and len(digits) == 3 else 0
