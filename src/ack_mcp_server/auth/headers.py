"""Credentials that a request brings in its own headers: a whole key or none, never topped up from elsewhere."""

from collections.abc import Iterable
from dataclasses import dataclass

from ack_mcp_server import identifiers
from ack_mcp_server.auth.brought import MAX_BYTES, BroughtKubeconfig, from_header
from ack_mcp_server.auth.credentials import Credentials
from ack_mcp_server.errors import InvalidInput, Unauthenticated
from ack_mcp_server.key_families import is_sendable

ACCESS_KEY_ID = "X-Aliyun-Access-Key-Id"
ACCESS_KEY_SECRET = "X-Aliyun-Access-Key-Secret"  # noqa: S105 - a header's name
SECURITY_TOKEN = "X-Aliyun-Security-Token"  # noqa: S105 - a header's name
REGION = "X-Aliyun-Region"
KUBECONFIG = "X-Kubeconfig"

# Real values are 16-30 characters, tokens below 3,000; the limits only keep nonsense out of signatures and caches.
_LONGEST = {
    ACCESS_KEY_ID: 128,
    ACCESS_KEY_SECRET: 256,
    SECURITY_TOKEN: 8192,
    REGION: 64,
    KUBECONFIG: (MAX_BYTES + 2) // 3 * 4,
}
_NEXT = f"Send {ACCESS_KEY_ID} and {ACCESS_KEY_SECRET} (and {SECURITY_TOKEN} for a temporary key), once each, or none."

RawHeaders = Iterable[tuple[bytes, bytes]]


@dataclass(frozen=True, kw_only=True)
class RequestHeaders:
    """What one request says about itself: a key, a region, a kubeconfig, all or none of them."""

    credentials: Credentials | None = None
    region: str = ""
    kubeconfig: BroughtKubeconfig | None = None


def read(raw: RawHeaders) -> RequestHeaders:
    """Raises Unauthenticated for half, empty, repeated or unprintable credentials, InvalidInput for a bad region
    or kubeconfig."""
    found = _collect(raw)
    region = identifiers.region_id(found.pop(REGION)) if REGION in found else ""
    kubeconfig = from_header(found.pop(KUBECONFIG)) if KUBECONFIG in found else None
    return RequestHeaders(credentials=_key(found), region=region, kubeconfig=kubeconfig)


def _collect(raw: RawHeaders) -> dict[str, str]:
    names = {name.lower(): name for name in _LONGEST}
    found: dict[str, str] = {}
    for raw_name, raw_value in raw:
        name = names.get(raw_name.decode("latin-1").lower())
        if name is None:
            continue
        if name in found:
            raise _refused(name, "is repeated")
        found[name] = _value(name, raw_value.decode("latin-1").strip())
    return found


def _value(name: str, value: str) -> str:
    if not value:
        raise _refused(name, "is empty")
    if len(value) > _LONGEST[name]:
        raise _refused(name, f"is longer than {_LONGEST[name]} characters")
    if not is_sendable(value):
        raise _refused(name, "holds characters that no key has")
    return value


def _key(found: dict[str, str]) -> Credentials | None:
    if not found:
        return None
    missing = [name for name in (ACCESS_KEY_ID, ACCESS_KEY_SECRET) if name not in found]
    if missing:
        given = ", ".join(sorted(found))
        raise Unauthenticated(f"half a credential: {given} without {' and '.join(missing)}", next_step=_NEXT)
    return Credentials(
        access_key_id=found[ACCESS_KEY_ID],
        access_key_secret=found[ACCESS_KEY_SECRET],
        security_token=found.get(SECURITY_TOKEN, ""),
    )


def _refused(name: str, why: str) -> InvalidInput | Unauthenticated:
    if name == REGION:
        return InvalidInput(f"the header {name} {why}", next_step=f"Send {name} once, as a region id, or not at all.")
    if name == KUBECONFIG:
        return InvalidInput(f"the header {name} {why}", next_step=f"Send {name} once, in base64, or not at all.")
    return Unauthenticated(f"the header {name} {why}", next_step=_NEXT)
