"""Where a kubeconfig that a request brings may lead: every address of its host is judged, and one is kept."""

import asyncio
from collections.abc import Sequence
from ipaddress import IPv4Address, ip_address

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ack_mcp_server.errors import InvalidInput, Unavailable
from ack_mcp_server.kube import pinning
from ack_mcp_server.kube.kubeconfig import Kubeconfig
from ack_mcp_server.kube.pinning import Resolve, pinned, refusal, system_resolve


def found(*addresses: str) -> Resolve:
    async def resolve(host: str) -> Sequence[str]:
        return addresses

    return resolve


async def nobody(host: str) -> Sequence[str]:
    raise AssertionError("a literal address is not looked up")


async def leads(server: str, resolve: Resolve = nobody, *, loopback: bool = False) -> tuple[str, str]:
    result = await pinned(Kubeconfig(server=server, expires=None), resolve, loopback=loopback)
    return result.server, result.server_name


NEVER = [
    "169.254.169.254", "169.254.0.1", "100.100.100.200", "168.63.129.16", "192.0.0.192", "0.0.0.0", "0.1.2.3",
    "224.0.0.1", "239.255.255.255", "240.0.0.1", "255.255.255.255", "fd00:ec2::254", "fd20:ce::254", "fe80::1", "::",
    "ff02::1", "::ffff:169.254.169.254", "::ffff:100.100.100.200", "::ffff:0:169.254.169.254", "::169.254.169.254",
    "64:ff9b::169.254.169.254", "64:ff9b::a9fe:a9fe", "64:ff9b:1::1", "2002:a9fe:a9fe::1", "2001:0:1::1",
]  # fmt: skip
LOOPBACK = ["127.0.0.1", "127.8.9.10", "::1", "::ffff:127.0.0.1", "64:ff9b::127.0.0.1", "2002:7f00:1::"]
ALLOWED = [
    "10.0.0.1", "172.16.0.1", "192.168.1.1", "100.64.0.1", "8.8.8.8", "fd12::1", "2400:3200::1", "2002:808:808::1",
]  # fmt: skip


def url(address: str) -> str:
    return f"https://[{address}]:6443" if ":" in address else f"https://{address}:6443"


@pytest.mark.parametrize("address", NEVER)
@pytest.mark.parametrize("loopback", [True, False], ids=["stdio", "http"])
async def test_some_addresses_are_never_reached(address: str, loopback: bool) -> None:
    with pytest.raises(InvalidInput, match="server leads to"):
        await leads(url(address), loopback=loopback)
    with pytest.raises(InvalidInput, match="server leads to"):
        await leads("https://k8s.example", found("8.8.8.8", address), loopback=loopback)


@pytest.mark.parametrize("address", LOOPBACK)
async def test_loopback_is_for_stdio_alone(address: str) -> None:
    with pytest.raises(InvalidInput, match="loopback"):
        await leads(url(address))
    assert (await leads("https://k8s.example", found(address), loopback=True))[1] == "k8s.example"


@pytest.mark.parametrize("address", ALLOWED)
async def test_private_and_public_addresses_are_reached(address: str) -> None:
    assert await leads(url(address)) == (url(address), "")


@given(st.ip_addresses(v=4), st.sampled_from(["::ffff:{}", "::ffff:0:{}", "64:ff9b::{}", "::{}"]))
def test_no_form_of_an_ipv4_address_is_judged_more_kindly(address: IPv4Address, form: str) -> None:
    if int(address) > 1:  # ::0 and ::1 are addresses of their own
        embedded = ip_address(form.format(address))
        for loopback in (True, False):
            assert refusal(embedded, loopback=loopback) == refusal(address, loopback=loopback)


async def test_a_name_is_bound_to_its_address_and_stays_the_name_of_the_certificate() -> None:
    bound = await leads("https://k8s.example.:443/k8s/clusters/c-1/", found("10.0.0.7", "10.0.0.8"))
    assert bound == ("https://10.0.0.7:443/k8s/clusters/c-1", "k8s.example")


ODD = [
    "http://10.0.0.1", "HTTPS://10.0.0.1", "10.0.0.1:6443", "https://", "https:///x", "https://u:p@10.0.0.1",
    "https://10.0.0.1@evil.example", "https://10.0.0.1\\@evil.example", "https://10.0.0.1/../x", "https://10.0.0.1/%2e",
    "https://10.0.0.1?x", "https://10.0.0.1#x", "https://10.0.0.1:0", "https://10.0.0.1:65536", "https://10.0.0.1:1:2",
    "https://10.0.0.1\n", "https://a\tb", "https://[fe80::1%25lo]", "https://[::1", "https://ex\u0430mple", "unix:///x",
    "https://-a", "https://a..b", f"https://{'a' * 64}",
]  # fmt: skip


@pytest.mark.parametrize("server", ODD)
async def test_an_address_that_two_readers_could_read_differently_is_refused(server: str) -> None:
    with pytest.raises(InvalidInput, match="is not an address"):
        await leads(server, found("8.8.8.8"))


@pytest.mark.parametrize("name", ["127.1", "2130706433", "0x7f.1", "0177.0.0.1", "localhost"])
async def test_the_systems_own_spellings_of_loopback_are_seen_through(name: str) -> None:
    with pytest.raises((InvalidInput, Unavailable)) as refused:
        await leads(f"https://{name}", system_resolve)
    assert "loopback" in str(refused.value) or "not found" in str(refused.value)


@pytest.mark.parametrize("answer", [(), ("not an address",)])
async def test_a_name_without_an_address_is_told(answer: tuple[str, ...]) -> None:
    with pytest.raises(Unavailable, match="not found"):
        await leads("https://k8s.example", found(*answer))


async def test_a_name_server_that_is_silent_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pinning, "RESOLVE_S", 0.01)

    async def silent(host: str) -> Sequence[str]:
        await asyncio.Event().wait()
        return ()

    with pytest.raises(Unavailable, match="not found"):
        await leads("https://k8s.example", silent)
