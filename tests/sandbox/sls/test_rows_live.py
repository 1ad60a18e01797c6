"""What is done to a cluster after it opened is among the rows."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from ack_sandbox.clock import Clock
from ack_sandbox.draws import Draws
from ack_sandbox.kube.api.app import ApiServer
from ack_sandbox.kube.server import serve_cluster
from ack_sandbox.plan import plan_region
from ack_sandbox.sls.rows.store import LogStores, Row
from tests.sandbox.kube.doors import Kubectl, hosted, needs_kubectl
from tests.sandbox.sls.rowing import Logs, open_logs, read

MAPS = "/api/v1/namespaces/shop/configmaps"
MERGE = "application/merge-patch+json"


@pytest.fixture(scope="module")
def logs() -> Logs:
    return open_logs(plan_region(1), "staging")


@pytest.fixture
async def api(logs: Logs) -> AsyncIterator[httpx.AsyncClient]:
    state = logs.state("staging")
    token, _ = state.users.token("admin", timedelta(hours=1))
    headers = {"Authorization": f"Bearer {token}", "User-Agent": "kubectl/v1.36.0"}
    transport: Any = httpx.ASGITransport(ApiServer(state), client=("192.0.2.7", 4000))
    async with httpx.AsyncClient(
        transport=transport, base_url="https://api", headers=headers, trust_env=False
    ) as client:
        yield client


def about(logs: Logs, name: str) -> list[Row]:
    return [row for row in logs.rows("audit", "staging", hours=0.01) if f'"name":"{name}"' in row.get("objectRef", "")]


async def test_a_write_is_an_audit_row_with_who_what_and_from_where(logs: Logs, api: httpx.AsyncClient) -> None:
    answer = await api.post(MAPS, json={"metadata": {"name": "made"}, "data": {"a": "1"}})
    (row,) = about(logs, "made")
    assert row["auditID"] == answer.headers["audit-id"]
    assert (row["verb"], row["userAgent"], read(row, "sourceIPs")) == ("create", "kubectl/v1.36.0", ["192.0.2.7"])
    assert read(row, "user")["username"] == "admin"
    assert read(row, "responseStatus")["code"] == 201
    assert read(row, "requestObject")["data"] == read(row, "responseObject")["data"] == {"a": "1"}


async def test_a_refused_write_is_a_row_with_its_code(logs: Logs, api: httpx.AsyncClient) -> None:
    await api.patch(f"{MAPS}/absent", json={}, headers={"Content-Type": MERGE})
    (row,) = about(logs, "absent")
    status = read(row, "responseStatus")
    assert (row["verb"], status["code"], status["reason"]) == ("patch", 404, "NotFound")
    assert "not found" in status["message"]


async def test_the_body_of_a_secret_is_not_logged(logs: Logs, api: httpx.AsyncClient) -> None:
    body = {"metadata": {"name": "hidden"}, "stringData": {"password": "DO-NOT-LEAK-live"}}
    await api.post("/api/v1/namespaces/shop/secrets", json=body)
    (row,) = about(logs, "hidden")
    assert row["level"] == "Metadata"
    assert "DO-NOT-LEAK-live" not in str(dict(row))


async def test_who_may_not_is_a_row_too(logs: Logs, api: httpx.AsyncClient) -> None:
    viewer, _ = logs.state("staging").users.token("viewer", timedelta(hours=1))
    await api.delete(f"{MAPS}/forbidden-one", headers={"Authorization": f"Bearer {viewer}"})
    (row,) = about(logs, "forbidden-one")
    assert read(row, "user")["username"] == "viewer"
    assert read(row, "annotations")["authorization.k8s.io/decision"] == "forbid"


async def test_credentials_are_in_no_row(logs: Logs, api: httpx.AsyncClient) -> None:
    await api.get(f"{MAPS}/looked-at")
    token = api.headers["Authorization"].removeprefix("Bearer ")
    assert about(logs, "looked-at")
    assert token not in repr(logs.state("staging").hearing.requests)


async def test_whom_a_user_impersonates_is_told(logs: Logs, api: httpx.AsyncClient) -> None:
    await api.get(f"{MAPS}/impersonated", headers={"Impersonate-User": "viewer"})
    (row,) = about(logs, "impersonated")
    assert (read(row, "user")["username"], read(row, "impersonatedUser")["username"]) == ("admin", "viewer")


def event(name: str, reason: str, component: str) -> dict[str, Any]:
    return {
        "metadata": {"name": f"{name}.1"},
        "involvedObject": {"kind": "Pod", "name": name, "namespace": "shop", "uid": "u"},
        "reason": reason,
        "message": "it was told",
        "type": "Warning",
        "source": {"component": component, "host": "here"},
    }


async def test_a_new_event_is_a_row_of_the_event_centre(logs: Logs, api: httpx.AsyncClient) -> None:
    sent = await api.post("/api/v1/namespaces/shop/events", json=event("told", "Told", "kubelet"))
    assert sent.status_code == 201
    row = next(each for each in logs.rows("k8s-event", "staging", hours=0.01) if each.get("pod_name") == "told")
    assert (row["level"], row["hostname"], read(row, "eventId")["reason"]) == ("Warning", "here", "Told")


async def test_what_the_control_plane_says_in_a_new_event_is_in_its_log(logs: Logs, api: httpx.AsyncClient) -> None:
    await api.post("/api/v1/namespaces/shop/events", json=event("refused", "FailedCreate", "replicaset-controller"))
    lines = [row["content"] for row in logs.rows("kcm", "staging", hours=0.01) if "shop/refused" in row["content"]]
    assert lines and "it was told" in lines[0]


@pytest.mark.slow
@needs_kubectl
def test_a_shell_in_a_pod_is_an_audit_row(tmp_path: Path) -> None:
    plan, clock = plan_region(1), Clock()
    cluster = plan.cluster("staging")
    with hosted(serve_cluster(cluster, clock, Draws(1))) as (server, _):
        stores = LogStores(plan, clock, lambda _: server.state)
        pod = next(each for each in server.state.store.objects("/pods", "shop"))["metadata"]["name"]
        Kubectl(tmp_path, server)(f"exec -n shop {pod} -- date")
        now = int(clock.now().timestamp())
        rows = stores.rows(f"k8s-log-{cluster.id}", f"audit-{cluster.id}", now - 60, now + 2)
    (row,) = [each for each in rows if "/exec?command=date" in each["requestURI"]]
    assert (read(row, "responseStatus")["code"], read(row, "objectRef")["subresource"]) == (101, "exec")
