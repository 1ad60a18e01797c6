"""What Log Service means by its error codes, in the words of the other services.

The body is `errorCode` and `errorMessage`, and a RAM denial is a 401 whose message names the action; codes and
statuses are those of its public list of error codes.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

_DENIED = re.compile(r"denied by (?:sts or )?ram\b.{0,20}?action: ?(log:\w{1,60})", re.IGNORECASE | re.DOTALL)
_RETRY_AFTER_MS = "x-acs-retry-after"
NO_PERMISSION = "NoPermission"

_LIST_OFF = "The cluster has not written there (yet), or its logs go to another project; look in the cluster's region."
_NARROW = "Search a shorter time or for rarer words, then try again."
_NO_NUMBER = "The field holds numbers: compare it with one, such as x >= 500 and x < 600, instead of * or words."
_STEPS = {
    "ProjectNotExist": "Collection of logs may be off for this cluster, or its project was deleted. " + _LIST_OFF,
    "LogStoreNotExist": "This kind of log may not be collected for the cluster. " + _LIST_OFF,
    "IndexConfigNotExist": "The logstore has no index, so it cannot be searched: have one created in the SLS console.",
    "InvalidTimeRange": "Give a start_time that is earlier than end_time.",
    "RequestTimeExpired": "The server's clock is wrong; correct it.",
}
_STATUS = {
    "ProjectNotExist": 404,
    "LogStoreNotExist": 404,
    "LogstoreNotExist": 404,
    "IndexConfigNotExist": 404,
    "ReadQuotaExceed": 429,
    "ShardReadQuotaExceed": 429,
    "ExceedQuota": 429,
    "ExceedQueryLimit": 429,
    "QpsLimitExceeded": 429,
    "ProjectQuotaExceed": 429,
    "SignatureNotMatch": 401,
    "RequestTimeExpired": 401,
    "ProjectForbidden": 403,
    "ServerBusy": 503,
    "RequestTimeout": 503,
}
_EXPIRED = re.compile(r"token.{0,30}\bexpired", re.IGNORECASE)
_COLUMN = re.compile(r"column: ?(\d{1,6})|line (\d{1,4}):(\d{1,6})")


@dataclass(frozen=True, kw_only=True)
class Refusal:
    """`data` is of the shape that Container Service answers with; `step` is empty where its usual next step fits."""

    code: str
    data: Mapping[str, Any]
    step: str = ""
    retry_after_s: float | None = None


def refusal(code: str, data: Mapping[str, Any], body: bytes, headers: Mapping[str, str]) -> Refusal:
    """Of the SDK's exception, which drops the message, and of what came over the wire."""
    answered = _object(body)
    message = str(answered.get("errorMessage") or "")
    denied = _DENIED.search(message)
    detail = answered.get("accessDeniedDetail") or ({"AuthAction": denied[1]} if denied else None)
    status = 403 if denied or detail else _STATUS.get(code, data.get("statusCode"))
    said = {**data, "message": message, "statusCode": status, "accessDeniedDetail": detail}
    step = _STEPS.get("LogStoreNotExist" if code == "LogstoreNotExist" else code, "") or _step_for(code, message)
    return Refusal(code=NO_PERMISSION if status == 403 else code, data=said, step=step, retry_after_s=_wait_s(headers))


def _step_for(code: str, message: str) -> str:
    """For a search that is wrong, where it is; columns are counted from 1."""
    if code == "Unauthorized" and _EXPIRED.search(message):
        return "The STS token has expired; send a fresh one."
    if code not in ("ParameterInvalid", "InvalidQueryString", "InvalidParameter"):
        return ""
    if "exceeded maximum time" in message:
        return _NARROW
    if "is not config as key value" in message:
        return "The field has no index: leave it out, or put words with a colon between double quotes."
    if "numberic column" in message:  # as the service spells it
        return _NO_NUMBER if "is not a number" in message else _quoted_step(message)
    place = _COLUMN.search(message)
    if place is None:
        return "Correct the query by what it says."
    where = f"column {place[1]}" if place[1] else f"line {place[2]}, column {place[3]}"
    return f"Correct the query at {where}."


def _quoted_step(message: str) -> str:
    """For = < > behind what is no field of numbers, and often no field at all but a word of a line."""
    named = re.search(r"key \(([\w.-]{1,60})\)", message, re.ASCII)
    name = named[1] if named else "x"
    return f'Only fields of numbers take = < >: write {name}: value for a field, "{name}=value" in quotes for text.'


def _wait_s(headers: Mapping[str, str]) -> float | None:
    text = headers.get(_RETRY_AFTER_MS, "")
    return int(text) / 1000 if text.isascii() and text.isdigit() and len(text) < 9 else None


def _object(body: bytes) -> Mapping[str, Any]:
    try:
        found = json.loads(body)
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}
