"""Which host a call would go to, without an operator's endpoint."""

import importlib

import pytest

from ack_mcp_server.auth.credentials import Credentials
from ack_mcp_server.services.clients import CENTRE, Clients, Endpoint, cs_client
from tests.conftest import made_settings

KEY = Credentials(access_key_id="LTAI5t", access_key_secret="s3cret")


@pytest.mark.parametrize(
    ("region", "host"),
    [
        (CENTRE, "cs.aliyuncs.com"),
        ("cn-hangzhou", "cs.cn-hangzhou.aliyuncs.com"),
        ("ap-southeast-1", "cs.ap-southeast-1.aliyuncs.com"),
    ],
)
def test_a_region_has_its_own_endpoint_and_the_centre_knows_all(region: str, host: str) -> None:
    assert cs_client(KEY, region, Endpoint())._endpoint == host


def test_the_clients_send_https_unless_the_operator_says_otherwise() -> None:
    assert cs_client(KEY, "cn-hangzhou", Endpoint())._protocol == "HTTPS"


def test_the_seam_of_the_transport_is_where_it_was() -> None:
    core = importlib.import_module("darabonba.core").DaraCore
    Clients.of(made_settings()).client("cs", KEY, "cn-hangzhou")
    assert core._get_session.__module__ == "ack_mcp_server.services.transport"


def test_another_host_of_log_service_is_reached_as_itself() -> None:
    vpc = "https://cn-hangzhou-intranet.log.aliyuncs.com"
    client = Clients.of(made_settings(SLS_ENDPOINT=vpc)).client("sls", KEY, "cn-hangzhou")
    assert (client._endpoint, client._protocol) == ("cn-hangzhou-intranet.log.aliyuncs.com", "HTTPS")
    assert not client._http_proxy and not client._https_proxy


def test_log_service_on_loopback_is_reached_as_a_proxy() -> None:
    """Whose host is asked for then: tests/services/sls/test_wire.py."""
    client = Clients.of(made_settings(SLS_ENDPOINT="http://127.0.0.1:7070")).client("sls", KEY, "cn-hangzhou")
    assert (client._endpoint, client._http_proxy) == (None, "http://127.0.0.1:7070")
