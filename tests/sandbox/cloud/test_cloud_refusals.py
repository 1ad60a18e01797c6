"""What the service itself refuses once a key is accepted, and what it says when it breaks."""

from datetime import datetime

import pytest

from ack_sandbox.cloud.accounts import ADMINISTRATOR
from ack_sandbox.cloud.app import LARGEST_BODY
from ack_sandbox.plan import ClusterPlan
from ack_sandbox.region import Region
from tests.sandbox.cloud.http import fetch
from tests.sandbox.cloud.sdk import sign, signed_fetch

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")  # the SDK calls datetime.utcnow


@pytest.mark.parametrize(
    ("action", "path", "code"),
    [
        ("DescribeClusterNodePoolDetail", "nodepools/np0000", "ErrorNodePoolNotFound"),
        ("GetClusterAddonInstance", "addon_instances/unknown", "AddonNotFound"),
    ],
)
async def test_what_a_cluster_does_not_have_is_not_found(region: Region, action: str, path: str, code: str) -> None:
    reply = await signed_fetch(region, action, f"/clusters/{region.plan.cluster('production').id}/{path}")

    body = reply.json()
    assert (reply.status, body["status"], body["code"]) == (404, 404, code)
    assert body["requestId"] == reply.headers["x-acs-request-id"]


@pytest.mark.parametrize(
    "query",
    [
        {"Region": "cn-hangzhou"},
        {"ClusterType": "ManagedKubernetes"},
        {"ClusterType": "ManagedKubernetes", "Region": "mars"},
        {"ClusterType": "ManagedKubernetes", "Region": "cn-hangzhou", "Mode": "all"},
    ],
)
async def test_versions_need_a_region_and_a_cluster_type(region: Region, query: dict[str, str]) -> None:
    reply = await signed_fetch(region, "DescribeKubernetesVersionMetadata", "/api/v1/metadata/versions", query)

    assert (reply.status, reply.json()["code"]) == (400, "InvalidParameter")


@pytest.mark.parametrize(("action", "path"), [("DescribeRegions", "/quota"), ("CreateCluster", "/clusters")])
async def test_an_action_that_is_not_at_this_path_is_unknown(region: Region, action: str, path: str) -> None:
    reply = await signed_fetch(region, action, path)

    assert (reply.status, reply.json()["Code"]) == (404, "InvalidAction.NotFound")


async def test_a_header_signed_but_not_sent_is_refused(region: Region) -> None:
    headers = sign(region, "DescribeRegions", "/regions", {}, ADMINISTRATOR)
    headers["authorization"] = headers["authorization"].replace("SignedHeaders=", "SignedHeaders=accept;")

    reply = await fetch(region.endpoint, "GET", "/regions", headers)

    assert (reply.status, reply.json()["Code"]) == (400, "IncompleteSignature")


async def test_a_body_without_end_is_refused(region: Region) -> None:
    headers = sign(region, "DescribeRegions", "/regions", {}, ADMINISTRATOR)

    reply = await fetch(region.endpoint, "POST", "/regions", headers, b"x" * (LARGEST_BODY + 1))

    assert reply.status == 413


async def test_a_defect_of_the_sandbox_looks_like_one_of_the_cloud(region: Region) -> None:
    def broken(cluster: ClusterPlan, private: bool, minutes: int) -> tuple[str, datetime]:
        raise RuntimeError("no")

    region.issue_kubeconfigs_with(broken)
    path = f"/k8s/{region.plan.cluster('production').id}/user_config"

    reply = await signed_fetch(region, "DescribeClusterUserKubeconfig", path)

    assert (reply.status, reply.json()["Code"]) == (500, "InternalError")
