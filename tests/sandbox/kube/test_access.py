"""Who may do what: users, expiry, refusals in the real words, and the questions about access."""

import json

import pytest
import yaml

from tests.sandbox.kube.conftest import Cluster
from tests.sandbox.kube.doors import Client, needs_kubectl

REVIEWS = "/apis/authorization.k8s.io/v1"


@pytest.fixture
def viewer(staging: Cluster) -> Client:
    return Client(staging.server, user="viewer")


@pytest.fixture
def nobody(staging: Cluster) -> Client:
    client = Client(staging.server)
    client.token = ""
    return client


def test_a_wrong_token_is_unauthorized(nobody: Client) -> None:
    nobody.token = "wrong"
    assert nobody.get("/api/v1/pods").json == {
        "kind": "Status",
        "apiVersion": "v1",
        "metadata": {},
        "status": "Failure",
        "message": "Unauthorized",
        "reason": "Unauthorized",
        "code": 401,
    }


def test_without_credentials_one_is_anonymous(nobody: Client) -> None:
    answer = nobody.get("/api/v1/pods")
    assert answer.status == 403 and 'User "system:anonymous" cannot list resource "pods"' in answer.json["message"]


def test_health_is_public(nobody: Client) -> None:
    assert nobody.get("/healthz").status == 200


def test_a_path_that_is_no_resource_is_refused_by_its_path(nobody: Client) -> None:
    assert nobody.get("/apis").json["message"] == 'forbidden: User "system:anonymous" cannot get path "/apis"'


def test_a_token_expires_by_the_clock(scratch: Cluster) -> None:
    client = Client(scratch.server, minutes=15)
    assert client.get("/api/v1/pods").status == 200
    scratch.advance(15 * 60)
    assert client.get("/api/v1/pods").status == 401


def test_the_kubeconfig_says_when_it_expires(scratch: Cluster) -> None:
    _, expiration = scratch.server.kubeconfig(minutes=30)
    assert 1790 <= (expiration - scratch.clock.now()).total_seconds() <= 1800


@needs_kubectl
def test_a_client_certificate_expires_by_the_clock(scratch: Cluster) -> None:
    scratch.kubectl("get pods -n shop", credential="certificate")
    scratch.advance(600 * 60)
    assert "must be logged in" in scratch.kubectl.error("get pods -n shop", credential="certificate")


def test_a_private_kubeconfig_names_another_endpoint(staging: Cluster) -> None:
    config = yaml.safe_load(staging.server.kubeconfig(private=True)[0])
    assert config["clusters"][0]["cluster"]["server"] == f"https://localhost:{staging.server.port}"


@pytest.mark.parametrize(
    "path, message",
    [
        (
            "/api/v1/secrets",
            'secrets is forbidden: User "viewer" cannot list resource "secrets" in API group "" at the cluster scope',
        ),
        (
            "/api/v1/namespaces/shop/secrets/db-credentials",
            'secrets "db-credentials" is forbidden: User "viewer" cannot get resource "secrets" in API group ""'
            ' in the namespace "shop"',
        ),
    ],
)
def test_a_viewer_sees_no_secrets(viewer: Client, path: str, message: str) -> None:
    answer = viewer.get(path)
    assert (answer.status, answer.json["message"]) == (403, message)


def test_a_viewer_sees_everything_else(viewer: Client, staging: Cluster) -> None:
    assert viewer.names("/api/v1/pods") == staging.api.names("/api/v1/pods")


def test_a_viewer_changes_nothing(viewer: Client) -> None:
    answer = viewer.call("DELETE", "/apis/apps/v1/namespaces/shop/deployments/cart")
    assert answer.status == 403
    assert 'deployments.apps "cart" is forbidden: User "viewer" cannot delete' in answer.json["message"]


def test_a_viewer_cannot_enter_a_container(viewer: Client, staging: Cluster) -> None:
    name = staging.api.names("/api/v1/namespaces/shop/pods")[0]
    answer = viewer.call("POST", f"/api/v1/namespaces/shop/pods/{name}/exec?command=id")
    assert answer.status == 403 and 'resource "pods/exec"' in answer.json["message"]


def test_a_refusal_names_group_kind_and_object(viewer: Client) -> None:
    answer = viewer.call("DELETE", "/apis/apps/v1/namespaces/shop/deployments/cart").json
    assert answer["details"] == {"name": "cart", "group": "apps", "kind": "deployments"}


def test_an_access_review_answers_like_the_request(viewer: Client) -> None:
    spec = {"resourceAttributes": {"verb": "get", "resource": "secrets", "namespace": "shop"}}
    answer = viewer.call("POST", f"{REVIEWS}/selfsubjectaccessreviews", {"spec": spec})
    assert (answer.status, answer.json["status"]["allowed"]) == (201, False)


def test_an_access_review_may_come_in_protobuf(viewer: Client) -> None:
    attributes = b"\x0a\x04shop\x12\x03get\x1a\x00\x22\x00\x2a\x04pods\x32\x00\x3a\x00"
    spec = b"\x0a" + bytes([len(attributes)]) + attributes
    raw = b"\x0a\x00\x12" + bytes([len(spec)]) + spec
    meta = b"\x0a\x17authorization.k8s.io/v1\x12\x17SelfSubjectAccessReview"
    body = b"k8s\x00\x0a" + bytes([len(meta)]) + meta + b"\x12" + bytes([len(raw)]) + raw
    answer = viewer.call(
        "POST",
        f"{REVIEWS}/selfsubjectaccessreviews",
        body,
        content_type="application/vnd.kubernetes.protobuf",
        accept="application/json",
    )
    assert answer.json["status"] == {"allowed": True}


def test_a_rules_review_lists_what_one_may(viewer: Client) -> None:
    answer = viewer.call("POST", f"{REVIEWS}/selfsubjectrulesreviews", {"spec": {"namespace": "shop"}}).json
    resources = [name for rule in answer["status"]["resourceRules"] for name in rule["resources"]]
    assert "pods/log" in resources and "secrets" not in resources


@needs_kubectl
@pytest.mark.parametrize("question, answer", [("get pods", "yes"), ("get secrets", "no"), ("delete pods", "no")])
def test_can_i_answers_a_viewer(staging: Cluster, question: str, answer: str) -> None:
    verb, what = question.split()
    assert staging.kubectl.run("auth", "can-i", verb, what, "-n", "shop", user="viewer").stdout == f"{answer}\n"


@needs_kubectl
def test_whoami_names_user_and_groups(staging: Cluster) -> None:
    found = json.loads(staging.kubectl("auth whoami -o json", user="viewer"))
    assert found["status"]["userInfo"] == {"username": "viewer", "groups": ["system:users", "system:authenticated"]}


def test_an_admin_may_act_as_another(staging: Cluster) -> None:
    answer = staging.api.get("/api/v1/secrets", impersonate_user="viewer")
    assert answer.status == 403 and 'User "viewer" cannot list' in answer.json["message"]


def test_a_viewer_may_not_act_as_another(viewer: Client) -> None:
    answer = viewer.get("/api/v1/pods", impersonate_user="admin")
    assert answer.json["message"] == (
        'users "admin" is forbidden: User "viewer" cannot impersonate resource "users" in API group ""'
        " at the cluster scope"
    )


@needs_kubectl
def test_kubectl_asks_as_another(staging: Cluster) -> None:
    done = staging.kubectl.run("auth", "can-i", "delete", "pods", "--as=viewer")
    assert done.stdout == "no\n"
