"""Who may call: every key's own refusal, signatures that do not hold, and tenants that do not see each other."""

import asyncio
import dataclasses
from importlib import import_module
from typing import Any

import pytest

from ack_sandbox.cloud.accounts import (
    ADMINISTRATOR,
    EXPIRED_SESSION,
    KEYS,
    NO_PERMISSION,
    OTHER_TENANT,
    SESSION,
    Key,
)
from ack_sandbox.region import Region
from tests.sandbox.cloud.http import fetch
from tests.sandbox.cloud.sdk import Sdk, config, exceptions, models, sign, signed_fetch

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")  # the SDK calls datetime.utcnow

WRONG_SECRET = dataclasses.replace(ADMINISTRATOR, access_key_secret="wrong")
UNKNOWN_KEY = dataclasses.replace(ADMINISTRATOR, access_key_id="LTAI5tNobodyNobodyNobody")
NO_TOKEN = dataclasses.replace(SESSION, security_token=None)
MALFORMED_TOKEN = dataclasses.replace(SESSION, security_token="garbage")
TOKEN_OF_ANOTHER = dataclasses.replace(SESSION, security_token=EXPIRED_SESSION.security_token)
NEEDLESS_TOKEN = dataclasses.replace(ADMINISTRATOR, security_token=SESSION.security_token)


@pytest.mark.parametrize("key", [ADMINISTRATOR, SESSION])
async def test_both_identities_of_the_main_account_see_its_clusters(region: Region, key: Key) -> None:
    body = await Sdk(region, key).call("describe_clusters_v1", models.DescribeClustersV1Request())

    assert body.page_info.total_count == 3


@pytest.mark.parametrize(
    ("key", "status", "code"),
    [
        (WRONG_SECRET, 400, "SignatureDoesNotMatch"),
        (UNKNOWN_KEY, 404, "InvalidAccessKeyId.NotFound"),
        (EXPIRED_SESSION, 400, "InvalidSecurityToken.Expired"),
        (NO_TOKEN, 400, "MissingSecurityToken"),
        (MALFORMED_TOKEN, 400, "InvalidSecurityToken.Malformed"),
        (TOKEN_OF_ANOTHER, 400, "InvalidSecurityToken.MismatchWithAccessKey"),
        (NEEDLESS_TOKEN, 400, "InvalidSecurityToken.MismatchWithAccessKey"),
    ],
)
async def test_a_key_that_does_not_hold_is_told_why(region: Region, key: Key, status: int, code: str) -> None:
    error = await Sdk(region, key).refusal("describe_clusters_v1", models.DescribeClustersV1Request())

    assert isinstance(error, exceptions.ClientException)
    assert (error.status_code, error.code) == (status, code)
    assert {"Code", "Message", "RequestId", "HostId", "Recommend"} <= set(error.data)


async def test_a_user_without_permissions_learns_which_one_is_missing(region: Region) -> None:
    error = await Sdk(region, NO_PERMISSION).refusal("describe_cluster_detail", region.plan.cluster("production").id)

    assert (error.status_code, error.code) == (403, "StatusForbidden")
    assert error.data["accessDeniedDetail"] == {
        "AuthAction": "cs:DescribeClusterDetail",
        "AuthPrincipalDisplayName": NO_PERMISSION.principal,
        "AuthPrincipalOwnerId": NO_PERMISSION.account,
        "AuthPrincipalType": "SubUser",
        "NoPermissionType": "ImplicitDeny",
        "PolicyType": "AccountLevelIdentityBasedPolicy",
    }


async def test_tenants_see_only_their_own_clusters(region: Region) -> None:
    body = await Sdk(region, OTHER_TENANT).call("describe_clusters_v1", models.DescribeClustersV1Request())

    assert [cluster.cluster_id for cluster in body.clusters] == [region.plan.cluster("other-tenant").id]


async def test_a_cluster_of_another_tenant_looks_like_an_unknown_one(region: Region) -> None:
    sdk, unknown = Sdk(region, OTHER_TENANT), "c" + "0" * 32
    foreign_id = region.plan.cluster("production").id

    foreign = await sdk.refusal("describe_cluster_detail", foreign_id)
    missing = await sdk.refusal("describe_cluster_detail", unknown)

    assert (foreign.status_code, foreign.code) == (missing.status_code, missing.code) == (404, "ErrorClusterNotFound")
    assert foreign.data["message"].replace(foreign_id, unknown) == missing.data["message"]


