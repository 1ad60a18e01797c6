"""What a host name says about where it is."""

import ipaddress
from contextlib import suppress


def is_loopback(host: str) -> bool:
    name = host.strip("[]").lower()
    if name == "localhost":
        return True
    with suppress(ValueError):
        address = ipaddress.ip_address(name)
        # An IPv4 address in IPv6's clothes is one to Python from 3.13 on.
        return address.is_loopback and getattr(address, "ipv4_mapped", None) is None
    return False
