"""The documents a client reads before anything else: discovery, version, health, OpenAPI."""

import json

import pytest

from ack_sandbox.kube.protobuf import fields
from tests.sandbox.kube.conftest import Cluster

AGGREGATED = "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList"


@pytest.mark.parametrize("path", ["/healthz", "/livez", "/readyz"])
def test_health_answers_ok_in_plain_text(staging: Cluster, path: str) -> None:
    assert staging.api.get(path).text == "ok"


def test_the_version_is_the_plans(staging: Cluster) -> None:
    assert staging.api.get("/version").json["gitVersion"] == "v1.33.3-aliyun.1"


def test_aggregated_discovery_names_its_type(staging: Cluster) -> None:
    answer = staging.api.get("/apis", accept=AGGREGATED)
    assert answer.json["kind"] == "APIGroupDiscoveryList" and answer.headers["content-type"] == AGGREGATED


def test_discovery_is_not_sent_again_while_it_is_unchanged(staging: Cluster) -> None:
    tag = staging.api.get("/apis", accept=AGGREGATED).headers["etag"]
    answer = staging.api.get("/apis", accept=AGGREGATED, if_none_match=tag)
    assert (answer.status, answer.text) == (304, "")


def test_legacy_discovery_lists_the_same_resources(staging: Cluster) -> None:
    aggregated = staging.api.get("/api", accept=AGGREGATED).json["items"][0]["versions"][0]["resources"]
    legacy = staging.api.get("/api/v1").json["resources"]
    assert [each["resource"] for each in aggregated] == [each["name"] for each in legacy if "/" not in each["name"]]


def test_the_storage_version_hash_is_that_of_a_real_server(staging: Cluster) -> None:
    resources = {each["name"]: each for each in staging.api.get("/api/v1").json["resources"]}
    assert resources["configmaps"]["storageVersionHash"] == "qFsyl6wFWjQ="


def test_a_group_prefers_its_first_version(staging: Cluster) -> None:
    assert staging.api.get("/apis/autoscaling").json["preferredVersion"]["version"] == "v2"


def test_the_group_list_leaves_out_the_core_group(staging: Cluster) -> None:
    names = [group["name"] for group in staging.api.get("/apis").json["groups"]]
    assert "apps" in names and "" not in names


def test_every_path_of_the_openapi_index_leads_to_a_document(staging: Cluster) -> None:
    paths = staging.api.get("/openapi/v3").json["paths"]
    answers = [staging.api.get(entry["serverRelativeURL"]) for entry in paths.values()]
    assert {(answer.status, answer.json["openapi"]) for answer in answers} == {(200, "3.0.0")}


def test_openapi_documents_hold_every_schema_they_refer_to(staging: Cluster) -> None:
    text = staging.api.get("/openapi/v3/apis/apps/v1").text
    schemas = staging.api.get("/openapi/v3/apis/apps/v1").json["components"]["schemas"]
    references = {part.split('"')[0] for part in text.split("#/components/schemas/")[1:]}
    assert references <= set(schemas)


def test_version_2_of_openapi_holds_every_schema_it_refers_to(staging: Cluster) -> None:
    found = staging.api.get("/openapi/v2").json
    text = json.dumps(found)
    references = {part.split('"')[0] for part in text.split("#/definitions/")[1:]}
    assert found["swagger"] == "2.0" and references <= set(found["definitions"])
    assert "#/components/" not in text and '"oneOf": [' not in text


def test_a_patch_names_the_forms_it_is_accepted_in(staging: Cluster) -> None:
    paths = staging.api.get("/openapi/v2").json["paths"]
    deployments = paths["/apis/apps/v1/namespaces/{namespace}/deployments/{name}"]["patch"]["consumes"]
    backups = paths["/apis/ops.example.com/v1alpha1/namespaces/{namespace}/backups/{name}"]["patch"]["consumes"]
    assert set(deployments) - set(backups) == {"application/strategic-merge-patch+json"}


def test_clients_that_want_protobuf_get_the_same_definitions(staging: Cluster) -> None:
    wanted = "application/com.github.proto-openapi.spec.v2@v1.0+protobuf"
    answer = staging.api.raw("/openapi/v2", accept=wanted)
    document = dict(fields(answer.body))
    named = [dict(fields(value)) for _, value in fields(document[9])]
    shown = {each[1].decode(): dict(fields(each[2])).get(4, b"").decode() for each in named}
    definitions = staging.api.get("/openapi/v2").json["definitions"]
    assert answer.headers["content-type"] == wanted.replace("@", ".") and document[1] == b"2.0"
    assert shown == {name: each.get("description", "") for name, each in definitions.items()}


def test_discovery_says_once_that_it_may_be_kept(staging: Cluster) -> None:
    assert staging.api.get("/apis", accept=AGGREGATED).headers["cache-control"] == "public"


def test_an_autoscaler_can_be_read_in_its_older_version(production: Cluster) -> None:
    found = production.api.get("/apis/autoscaling/v1/namespaces/shop/horizontalpodautoscalers/frontend").json
    assert found["spec"]["targetCPUUtilizationPercentage"] == 70


def test_events_can_be_read_in_their_newer_version(production: Cluster) -> None:
    found = production.api.get("/apis/events.k8s.io/v1/namespaces/shop/events").json["items"][0]
    assert found["regarding"]["namespace"] == "shop" and "involvedObject" not in found


def test_an_older_client_gets_the_beta_of_aggregated_discovery(staging: Cluster) -> None:
    accept = AGGREGATED.replace("v=v2;", "v=v2beta1;")
    answer = staging.api.get("/apis", accept=f"{accept},application/json")
    assert answer.json["apiVersion"] == "apidiscovery.k8s.io/v2beta1" and answer.headers["content-type"] == accept
