"""Addresses of a Prometheus: which are accepted from whom. No error repeats one: ARMS puts a token in its path."""

import re
from urllib.parse import urlsplit

from ack_mcp_server.errors import UnexpectedAnswer
from ack_mcp_server.hosts import is_loopback
from ack_mcp_server.services.http import address as addresses
from ack_mcp_server.services.http.address import Address

_CLOUD_HOST = re.compile(r"(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+aliyuncs\.com(?::[0-9]{1,5})?", re.ASCII)
# Within a VPC ARMS serves plain HTTP, as its documentation shows (http://<region>-intranet.arms.aliyuncs.com:9090/…).
_VPC_HOST = re.compile(r"[a-z0-9-]+-(?:intranet|vpc)\.", re.ASCII)


def from_arms(text: str, *, loopback: bool, vpc: bool) -> Address:
    """An address that ARMS told: under aliyuncs.com, by TLS (in a VPC also without). One on loopback only where ARMS
    itself is there, which is the sandbox. Raises UnexpectedAnswer."""
    found, parts = addresses.address(text), addresses.scheme_and_authority(text)
    if found is None or parts is None:
        raise _refused()
    scheme, authority = parts
    if _CLOUD_HOST.fullmatch(authority):
        if scheme != "https" and not (vpc and _VPC_HOST.match(authority)):
            raise _refused()
    elif not (loopback and _is_loopback(authority)):
        raise _refused()
    return found


def from_operator(text: str, variable: str) -> Address:
    """An operator's address: any host. Raises ConfigurationError, which names the variable."""
    return addresses.operators(text, variable, "a Prometheus")


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
