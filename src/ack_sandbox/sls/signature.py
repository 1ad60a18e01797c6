"""Verifies the two signatures of Log Service on a request exactly as it came over the wire.

Version 1 signs with HMAC over headers and the decoded resource (`LOG id:signature`), version 4 with a key that is
derived for one day and region (`SLS4-HMAC-SHA256 Credential=…`).
"""

import base64
import hashlib
import hmac
import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import parse_qsl, quote, unquote

from ack_sandbox.cloud.accounts import Key, find_key
from ack_sandbox.cloud.acs3 import RawRequest
from ack_sandbox.sls import errors
from ack_sandbox.sls.hosts import read_host

CLOCK_SKEW = timedelta(minutes=15)
V4 = "SLS4-HMAC-SHA256"

_V1_AUTHORIZATION = re.compile(r"LOG (?P<key>[^:\s]+):(?P<signature>[A-Za-z0-9+/=]+)")
_V4_AUTHORIZATION = re.compile(
    rf"{V4} Credential=(?P<key>[^/,\s]+)/(?P<scope>(?P<day>\d{{8}})/(?P<region>[^/]+)/sls/aliyun_v4_request),"
    r"\s*Signature=(?P<signature>[0-9a-f]+)"
)
_DIGESTS: Mapping[str, Callable[..., Any]] = {"hmac-sha256": hashlib.sha256, "hmac-sha1": hashlib.sha1}


def is_signed_for_sls(request: RawRequest) -> bool:
    return request.header("authorization").startswith(("LOG ", "SLS4-"))


def claimed_key(request: RawRequest) -> Key | None:
    """The key that the request names, whether or not it is signed with it."""
    authorization = request.header("authorization")
    found = _V1_AUTHORIZATION.fullmatch(authorization) or _V4_AUTHORIZATION.fullmatch(authorization)
    return find_key(found["key"]) if found else None


def verify(request: RawRequest, now: datetime) -> Key:
    """The key that signed the request; a CloudError in the service's words when none did."""
    authorization = request.header("authorization")
    if found := _V1_AUTHORIZATION.fullmatch(authorization):
        _check_time(request.header("x-log-date") or request.header("date"), now)
        key = _key(found["key"], request)
        expected = _v1_signature(request, key)
    elif found := _V4_AUTHORIZATION.fullmatch(authorization):
        _check_time(request.header("x-log-date"), now)
        key = _key(found["key"], request)
        expected = _v4_signature(request, key, found)
    else:
        raise errors.bad_authorization()
    if not hmac.compare_digest(expected, found["signature"]) or not _is_body_signed(request):
        raise errors.signature_not_match(found["signature"])
    if key.expired:
        raise errors.expired_token()
    return key


def _check_time(text: str, now: datetime) -> None:
    at = _time(text)
    if abs(now - at) > CLOCK_SKEW:
        raise errors.expired_time(text, now.strftime("%a, %d %b %Y %H:%M:%S GMT"))


def _time(text: str) -> datetime:
    try:
        if re.fullmatch(r"\d{8}T\d{6}Z", text):
            return datetime.strptime(text, "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
        at = parsedate_to_datetime(text)
        return at if at.tzinfo else at.replace(tzinfo=UTC)
    except ValueError:
        raise errors.invalid_time(text) from None


def _key(access_key_id: str, request: RawRequest) -> Key:
    token = request.header("x-acs-security-token")
    key = find_key(access_key_id)
    if key is None or (key.security_token is not None and not token):
        raise errors.unknown_key(access_key_id)  # a session's key means nothing without its token
    if not hmac.compare_digest(token.encode(), (key.security_token or "").encode()):
        raise errors.invalid_token()
    return key


def _is_body_signed(request: RawRequest) -> bool:
    md5, sha256 = request.header("content-md5"), request.header("x-log-content-sha256")
    if sha256:
        return sha256 == hashlib.sha256(request.body).hexdigest()
    return not request.body or md5 == hashlib.md5(request.body, usedforsecurity=False).hexdigest().upper()


def _v1_signature(request: RawRequest, key: Key) -> str:
    digest = _DIGESTS.get(request.header("x-log-signaturemethod"), hashlib.sha256)
    to_sign = "\n".join(
        (
            request.method,
            *(request.header(name) for name in ("content-md5", "content-type", "date")),
            *(f"{name}:{request.header(name)}" for name in _extension_headers(request)),
            _v1_resource(request),
        )
    )
    signed = hmac.new(key.access_key_secret.encode(), to_sign.encode(), digest).digest()
    return base64.b64encode(signed).decode()


def _v1_resource(request: RawRequest) -> str:
    """Decoded, query and all."""
    path = unquote(request.raw_path)
    query = "&".join(f"{name}={value}" for name, value in _query(request))
    return f"{path}?{query}" if query else path


def _v4_signature(request: RawRequest, key: Key, found: re.Match[str]) -> str:
    host = read_host(request.header("host"))
    if host is not None and host.region not in (None, found["region"]):
        raise errors.signature_not_match(found["signature"])
    to_sign = "\n".join((V4, request.header("x-log-date"), found["scope"], _v4_request_hash(request)))
    derived = f"aliyun_v4{key.access_key_secret}".encode()
    for part in (found["day"], found["region"], "sls", "aliyun_v4_request", to_sign):
        derived = hmac.new(derived, part.encode(), hashlib.sha256).digest()
    return derived.hex()


def _v4_request_hash(request: RawRequest) -> str:
    sent = {name for name, _ in request.headers}
    names = sorted({"host", "content-type"} & sent | set(_extension_headers(request)))
    canonical = "\n".join(
        (
            request.method,
            request.raw_path or "/",
            "&".join(name + (f"={quote(value, safe='~')}" if value else "") for name, value in _query(request)),
            "".join(f"{name}:{request.header(name)}\n" for name in names),
            ";".join(names),
            request.header("x-log-content-sha256"),
        )
    )
    return hashlib.sha256(canonical.encode()).hexdigest()


def _extension_headers(request: RawRequest) -> list[str]:
    return sorted({name for name, _ in request.headers if name.startswith(("x-log-", "x-acs-"))})


def _query(request: RawRequest) -> list[tuple[str, str]]:
    return sorted(parse_qsl(request.query_string, keep_blank_values=True))
