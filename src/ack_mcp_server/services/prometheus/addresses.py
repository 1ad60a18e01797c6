"""Addresses of a Prometheus: which are accepted from whom. No error repeats one: ARMS puts a token in
its path."""

import re
from dataclasses import dataclass
from urllib.parse import urlsplit

from yarl import URL

from ack_mcp_server.errors import ConfigurationError, UnexpectedAnswer
from ack_mcp_server.hosts import is_loopback

_URL = re.compile(r"(https?)://([^/?#@\s\\]+)((?:/[A-Za-z0-9._~-]+)*)/?", re.ASCII)
_CLOUD_HOST = re.compile(r"(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+aliyuncs\.com(?::[0-9]{1,5})?", re.ASCII)
# Within a VPC ARMS serves plain HTTP, as its documentation shows (http://<region>-intranet.arms.aliyuncs.com:9090/…).
_VPC_HOST = re.compile(r"[a-z0-9-]+-(?:intranet|vpc)\.", re.ASCII)
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
        return URL.build(
            scheme=self.url.scheme,
            authority=self.url.raw_authority,
            path=f"{self.url.raw_path.rstrip('/')}/api/v1/{name}",
            encoded=True,
        )


def from_arms(text: str, *, loopback: bool, vpc: bool) -> Address:
    """An address that ARMS told: under aliyuncs.com, by TLS (in a VPC also without). One on loopback only where ARMS
    itself is there, which is the sandbox. Raises UnexpectedAnswer."""
    found = _URL.fullmatch(text)
    if found is None or _DOTS & set(found[3].split("/")):
        raise _refused()
    scheme, authority = found[1], found[2]
    if _CLOUD_HOST.fullmatch(authority):
        if scheme != "https" and not (vpc and _VPC_HOST.match(authority)):
            raise _refused()
    elif not (loopback and _is_loopback(authority)):
        raise _refused()
    return _address(text)


def from_operator(text: str, variable: str) -> Address:
    """An operator's address: any host. Raises ConfigurationError, which names the variable."""
    found = _URL.fullmatch(text.strip())
    if found is None or _DOTS & set(found[3].split("/")):
        raise _misconfigured(variable)
    try:
        return _address(text.strip())
    except UnexpectedAnswer:
        raise _misconfigured(variable) from None


def _address(text: str) -> Address:
    try:
        parts = urlsplit(text)
        if not parts.hostname or parts.port == 0:
            raise ValueError
        return Address(URL(text, encoded=True))
    except ValueError:
        raise _refused() from None


def _is_loopback(authority: str) -> bool:
    try:
        return is_loopback(urlsplit(f"//{authority}").hostname or "")
    except ValueError:
        return False


def _refused() -> UnexpectedAnswer:
    return UnexpectedAnswer(
        "GetPrometheusInstance told an address that is not one of Alibaba Cloud's; nothing was sent there",
        next_step="Check the Prometheus instance in the ARMS console; an operator can name an address with "
        "--prometheus-endpoint-mode LOCAL.",
    )


def _misconfigured(variable: str) -> ConfigurationError:
    return ConfigurationError(
        f"{variable} is not the address of a Prometheus", next_step=f"Set {variable} to http(s)://host:port/path."
    )
