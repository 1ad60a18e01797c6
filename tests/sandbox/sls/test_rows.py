"""The rows of the log stores: which there are, how many, in which order, the same for the same seed."""

import json
from datetime import timedelta

import pytest

from ack_sandbox.plan import MAIN_ACCOUNT, OTHER_ACCOUNT, plan_region
from ack_sandbox.sls.rows.store import LogStores
from tests.sandbox.sls.rowing import OPENED, Logs, open_logs, read


@pytest.fixture(scope="module")
def logs() -> Logs:
    return open_logs(plan_region(1), "production", "staging", "private", "other-tenant")


def test_each_cluster_has_a_project_in_its_own_account_and_region(logs: Logs) -> None:
    found = {(each.name, each.region) for each in logs.stores.projects(MAIN_ACCOUNT)}
    assert found == {(f"k8s-log-{each.id}", each.region) for each in logs.plan.clusters if each.account == MAIN_ACCOUNT}
    assert len(logs.stores.projects(OTHER_ACCOUNT)) == 1


def test_a_project_outlives_its_cluster() -> None:
    logs = open_logs(plan_region(3), "staging")
    cluster, running = logs.cluster("staging"), dict(logs.states)
    stores = LogStores(logs.plan, logs.clock, running.__getitem__)
    before = stores.logstores(f"k8s-log-{cluster.id}")
    running.clear()
    assert stores.logstores(f"k8s-log-{cluster.id}") == before
    assert [each.cluster_id for each in stores.projects(MAIN_ACCOUNT)] == [cluster.id]


def test_production_keeps_audit_events_and_every_component(logs: Logs) -> None:
    components = ["apiserver", "kcm", "scheduler", "ccm", "cluster-autoscaler", "controlplane-events"]
    assert logs.names("production") == ["audit", "k8s-event", *components]


def test_a_private_cluster_keeps_events_only(logs: Logs) -> None:
    assert logs.names("private") == ["k8s-event"]


def test_staging_keeps_no_log_of_scheduler_and_ccm(logs: Logs) -> None:
    assert not {"scheduler", "ccm"} & set(logs.names("staging"))


def test_what_does_not_exist_is_a_key_error(logs: Logs) -> None:
    with pytest.raises(KeyError):
        logs.stores.logstores("k8s-log-nothing")
    with pytest.raises(KeyError):
        logs.rows("audit", "private")


def test_a_day_of_production_is_at_least_fifty_thousand_audit_rows(logs: Logs) -> None:
    assert 50_000 <= len(logs.rows("audit")) < 100_000
    assert len(logs.rows("audit", "staging")) >= 8_000


def test_rows_come_oldest_first_and_within_their_bounds(logs: Logs) -> None:
    cluster = logs.cluster("production")
    since, until = int(OPENED.timestamp()) - 5400, int(OPENED.timestamp()) - 5000
    found = logs.stores.rows(f"k8s-log-{cluster.id}", f"audit-{cluster.id}", since, until)
    times = [int(row["__time__"]) for row in found]
    assert times == sorted(times)
    assert since <= times[0] and times[-1] < until


def test_neighbouring_windows_share_no_row_and_miss_none(logs: Logs) -> None:
    halves = [*logs.rows("audit", hours=1, until=OPENED - timedelta(hours=1)), *logs.rows("audit", hours=1)]
    # Both end a second after their hour.
    assert len({row["auditID"] for row in halves}) == len(halves) == len(logs.rows("audit", hours=2))


def test_the_same_seed_gives_the_same_rows_and_another_seed_others(logs: Logs) -> None:
    def ids(seed: int) -> list[str]:
        return [row["auditID"] for row in open_logs(plan_region(seed), "staging").rows("audit", "staging", hours=0.2)]

    assert ids(1) == [row["auditID"] for row in logs.rows("audit", "staging", hours=0.2)] != ids(2)


def test_there_is_more_asked_by_people_in_the_afternoon_than_at_night(logs: Logs) -> None:
    def people(hour: int) -> int:
        # Noon in UTC is eight in the evening in China.
        rows = logs.rows("audit", hours=1, until=OPENED.replace(hour=hour))
        return sum("kubectl" in row["userAgent"] for row in rows)

    assert people(8) > max(10, 3 * people(20))


def test_every_json_field_of_an_audit_row_is_json(logs: Logs) -> None:
    names = ("user", "sourceIPs", "responseStatus", "annotations", "objectRef", "requestObject", "responseObject")
    for row in logs.rows("audit", hours=0.5):
        for name in names:
            assert name not in row or json.loads(row[name])
        assert {"auditID", "level", "stage", "verb", "requestURI", "userAgent", "stageTimestamp"} <= row.keys()


def test_a_row_lasts_from_when_it_was_received_to_its_stage(logs: Logs) -> None:
    for row in logs.rows("audit", hours=0.1):
        assert row["requestReceivedTimestamp"] < row["stageTimestamp"]


def test_ordinary_traffic_goes_on_after_the_opening() -> None:
    logs = open_logs(plan_region(3), "staging")
    before = len(logs.rows("audit", "staging", hours=1))
    logs.clock.advance(timedelta(hours=5))
    assert len(logs.rows("audit", "staging", hours=1)) > before / 2
    assert logs.rows("apiserver", "staging", hours=1)


def test_rows_are_forgotten_when_their_time_to_live_is_over() -> None:
    logs = open_logs(plan_region(3), "staging")
    logs.clock.advance(timedelta(days=31))
    assert not logs.rows("audit", "staging", until=OPENED)


def test_rows_never_come_from_the_future(logs: Logs) -> None:
    found = logs.rows("audit", hours=2, until=OPENED + timedelta(hours=1))
    assert int(found[-1]["__time__"]) <= OPENED.timestamp()


@pytest.mark.slow
def test_bodies_of_secrets_are_logged_in_two_rows_only(logs: Logs) -> None:
    rows = logs.rows("audit")
    secrets = [row for row in rows if '"resource":"secrets"' in row.get("objectRef", "")]
    bodies = [row for row in secrets if "requestObject" in row or "responseObject" in row]
    assert len(bodies) == 2
    assert all("DO-NOT-LEAK" in row["requestObject"] for row in bodies)


@pytest.mark.slow
def test_failures_of_each_usual_kind_are_among_the_rows(logs: Logs) -> None:
    codes = {read(row, "responseStatus")["code"] for row in logs.rows("audit")}
    assert {101, 200, 201, 403, 404, 409} <= codes


def test_a_control_plane_line_looks_like_its_logger(logs: Logs) -> None:
    content = logs.rows("kcm", hours=1)[0]["content"]
    assert content.startswith(("I0302 ", "W0302 ", "E0302 "))
    assert "] " in content
