"""Server-side apply: who owns which field, what is a conflict, and what goes when its manager no longer says it."""

from typing import Any

import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from ack_sandbox.kube import fieldsets
from tests.sandbox.kube.conftest import Cluster
from tests.sandbox.kube.doors import Answer, Json
from tests.sandbox.kube.writing import APPLY, DEPLOYMENTS, MAPS, MERGE, config_map, deployment, owners, patch

elements = st.sampled_from(["f:a", "f:b", 'k:{"name":"x"}', 'v:"1"'])
paths = st.frozensets(st.lists(elements, min_size=1, max_size=3).map(tuple), max_size=6)


def _applied(cluster: Cluster, path: str, body: Any, manager: str = "one", *, force: bool = False) -> Answer:
    query = f"?fieldManager={manager}{'&force=true' if force else ''}"
    return cluster.api.call("PATCH", f"{path}{query}", yaml.safe_dump(body).encode(), content_type=APPLY)


@given(owned=paths)
@settings(max_examples=50)
def test_a_set_of_fields_is_read_as_it_was_written(owned: fieldsets.Paths) -> None:
    assert fieldsets.read(fieldsets.written(owned)) == owned


def test_what_is_not_there_is_created(written: Cluster) -> None:
    answer = _applied(written, f"{MAPS}/applied", config_map("applied", a="1"))
    assert (answer.status, owners(answer.json)) == (201, {"one": {"f:data": {"f:a": {}}}})


def test_the_manager_must_have_a_name(written: Cluster) -> None:
    answer = patch(written, f"{MAPS}/nameless", APPLY, config_map("nameless"))
    assert answer.json["details"]["causes"][0]["field"] == "fieldManager"


def test_force_is_for_apply_alone(written: Cluster) -> None:
    answer = patch(written, f"{MAPS}/app-config?force=true", MERGE, {})
    assert answer.status == 422 and answer.json["details"]["causes"][0]["field"] == "force"


def test_what_is_no_longer_applied_goes(written: Cluster) -> None:
    path = f"{MAPS}/shrinking"
    _applied(written, path, config_map("shrinking", a="1", b="2"))
    assert _applied(written, path, config_map("shrinking", a="1")).json["data"] == {"a": "1"}


def test_what_another_manager_owns_too_stays(written: Cluster) -> None:
    path = f"{MAPS}/shared"
    _applied(written, path, config_map("shared", a="1", b="2"))
    _applied(written, path, config_map("shared", b="2"), "two")
    made = _applied(written, path, config_map("shared", a="1")).json
    assert made["data"] == {"a": "1", "b": "2"}
    assert owners(made) == {"one": {"f:data": {"f:a": {}}}, "two": {"f:data": {"f:b": {}}}}


def test_another_value_is_a_conflict_that_names_the_owner(written: Cluster) -> None:
    path = f"{MAPS}/contested"
    _applied(written, path, config_map("contested", a="1"))
    answer = _applied(written, path, config_map("contested", a="2"), "two")
    assert (answer.status, answer.json["reason"]) == (409, "Conflict")
    assert answer.json["message"] == 'Apply failed with 1 conflict: conflict with "one": .data.a'
    cause = {"reason": "FieldManagerConflict", "message": 'conflict with "one"', "field": ".data.a"}
    assert answer.json["details"]["causes"] == [cause]


def test_force_takes_the_field_over(written: Cluster) -> None:
    path = f"{MAPS}/taken"
    _applied(written, path, config_map("taken", a="1", b="2"))
    made = _applied(written, path, config_map("taken", a="9"), "two", force=True).json
    assert made["data"] == {"a": "9", "b": "2"}
    assert owners(made) == {"one": {"f:data": {"f:b": {}}}, "two": {"f:data": {"f:a": {}}}}


def test_the_same_value_is_shared_without_a_conflict(written: Cluster) -> None:
    path = f"{MAPS}/agreed"
    _applied(written, path, config_map("agreed", a="1"))
    assert set(owners(_applied(written, path, config_map("agreed", a="1"), "two").json)) == {"one", "two"}


def test_an_update_takes_fields_over_without_asking(written: Cluster) -> None:
    path = f"{MAPS}/updated"
    _applied(written, path, config_map("updated", a="1", b="2"))
    made = patch(written, f"{path}?fieldManager=hand", MERGE, {"data": {"a": "3"}}).json
    assert owners(made) == {"hand": {"f:data": {"f:a": {}}}, "one": {"f:data": {"f:b": {}}}}


def test_items_of_a_list_have_owners_of_their_own(written: Cluster) -> None:
    path = f"{DEPLOYMENTS}/sidecars"
    _applied(written, path, deployment("sidecars"))
    sidecar = {"name": "proxy", "image": "registry.example.com/mesh/proxy:v1"}
    second: Json = {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "sidecars"}}
    both = _applied(written, path, {**second, "spec": {"template": {"spec": {"containers": [sidecar]}}}}, "mesh").json
    assert [each["name"] for each in both["spec"]["template"]["spec"]["containers"]] == ["web", "proxy"]
    alone = _applied(written, path, second, "mesh").json
    assert [each["name"] for each in alone["spec"]["template"]["spec"]["containers"]] == ["web"]


def test_defaults_are_nobodys(written: Cluster) -> None:
    made = _applied(written, f"{DEPLOYMENTS}/plain", deployment("plain")).json
    assert made["spec"]["progressDeadlineSeconds"] == 600
    assert "f:progressDeadlineSeconds" not in owners(made)["one"]["f:spec"]


def test_a_field_that_the_schema_does_not_know_is_told(written: Cluster) -> None:
    answer = _applied(written, f"{MAPS}/odd", {**config_map("odd"), "dat": {}})
    assert answer.json["message"].endswith("(shop/odd; v1, Kind=ConfigMap): .dat: field not declared in schema")


def test_applying_again_is_no_new_version(written: Cluster) -> None:
    path = f"{MAPS}/again"
    first = _applied(written, path, config_map("again", a="1")).json
    assert _applied(written, path, config_map("again", a="1")).json == first


def test_kubectl_takes_over_from_its_client_side_apply(written: Cluster) -> None:
    path = f"{MAPS}/upgraded"
    last = '{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"upgraded"},"data":{"a":"1"}}'
    body = config_map("upgraded", a="1")
    body["metadata"]["annotations"] = {"kubectl.kubernetes.io/last-applied-configuration": last}
    written.api.call("POST", f"{MAPS}?fieldManager=kubectl-client-side-apply", body, content_type="application/json")
    assert _applied(written, path, config_map("upgraded", a="2"), "two").status == 409
    assert _applied(written, path, config_map("upgraded", a="2"), "kubectl").json["data"] == {"a": "2"}
