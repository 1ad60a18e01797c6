"""Where the HTTP server listens: on every address of its name, in whatever order they are told."""

import errno
import socket
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from io import StringIO

import pytest

from ack_mcp_server.errors import ConfigurationError
from ack_mcp_server.web.doors import announce, doors_for
from ack_mcp_server.web.listening import listeners
from tests.conftest import made_settings

V4 = (socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", 0))
V6 = (socket.AF_INET6, socket.SOCK_STREAM, 6, "", ("::1", 0, 0, 0))


def has_ipv6() -> bool:
    try:
        with socket.socket(socket.AF_INET6, socket.SOCK_STREAM) as tried:
            tried.bind(("::1", 0))
    except OSError:
        return False
    return True


@contextmanager
def listening(host: str, port: int) -> Iterator[list[socket.socket]]:
    with ExitStack() as held:
        yield [held.enter_context(each) for each in listeners(host, port)]


@pytest.fixture
def ipv6_first(monkeypatch: pytest.MonkeyPatch) -> None:
    """As hosts files of many machines have it."""
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_args, **_more: [V6, V4, V4])


@pytest.mark.usefixtures("ipv6_first")
def test_a_name_whose_first_address_is_ipv6_is_served_on_ipv4_too() -> None:
    with listening("localhost", 0) as made, socket.socket() as client:
        client.settimeout(5)
        client.connect(("127.0.0.1", made[0].getsockname()[1]))


@pytest.mark.skipif(not has_ipv6(), reason="this machine has no IPv6")
@pytest.mark.usefixtures("ipv6_first")
def test_all_addresses_of_a_name_are_served_on_one_port() -> None:
    with listening("localhost", 0) as made:
        port = made[0].getsockname()[1]
        assert [each.getsockname()[:2] for each in made] == [("127.0.0.1", port), ("::1", port)]


@pytest.mark.usefixtures("ipv6_first")
def test_a_port_that_is_taken_on_one_address_of_the_name_is_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    with listening("localhost", 0) as made:
        port = made[0].getsockname()[1]
        taken = (*V4[:4], ("127.0.0.1", port))
        monkeypatch.setattr(socket, "getaddrinfo", lambda *_args, **_more: [taken])
        with pytest.raises(ConfigurationError, match=f"cannot listen on 127.0.0.1:{port}"):
            listeners("127.0.0.1", port)


@pytest.mark.usefixtures("ipv6_first")
def test_an_address_that_the_machine_has_not_is_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    bind = socket.socket.bind

    def without_ipv6(self: socket.socket, address: tuple[object, ...]) -> None:
        if self.family == socket.AF_INET6:
            raise OSError(errno.EADDRNOTAVAIL, "Cannot assign requested address")
        bind(self, address)

    monkeypatch.setattr(socket.socket, "bind", without_ipv6)
    with listening("localhost", 0) as made:
        assert [each.family for each in made] == [socket.AF_INET]


V4_ANY, V6_ANY = (*V4[:4], ("0.0.0.0", 0)), (*V6[:4], ("::", 0, 0, 0))
BESIDE = {
    "every address of both families": ([V4_ANY, V6_ANY], ["0.0.0.0", "::"]),
    "a link-local address that names no interface": ([V4, (*V6[:4], ("fe80::1", 0, 0, 0))], ["127.0.0.1"]),
    "such an address as the first": ([(*V6[:4], ("fe80::1", 0, 0, 0)), V6], ["::1"]),
    "an IPv4 address in the form of IPv6": ([V4, (*V6[:4], ("::ffff:127.0.0.1", 0, 0, 0))], ["127.0.0.1"]),
    "an address that another stands for": ([V4, V4_ANY], ["0.0.0.0"]),
}


@pytest.mark.skipif(not has_ipv6(), reason="this machine has no IPv6")
@pytest.mark.parametrize(("told", "used"), BESIDE.values(), ids=BESIDE)
def test_addresses_of_one_name_do_not_stand_in_each_others_way(
    monkeypatch: pytest.MonkeyPatch, told: list[object], used: list[str]
) -> None:
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_args, **_more: told)
    with listening("name", 0) as made:
        assert [each.getsockname()[0] for each in made] == used


@pytest.mark.skipif(not has_ipv6(), reason="this machine has no IPv6")
def test_a_further_address_that_another_program_has_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.create_server(("::1", 0), family=socket.AF_INET6) as other:
        port = other.getsockname()[1]
        told = [(*V4[:4], ("127.0.0.1", port)), (*V6[:4], ("::1", port, 0, 0))]
        monkeypatch.setattr(socket, "getaddrinfo", lambda *_args, **_more: told)
        with pytest.raises(ConfigurationError, match="Address already in use"):
            listeners("localhost", port)


def test_a_name_of_which_no_address_is_here_is_refused() -> None:
    with pytest.raises(ConfigurationError, match=r"cannot listen on 192\.0\.2\.1:1"):
        listeners("192.0.2.1", 1)


@pytest.mark.parametrize("host", ["a..b", "x" * 64])
def test_a_name_that_no_host_can_have_is_refused(host: str) -> None:
    with pytest.raises(ConfigurationError, match="no host has such a name") as raised:
        listeners(host, 0)
    assert "--host" in raised.value.next_step


@pytest.mark.parametrize("host", ["*", "0.0.0.0", "::"])
def test_who_listens_on_every_address_is_told_one_that_clients_can_use(host: str) -> None:
    settings, stderr = made_settings(MCP_TRANSPORT="http", HOST=host), StringIO()
    doors, generated = doors_for(settings, lambda _: "t0ken")
    announce(settings, 8000, doors, generated, stderr)
    assert f" http://{socket.gethostname()}:8000/mcp " in stderr.getvalue()
