"""Who may read an instance: by its token, by the AccessKey of its account, or anybody."""

import base64
import binascii
import hmac

from ack_sandbox.cloud.accounts import Key, find_key
from ack_sandbox.cloud.acs3 import RawRequest
from ack_sandbox.cloud.arms.instances import PrometheusInstance
from ack_sandbox.cloud.errors import CloudError


def basic_key(request: RawRequest) -> Key | None:
    """The key that HTTP Basic names, whether or not the secret is right."""
    name, _ = _basic(request)
    return find_key(name)


def admit(instance: PrometheusInstance, request: RawRequest) -> None:
    """Raises CloudError 401 or 403."""
    if instance.free_read:
        return
    if instance.token:
        _admit_token(instance.token, request)
    else:
        _admit_key(instance, request)


def _admit_token(token: str, request: RawRequest) -> None:
    given = request.header("authorization").removeprefix("Bearer ")
    if not hmac.compare_digest(given.encode(), token.encode()):
        raise _unauthorized("the token in the Authorization header is missing or wrong")


def _admit_key(instance: PrometheusInstance, request: RawRequest) -> None:
    name, secret = _basic(request)
    key = find_key(name)
    if key is None or not hmac.compare_digest(secret.encode(), key.access_key_secret.encode()):
        raise _unauthorized("HTTP Basic with an AccessKey id and secret is missing or wrong")
    if key.account != instance.cluster.account or not key.permitted or key.security_token:
        raise CloudError(403, "Forbidden", "the AccessKey lacks AliyunPrometheusMetricReadAccess for this instance")


def _basic(request: RawRequest) -> tuple[str, str]:
    kind, _, coded = request.header("authorization").partition(" ")
    if kind.lower() != "basic":
        return "", ""
    try:
        name, _, secret = base64.b64decode(coded, validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        return "", ""
    return name, secret


def _unauthorized(reason: str) -> CloudError:
    return CloudError(401, "Unauthorized", reason)
