"""Watches: what is there, what changes, from which version on, and an honest end."""

import json
import time
from collections.abc import Callable

import pytest

from tests.sandbox.kube.conftest import Cluster
from tests.sandbox.kube.doors import TABLE, Json

MAPS = "/api/v1/namespaces/shop/configmaps"
PODS = "/api/v1/namespaces/shop/pods"


def _version(cluster: Cluster, path: str = MAPS) -> str:
    return str(cluster.api.get(path).json["metadata"]["resourceVersion"])


def _event(line: str) -> tuple[str, Json]:
    event = json.loads(line)
    return event["type"], event["object"]


def test_a_watch_without_version_begins_with_what_is_there(staging: Cluster) -> None:
    with staging.api.lines(f"{MAPS}?watch=true") as line:
        assert {(_event(line())[0], _event(line())[0])} == {("ADDED", "ADDED")}


def test_a_watch_from_a_version_tells_only_what_changes(scratch: Cluster) -> None:
    with scratch.api.lines(f"{MAPS}?watch=true&resourceVersion={_version(scratch)}") as line:
        scratch.api.call("DELETE", f"{MAPS}/app-config")
        kind, obj = _event(line())
    assert (kind, obj["metadata"]["name"]) == ("DELETED", "app-config")


def test_a_pod_is_modified_and_then_deleted(scratch: Cluster) -> None:
    name = scratch.api.names(PODS)[0]
    query = f"watch=true&resourceVersion={_version(scratch, PODS)}&fieldSelector=metadata.name%3D{name}"
    with scratch.api.lines(f"{PODS}?{query}") as line:
        scratch.api.call("DELETE", f"{PODS}/{name}")
        first = _event(line())
        scratch.advance(40)
        second = _event(line())
    assert (first[0], second[0]) == ("MODIFIED", "DELETED")
    assert int(second[1]["metadata"]["resourceVersion"]) > int(first[1]["metadata"]["resourceVersion"])


def test_the_initial_events_end_with_a_marked_bookmark(staging: Cluster) -> None:
    query = "watch=true&sendInitialEvents=true&resourceVersionMatch=NotOlderThan&allowWatchBookmarks=true"
    with staging.api.lines(f"{MAPS}?{query}") as line:
        events = [_event(line()) for _ in range(len(staging.api.names(MAPS)) + 1)]
    kind, mark = events[-1]
    assert kind == "BOOKMARK" and mark["metadata"]["annotations"] == {"k8s.io/initial-events-end": "true"}


def test_a_bookmark_has_the_shape_of_the_watch(staging: Cluster) -> None:
    query = "watch=true&sendInitialEvents=true&resourceVersionMatch=NotOlderThan&allowWatchBookmarks=true"
    accept = "application/json;as=PartialObjectMetadata;v=v1;g=meta.k8s.io"
    with staging.api.lines(f"{MAPS}?{query}&fieldSelector=metadata.name%3Dnosuch", accept=accept) as line:
        kind, mark = _event(line())
    assert (kind, mark["kind"], mark["apiVersion"]) == ("BOOKMARK", "PartialObjectMetadata", "meta.k8s.io/v1")


def test_initial_events_need_the_version_match(staging: Cluster) -> None:
    assert staging.api.get(f"{MAPS}?watch=true&sendInitialEvents=true").status == 422


def test_a_version_before_the_history_is_expired(staging: Cluster) -> None:
    with staging.api.lines(f"{MAPS}?watch=true&resourceVersion=1") as line:
        kind, status = _event(line())
    assert kind == "ERROR" and (status["code"], status["reason"]) == (410, "Expired")


@pytest.mark.slow
def test_a_watch_ends_after_its_timeout(staging: Cluster) -> None:
    with staging.api.lines(f"{MAPS}?watch=true&timeoutSeconds=1&resourceVersion={_version(staging)}") as line:
        assert line() == ""


def test_leaving_the_selection_is_a_deletion(scratch: Cluster) -> None:
    running = f"{PODS}?watch=true&fieldSelector=status.phase%3DRunning&resourceVersion={_version(scratch, PODS)}"
    name = scratch.api.names(PODS)[0]
    with scratch.api.lines(running) as line:
        scratch.api.call("DELETE", f"{PODS}/{name}?gracePeriodSeconds=0")
        assert _event(line())[0] == "DELETED"


def test_another_namespace_is_not_heard(scratch: Cluster) -> None:
    with scratch.api.lines(f"{MAPS}?watch=true&resourceVersion={_version(scratch)}") as line:
        scratch.api.call("DELETE", "/api/v1/namespaces/default/configmaps/kube-root-ca.crt")
        scratch.api.call("DELETE", f"{MAPS}/app-config")
        assert _event(line())[1]["metadata"]["namespace"] == "shop"


def test_only_the_first_table_of_a_watch_defines_the_columns(staging: Cluster) -> None:
    with staging.api.lines(f"{PODS}?watch=true", accept=TABLE) as line:
        first, second = _event(line())[1], _event(line())[1]
    assert first["columnDefinitions"] and second["columnDefinitions"] is None


def test_a_client_that_leaves_leaves_nothing_running(scratch: Cluster) -> None:
    store = scratch.server.state.store
    with scratch.api.lines(f"{MAPS}?watch=true") as line:
        line()
        assert store.watchers == 1
    _until(lambda: store.watchers == 0)


def _until(holds: Callable[[], bool], seconds: float = 3) -> None:
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end, "it never came true"
        time.sleep(0.02)


@pytest.mark.parametrize("path", ["/apis/metrics.k8s.io/v1beta1/pods", "/api/v1/componentstatuses"])
def test_what_is_computed_cannot_be_watched(staging: Cluster, path: str) -> None:
    assert staging.api.get(f"{path}?watch=true").status == 405
