"""Logs: tails, windows, former lives, limits, following; and why there are none."""

import json
import time

import pytest

from tests.sandbox.kube.conftest import Cluster
from tests.sandbox.kube.doors import needs_kubectl


@pytest.fixture
def log(staging: Cluster) -> str:
    name = staging.api.names("/api/v1/namespaces/shop/pods?labelSelector=app%3Dcart")[0]
    return f"/api/v1/namespaces/shop/pods/{name}/log"


def test_a_tail_has_as_many_lines_as_asked_for(staging: Cluster, log: str) -> None:
    assert len(staging.api.get(f"{log}?tailLines=7").text.splitlines()) == 7


def test_an_empty_tail_is_empty(staging: Cluster, log: str) -> None:
    assert staging.api.get(f"{log}?tailLines=0").text == ""


def test_logs_are_plain_text(staging: Cluster, log: str) -> None:
    assert staging.api.get(f"{log}?tailLines=1").headers["content-type"] == "text/plain"


def test_the_same_stretch_reads_the_same_again(staging: Cluster, log: str) -> None:
    first = staging.api.get(f"{log}?tailLines=50").text.splitlines()
    second = staging.api.get(f"{log}?tailLines=50").text.splitlines()
    assert first[1:] == second[: len(first) - 1] or first == second


def test_timestamps_stand_in_front(staging: Cluster, log: str) -> None:
    line = staging.api.get(f"{log}?tailLines=1&timestamps=true").text
    stamp, _, rest = line.partition(" ")
    assert stamp.endswith("Z") and len(stamp) == 30 and rest


def test_since_seconds_limits_the_window(staging: Cluster, log: str) -> None:
    lines = staging.api.get(f"{log}?sinceSeconds=60").text.splitlines()
    assert 5 <= len(lines) <= 20


def test_limit_bytes_cuts_within_a_line(staging: Cluster, log: str) -> None:
    assert len(staging.api.get(f"{log}?limitBytes=100").text) == 100


@pytest.mark.parametrize("query", ["tailLines=-1", "sinceSeconds=0", "limitBytes=0"])
def test_impossible_figures_are_invalid(staging: Cluster, log: str, query: str) -> None:
    assert staging.api.get(f"{log}?{query}").json["reason"] == "Invalid"


def test_an_unknown_container_is_named(staging: Cluster, log: str) -> None:
    answer = staging.api.get(f"{log}?container=nosuch")
    assert answer.status == 400 and answer.json["message"].startswith("container nosuch is not valid for pod cart-")


def test_a_container_that_never_ended_has_no_former_life(staging: Cluster, log: str) -> None:
    message = staging.api.get(f"{log}?previous=true").json["message"]
    assert message.startswith('previous terminated container "app" in pod "cart-')


def test_following_goes_on_as_the_clock_does(scratch: Cluster) -> None:
    name = scratch.api.names("/api/v1/namespaces/shop/pods")[0]
    with scratch.api.lines(f"/api/v1/namespaces/shop/pods/{name}/log?follow=true&tailLines=1") as line:
        first = line()
        scratch.advance(30)
        assert line() not in ("", first)


def test_following_stops_at_the_limit_of_bytes(scratch: Cluster) -> None:
    name = scratch.api.names("/api/v1/namespaces/shop/pods")[0]
    path = f"/api/v1/namespaces/shop/pods/{name}/log?follow=true&tailLines=1&limitBytes=150"
    with scratch.api.lines(path) as line:
        text = line()
        scratch.advance(60)
        while more := line():
            text += more
    assert len(text) == 150


def test_a_start_is_given_in_one_way_only(staging: Cluster, log: str) -> None:
    answer = staging.api.get(f"{log}?sinceSeconds=5&sinceTime=2026-01-01T00:00:00Z")
    assert answer.status == 422 and "at most one of `sinceTime` or `sinceSeconds`" in answer.json["message"]


def test_following_ends_with_the_pod(scratch: Cluster) -> None:
    pods = "/api/v1/namespaces/shop/pods"
    name = scratch.api.names(pods)[0]
    with scratch.api.lines(f"{pods}/{name}/log?follow=true&tailLines=1") as line:
        line()
        scratch.api.call("DELETE", f"{pods}/{name}?gracePeriodSeconds=0")
        while line():
            pass


def test_a_follower_that_leaves_leaves_nothing_running(scratch: Cluster) -> None:
    name = scratch.api.names("/api/v1/namespaces/shop/pods")[0]
    with scratch.api.lines(f"/api/v1/namespaces/shop/pods/{name}/log?follow=true&tailLines=1") as line:
        line()
        assert scratch.server.running == 1
    end = time.monotonic() + 3
    while scratch.server.running and time.monotonic() < end:
        time.sleep(0.02)
    assert scratch.server.running == 0


def test_two_containers_must_be_told_apart(production: Cluster) -> None:
    pods = production.api.get("/api/v1/namespaces/logistics/pods").json["items"]
    name = next(pod["metadata"]["name"] for pod in pods if len(pod["spec"]["containers"]) == 2)
    answer = production.api.get(f"/api/v1/namespaces/logistics/pods/{name}/log")
    expected = f"a container name must be specified for pod {name}, choose one of: [app log-shipper]"
    assert (answer.status, answer.json["message"]) == (400, expected)


@needs_kubectl
def test_kubectl_reads_the_log_of_a_deployment(staging: Cluster) -> None:
    done = staging.kubectl.run("logs", "deploy/cart", "-n", "shop", "--tail=3")
    assert len(done.stdout.splitlines()) == 3 and done.stderr.startswith("Found 2 pods, using pod/cart-")


@needs_kubectl
def test_kubectl_reads_the_logs_of_a_selection(staging: Cluster) -> None:
    text = staging.kubectl("logs -l app=frontend -n shop --tail=2 --prefix")
    assert len({line.split("]")[0] for line in text.splitlines()}) == 3


def test_logs_of_a_lost_node_are_an_error(production: Cluster) -> None:
    query = "fieldSelector=spec.nodeName%3Dcn-hangzhou.10.0.1.17"
    name = production.api.names(f"/api/v1/namespaces/shop/pods?{query}")[0]
    answer = production.api.get(f"/api/v1/namespaces/shop/pods/{name}/log")
    assert answer.status == 500 and "i/o timeout" in json.dumps(answer.json)