async def test_a_task_of_another_tenant_is_unknown(region: Region) -> None:
    production = region.plan.cluster("production").id
    tasks = await Sdk(region).call("describe_cluster_tasks", production, models.DescribeClusterTasksRequest())

    error = await Sdk(region, OTHER_TENANT).refusal("describe_task_info", tasks.tasks[0].task_id)

    assert (error.status_code, error.code) == (404, "ErrorTaskNotFound")


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"authorization": ""}, "MissingAuthorization"),
        ({"authorization": "Basic YTpi"}, "IncompleteSignature"),
        ({"x-acs-date": "2020-01-01T00:00:00Z"}, "InvalidTimeStamp.Expired"),
        ({"x-acs-date": "yesterday"}, "InvalidTimeStamp.Format"),
        ({"x-acs-signature-nonce": "another"}, "SignatureDoesNotMatch"),
        ({"x-acs-action": "DescribeUserQuota"}, "SignatureDoesNotMatch"),
        ({"x-acs-content-sha256": "0" * 64}, "SignatureDoesNotMatch"),
        ({"x-acs-unsigned": "1"}, "IncompleteSignature"),
    ],
)
async def test_a_request_changed_after_signing_is_refused(region: Region, changed: dict[str, str], code: str) -> None:
    reply = await signed_fetch(region, "DescribeRegions", "/regions", changed=changed)

    assert (reply.status, reply.json()["Code"]) == (400, code)


async def test_a_body_that_was_not_signed_is_refused(region: Region) -> None:
    headers = sign(region, "DescribeRegions", "/regions", {}, ADMINISTRATOR)

    reply = await fetch(region.endpoint, "GET", "/regions", headers, b"{}")

    assert reply.json()["Code"] == "SignatureDoesNotMatch"


async def test_a_query_changed_after_signing_is_refused(region: Region) -> None:
    headers = sign(region, "DescribeRegions", "/regions", {"acceptLanguage": "en"}, ADMINISTRATOR)

    reply = await fetch(region.endpoint, "GET", "/regions?acceptLanguage=zh", headers)

    assert reply.json()["Code"] == "SignatureDoesNotMatch"


@pytest.mark.parametrize("name", ["a b", "a/b", "a%2Fb", "a+b&c=d", "é中", "~-_."])
async def test_signatures_hold_for_every_character_in_path_and_query(region: Region, name: str) -> None:
    sdk = Sdk(region)
    error = await sdk.refusal("describe_cluster_detail", name)
    found = await sdk.call("describe_clusters_v1", models.DescribeClustersV1Request(name=name))

    assert error.code == "ErrorClusterNotFound"
    assert f"({name})" in error.data["message"]
    assert found.clusters == []


@pytest.mark.parametrize("cluster_id", ["..", "."])
async def test_a_path_that_climbs_is_no_api(region: Region, cluster_id: str) -> None:
    path = f"/clusters/{cluster_id}"

    reply = await signed_fetch(region, "DescribeClusterDetail", path)

    assert (reply.status, reply.json()["Code"]) == (404, "InvalidAction.NotFound")


async def test_an_rpc_request_of_another_service_verifies_up_to_its_unknown_action(region: Region) -> None:
    arms: Any = import_module("alibabacloud_arms20190808.client")
    arms_models: Any = import_module("alibabacloud_arms20190808.models")
    request = arms_models.ListPrometheusAlertRulesRequest(region_id="cn-hangzhou", cluster_id="c 1/2")
    codes = []
    for key in (SESSION, WRONG_SECRET):
        client = arms.Client(config(region, key))
        with pytest.raises(exceptions.ClientException) as refused:
            await asyncio.to_thread(client.list_prometheus_alert_rules, request)
        codes.append(refused.value.code)

    assert codes == ["InvalidAction.NotFound", "SignatureDoesNotMatch"]


def test_secrets_say_that_they_must_not_leak_and_are_not_shown() -> None:
    for key in KEYS:
        assert "DO-NOT-LEAK" in key.access_key_secret
        assert "DO-NOT-LEAK" in (key.security_token or "DO-NOT-LEAK")
        assert "DO-NOT-LEAK" not in repr(key)
