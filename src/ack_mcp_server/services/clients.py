"""The SDKs' clients: which service, where it is, and whose key signs. A client costs microseconds; connections are kept
below it, per host."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from ack_mcp_server.auth.credentials import Credentials
from ack_mcp_server.errors import ConfigurationError
from ack_mcp_server.hosts import is_loopback
from ack_mcp_server.services.cloud_errors import Service
from ack_mcp_server.settings import Settings

CENTRE = ""  # the region-less endpoint of cs, which knows the clusters of all regions


@dataclass(frozen=True)
class Endpoint:
    """Where an API is; an empty host leaves it to the SDK's own table of regions."""

    protocol: str = "HTTPS"
    host: str = ""

    @property
    def is_loopback(self) -> bool:
        return bool(self.host) and is_loopback(urlsplit(f"//{self.host}").hostname or "")


def parse_endpoint(text: str, *, variable: str) -> Endpoint:
    """An operator's `http(s)://host:port`. Raises ConfigurationError."""
    if not text:
        return Endpoint()
    try:
        parts = urlsplit(text)
        port = parts.port
    except ValueError:
        parts, port = urlsplit(""), None
    plain = not (parts.path.strip("/") or parts.query or parts.fragment or parts.username or parts.password)
    if parts.scheme not in ("http", "https") or not parts.hostname or not plain:
        raise ConfigurationError(f"{variable} is not an endpoint", next_step=f"Set {variable} to http(s)://host:port.")
    host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
    return Endpoint(protocol=parts.scheme.upper(), host=f"{host}:{port}" if port else host)


@dataclass(frozen=True)
class Clients:
    """The endpoints that the operator set, read once."""

    endpoints: dict[Service, Endpoint]

    @classmethod
    def of(cls, settings: Settings) -> "Clients":
        """Raises ConfigurationError."""
        return cls(
            {
                "cs": parse_endpoint(settings.cs_endpoint, variable="CS_ENDPOINT"),
                "arms": parse_endpoint(settings.arms_endpoint, variable="ARMS_ENDPOINT"),
                "sls": parse_endpoint(settings.sls_endpoint, variable="SLS_ENDPOINT"),
            }
        )

    def client(self, service: Service, credentials: Credentials, region: str) -> Any:
        """The SDK's client, over our transport."""
        from ack_mcp_server.sdk_logging import quiet
        from ack_mcp_server.services import transport

        quiet()
        transport.install()
        return _MAKERS[service](credentials, region, self.endpoints[service])


def cs_client(credentials: Credentials, region: str, endpoint: Endpoint) -> Any:
    from alibabacloud_cs20151215.client import Client

    host = endpoint.host or ("" if region else "cs.aliyuncs.com")
    return Client(_config(credentials, region, endpoint=host or None, protocol=endpoint.protocol))


def _arms_client(credentials: Credentials, region: str, endpoint: Endpoint) -> Any:
    from alibabacloud_arms20190808.client import Client

    return Client(_config(credentials, region, endpoint=endpoint.host or None, protocol=endpoint.protocol))


def _sls_client(credentials: Credentials, region: str, endpoint: Endpoint) -> Any:
    """A project is part of the host name, which loopback does not resolve: there the endpoint is reached as a proxy,
    and the real name is signed."""
    from alibabacloud_sls20201230.client import Client

    signed = {"signature_version": "v4"}
    if endpoint.is_loopback:
        proxy = f"http://{endpoint.host}"
        return Client(_config(credentials, region, protocol="HTTP", http_proxy=proxy, **signed))
    return Client(_config(credentials, region, endpoint=endpoint.host or None, protocol=endpoint.protocol, **signed))


_MAKERS: dict[Service, Callable[[Credentials, str, Endpoint], Any]] = {
    "cs": cs_client,
    "arms": _arms_client,
    "sls": _sls_client,
}


def _config(credentials: Credentials, region: str, **parts: Any) -> Any:
    from alibabacloud_tea_openapi.utils_models import Config

    return Config(
        access_key_id=credentials.access_key_id,
        access_key_secret=credentials.access_key_secret,
        security_token=credentials.security_token or None,
        region_id=region or None,
        **parts,
    )
