"""The real SDK of ARMS finds each cluster's instance, and what opens it."""

import json

import httpx
import pytest

from tests.conftest import Region
from tests.sandbox.metrics.asking import arms, instance, metrics, models


def test_an_instance_with_a_token_tells_it(region: Region) -> None:
    told = instance(region, "production").data
    assert (told.version, told.enable_auth_token, bool(told.auth_token)) == ("V1", True, True)


def test_an_instance_that_reads_freely_has_a_private_address_only(region: Region) -> None:
    told = instance(region, "private").data
    assert told.http_api_inter_url == ""
    assert told.http_api_intra_url.startswith("http://localhost:")
    assert told.enable_auth_free_read


def test_a_cluster_without_an_instance_is_a_code_inside_of_an_answer(region: Region) -> None:
    request = models.GetPrometheusInstanceRequest(cluster_id="c" + "0" * 32, region_id="cn-hangzhou")
    answer = arms(region).get_prometheus_instance(request)
    assert (answer.status_code, answer.body.code, answer.body.data) == (200, 404, None)


def test_another_accounts_instance_is_not_there(region: Region) -> None:
    request = models.GetPrometheusInstanceRequest(cluster_id=region.cluster("other-tenant"), region_id="cn-hangzhou")
    assert arms(region).get_prometheus_instance(request).body.code == 404


def test_a_list_of_instances_is_json_inside_of_json(region: Region) -> None:
    body = arms(region).list_prometheus_instances(models.ListPrometheusInstancesRequest(region_id="cn-hangzhou")).body
    assert [each["clusterId"] for each in json.loads(body.data)] == [region.cluster("production")]


def test_the_token_of_the_region_is_that_of_its_instance(region: Region) -> None:
    body = arms(region).get_prometheus_api_token(models.GetPrometheusApiTokenRequest(region_id="cn-hangzhou")).body
    assert body.token == instance(region, "production").data.auth_token


def test_a_key_without_permission_is_told_which_action_it_lacks(region: Region) -> None:
    request = models.GetPrometheusInstanceRequest(cluster_id=region.cluster("production"), region_id="cn-hangzhou")
    with pytest.raises(Exception, match="arms:GetPrometheusInstance"):
        arms(region, "no-permission").get_prometheus_instance(request)


@pytest.mark.parametrize("role", ["production", "staging", "private"])
def test_each_instance_opens_to_what_it_asks_for(region: Region, role: str) -> None:
    assert metrics(region, role).query("vector(1)")[0]["value"][1] == "1"


@pytest.mark.parametrize("role", ["production", "staging"])
def test_an_instance_is_closed_without_it(region: Region, role: str) -> None:
    url = f"{metrics(region, role).url}/api/v1/query"
    answer = httpx.get(url, params={"query": "1"}, headers={"Authorization": "wrong"}, trust_env=False)
    assert (answer.status_code, answer.json()["errorType"]) == (401, "unauthorized")


def test_a_wrong_secret_does_not_open_an_instance_of_the_second_version(region: Region) -> None:
    url = f"{metrics(region, 'staging').url}/api/v1/query"
    answer = httpx.get(url, params={"query": "1"}, auth=(region.key()["access_key_id"], "wrong"), trust_env=False)
    assert answer.status_code == 401


def test_a_key_of_another_account_does_not_open_it_either(region: Region) -> None:
    key = region.key("other-tenant")
    url = f"{metrics(region, 'staging').url}/api/v1/query"
    auth = (key["access_key_id"], key["access_key_secret"])
    assert httpx.get(url, params={"query": "1"}, auth=auth, trust_env=False).status_code == 403
