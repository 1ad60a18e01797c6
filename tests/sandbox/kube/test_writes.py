"""Creating and replacing: what the server adds, what it refuses, what a dry run leaves, and answers that are lost."""

import http.client
from collections.abc import Iterator
from contextlib import closing
from typing import Any

import pytest

from ack_sandbox.cluster_control import carry_out
from tests.sandbox.kube.conftest import Cluster
from tests.sandbox.kube.doors import Client, Json
from tests.sandbox.kube.writing import DEPLOYMENTS, MAPS, SHOP, config_map, created, deployment, patch, post, put

PODS = f"{SHOP}/pods"
MERGE = "application/merge-patch+json"


@pytest.fixture(scope="module")
def viewer(written: Cluster) -> Iterator[Client]:
    with closing(Client(written.server, "viewer", minutes=100_000, keeps=True)) as client:
        yield client


def _pod(name: str, **spec: Any) -> Json:
    whole = {"containers": [{"name": "app", "image": "registry.example.com/tools/sleep:v1"}], **spec}
    return {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": name}, "spec": whole}


def test_a_new_object_has_an_identity_of_the_server(written: Cluster) -> None:
    sent = {**config_map("identity"), "metadata": {"name": "identity", "uid": "mine"}}
    meta = post(written, MAPS, sent).json["metadata"]
    assert meta["uid"] != "mine" and meta["creationTimestamp"] and int(meta["resourceVersion"])


def test_a_generated_name_begins_as_asked(written: Cluster) -> None:
    made = post(written, MAPS, {"metadata": {"generateName": "drawn-"}}).json
    assert made["metadata"]["name"].startswith("drawn-") and len(made["metadata"]["name"]) == 11


def test_an_object_exists_once(written: Cluster) -> None:
    created(written, MAPS, config_map("once"))
    answer = post(written, MAPS, config_map("once"))
    assert (answer.status, answer.json["reason"]) == (409, "AlreadyExists")


def test_a_namespace_must_exist(written: Cluster) -> None:
    answer = post(written, "/api/v1/namespaces/nowhere/configmaps", config_map("lost"))
    assert (answer.status, answer.json["message"]) == (404, 'namespaces "nowhere" not found')


def test_a_namespace_that_goes_takes_nothing_new(written: Cluster) -> None:
    post(written, "/api/v1/namespaces", {"metadata": {"name": "going"}})
    written.api.call("DELETE", "/api/v1/namespaces/going")
    answer = post(written, "/api/v1/namespaces/going/configmaps", config_map("late"))
    assert answer.status == 403 and answer.json["details"]["causes"][0]["reason"] == "NamespaceTerminating"


def test_a_dry_run_answers_alike_and_stores_nothing(written: Cluster) -> None:
    answer = post(written, f"{MAPS}?dryRun=All", config_map("dry", key="value"))
    assert (answer.status, answer.json["data"]) == (201, {"key": "value"})
    assert written.api.get(f"{MAPS}/dry").status == 404


def test_what_is_left_out_is_filled_in(written: Cluster) -> None:
    made = post(written, DEPLOYMENTS, deployment("filled", image="registry.example.com/shop/web")).json
    container = made["spec"]["template"]["spec"]["containers"][0]
    assert (made["spec"]["replicas"], container["imagePullPolicy"]) == (1, "Always")


def test_a_pod_is_admitted_with_a_token_and_its_class_of_service(written: Cluster) -> None:
    made = post(written, PODS, _pod("admitted")).json
    assert made["status"] == {"phase": "Pending", "qosClass": "BestEffort"}
    assert made["spec"]["serviceAccountName"] == "default"
    assert made["spec"]["volumes"][0]["name"].startswith("kube-api-access-")


def test_a_limit_of_a_pod_is_its_request_too(written: Cluster) -> None:
    limited = {"name": "app", "image": "registry.example.com/tools/sleep:v1", "resources": {"limits": {"cpu": "0.5"}}}
    made = post(written, PODS, _pod("limited", containers=[limited])).json
    assert made["spec"]["containers"][0]["resources"] == {"limits": {"cpu": "500m"}, "requests": {"cpu": "500m"}}


def test_a_quota_refuses_one_pod_too_many(written: Cluster) -> None:
    space = created(written, "/api/v1/namespaces", {"metadata": {"name": "small"}})
    created(written, f"{space}/resourcequotas", {"metadata": {"name": "few"}, "spec": {"hard": {"pods": "1"}}})
    assert post(written, f"{space}/pods", _pod("first")).status == 201
    answer = post(written, f"{space}/pods", _pod("second"))
    why = "exceeded quota: few, requested: pods=1, used: pods=1, limited: pods=1"
    assert (answer.status, answer.json["message"]) == (403, f'pods "second" is forbidden: {why}')


def test_a_limit_range_fills_what_a_container_leaves_out(written: Cluster) -> None:
    space = created(written, "/api/v1/namespaces", {"metadata": {"name": "ranged"}})
    limit = {"type": "Container", "default": {"cpu": "200m"}}
    created(written, f"{space}/limitranges", {"metadata": {"name": "usual"}, "spec": {"limits": [limit]}})
    made = post(written, f"{space}/pods", _pod("filled")).json["spec"]["containers"][0]["resources"]
    assert made["limits"] == {"cpu": "200m"}


def test_a_service_gets_an_address_and_a_port_of_the_nodes(written: Cluster) -> None:
    ports = [{"port": 80}]
    made = post(
        written, f"{SHOP}/services", {"metadata": {"name": "open"}, "spec": {"type": "NodePort", "ports": ports}}
    )
    spec = made.json["spec"]
    assert spec["clusterIP"].startswith("172.21.") and spec["ports"][0]["nodePort"] >= 30000
    assert spec["ports"][0]["targetPort"] == 80


def test_an_older_version_is_stored_as_the_newer_one(written: Cluster) -> None:
    target = {"apiVersion": "apps/v1", "kind": "Deployment", "name": "cart"}
    spec = {"scaleTargetRef": target, "maxReplicas": 4, "targetCPUUtilizationPercentage": 70}
    path = "namespaces/shop/horizontalpodautoscalers"
    created(written, f"/apis/autoscaling/v1/{path}", {"metadata": {"name": "old-cart"}, "spec": spec})
    newer = written.api.get(f"/apis/autoscaling/v2/{path}/old-cart").json
    assert newer["spec"]["metrics"][0]["resource"]["target"]["averageUtilization"] == 70


def test_a_definition_serves_its_resource_at_once(written: Cluster) -> None:
    names = {"plural": "widgets", "singular": "widget", "kind": "Widget"}
    properties = {"size": {"type": "integer", "minimum": 1}}
    spec_schema = {"type": "object", "properties": properties, "required": ["size"]}
    schema = {"type": "object", "properties": {"spec": spec_schema}}
    version = {"name": "v1", "served": True, "storage": True, "schema": {"openAPIV3Schema": schema}}
    definition = {"group": "demo.example.com", "scope": "Namespaced", "names": names, "versions": [version]}
    path = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions"
    created(written, path, {"metadata": {"name": "widgets.demo.example.com"}, "spec": definition})
    widgets = "/apis/demo.example.com/v1/namespaces/shop/widgets"
    assert post(written, widgets, {"metadata": {"name": "one"}, "spec": {"size": 2}}).status == 201
    wrong = post(written, widgets, {"metadata": {"name": "two"}, "spec": {"size": "big"}})
    assert wrong.status == 422 and 'spec.size in body must be of type integer: "big"' in wrong.json["message"]


REFUSED = [
    (MAPS, config_map("Bad_Name"), "metadata.name", "FieldValueInvalid"),
    (MAPS, {"metadata": {"name": "l", "labels": {"a b": "c"}}}, "metadata.labels", "FieldValueInvalid"),
    (DEPLOYMENTS, deployment("s", selector={"matchLabels": {"app": "x"}}), "spec.template.metadata.labels", ""),
    (DEPLOYMENTS, deployment("n", replicas=-1), "spec.replicas", "FieldValueInvalid"),
    (DEPLOYMENTS, {"metadata": {"name": "e"}, "spec": {}}, "spec.selector", "FieldValueRequired"),
    (PODS, _pod("p", containers=[]), "spec.containers", "FieldValueRequired"),
    (PODS, _pod("p", containers=[{"name": "a"}]), "spec.containers[0].image", "FieldValueRequired"),
    (PODS, _pod("p", restartPolicy="Sometimes"), "spec.restartPolicy", "FieldValueNotSupported"),
    (f"{SHOP}/services", {"metadata": {"name": "s"}, "spec": {}}, "spec.ports", "FieldValueRequired"),
    (
        PODS,
        _pod("p", containers=[{"name": "a", "image": "i", "volumeMounts": [{"name": "v", "mountPath": "/v"}]}]),
        "spec.containers[0].volumeMounts[0].name",
        "FieldValueNotFound",
    ),
]


@pytest.mark.parametrize("path, body, field, reason", REFUSED, ids=[each[2] for each in REFUSED])
def test_a_common_mistake_names_its_field(written: Cluster, path: str, body: Json, field: str, reason: str) -> None:
    answer = post(written, path, body)
    causes = {each["field"]: each["reason"] for each in answer.json["details"]["causes"]}
    assert answer.status == 422 and causes.get(field, "").startswith(reason or "FieldValueInvalid")


def test_an_unknown_field_is_told_warned_of_or_dropped(written: Cluster) -> None:
    body = {**config_map("strict"), "dta": {}}
    strict = post(written, f"{MAPS}?fieldValidation=Strict", body)
    assert strict.json["message"].endswith('strict decoding error: unknown field "dta"')
    warned = post(written, f"{MAPS}?dryRun=All", body)
    assert warned.headers["warning"] == '299 - "unknown field \\"dta\\""' and "dta" not in warned.json
    assert "warning" not in post(written, f"{MAPS}?dryRun=All&fieldValidation=Ignore", body).headers


def test_a_field_that_comes_twice_is_told(written: Cluster) -> None:
    body = b'{"metadata":{"name":"twice"},"data":{"a":"1"},"data":{"a":"2"}}'
    answer = post(written, f"{MAPS}?fieldValidation=Strict", body)
    assert answer.status == 400 and 'duplicate field "data"' in answer.json["message"]


def test_a_value_of_another_type_is_told_as_go_does(written: Cluster) -> None:
    answer = post(written, DEPLOYMENTS, deployment("typed", replicas="two"))
    why = "json: cannot unmarshal string into Go struct field DeploymentSpec.spec.replicas of type int32"
    assert answer.json["message"] == f'Deployment in version "v1" cannot be handled as a Deployment: {why}'


def test_a_body_of_another_kind_is_refused(written: Cluster) -> None:
    assert post(written, MAPS, deployment("other")).status == 400


def test_a_replacement_must_know_the_present_version(written: Cluster) -> None:
    path = created(written, MAPS, config_map("replaced"))
    old = written.api.get(path).json
    assert put(written, path, {**old, "data": {"a": "1"}}).status == 200
    answer = put(written, path, {**old, "data": {"a": "2"}})
    assert (answer.status, answer.json["reason"]) == (409, "Conflict")
    assert "please apply your changes to the latest version" in answer.json["message"]


def test_a_replacement_without_a_version_is_taken(written: Cluster) -> None:
    path = created(written, MAPS, config_map("unconditional"))
    assert put(written, path, config_map("unconditional", a="1")).json["data"] == {"a": "1"}


def test_a_generation_counts_changes_of_what_is_wanted(written: Cluster) -> None:
    path = created(written, DEPLOYMENTS, deployment("counted"))
    labelled = patch(written, path, MERGE, {"metadata": {"labels": {"a": "b"}}}).json["metadata"]["generation"]
    scaled = patch(written, path, MERGE, {"spec": {"replicas": 3}}).json["metadata"]["generation"]
    assert (labelled, scaled) == (1, 2)


def test_what_changes_nothing_is_no_new_version(written: Cluster) -> None:
    path = created(written, MAPS, config_map("same", a="1"))
    before = written.api.get(path).json["metadata"]["resourceVersion"]
    assert patch(written, path, MERGE, {"data": {"a": "1"}}).json["metadata"]["resourceVersion"] == before


@pytest.mark.parametrize(
    "name, change, text",
    [
        ("fixed-selector", {"spec": {"selector": {"matchLabels": {"app": "y"}}}}, "field is immutable"),
        ("fixed-name", {"metadata": {"name": "another"}}, "does not match the name on the URL"),
        ("fixed-uid", {"metadata": {"uid": "another"}}, "Precondition failed: UID in precondition: another"),
    ],
)
def test_what_is_fixed_does_not_change(written: Cluster, name: str, change: Json, text: str) -> None:
    path = created(written, DEPLOYMENTS, deployment(name))
    answer = patch(written, path, MERGE, change)
    assert answer.status >= 400 and text in answer.json["message"]


def test_a_pod_keeps_its_spec_but_for_images(written: Cluster) -> None:
    path = created(written, PODS, _pod("kept"))
    assert patch(written, path, MERGE, {"spec": {"hostname": "x"}}).json["details"]["causes"][0]["field"] == "spec"


def test_the_status_is_written_by_its_own_path(written: Cluster) -> None:
    path = created(written, DEPLOYMENTS, deployment("stated"))
    body = {"spec": {"replicas": 9}, "status": {"replicas": 7}}
    assert "replicas" not in patch(written, path, MERGE, {"status": {"replicas": 7}}).json["status"]
    made = patch(written, f"{path}/status", MERGE, body).json
    assert (made["spec"]["replicas"], made["status"]["replicas"]) == (1, 7)


def test_a_scale_is_read_and_replaced(written: Cluster) -> None:
    path = created(written, DEPLOYMENTS, deployment("scaled"))
    scale = written.api.get(f"{path}/scale").json
    assert put(written, f"{path}/scale", {**scale, "spec": {"replicas": 4}}).json["spec"] == {"replicas": 4}
    assert put(written, f"{path}/scale", {**scale, "spec": {"replicas": 5}}).status == 409
    assert patch(written, f"{path}/scale", MERGE, {"spec": {"replicas": -1}}).status == 422
    assert written.api.get(path).json["spec"]["replicas"] == 4


def test_an_eviction_obeys_the_budget(written: Cluster) -> None:
    pod = written.api.get(f"{PODS}?labelSelector=app%3Dorders").json["items"][0]["metadata"]["name"]
    budgets = "/apis/policy/v1/namespaces/shop/poddisruptionbudgets"
    spec = {"minAvailable": 2, "selector": {"matchLabels": {"app": "orders"}}}
    budget = created(written, budgets, {"metadata": {"name": "orders"}, "spec": spec})
    status = {"disruptionsAllowed": 0, "currentHealthy": 2, "desiredHealthy": 2, "expectedPods": 2}
    patch(written, f"{budget}/status", MERGE, {"status": status})
    refused = post(written, f"{PODS}/{pod}/eviction", {"kind": "Eviction", "apiVersion": "policy/v1"})
    assert refused.status == 429
    why = "The disruption budget orders needs 2 healthy pods and has 2 currently"
    assert refused.json["details"]["causes"] == [{"reason": "DisruptionBudget", "message": why}]
    patch(written, f"{budget}/status", MERGE, {"status": {"disruptionsAllowed": 1}})
    assert post(written, f"{PODS}/{pod}/eviction?dryRun=All", {}).status == 201
    assert post(written, f"{PODS}/{pod}/eviction", {}).status == 201
    assert "deletionTimestamp" in written.api.get(f"{PODS}/{pod}").json["metadata"]
    assert written.api.get(budget).json["status"]["disruptionsAllowed"] == 0


def test_a_token_is_a_canary_with_an_end(written: Cluster) -> None:
    made = post(written, f"{SHOP}/serviceaccounts/default/token", {"spec": {"expirationSeconds": 900}}).json
    assert "DO-NOT-LEAK" in made["status"]["token"] and made["status"]["expirationTimestamp"]


def test_the_last_finalizer_lets_an_object_go(written: Cluster) -> None:
    body = config_map("held")
    path = created(written, MAPS, {**body, "metadata": {"name": "held", "finalizers": ["example.com/held"]}})
    written.api.call("DELETE", path)
    assert "deletionTimestamp" in written.api.get(path).json["metadata"]
    patch(written, path, MERGE, {"metadata": {"finalizers": None}})
    assert written.api.get(path).status == 404


def test_a_namespace_goes_when_it_is_finalized(written: Cluster) -> None:
    path = created(written, "/api/v1/namespaces", {"metadata": {"name": "stuck"}})
    sent = written.api.call("DELETE", path).json
    assert put(written, f"{path}/finalize", {**sent, "spec": {"finalizers": []}}).status == 200
    assert written.api.get(path).status == 404


@pytest.mark.parametrize(
    "method, path, verb, resource",
    [
        ("POST", MAPS, "create", "configmaps"),
        ("PUT", f"{DEPLOYMENTS}/cart", "update", "deployments"),
        ("PATCH", f"{DEPLOYMENTS}/cart/scale", "patch", "deployments/scale"),
        ("POST", f"{PODS}/some/eviction", "create", "pods/eviction"),
        ("POST", f"{SHOP}/serviceaccounts/default/token", "create", "serviceaccounts/token"),
    ],
)
def test_a_viewer_writes_nothing(viewer: Client, method: str, path: str, verb: str, resource: str) -> None:
    answer = viewer.call(method, path, {}, content_type=MERGE)
    assert answer.status == 403 and f'cannot {verb} resource "{resource}"' in answer.json["message"]


def test_a_viewer_creates_nothing_by_apply(viewer: Client) -> None:
    answer = viewer.call("PATCH", f"{MAPS}/new?fieldManager=x", {}, content_type="application/apply-patch+yaml")
    assert answer.status == 403


def test_an_effect_can_be_followed_by_an_error(written: Cluster) -> None:
    order = {"cluster": "staging", "kind": "lose", "path": MAPS, "method": "POST", "how": "status", "code": 503}
    written.thread.run(carry_out({"staging": written.server}, order))
    assert post(written, MAPS, config_map("answered-with-an-error")).status == 503
    assert written.api.get(f"{MAPS}/answered-with-an-error").status == 200


def test_an_answer_can_be_lost_after_its_effect(written: Cluster) -> None:
    path = created(written, MAPS, config_map("unknown"))
    order = {"cluster": "staging", "kind": "lose", "path": path, "method": "PATCH"}
    written.thread.run(carry_out({"staging": written.server}, order))
    with closing(Client(written.server)) as client, pytest.raises((ConnectionError, http.client.HTTPException)):
        client.call("PATCH", path, {"data": {"a": "1"}}, content_type=MERGE)
    assert written.api.get(path).json["data"] == {"a": "1"}
