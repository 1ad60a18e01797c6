"""The rows agree with the incidents: who did what before, what was said meanwhile, what the control plane wrote."""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest

from ack_sandbox.kube.objects import parse_time
from ack_sandbox.plan import plan_region
from ack_sandbox.sls.rows.oddities import vanished
from ack_sandbox.sls.rows.store import Row
from tests.sandbox.sls.rowing import Logs, open_logs, read

MONTH = 30 * 24


@pytest.fixture(
    scope="module", params=[1, pytest.param(2, marks=pytest.mark.slow), pytest.param(7, marks=pytest.mark.slow)]
)
def logs(request: pytest.FixtureRequest) -> Logs:
    return open_logs(plan_region(request.param), "production")


@pytest.fixture(scope="module")
def writes(logs: Logs) -> list[Row]:
    """The audit rows of a month that tell what was changed, or that it was refused."""
    return [
        row
        for row in logs.rows("audit", hours=MONTH)
        if "requestObject" in row
        or '"resource":"secrets"' in row.get("objectRef", "")
        or "exceeded quota" in row["responseStatus"]
    ]


def of(writes: list[Row], verb: str, resource: str, name: str, *, namespace: str = "", sub: str = "") -> list[Row]:
    def fits(row: Row) -> bool:
        about = read(row, "objectRef") if "objectRef" in row else {}
        return bool(
            row["verb"] == verb
            and about.get("resource") == resource
            and about.get("name") == name
            and about.get("subresource", "") == sub
            and (not namespace or about.get("namespace") == namespace)
        )

    return [row for row in writes if f'"{name}"' in row.get("objectRef", "") and fits(row)]


def moment(row: Row) -> datetime:
    return parse_time(row["stageTimestamp"])


def name_of(logs: Logs, identity: str) -> str:
    return logs.incident(identity).workload.partition("/")[2]


# incident, and what in the body of the newest patch or create of its Deployment tells the cause
CHANGES: tuple[tuple[str, Callable[[Any, dict[str, str]], bool]], ...] = (
    ("oom-killed", lambda body, facts: facts["limit"] in str(body["spec"]["template"])),
    ("image-tag-missing", lambda body, facts: facts["image"] in str(body)),
    ("image-no-access", lambda body, facts: facts["image"] in str(body)),
    ("pending-cpu", lambda body, facts: f"'cpu': '{facts['request']}'" in str(body)),
    ("pending-selector", lambda body, facts: facts["selector"].partition("=")[2] in str(body)),
    ("stuck-rollout", lambda body, facts: facts["version"] in str(body)),
    ("liveness-kills", lambda body, facts: "livenessProbe" in str(body)),
    ("sidecar-panic", lambda body, facts: "log-shipper:v0.9.0" in str(body)),
    ("missing-config-map", lambda body, facts: facts["config_map"] in str(body)),
    ("missing-secret", lambda body, facts: facts["secret"] in str(body)),
    ("init-failure", lambda body, facts: ":v1.9.2" in str(body)),
)


@pytest.mark.parametrize(("identity", "tells"), CHANGES, ids=[each for each, _ in CHANGES])
def test_the_change_that_caused_an_incident_is_in_the_audit_log(
    logs: Logs, writes: list[Row], identity: str, tells: Callable[[Any, dict[str, str]], bool]
) -> None:
    incident, name = logs.incident(identity), name_of(logs, identity)
    rows = [
        *of(writes, "create", "deployments", name, namespace=incident.namespace),
        *of(writes, "patch", "deployments", name, namespace=incident.namespace),
    ]
    last = max(rows, key=moment)
    assert tells(read(last, "requestObject"), incident.facts)
    made = [
        each
        for each in logs.scene().kind("ReplicaSet", incident.namespace)
        if each["metadata"]["name"].startswith(name)
    ]
    newest = max(parse_time(each["metadata"]["creationTimestamp"]) for each in made)
    assert timedelta(seconds=-1) <= newest - moment(last) <= timedelta(seconds=5)


def before(logs: Logs, identity: str, row: Row) -> timedelta:
    return logs.scene().trouble(logs.incident(identity)) - moment(row)


def test_what_a_crashing_application_lacks_was_changed_just_before(logs: Logs, writes: list[Row]) -> None:
    kind, name, verb = ("secrets", "db-credentials", "patch")
    if "password" not in logs.incident("crash-loop").cause:
        kind, name, verb = ("configmaps", "app-config", "update")
    rows = of(writes, verb, kind, name, namespace="payments")
    assert any(timedelta() < before(logs, "crash-loop", row) < timedelta(minutes=10) for row in rows)


@pytest.mark.parametrize(
    ("identity", "resource", "fact"),
    [
        ("missing-config-map", "configmaps", "config_map"),
        ("missing-secret", "secrets", "secret"),
        ("readiness-503", "services", "backend"),
        ("ingress-without-service", "services", "backend"),
    ],
)
def test_what_an_incident_misses_was_deleted_by_a_person(
    logs: Logs, writes: list[Row], identity: str, resource: str, fact: str
) -> None:
    incident = logs.incident(identity)
    name = incident.facts[fact].partition(":")[0]
    (row,) = of(writes, "delete", resource, name, namespace=incident.namespace)
    assert timedelta() <= before(logs, identity, row) < timedelta(minutes=20)
    assert not read(row, "user")["username"].startswith("system:")


