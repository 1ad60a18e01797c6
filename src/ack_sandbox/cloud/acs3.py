"""Verifies ACS3-HMAC-SHA256 signatures on a request exactly as it came over the wire."""

import hashlib
import hmac
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qsl, quote

from ack_sandbox.cloud import errors
from ack_sandbox.cloud.accounts import Key, find_key

ALGORITHM = "ACS3-HMAC-SHA256"
CLOCK_SKEW = timedelta(minutes=15)

_AUTHORIZATION = re.compile(
    rf"{ALGORITHM} Credential=(?P<key>[^,\s]+),\s*SignedHeaders=(?P<headers>[^,\s]+),\s*Signature=(?P<signature>\w+)"
)


@dataclass(frozen=True, kw_only=True)
class RawRequest:
    method: str
    raw_path: str  # percent-encoded: the signature covers what was sent, not what it means
    query_string: str
    headers: Sequence[tuple[str, str]]  # names in lower case
    body: bytes

    def header(self, name: str) -> str:
        return ",".join(sorted(value.strip() for key, value in self.headers if key == name))


def claimed_key(request: RawRequest) -> Key | None:
    """The key that the request names, whether or not it is signed with it."""
    match = _AUTHORIZATION.fullmatch(request.header("authorization"))
    return find_key(match["key"]) if match else None


def verify(request: RawRequest, now: datetime) -> Key:
    """The key that signed the request; a CloudError with the gateway's code when none did."""
    authorization = request.header("authorization")
    if not authorization:
        raise errors.missing_authorization()
    match = _AUTHORIZATION.fullmatch(authorization)
    if match is None:
        raise errors.incomplete_signature(f"Authorization is not of the form of {ALGORITHM}.")
    _check_date(request.header("x-acs-date"), now)
    key = find_key(match["key"])
    if key is None:
        raise errors.unknown_access_key()
    _check_token(request.header("x-acs-security-token"), key)
    signed = match["headers"].split(";")
    _check_signed_headers(request, signed)
    _check_signature(request, signed, match["signature"], key)
    if key.expired:
        raise errors.expired_security_token()
    return key


def _check_date(text: str, now: datetime) -> None:
    try:
        at = datetime.strptime(text, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)
    except ValueError:
        raise errors.malformed_timestamp() from None
    if abs(now - at) > CLOCK_SKEW:
        raise errors.expired_timestamp()


def _check_token(token: str, key: Key) -> None:
    if key.security_token is None:
        if token:
            raise errors.mismatched_security_token()
        return
    if not token:
        raise errors.missing_security_token()
    if not token.startswith("CAIS"):  # what every real token starts with
        raise errors.malformed_security_token()
    if not hmac.compare_digest(token.encode(), key.security_token.encode()):
        raise errors.mismatched_security_token()


def _check_signed_headers(request: RawRequest, signed: Sequence[str]) -> None:
    sent = {name for name, _ in request.headers}
    required = {"host", "x-acs-action", "x-acs-version", "x-acs-date", "x-acs-signature-nonce", "x-acs-content-sha256"}
    required |= {name for name in sent if name.startswith("x-acs-")}
    unsigned = sorted(required - set(signed))
    if unsigned:
        raise errors.incomplete_signature(f"Not signed: {', '.join(unsigned)}.")
    missing = sorted(set(signed) - sent)
    if missing:
        raise errors.incomplete_signature(f"Signed but not sent: {', '.join(missing)}.")


def _check_signature(request: RawRequest, signed: Sequence[str], signature: str, key: Key) -> None:
    to_sign = _string_to_sign(request, signed)
    expected = hmac.new(key.access_key_secret.encode(), to_sign.encode(), hashlib.sha256).hexdigest()
    body_hash = hashlib.sha256(request.body).hexdigest()
    if not hmac.compare_digest(expected, signature) or request.header("x-acs-content-sha256") != body_hash:
        raise errors.signature_does_not_match(to_sign)


def _string_to_sign(request: RawRequest, signed: Sequence[str]) -> str:
    headers = "".join(f"{name}:{request.header(name)}\n" for name in sorted(signed))
    canonical = "\n".join(
        (
            request.method,
            request.raw_path or "/",
            _canonical_query(request.query_string),
            headers,
            ";".join(sorted(signed)),
            hashlib.sha256(request.body).hexdigest(),
        )
    )
    return f"{ALGORITHM}\n{hashlib.sha256(canonical.encode()).hexdigest()}"


def _canonical_query(query_string: str) -> str:
    pairs = sorted(parse_qsl(query_string, keep_blank_values=True))
    return "&".join(f"{quote(name, safe='~')}={quote(value, safe='~')}" for name, value in pairs)
