"""Names of projects and logstores: an unescaped one would be a host name."""

import pytest

from ack_mcp_server.errors import InvalidInput
from ack_mcp_server.services.sls.names import Logstore

HOSTILE = ("127.0.0.1:8080/", "evil.example.com/", "a@b", "a/../b", "a\r\nx", "", "A", "a" * 64, "-a", "a?x=1", "日志")


@pytest.mark.parametrize("name", HOSTILE)
def test_a_project_that_could_be_a_host_is_refused(name: str) -> None:
    with pytest.raises(InvalidInput):
        Logstore(region="cn-hangzhou", project=name, name="audit")


@pytest.mark.parametrize("name", HOSTILE)
def test_a_logstore_that_could_be_a_path_is_refused(name: str) -> None:
    with pytest.raises(InvalidInput):
        Logstore(region="cn-hangzhou", project="k8s-log", name=name)


def test_a_region_that_could_be_a_host_is_refused() -> None:
    with pytest.raises(InvalidInput):
        Logstore(region="evil.example.com/", project="k8s-log", name="audit")
