"""The real Alibaba SDKs, pointed at a region: nothing of them is patched."""

import asyncio
import json
from collections.abc import Mapping
from importlib import import_module
from typing import Any

from ack_sandbox.cloud.accounts import ADMINISTRATOR, Key
from ack_sandbox.region import Region
from tests.sandbox.cloud.http import Reply, fetch

# Loaded by name because the SDKs carry no types.
cs: Any = import_module("alibabacloud_cs20151215.client")
models: Any = import_module("alibabacloud_cs20151215.models")
exceptions: Any = import_module("alibabacloud_tea_openapi.exceptions")
openapi_models: Any = import_module("alibabacloud_tea_openapi.models")
openapi_utils: Any = import_module("alibabacloud_tea_openapi.utils")
darabonba_request: Any = import_module("darabonba.request")
darabonba_exceptions: Any = import_module("darabonba.exceptions")

CS_VERSION = "2015-12-15"


def config(region: Region, key: Key = ADMINISTRATOR, **changed: Any) -> Any:
    values = {
        "access_key_id": key.access_key_id,
        "access_key_secret": key.access_key_secret,
        "security_token": key.security_token,
        "endpoint": region.cs_endpoint.removeprefix("http://"),
        "protocol": "HTTP",
        "read_timeout": 5000,
    }
    return openapi_models.Config(**{**values, **changed})


class Sdk:
    """A Container Service client whose calls can be awaited: `await sdk.call("describe_regions", request)`."""

    def __init__(self, region: Region, key: Key = ADMINISTRATOR, **changed: Any) -> None:
        self.client = cs.Client(config(region, key, **changed))

    async def call(self, method: str, *arguments: Any) -> Any:
        """The body of the answer, as the SDK's model of it; None for a call that has none."""
        answer = await asyncio.to_thread(getattr(self.client, method), *arguments)
        assert answer.status_code == 200
        return getattr(answer, "body", None)

    async def refusal(self, method: str, *arguments: Any) -> Any:
        """The exception that the SDK raises instead of answering."""
        try:
            await asyncio.to_thread(getattr(self.client, method), *arguments)
        except Exception as error:  # noqa: BLE001  whatever it is, the test looks at it
            return error
        raise AssertionError(f"{method} was answered")


async def signed_fetch(
    region: Region,
    action: str,
    path: str,
    query: Mapping[str, str] | None = None,
    *,
    key: Key = ADMINISTRATOR,
    changed: Mapping[str, str] | None = None,
    patience: float = 5.0,
) -> Reply:
    """The raw answer to a request that the SDK's own code signed; `changed` headers are set after signing."""
    headers = sign(region, action, path, query or {}, key)
    target = path + ("?" + openapi_utils.get_canonical_query_string(query) if query else "")
    return await fetch(region.endpoint, "GET", target, {**headers, **(changed or {})}, patience=patience)


def sign(region: Region, action: str, path: str, query: Mapping[str, str], key: Key) -> dict[str, str]:
    empty = openapi_utils.Utils.hash(b"", "ACS3-HMAC-SHA256").hex()
    request = darabonba_request.DaraRequest()
    request.method, request.pathname, request.query = "GET", path, dict(query)
    request.headers = {
        "host": region.endpoint.removeprefix("http://"),
        "x-acs-version": CS_VERSION,
        "x-acs-action": action,
        "x-acs-date": openapi_utils.Utils.get_timestamp(),
        "x-acs-signature-nonce": openapi_utils.Utils.get_nonce(),
        "x-acs-content-sha256": empty,
    }
    if key.security_token:
        request.headers["x-acs-security-token"] = key.security_token
    signed = openapi_utils.Utils.get_authorization(
        request, "ACS3-HMAC-SHA256", empty, key.access_key_id, key.access_key_secret
    )
    return {**request.headers, "authorization": signed}


async def control(region: Region, method: str, name: str, body: object = None) -> Any:
    """The answer of a control endpoint that agreed."""
    reply = await ask_control(region, method, name, body)
    assert reply.status == 200, reply.body
    return json.loads(reply.body)


async def ask_control(region: Region, method: str, name: str, body: object = None) -> Reply:
    text = b"" if body is None else json.dumps(body).encode()
    return await fetch(region.endpoint, method, f"/_sandbox/{name}", {}, text)


async def inject(region: Region, kind: str, **facts: object) -> Any:
    return await control(region, "POST", "faults", {"kind": kind, **facts})
