"""The same objects in the shape a client accepts: tables, partial metadata, YAML; and nothing else."""

import gzip
import json

import pytest
import yaml

from tests.sandbox.kube.conftest import Cluster
from tests.sandbox.kube.doors import TABLE

PODS = "/api/v1/namespaces/shop/pods"
PARTIAL = "application/json;as=PartialObjectMetadataList;v=v1;g=meta.k8s.io,application/json"


def test_a_table_row_carries_the_metadata_of_its_object(staging: Cluster) -> None:
    row = staging.api.get(PODS, accept=TABLE).json["rows"][0]
    assert row["object"]["kind"] == "PartialObjectMetadata" and row["object"]["metadata"]["namespace"] == "shop"


@pytest.mark.parametrize("include, shown", [("None", None), ("Object", "Running")])
def test_a_table_row_carries_what_was_asked_for(staging: Cluster, include: str, shown: str | None) -> None:
    row = staging.api.get(f"{PODS}?includeObject={include}", accept=TABLE).json["rows"][0]
    assert (row["object"] and row["object"]["status"]["phase"]) == shown


def test_an_unknown_include_is_a_bad_request(staging: Cluster) -> None:
    assert staging.api.get(f"{PODS}?includeObject=All", accept=TABLE).json["reason"] == "BadRequest"


def test_tables_also_come_in_the_beta_version(staging: Cluster) -> None:
    accept = "application/json;as=Table;v=v1beta1;g=meta.k8s.io"
    assert staging.api.get(PODS, accept=accept).json["apiVersion"] == "meta.k8s.io/v1beta1"


def test_a_version_that_there_is_not_is_passed_over(staging: Cluster) -> None:
    accept = "application/json;as=Table;v=v7;g=meta.k8s.io,application/json"
    assert staging.api.get(PODS, accept=accept).json["kind"] == "PodList"


def test_one_connection_serves_many_requests(staging: Cluster) -> None:
    connection = staging.api.connect()
    statuses = []
    for method, path in (("GET", PODS), ("HEAD", PODS), ("GET", f"{PODS}/nosuch"), ("DELETE", "/api/v1/pods")):
        staging.api.send(connection, method, path, None, {})
        answer = connection.getresponse()
        answer.read()
        statuses.append(answer.status)
        assert not answer.will_close
    connection.close()
    assert statuses == [200, 200, 404, 405]


def test_partial_metadata_leaves_out_spec_and_status(staging: Cluster) -> None:
    found = staging.api.get(PODS, accept=PARTIAL).json
    assert found["kind"] == "PartialObjectMetadataList" and set(found["items"][0]) == {"kind", "apiVersion", "metadata"}


def test_partial_metadata_comes_in_the_version_that_was_asked_for(staging: Cluster) -> None:
    found = staging.api.get(PODS, accept=PARTIAL.replace("v=v1;", "v=v1beta1;")).json
    assert {found["apiVersion"], found["items"][0]["apiVersion"]} == {"meta.k8s.io/v1beta1"}


@pytest.mark.parametrize("path, shape", [(PODS, "PartialObjectMetadata"), (f"{PODS}/x", "PartialObjectMetadataList")])
def test_one_object_and_a_list_are_asked_for_by_different_names(staging: Cluster, path: str, shape: str) -> None:
    answer = staging.api.get(path, accept=f"application/json;as={shape};v=v1;g=meta.k8s.io,application/json")
    assert (answer.status, answer.json["reason"]) == (406, "NotAcceptable") and shape in answer.json["message"]


def test_a_large_answer_is_compressed_for_who_accepts_it(production: Cluster) -> None:
    answer = production.api.raw("/api/v1/pods", accept_encoding="gzip")
    assert answer.headers["content-encoding"] == "gzip" and "Accept-Encoding" in answer.headers["vary"]
    assert len(json.loads(gzip.decompress(answer.body))["items"]) > 300


@pytest.mark.parametrize("path, coding", [("/api/v1/pods", "identity"), (PODS, "gzip")])
def test_small_answers_and_plain_clients_are_spared(production: Cluster, path: str, coding: str) -> None:
    assert "content-encoding" not in production.api.raw(f"{path}?limit=5", accept_encoding=coding).headers


def test_yaml_is_spoken_too(staging: Cluster) -> None:
    answer = staging.api.get("/api/v1/namespaces/shop", accept="application/yaml")
    assert yaml.safe_load(answer.text)["metadata"]["name"] == "shop"


def test_protobuf_first_is_answered_in_json(staging: Cluster) -> None:
    answer = staging.api.get(PODS, accept="application/vnd.kubernetes.protobuf,application/json")
    assert answer.headers["content-type"] == "application/json" and answer.json["kind"] == "PodList"


def test_protobuf_alone_is_not_acceptable(staging: Cluster) -> None:
    answer = staging.api.get(PODS, accept="application/vnd.kubernetes.protobuf")
    assert (answer.status, answer.json["reason"]) == (406, "NotAcceptable")


def test_items_of_a_built_in_list_leave_out_their_kind(staging: Cluster) -> None:
    assert "kind" not in staging.api.get(PODS).json["items"][0]


def test_items_of_a_custom_list_keep_their_kind(staging: Cluster) -> None:
    found = staging.api.get("/apis/ops.example.com/v1alpha1/backups").json
    assert found["kind"] == "BackupList" and found["items"][0]["kind"] == "Backup"


def test_head_answers_without_a_body(staging: Cluster) -> None:
    answer = staging.api.call("HEAD", PODS)
    assert (answer.status, answer.text) == (200, "") and int(answer.headers["content-length"]) > 1000


def test_head_of_a_watch_ends_at_once(staging: Cluster) -> None:
    assert staging.api.call("HEAD", f"{PODS}?watch=true").text == ""


def test_the_scale_of_a_deployment_can_be_read(staging: Cluster) -> None:
    found = staging.api.get("/apis/apps/v1/namespaces/shop/deployments/cart/scale").json
    assert (found["kind"], found["spec"], found["status"]["selector"]) == ("Scale", {"replicas": 2}, "app=cart")
