"""Patches: JSON patch with its six operations, merge patch, and strategic merge patch with its directives."""

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ack_sandbox.kube.api.patches import json_patch, strategic
from ack_sandbox.kube.openapi import PREFIX
from ack_sandbox.kube.schema import Schema
from tests.sandbox.kube.conftest import Cluster
from tests.sandbox.kube.doors import Json
from tests.sandbox.kube.writing import DEPLOYMENTS, JSON, MAPS, MERGE, STRATEGIC, config_map, created, deployment, patch

POD = Schema({"$ref": f"{PREFIX}io.k8s.api.core.v1.PodSpec"})
DEPLOYMENT = Schema({"$ref": f"{PREFIX}io.k8s.api.apps.v1.DeploymentSpec"})
SPEC: Json = {
    "containers": [
        {"name": "a", "image": "a:1", "env": [{"name": "X", "value": "1"}, {"name": "Y", "value": "2"}]},
        {"name": "b", "image": "b:1", "ports": [{"containerPort": 80}, {"containerPort": 81}]},
    ],
    "volumes": [{"name": "v", "emptyDir": {}}],
    "tolerations": [{"key": "k", "operator": "Exists"}],
    "nodeSelector": {"disk": "ssd"},
}
values = st.recursive(
    st.none() | st.booleans() | st.integers(0, 9) | st.text("ab", max_size=2),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.sampled_from("xyz"), inner, max_size=3),
    max_leaves=6,
)
objects = st.dictionaries(st.sampled_from("xyz"), values, max_size=3)


@pytest.mark.parametrize(
    "operation, data",
    [
        ({"op": "add", "path": "/data/c", "value": "3"}, {"a": "1", "b": "2", "c": "3"}),
        ({"op": "remove", "path": "/data/a"}, {"b": "2"}),
        ({"op": "replace", "path": "/data/a", "value": "9"}, {"a": "9", "b": "2"}),
        ({"op": "move", "from": "/data/a", "path": "/data/c"}, {"b": "2", "c": "1"}),
        ({"op": "copy", "from": "/data/a", "path": "/data/c"}, {"a": "1", "b": "2", "c": "1"}),
        ({"op": "test", "path": "/data/a", "value": "1"}, {"a": "1", "b": "2"}),
    ],
)
def test_each_operation_of_a_json_patch(written: Cluster, operation: Json, data: dict[str, str]) -> None:
    path = created(written, MAPS, config_map(f"op-{operation['op']}", a="1", b="2"))
    assert patch(written, path, JSON, [operation]).json["data"] == data


@pytest.mark.parametrize(
    "operation",
    [
        {"op": "test", "path": "/data/a", "value": "2"},
        {"op": "remove", "path": "/data/none"},
        {"op": "replace", "path": "/none/none", "value": 1},
        {"op": "add", "path": "no-pointer", "value": 1},
        {"op": "explode", "path": "/data"},
    ],
)
def test_an_operation_that_fails_changes_nothing(written: Cluster, operation: Json) -> None:
    path = f"{MAPS}/app-config"
    before = written.api.get(path).json
    answer = patch(written, path, JSON, [{"op": "add", "path": "/metadata/labels", "value": {"x": "y"}}, operation])
    assert answer.status == 422
    assert answer.json["message"] == "the server rejected our request due to an error in our request"
    assert written.api.get(path).json == before


@given(document=objects, parts=st.lists(st.sampled_from(["~", "/", "x"]), min_size=1, max_size=3))
@settings(max_examples=30)
def test_what_was_added_is_found_and_removed_again(document: Json, parts: list[str]) -> None:
    name = "".join(parts) + "new"
    pointer = "/" + name.replace("~", "~0").replace("/", "~1")
    added = json_patch.apply(document, [{"op": "add", "path": pointer, "value": 1}])
    assert added == {**document, name: 1}
    assert json_patch.apply(added, [{"op": "remove", "path": pointer}]) == document


@given(document=objects, change=objects)
@settings(max_examples=30)
def test_a_merge_patch_sets_and_takes_away(document: Json, change: Json) -> None:
    made = json_patch.merge(document, change)
    for name in {*document, *change}:
        if name not in change:
            assert made[name] == document[name]
        elif change[name] is None:
            assert name not in made
        elif not isinstance(change[name], dict):
            assert made[name] == change[name]


def _strategic(change: Json) -> Any:
    return strategic.apply(POD, SPEC, change)


def test_items_are_merged_by_their_key() -> None:
    made = _strategic({"containers": [{"name": "b", "image": "b:2"}]})
    assert [each["image"] for each in made["containers"]] == ["a:1", "b:2"]
    assert made["containers"][1]["ports"] == SPEC["containers"][1]["ports"]


def test_a_list_within_an_item_is_merged_too() -> None:
    change = {"containers": [{"name": "a", "env": [{"name": "Y", "value": "3"}, {"name": "Z", "value": "4"}]}]}
    made = _strategic(change)["containers"][0]["env"]
    assert [(each["name"], each["value"]) for each in made] == [("X", "1"), ("Y", "3"), ("Z", "4")]