def test_the_selector_that_finds_no_pod_was_edited(logs: Logs, writes: list[Row]) -> None:
    (row,) = of(writes, "patch", "services", name_of(logs, "no-endpoints"))
    wanted = logs.incident("no-endpoints").facts["selector"].partition("=")[2]
    assert read(row, "requestObject") == {"spec": {"selector": {"app": wanted}}}


def test_a_namespace_that_does_not_end_was_deleted_when_it_says_so(logs: Logs, writes: list[Row]) -> None:
    name = name_of(logs, "namespace-terminating")
    space = logs.scene().get("Namespace", "", name)
    assert space is not None
    (row,) = of(writes, "delete", "namespaces", name)
    assert int(row["__time__"]) == parse_time(space["metadata"]["deletionTimestamp"]).timestamp()


def test_the_pods_that_a_quota_refuses_are_forbidden_to_the_controller(logs: Logs, writes: list[Row]) -> None:
    scaled = of(writes, "patch", "deployments", name_of(logs, "quota-exceeded"), sub="scale")
    refused = [row for row in writes if "exceeded quota" in row["responseStatus"]]
    assert len(scaled) == 1 and len(refused) > 5
    assert all(read(row, "responseStatus")["code"] == 403 for row in refused)
    assert moment(scaled[0]) < min(map(moment, refused))


def test_a_lost_node_renews_its_lease_no_more(logs: Logs) -> None:
    lost = logs.incident("node-lost").facts["node"]
    renewals = [
        row
        for row in logs.rows("audit", hours=1.5)
        if f'"leases","namespace":"kube-node-lease","name":"{lost}"' in row.get("objectRef", "")
    ]
    assert renewals
    assert max(map(moment, renewals)) < logs.clock.now() - timedelta(minutes=46)


def test_the_port_of_a_deleted_service_can_be_recovered(logs: Logs, writes: list[Row]) -> None:
    gone = vanished(logs.scene())
    assert gone is not None
    rows = [row for row in writes if f'"name":"{gone.name}"' in row["objectRef"]]
    assert [row["verb"] for row in rows] == ["create", "delete"]
    ports = {
        read(rows[0], "requestObject")["spec"]["ports"][0]["port"],
        read(rows[1], "responseObject")["spec"]["ports"][0]["port"],
    }
    assert ports == {gone.port}
    assert logs.scene().get("Service", gone.namespace, gone.name) is None


def said(logs: Logs) -> Iterator[tuple[Row, Any]]:
    return ((row, read(row, "eventId")) for row in logs.rows("k8s-event"))


@pytest.mark.slow
def test_an_event_that_recurs_counts_up_to_what_the_cluster_says(logs: Logs) -> None:
    name = name_of(logs, "crash-loop")
    pod = next(
        each
        for each in logs.scene().kind("Event", "payments")
        if each["reason"] == "BackOff" and each["involvedObject"]["name"].startswith(name)
    )
    counts = [event["count"] for _, event in said(logs) if event["metadata"]["name"] == pod["metadata"]["name"]]
    assert counts == sorted(set(counts))
    assert counts[0] == 1 and counts[-1] == pod["count"] and len(counts) > 10


def test_a_row_of_the_event_centre_has_what_is_searched_most(logs: Logs) -> None:
    row, event = next((row, event) for row, event in said(logs) if event["reason"] == "FailedScheduling")
    assert row["level"] == event["type"] == "Warning"
    assert row["pod_name"] == event["involvedObject"]["name"]


def test_runs_that_the_cluster_forgot_are_still_in_the_event_centre(logs: Logs) -> None:
    runs = [
        event for _, event in said(logs) if event["reason"] == "SuccessfulCreate" and "sitemap-" in event["message"]
    ]
    assert len({event["message"] for event in runs if event["involvedObject"]["kind"] == "CronJob"}) in (47, 48)


def test_scheduler_and_autoscaler_write_about_pods_that_fit_nowhere(logs: Logs) -> None:
    name = name_of(logs, "pending-cpu")
    scheduler = [
        row["content"] for row in logs.rows("scheduler") if "no fit" in row["content"] and name in row["content"]
    ]
    autoscaler = [row["content"] for row in logs.rows("cluster-autoscaler") if name in row["content"]]
    assert len(scheduler) > 10 and all("Insufficient cpu" in each for each in scheduler)
    assert autoscaler


@pytest.mark.parametrize(
    "phrase",
    [
        "exceeded quota: compute",
        "unexpected items still remain in namespace",
        "storageclass.storage.k8s.io",
        "BackoffLimitExceeded",
    ],
)
def test_the_controller_manager_writes_about_trouble(logs: Logs, phrase: str) -> None:
    found = [row for row in logs.rows("kcm") if phrase in row["content"]]
    assert found and all(row["level"] == "ERROR" for row in found)


@pytest.mark.slow
def test_nobody_touched_the_look_alikes_in_the_hour_of_trouble(logs: Logs, writes: list[Row]) -> None:
    """What resembles an incident was last changed when its newest revision was made."""
    scene = logs.scene()
    for alike in scene.population.look_alikes:
        kind, _, name = alike.workload.partition("/")
        found = scene.get("Deployment", alike.namespace, name) if kind == "deployment" else None
        if found is None:
            continue
        newest = max(parse_time(each["metadata"]["creationTimestamp"]) for each in scene.owned(found))
        changes = [
            row for row in of(writes, "patch", "deployments", name, namespace=alike.namespace) if "requestObject" in row
        ]
        assert all(moment(row) < newest + timedelta(seconds=1) for row in changes)
