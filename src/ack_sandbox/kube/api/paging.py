"""Which objects a list shows: the version it is taken at, where it starts, how many fit, and its continue tokens."""

import base64
import binascii
import json
from dataclasses import dataclass

from ack_sandbox.kube.api.requests import Request, whole_number
from ack_sandbox.kube.state import ClusterState
from ack_sandbox.kube.status import ApiError, bad_request, invalid, too_new, too_old

CONTINUE_EXPIRED = (
    "The provided continue parameter is too old to display a consistent list result. You can start a new list without"
    " the continue parameter, or use the continue token in this response to retrieve the remainder of the results."
    " Continuing with the provided token results in an inconsistent list - objects that were created, modified, or"
    " deleted between the time the first chunk was returned and now may show up in the list."
)
EXACT, NOT_OLDER = "Exact", "NotOlderThan"


@dataclass(frozen=True)
class Position:
    version: int
    start: str = ""  # the first key
    limit: int = 0  # 0 is all


def position(state: ClusterState, request: Request) -> Position:
    """Raises ApiError for options that contradict each other, and for versions that are too old or too new."""
    _check(request)
    limit = _limit(request)
    current, oldest = state.store.version, state.store.oldest
    token = request.query.get("continue", "")
    if token:
        version, start = _read_token(token)
        if version < oldest:
            raise _continue_expired(current, start)
        return Position(min(version, current), start, limit)
    version = known_version(state, request)
    if request.query.get("resourceVersion") == "0":
        # Any version will do, so the watch cache answers, and it knows no pages.
        return Position(current)
    if not version or not _is_exact(request, limit):
        return Position(current, limit=limit)
    if version < oldest:
        raise too_old(version, oldest)
    return Position(version, limit=limit)


def _is_exact(request: Request, limit: int) -> bool:
    # A version with a limit and no match has always meant that very version.
    return request.query.get("resourceVersionMatch") == EXACT or (
        bool(limit) and not request.query.get("resourceVersionMatch")
    )


def _check(request: Request) -> None:
    query = request.query
    match, version, token = (query.get(name, "") for name in ("resourceVersionMatch", "resourceVersion", "continue"))
    if match and not version:
        raise _forbidden("resourceVersionMatch", "resourceVersionMatch is forbidden unless resourceVersion is provided")
    if match and token:
        raise _forbidden("resourceVersionMatch", "resourceVersionMatch is forbidden when continue is provided")
    if match not in ("", EXACT, NOT_OLDER):
        message = f'Unsupported value: "{match}": supported values: "", "{EXACT}", "{NOT_OLDER}"'
        raise invalid("ListOptions", "meta.k8s.io", "", "resourceVersionMatch", message)
    if match == EXACT and version == "0":
        message = 'resourceVersionMatch "exact" is forbidden for resourceVersion "0"'
        raise _forbidden("resourceVersionMatch", message)
    if "sendInitialEvents" in query:
        raise _forbidden("sendInitialEvents", "sendInitialEvents is forbidden for list")
    if token and version not in ("", "0"):
        raise bad_request("specifying resource version is not allowed when using continue")


def _forbidden(field: str, why: str) -> ApiError:
    return invalid("ListOptions", "meta.k8s.io", "", field, f"Forbidden: {why}")


def _limit(request: Request) -> int:
    text = request.query.get("limit", "")
    if not text:
        return 0
    value = whole_number(text)
    if value is None:
        raise bad_request(f'strconv.ParseInt: parsing "{text}": invalid syntax')
    return max(value, 0)


def parsed_version(request: Request) -> int:
    """The resourceVersion of a request; 0 when it is missing or zero."""
    text = request.query.get("resourceVersion", "")
    value = whole_number(text or "0")
    if value is None or value < 0:
        raise ApiError(400, f'resourceVersion: Invalid value: "{text}": strconv.ParseUint: parsing "{text}"')
    return value


def known_version(state: ClusterState, request: Request) -> int:
    """The resourceVersion of a request, which must not lie in the future."""
    version = parsed_version(request)
    if version > state.store.version:
        raise too_new(version, state.store.version)
    return version


def _continue_expired(current: int, start: str) -> ApiError:
    error = ApiError(410, CONTINUE_EXPIRED)
    error.list_metadata = {"continue": token_of(current, start)}
    return error


def token_of(version: int, start: str) -> str:
    text = json.dumps({"v": "meta.k8s.io/v1", "rv": version, "start": start}, separators=(",", ":"))
    return base64.urlsafe_b64encode(text.encode()).rstrip(b"=").decode()


def _read_token(token: str) -> tuple[int, str]:
    try:
        document = json.loads(base64.urlsafe_b64decode(token + "=" * (-len(token) % 4)))
        return int(document["rv"]), str(document["start"])
    except (ValueError, KeyError, TypeError, binascii.Error):
        raise bad_request("continue key is not valid: illegal base64 data or unknown encoding") from None
