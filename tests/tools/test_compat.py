"""The typed twins: the same policy and answers as `ack_kubectl`."""

from collections.abc import Callable

import pytest

from ack_mcp_server.settings import Settings
from tests.conftest import Region, door_to


async def test_pods_are_listed_with_the_abnormal_ones_named(settings: Callable[..., Settings], region: Region) -> None:
    async with door_to(settings(TOOLSETS="compat")) as door:
        told = (await door.ok("kubectl_get_pods", namespace="payments", cluster_id=region.cluster("production"))).text
    named, header = told.splitlines()[:2]
    assert named.startswith("[ack-mcp-server: abnormal: ")
    assert "(CrashLoopBackOff)" in named
    assert header.startswith("NAME ")


async def test_a_kind_is_listed_and_an_object_shown(settings: Callable[..., Settings], region: Region) -> None:
    where = {"cluster_id": region.cluster("staging"), "namespace": "kube-system"}
    async with door_to(settings(TOOLSETS="compat")) as door:
        assert "coredns" in (await door.ok("kubectl_get", resource="deploy", **where)).text
        assert "coredns" in (await door.ok("kubectl_get", resource="deploy", name="coredns", **where)).text
        assert (await door.ok("kubectl_logs", pod="deploy/coredns", lines=3, **where)).text
        assert (
            "coredns"
            in (await door.ok("kubectl", command="get pods -n kube-system", cluster_id=where["cluster_id"])).text
        )


@pytest.mark.parametrize(
    ("tool", "arguments"),
    [
        ("kubectl_get", {"resource": "-A"}),
        ("kubectl_get", {"resource": "pods", "namespace": "--kubeconfig=/etc/passwd"}),
        ("kubectl_get", {"resource": "pods; id"}),
        ("kubectl_get", {"resource": "pods", "name": "x' --raw=/ '"}),
        ("kubectl_logs", {"pod": "x", "container": "-f"}),
        ("kubectl_get_pods", {"label_selector": "-o yaml"}),
    ],
)
async def test_no_value_becomes_a_flag_or_a_second_word(
    settings: Callable[..., Settings], region: Region, tool: str, arguments: dict[str, str]
) -> None:
    async with door_to(settings(TOOLSETS="compat")) as door:
        told = await door.error(tool, cluster_id=region.cluster("staging"), **arguments)
    assert told.startswith("InvalidInput")
