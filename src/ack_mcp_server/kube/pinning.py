"""Where a kubeconfig that a request brings may lead: its host is looked up once, every address is judged, and the
kubeconfig is bound to one of them, so that no later look-up can lead elsewhere."""

import asyncio
import re
import socket
from collections.abc import Awaitable, Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

from ack_mcp_server.errors import InvalidInput, Unavailable
from ack_mcp_server.kube.kubeconfig import Kubeconfig

RESOLVE_S = 5
Resolve = Callable[[str], Awaitable[Sequence[str]]]
Address = IPv4Address | IPv6Address

_LABEL = r"[A-Za-z0-9](?:[A-Za-z0-9_-]{0,61}[A-Za-z0-9])?"
_SERVER = re.compile(
    rf"https://(?:\[(?P<v6>[0-9A-Fa-f:.]{{2,45}})\]|(?P<host>{_LABEL}(?:\.{_LABEL}){{0,30}})\.?)"
    r"(?::(?P<port>[0-9]{1,5}))?(?P<path>(?:/[A-Za-z0-9_~-][A-Za-z0-9._~-]*)*)/?"
)
# What clouds tell their machines, keys of roles included: Alibaba Cloud, AWS, Google, Azure, Oracle.
_METADATA = ("100.100.100.200/32", "fd00:ec2::/32", "fd20:ce::/32", "168.63.129.16/32", "192.0.0.0/24")
_NEVER = [
    *((ip_network(network), "a metadata service") for network in _METADATA),
    *((ip_network(network), "link-local") for network in ("169.254.0.0/16", "fe80::/10")),
    *((ip_network(network), "multicast") for network in ("224.0.0.0/4", "ff00::/8")),
    # Where the IPv4 address stands depends on the network there (RFC 8215), or is disguised (RFC 4380).
    *((ip_network(network), "a translated address") for network in ("64:ff9b:1::/48", "2001::/32")),
    *((ip_network(network), "no host") for network in ("0.0.0.0/8", "240.0.0.0/4", "::/128")),
]
_LOOPBACK = [ip_network("127.0.0.0/8"), ip_network("::1/128")]
# IPv6 addresses that stand for an IPv4 address, by how many bits follow it: RFC 4291, 2765, 6052, 3056.
_EMBEDDING = [
    (ip_network("::ffff:0:0/96"), 0), (ip_network("::ffff:0:0:0/96"), 0), (ip_network("64:ff9b::/96"), 0),
    (ip_network("::/96"), 0), (ip_network("2002::/16"), 80),
]  # fmt: skip
_NEXT = "Send a kubeconfig whose server is https:// and the public or private address of an API server."

# Threads of their own: a slow name server holds up nobody else.
_threads = ThreadPoolExecutor(4, thread_name_prefix="name-lookup")


async def system_resolve(host: str) -> Sequence[str]:
    """By the system's resolver, in its order of preference. Raises OSError."""
    found = await asyncio.get_running_loop().run_in_executor(_threads, _looked_up, host)
    return [str(each[4][0]) for each in found]


def _looked_up(host: str) -> Sequence[tuple[object, object, object, str, tuple[str | int, ...] | tuple[int, bytes]]]:
    return socket.getaddrinfo(host, 443, type=socket.SOCK_STREAM)


async def pinned(kubeconfig: Kubeconfig, resolve: Resolve, *, loopback: bool) -> Kubeconfig:
    """The same by its address, and with the host's name for TLS. `loopback` says whether this machine is allowed.

    Raises InvalidInput for where it may not lead, Unavailable for a name that is not found.
    """
    parts = _SERVER.fullmatch(kubeconfig.server)
    port = int(parts["port"] or 443) if parts else 0
    if parts is None or not 0 < port < 65536:
        raise _refused("is not an address such as https://host:6443")
    name = parts["v6"] or parts["host"]
    literal = _literal(name)
    addresses = [literal] if literal else await _resolved(name, resolve)
    for address in addresses:
        if why := refusal(address, loopback=loopback):
            raise _refused(f"leads to {why}")
    at = addresses[0]
    host = f"[{at}]" if isinstance(at, IPv6Address) else str(at)
    server_name = "" if literal else name
    return replace(kubeconfig, server=f"https://{host}:{port}{parts['path']}", server_name=server_name)


def refusal(address: Address, *, loopback: bool) -> str:
    """What the address is that may not be reached; empty for one that may."""
    for each in (address, *_embedded(address)):
        if not loopback and any(each in network for network in _LOOPBACK):
            return "this server's own machine (loopback)"
        if why := next((why for network, why in _NEVER if each in network), ""):
            return why
    return ""


def _embedded(address: Address) -> list[Address]:
    if isinstance(address, IPv4Address) or address in (IPv6Address("::1"), IPv6Address("::")):
        return []
    return [IPv4Address(int(address) >> bits & 0xFFFFFFFF) for network, bits in _EMBEDDING if address in network]


def _literal(name: str) -> Address | None:
    with suppress(ValueError):
        return ip_address(name)
    return None


async def _resolved(name: str, resolve: Resolve) -> list[Address]:
    try:
        async with asyncio.timeout(RESOLVE_S):
            found = [ip_address(each) for each in await resolve(name)]
    except (OSError, ValueError, TimeoutError):
        found = []
    if not found:
        raise Unavailable(
            "the host of the kubeconfig's server is not found from here", next_step="Check its name, or try again."
        )
    return found


def _refused(what: str) -> InvalidInput:
    return InvalidInput(f"the kubeconfig's server {what}", next_step=_NEXT)
