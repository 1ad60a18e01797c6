"""A cluster left alone goes on: what recurs recurs, what beats beats, and what is lost stays lost."""

from datetime import datetime

import pytest

from tests.sandbox.kube.conftest import Cluster
from tests.sandbox.kube.doors import Json

LEASES = "/apis/coordination.k8s.io/v1/namespaces/kube-node-lease/leases"
LOST = "cn-hangzhou.10.0.1.17"
HOUR = 3600


def _age(cluster: Cluster, moment: str) -> float:
    return (cluster.clock.now() - datetime.fromisoformat(moment)).total_seconds()


def _crashing(cluster: Cluster) -> Json:
    pods = cluster.api.get("/api/v1/namespaces/payments/pods?labelSelector=app%3Dpayment-api").json["items"]
    return dict(pods[0]["status"]["containerStatuses"][0])


def test_nodes_renew_their_leases(ailing: Cluster) -> None:
    ailing.advance(HOUR)
    leases = ailing.api.get(LEASES).json["items"]
    stale = [each["metadata"]["name"] for each in leases if _age(ailing, each["spec"]["renewTime"]) > 40]
    assert stale == [LOST]


def test_ready_nodes_report_their_conditions(ailing: Cluster) -> None:
    ailing.advance(HOUR)
    nodes = ailing.api.get("/api/v1/nodes").json["items"]
    stale = [
        node["metadata"]["name"]
        for node in nodes
        if _age(ailing, node["status"]["conditions"][-1]["lastHeartbeatTime"]) > 360
    ]
    assert stale == [LOST]


def test_a_crash_loop_goes_on(ailing: Cluster) -> None:
    before = _crashing(ailing)
    ailing.advance(HOUR)
    after = _crashing(ailing)
    assert 11 <= after["restartCount"] - before["restartCount"] <= 12
    assert _age(ailing, after["lastState"]["terminated"]["finishedAt"]) < 310


def test_the_log_of_a_crash_loop_is_that_of_its_latest_life(ailing: Cluster) -> None:
    ailing.advance(HOUR)
    name = ailing.api.names("/api/v1/namespaces/payments/pods?labelSelector=app%3Dpayment-api")[0]
    line = ailing.api.get(f"/api/v1/namespaces/payments/pods/{name}/log?tailLines=1&timestamps=true").text
    assert _age(ailing, line.split()[0][:26] + "+00:00") < 310


def test_a_recurring_warning_recurs(ailing: Cluster) -> None:
    path = "/api/v1/namespaces/logistics/events?fieldSelector=reason%3DUnhealthy"
    before = {each["metadata"]["name"]: each["count"] for each in ailing.api.get(path).json["items"]}
    ailing.advance(HOUR)
    after = {each["metadata"]["name"]: each["count"] for each in ailing.api.get(path).json["items"]}
    assert any(after[name] > count + 300 for name, count in before.items())


def test_what_happened_once_does_not_recur(ailing: Cluster) -> None:
    path = "/api/v1/events?fieldSelector=reason%3DTaintManagerEviction"
    before = ailing.api.get(path).json["items"]
    ailing.advance(HOUR)
    assert [each["count"] for each in ailing.api.get(path).json["items"]] == [each["count"] for each in before]


@pytest.mark.parametrize("days", [1, 30])
def test_a_long_jump_is_caught_up_at_once(ailing: Cluster, days: int) -> None:
    ailing.advance(days * 24 * HOUR)
    ailing.api.get("/version")
    assert _age(ailing, _crashing(ailing)["lastState"]["terminated"]["finishedAt"]) < 310