def test_an_item_can_be_deleted() -> None:
    made = _strategic({"containers": [{"name": "a", "$patch": "delete"}]})
    assert [each["name"] for each in made["containers"]] == ["b"]


def test_a_merged_list_can_be_replaced() -> None:
    made = _strategic({"containers": [{"$patch": "replace"}, {"name": "c", "image": "c:1"}]})
    assert made["containers"] == [{"name": "c", "image": "c:1"}]


def test_an_atomic_list_is_replaced() -> None:
    assert _strategic({"tolerations": [{"key": "other"}]})["tolerations"] == [{"key": "other"}]


def test_a_map_is_merged() -> None:
    assert _strategic({"nodeSelector": {"zone": "a"}})["nodeSelector"] == {"disk": "ssd", "zone": "a"}


def test_the_order_of_items_is_that_of_the_patch() -> None:
    change = {
        "$setElementOrder/containers": [{"name": "b"}, {"name": "a"}],
        "containers": [{"name": "a", "image": "x"}],
    }
    assert [each["name"] for each in _strategic(change)["containers"]] == ["b", "a"]


def test_only_the_retained_fields_of_a_volume_stay() -> None:
    change = {"volumes": [{"name": "v", "hostPath": {"path": "/"}, "$retainKeys": ["name", "hostPath"]}]}
    assert _strategic(change)["volumes"] == [{"name": "v", "hostPath": {"path": "/"}}]


def test_the_kind_of_a_strategy_takes_its_options_along() -> None:
    old: Json = {"strategy": {"type": "RollingUpdate", "rollingUpdate": {"maxSurge": 1}}}
    change = {"strategy": {"$retainKeys": ["type"], "type": "Recreate"}}
    assert strategic.apply(DEPLOYMENT, old, change)["strategy"] == {"type": "Recreate"}


def test_values_are_deleted_from_a_list_of_values() -> None:
    meta = Schema({"$ref": f"{PREFIX}io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta"})
    made = strategic.apply(meta, {"finalizers": ["a", "b"]}, {"$deleteFromPrimitiveList/finalizers": ["a"]})
    assert made["finalizers"] == ["b"]


def test_a_strategic_patch_of_a_custom_resource_is_no_known_format(written: Cluster) -> None:
    answer = patch(written, "/apis/platform.example.com/v1alpha1/tenants/acme", STRATEGIC, {})
    assert (answer.status, answer.json["reason"]) == (415, "UnsupportedMediaType")


def test_a_patch_that_leads_to_another_type_shows_what_it_led_to(written: Cluster) -> None:
    answer = patch(written, f"{DEPLOYMENTS}/cart", MERGE, {"spec": {"replicas": "two"}})
    cause = answer.json["details"]["causes"][0]
    assert (answer.status, cause["field"]) == (422, "patch")
    assert "cannot unmarshal string into Go struct field DeploymentSpec.spec.replicas" in cause["message"]


def test_a_patch_that_is_no_json_is_a_bad_request(written: Cluster) -> None:
    assert patch(written, f"{DEPLOYMENTS}/cart", MERGE, b"{").status == 400


def test_a_patch_may_insist_on_a_version(written: Cluster) -> None:
    path = created(written, DEPLOYMENTS, deployment("insisting"))
    stale = {"metadata": {"resourceVersion": "1"}, "spec": {"replicas": 2}}
    assert patch(written, path, MERGE, stale).status == 409


def test_a_dry_run_of_a_patch_keeps_the_version(written: Cluster) -> None:
    path = created(written, DEPLOYMENTS, deployment("tried"))
    before = written.api.get(path).json["metadata"]["resourceVersion"]
    made = patch(written, f"{path}?dryRun=All", STRATEGIC, {"spec": {"replicas": 5}}).json
    assert (made["spec"]["replicas"], made["metadata"]["resourceVersion"]) == (5, before)
    assert written.api.get(path).json["spec"]["replicas"] == 1


@pytest.mark.slow
def test_every_object_of_the_population_takes_a_label(production: Cluster) -> None:
    """What the population holds passes the checks of a write, which were not made when it was put in."""
    for path in ("apps/v1/deployments", "apps/v1/statefulsets", "apps/v1/daemonsets", "batch/v1/jobs", "v1/pods"):
        kinds = f"/api/{path}" if path.startswith("v1/") else f"/apis/{path}"
        base, plural = kinds.rsplit("/", 1)
        for each in production.api.get(kinds).json["items"]:
            meta = each["metadata"]
            target = f"{base}/namespaces/{meta['namespace']}/{plural}/{meta['name']}?dryRun=All&fieldValidation=Strict"
            answer = patch(production, target, MERGE, {"metadata": {"labels": {"seen": "yes"}}})
            assert answer.status == 200, json.loads(answer.text)["message"]
