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


@pytest.mark.parametrize("query", ["resourceVersion=abc", "limit=many"])
def test_numbers_must_be_numbers(staging: Cluster, query: str) -> None:
    assert staging.api.get(f"{PODS}?{query}").status == 400


def test_unknown_parameters_are_ignored(staging: Cluster) -> None:
    assert staging.api.get(f"{PODS}?color=red&pretty=true").status == 200
