"""Addresses of a backend. No error repeats one: a path may hold a token."""

import re
from dataclasses import dataclass
from urllib.parse import urlsplit

from yarl import URL

from ack_mcp_server.errors import ConfigurationError
from ack_mcp_server.hosts import is_loopback

_URL = re.compile(r"(https?)://([^/?#@\s\\]+)((?:/[A-Za-z0-9._~-]+)*)/?", re.ASCII)
_DOTS = frozenset({".", ".."})


@dataclass(frozen=True)
class Address:
    """Where requests go. Nothing of it but the host may be shown."""

    url: URL

    def __repr__(self) -> str:
        return f"Address({self.host})"

    @property
    def host(self) -> str:
        return self.url.host or ""

    @property
    def is_loopback(self) -> bool:
        return is_loopback(self.host)

    @property
    def is_private(self) -> bool:
        """Whether what is sent there can be read by nobody on the way."""
        return self.url.scheme == "https" or self.is_loopback

    def api(self, name: str) -> URL:
        """Of Prometheus's API."""
        return self.under(f"api/v1/{name}")

    def under(self, path: str) -> URL:
        """A path of ours below the address; it holds only what a path may."""
        return URL.build(
            scheme=self.url.scheme,
            authority=self.url.raw_authority,
            path=f"{self.url.raw_path.rstrip('/')}/{path}",
            encoded=True,
        )


def scheme_and_authority(text: str) -> tuple[str, str] | None:
    """None for what is no plain address: without user, query, fragment, escapes and dots."""
    found = _URL.fullmatch(text)
    return None if found is None or _DOTS & set(found[3].split("/")) else (found[1], found[2])


def address(text: str) -> Address | None:
    """None for what is no plain address."""
    if scheme_and_authority(text) is None:
        return None
    try:
        parts = urlsplit(text)
        return Address(URL(text, encoded=True)) if parts.hostname and parts.port != 0 else None
    except ValueError:
        return None


def operators(text: str, variable: str, what: str) -> Address:
    """An operator's address: any host. Raises ConfigurationError, which names the variable; `what` is `a Loki`."""
    found = address(text.strip())
    if found is None:
        raise ConfigurationError(
            f"{variable} is not the address of {what}", next_step=f"Set {variable} to http(s)://host:port/path."
        )
    return found
