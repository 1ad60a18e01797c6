"""Large lists come in pages that belong together, and a page that came too late says so."""

import pytest

from tests.sandbox.kube.conftest import Cluster

PODS = "/api/v1/pods"


def test_pages_put_together_are_the_whole_list(staging: Cluster) -> None:
    names, token = [], ""
    while True:
        page = staging.api.get(f"{PODS}?limit=10&continue={token}").json
        names += [item["metadata"]["name"] for item in page["items"]]
        token = page["metadata"].get("continue", "")
        if not token:
            break
    assert names == staging.api.names(PODS)


def test_a_page_counts_what_remains(staging: Cluster) -> None:
    assert staging.api.get(f"{PODS}?limit=10").json["metadata"]["remainingItemCount"] == 21


def test_what_remains_of_a_selection_is_not_counted(staging: Cluster) -> None:
    meta = staging.api.get(f"{PODS}?limit=1&labelSelector=app%3Dcart").json["metadata"]
    assert meta["continue"] and "remainingItemCount" not in meta


def test_later_pages_show_the_collection_as_it_was(scratch: Cluster) -> None:
    path = "/api/v1/namespaces/shop/configmaps"
    before = scratch.api.names(path)
    first = scratch.api.get(f"{path}?limit=1").json
    scratch.api.call("DELETE", f"{path}/{before[1]}")
    second = scratch.api.get(f"{path}?limit=10&continue={first['metadata']['continue']}").json
    assert [item["metadata"]["name"] for item in second["items"]] == before[1:]
    assert second["metadata"]["resourceVersion"] == first["metadata"]["resourceVersion"]


def test_a_token_from_before_the_compaction_has_expired(scratch: Cluster) -> None:
    token = scratch.api.get(f"{PODS}?limit=1").json["metadata"]["continue"]
    scratch.api.call("DELETE", "/api/v1/namespaces/shop/configmaps/app-config")
    scratch.server.state.store.compact()
    answer = scratch.api.get(f"{PODS}?limit=1&continue={token}")
    assert (answer.status, answer.json["reason"]) == (410, "Expired")
    assert answer.json["metadata"]["continue"]


def test_a_token_that_is_none_is_a_bad_request(staging: Cluster) -> None:
    assert staging.api.get(f"{PODS}?continue=nonsense").status == 400


def test_a_version_from_the_future_is_too_large(staging: Cluster) -> None:
    answer = staging.api.get(f"{PODS}?resourceVersion=99999999999")
    assert answer.status == 504 and "Too large resource version" in answer.json["message"]


def test_an_exact_old_version_shows_the_past(scratch: Cluster) -> None:
    path = "/api/v1/namespaces/shop/configmaps"
    version = scratch.api.get(path).json["metadata"]["resourceVersion"]
    before = scratch.api.names(path)
    scratch.api.call("DELETE", f"{path}/app-config")
    assert scratch.api.names(f"{path}?resourceVersion={version}&resourceVersionMatch=Exact") == before


def test_any_version_is_answered_from_the_cache_which_knows_no_pages(staging: Cluster) -> None:
    page = staging.api.get(f"{PODS}?limit=10&resourceVersion=0").json
    assert len(page["items"]) == 31 and "continue" not in page["metadata"]


def test_a_version_with_a_limit_means_that_very_version(scratch: Cluster) -> None:
    path = "/api/v1/namespaces/shop/configmaps"
    version = scratch.api.get(path).json["metadata"]["resourceVersion"]
    scratch.api.call("DELETE", f"{path}/app-config")
    page = scratch.api.get(f"{path}?limit=100&resourceVersion={version}").json
    assert page["metadata"]["resourceVersion"] == version
    assert "app-config" in [item["metadata"]["name"] for item in page["items"]]


def test_a_version_without_a_limit_is_the_oldest_that_will_do(scratch: Cluster) -> None:
    path = "/api/v1/namespaces/shop/configmaps"
    version = scratch.api.get(path).json["metadata"]["resourceVersion"]
    scratch.api.call("DELETE", f"{path}/app-config")
    assert "app-config" not in scratch.api.names(f"{path}?resourceVersion={version}")


@pytest.mark.parametrize(
    "query, message",
    [
        (
            "resourceVersionMatch=Exact",
            "Forbidden: resourceVersionMatch is forbidden unless resourceVersion is provided",
        ),
        ("resourceVersion=0&resourceVersionMatch=Exact", "is forbidden for resourceVersion"),
        ("resourceVersion=1&resourceVersionMatch=Newest", 'Unsupported value: "Newest"'),
        ("sendInitialEvents=true", "Forbidden: sendInitialEvents is forbidden for list"),
        ("watch=1&resourceVersion=1&resourceVersionMatch=Exact", "forbidden for watch unless sendInitialEvents"),
    ],
)
def test_options_that_contradict_each_other_are_invalid(staging: Cluster, query: str, message: str) -> None:
    answer = staging.api.get(f"{PODS}?{query}")
    assert (answer.status, answer.json["reason"]) == (422, "Invalid") and message in answer.json["message"]


def test_a_page_is_not_continued_at_another_version(staging: Cluster) -> None:
    token = staging.api.get(f"{PODS}?limit=1").json["metadata"]["continue"]
    answer = staging.api.get(f"{PODS}?continue={token}&resourceVersion=7").json
    assert answer["message"] == "specifying resource version is not allowed when using continue"


@pytest.mark.parametrize("query", ["resourceVersion=abc", "limit=many"])
def test_numbers_must_be_numbers(staging: Cluster, query: str) -> None:
    assert staging.api.get(f"{PODS}?{query}").status == 400


def test_unknown_parameters_are_ignored(staging: Cluster) -> None:
    assert staging.api.get(f"{PODS}?color=red&pretty=true").status == 200
