"""Every failure is a Status object, and none is a traceback."""

from urllib.parse import quote, urlencode

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.sandbox.kube.conftest import Cluster

PODS = "/api/v1/namespaces/shop/pods"
OPTIONS = ("labelSelector", "fieldSelector", "limit", "continue", "resourceVersion", "watch", "includeObject")
REVIEW = "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews"


@pytest.mark.parametrize(
    "method, path, code, reason",
    [
        ("GET", f"{PODS}/nosuch", 404, "NotFound"),
        ("GET", "/api/v1/nosuch", 404, "NotFound"),
        ("GET", "/apis/apps/v1/nosuch", 404, "NotFound"),
        ("GET", f"{PODS}/nosuch/log", 404, "NotFound"),
        ("GET", f"{PODS}/nosuch/colour", 404, "NotFound"),
        ("GET", "/api/v1/namespaces/shop/nodes", 404, "NotFound"),
        ("POST", f"{PODS}/some-pod", 405, "MethodNotAllowed"),
        ("DELETE", "/api/v1/componentstatuses/etcd-0", 405, "MethodNotAllowed"),
        ("GET", "/api/v1/namespaces/shop/bindings", 405, "MethodNotAllowed"),
        ("DELETE", "/api/v1/namespaces", 405, "MethodNotAllowed"),
        ("DELETE", "/api/v1/pods", 405, "MethodNotAllowed"),
    ],
)
def test_a_failure_is_a_status(staging: Cluster, method: str, path: str, code: int, reason: str) -> None:
    answer = staging.api.call(method, path, {} if method == "POST" else None)
    assert (answer.status, answer.json["code"], answer.json["reason"]) == (code, code, reason)


@pytest.mark.parametrize(
    "path",
    [
        "/nowhere",
        "/api/v2/pods",
        "/apis/nosuch.example.com",
        "/apis/nosuch.example.com/v1/things",
        "/apis/ops.example.com/v1alpha1/nosuch",
        "/openapi/v3/apis/nosuch/v1",
    ],
)
def test_outside_of_the_servers_own_groups_nothing_is_found_in_plain_text(staging: Cluster, path: str) -> None:
    answer = staging.api.get(path)
    assert (answer.status, answer.text) == (404, "404 page not found\n")


def test_not_found_names_the_object(staging: Cluster) -> None:
    answer = staging.api.get("/apis/apps/v1/namespaces/shop/deployments/nosuch").json
    assert answer["message"] == 'deployments.apps "nosuch" not found'
    assert answer["details"] == {"name": "nosuch", "group": "apps", "kind": "deployments"}


@pytest.mark.parametrize("body", [b"{", b"[1]", b"\xff\xfe", b'"text"'])
def test_malformed_json_is_a_bad_request(staging: Cluster, body: bytes) -> None:
    answer = staging.api.call("POST", REVIEW, body, content_type="application/json")
    assert (answer.status, answer.json["reason"]) == (400, "BadRequest")


def test_an_unknown_media_type_is_not_supported(staging: Cluster) -> None:
    assert staging.api.call("POST", REVIEW, b"<a/>", content_type="text/xml").status == 415


def test_a_body_that_is_too_large_is_refused(staging: Cluster) -> None:
    answer = staging.api.call("POST", REVIEW, b" " * (3 * 1024 * 1024 + 1), content_type="application/json")
    assert (answer.status, answer.json["reason"]) == (413, "RequestEntityTooLarge")


def test_a_wrong_propagation_policy_is_invalid(staging: Cluster) -> None:
    answer = staging.api.call("DELETE", "/apis/apps/v1/namespaces/shop/deployments/cart?propagationPolicy=Never")
    assert (answer.status, answer.json["reason"]) == (422, "Invalid")


@pytest.mark.parametrize("path", ["/api/v1/%2e%2e/pods", "//api//v1//pods", "/api/v1/namespaces//pods", "/api/v1/%00"])
def test_odd_paths_are_answered(staging: Cluster, path: str) -> None:
    assert staging.api.get(path).status in (200, 404)


def test_each_answer_has_an_audit_id(staging: Cluster) -> None:
    first, second = (staging.api.get("/version").headers["audit-id"] for _ in range(2))
    assert first != second


SEGMENTS = st.text(st.characters(codec="ascii", categories=("L", "N", "P", "S", "Z")), max_size=8)


@settings(max_examples=60, deadline=None)
@given(segments=st.lists(SEGMENTS, max_size=7), query=st.dictionaries(st.sampled_from(OPTIONS), SEGMENTS, max_size=4))
def test_whatever_is_asked_is_answered_without_a_traceback(
    staging: Cluster, segments: list[str], query: dict[str, str]
) -> None:
    path = "/".join(quote(segment) for segment in segments)
    options = urlencode({**query, "timeoutSeconds": "1"} if "watch" in query else query)
    for start in ("/", "/api/v1/", "/apis/apps/v1/namespaces/shop/deployments/", "/api/v1/pods"):
        answer = staging.api.call("HEAD", f"{start}{path}?{options}")
        assert answer.status < 500 or answer.status == 504


FIGURES = st.one_of(st.integers().map(str), SEGMENTS, st.just("9" * 5000), st.just("²"), st.just("2026-01-01"))
LOG_OPTIONS = ("tailLines", "sinceSeconds", "sinceTime", "limitBytes", "previous", "timestamps", "container")
JSON = st.recursive(st.none() | st.booleans() | st.integers() | SEGMENTS, lambda inner: st.lists(inner, max_size=3))
SPEC = st.dictionaries(st.sampled_from(("resourceAttributes", "nonResourceAttributes", "user", "groups")), JSON)


@settings(max_examples=40, deadline=None)
@given(query=st.dictionaries(st.sampled_from(LOG_OPTIONS), FIGURES, max_size=3))
def test_whatever_figures_a_log_is_asked_with(staging: Cluster, query: dict[str, str]) -> None:
    name = staging.api.names(f"{PODS}?limit=1")[0]
    assert staging.api.call("HEAD", f"{PODS}/{name}/log?{urlencode(query)}").status < 500


@settings(max_examples=40, deadline=None)
@given(query=st.dictionaries(st.sampled_from(("limit", "resourceVersion", "continue")), FIGURES, max_size=3))
def test_whatever_figures_a_list_is_asked_with(staging: Cluster, query: dict[str, str]) -> None:
    assert staging.api.call("HEAD", f"{PODS}?{urlencode(query)}").status != 500


@settings(max_examples=40, deadline=None)
@given(body=JSON | st.fixed_dictionaries({"spec": SPEC | JSON}))
def test_whatever_a_review_is_sent(staging: Cluster, body: object) -> None:
    assert staging.api.call("POST", REVIEW, body, content_type="application/json").status in (201, 400)


@settings(max_examples=40, deadline=None)
@given(
    options=st.dictionaries(st.sampled_from(("gracePeriodSeconds", "preconditions", "propagationPolicy")), JSON),
    grace=FIGURES,
)
def test_whatever_a_deletion_is_sent(staging: Cluster, options: dict[str, object], grace: str) -> None:
    path = f"/apis/apps/v1/namespaces/shop/deployments/cart?{urlencode({'dryRun': 'All', 'gracePeriodSeconds': grace})}"
    answer = staging.api.call("DELETE", path, options, content_type="application/json")
    assert answer.status in (200, 400, 409, 422)
