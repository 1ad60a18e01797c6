"""Hosts of Log Service: which project, and which region."""

import pytest

from ack_sandbox.sls.hosts import SlsHost, is_public, read_host


@pytest.mark.parametrize(
    ("host", "project", "region"),
    [
        ("k8s-log-c1.cn-hangzhou.log.aliyuncs.com", "k8s-log-c1", "cn-hangzhou"),
        ("cn-hangzhou.log.aliyuncs.com", None, "cn-hangzhou"),
        ("p1.ap-southeast-1-intranet.log.aliyuncs.com:80", "p1", "ap-southeast-1"),
        ("cn-shanghai-corp.sls.aliyuncs.com", None, "cn-shanghai-corp"),
        ("127.0.0.1:4000", None, None),
        ("p1.localhost:4000", "p1", None),
    ],
)
def test_a_host_names_project_and_region(host: str, project: str | None, region: str | None) -> None:
    assert read_host(host) == SlsHost(project, region)


@pytest.mark.parametrize(
    "host",
    [
        *("evil.example.com/.cn-hangzhou.log.aliyuncs.com", "a.b.cn-hangzhou.log.aliyuncs.com", "log.aliyuncs.com"),
        *("cs.cn-hangzhou.aliyuncs.com", "cn-hangzhou.log.aliyuncs.com.example.com", ""),
    ],
)
def test_what_is_no_host_of_log_service_is_none(host: str) -> None:
    assert read_host(host) is None


def test_a_wrong_project_is_still_for_log_service() -> None:
    assert is_public("a.b.cn-hangzhou.log.aliyuncs.com")
