"""Which addresses ARMS may name, and which an operator."""

import pytest

from ack_mcp_server.errors import ConfigurationError, UnexpectedAnswer
from ack_mcp_server.services.prometheus.addresses import from_arms, from_operator

GOOD = "https://cn-hangzhou.arms.aliyuncs.com:9443/api/v1/prometheus/t0ken/1/c1/cn-hangzhou"
INTRANET = "http://cn-hangzhou-intranet.arms.aliyuncs.com:9090/api/v1/prometheus/t0ken"

EVIL = [
    "http://cn-hangzhou.arms.aliyuncs.com/x",
    "https://aliyuncs.com.evil.example/x",
    "https://evilaliyuncs.com/x",
    "https://aliyuncs.com/x",
    "https://a.aliyuncs.com@evil.example/x",
    "https://a.aliyuncs.com:9443@evil.example/x",
    "https://a.aliyuncs.com\\@evil.example/x",
    "https://evil.example/a.aliyuncs.com",
    "https://evil.example#.aliyuncs.com",
    "https://evil.example?.aliyuncs.com",
    "https://a.aliyuncs.com./x",
    "https://A.ALIYUNCS.COM.evil/x",
    "https://[::1]/x",
    "https://[::ffff:127.0.0.1]:80/x",
    "https://127.0.0.1/x",
    "https://localhost/x",
    "https://a.aliyuncs.com:99999/x",
    "https://a.aliyuncs.com:0/x",
    "https://a.aliyuncs.com/../x",
    "https://a.aliyuncs.com/x?query=1",
    "https://a.aliyuncs.com/%2e%2e/x",
    "https://a.aliyuncs.com/x y",
    "https://a.aliyuncs.com\n/x",
    "https://ａ.aliyuncs.com/x",
    "file:///etc/passwd",
    "//a.aliyuncs.com/x",
    "",
]


@pytest.mark.parametrize("url", EVIL)
@pytest.mark.parametrize("vpc", [False, True])
def test_an_address_that_is_not_the_clouds_is_refused_and_not_repeated(url: str, vpc: bool) -> None:
    with pytest.raises(UnexpectedAnswer) as raised:
        from_arms(url, loopback=False, vpc=vpc)
    assert not url or url not in raised.value.message
    assert raised.value.__suppress_context__ or raised.value.__context__ is None


def test_an_address_under_aliyuncs_is_accepted_with_its_port_and_path() -> None:
    assert str(from_arms(GOOD, loopback=False, vpc=False).api("query")) == f"{GOOD}/api/v1/query"


def test_plain_http_is_accepted_within_a_vpc_only() -> None:
    assert from_arms(INTRANET, loopback=False, vpc=True).is_private is False
    with pytest.raises(UnexpectedAnswer):
        from_arms(INTRANET, loopback=False, vpc=False)


def test_loopback_is_accepted_where_arms_itself_is_there() -> None:
    assert from_arms("http://127.0.0.1:9/x", loopback=True, vpc=False).is_loopback


@pytest.mark.parametrize("url", ["http://10.0.0.1:9/x", "https://evil.example/x", "http://127.0.0.1.evil.example/"])
def test_loopback_does_not_open_other_hosts(url: str) -> None:
    with pytest.raises(UnexpectedAnswer):
        from_arms(url, loopback=True, vpc=True)


def test_an_address_shows_its_host_alone() -> None:
    assert repr(from_arms(GOOD, loopback=False, vpc=False)) == "Address(cn-hangzhou.arms.aliyuncs.com)"


def test_an_operator_may_name_any_host() -> None:
    address = from_operator("http://prometheus.monitoring:9090/", "PROMETHEUS_HTTP_API")
    assert str(address.api("query_range")) == "http://prometheus.monitoring:9090/api/v1/query_range"


@pytest.mark.parametrize("url", ["prometheus:9090", "ftp://x", "http://u:p@host/", "http://host/?a", "http:///x"])
def test_what_is_no_address_names_the_variable_and_not_the_value(url: str) -> None:
    with pytest.raises(ConfigurationError, match="PROMETHEUS_HTTP_API is not") as raised:
        from_operator(url, "PROMETHEUS_HTTP_API")
    assert url not in str(raised.value)
