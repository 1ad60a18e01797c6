"""The series agree with the cluster: with what runs, what is in trouble, what `kubectl top` says, and what changes."""

from datetime import timedelta

import pytest

from ack_sandbox.kube.measured import node_metrics, pod_metrics
from ack_sandbox.kube.objects import condition, dig, name_of, namespace_of, rfc3339
from ack_sandbox.kube.quantities import quantity
from ack_sandbox.metrics.load import Load
from tests.sandbox.metrics.watched import Watched, production, watched


def running(which: Watched) -> dict[tuple[str, str, str], dict[str, str]]:
    """What the metrics API tells, by namespace, pod and container."""
    pods = pod_metrics(which.state.store, which.state.usages, "", which.clock.now())
    return {
        (namespace_of(pod), name_of(pod), container["name"]): container["usage"]
        for pod in pods
        for container in pod["containers"]
    }


def keyed(which: Watched, query: str) -> dict[tuple[str, str, str], float]:
    rows = ((dict(labels), value) for labels, value in which.ask(query).items())
    return {(row["namespace"], row["pod"], row["container"]): value for row, value in rows}


def test_the_working_set_of_every_steady_container_is_what_the_metrics_api_tells() -> None:
    which = production()
    told, api = keyed(which, "container_memory_working_set_bytes"), running(which)
    killed = which.workload("oom-killed")
    assert len(api) > 250
    different = [
        key for key, usage in api.items() if killed not in key[1] and told[key] != float(quantity(usage["memory"]))
    ]
    assert different == []


@pytest.mark.parametrize("opened", [0.0, 21_600.0, 43_200.0, 64_800.0])
def test_a_region_that_opens_at_any_hour_has_the_same_day_behind_it(opened: float) -> None:
    load, at_midnight = (Load(0.1, 1.0, each, swing=0, rhythm=0.6) for each in (opened, 0.0))
    for ago in range(0, 86_400, 7_200):
        assert load.at(opened - ago) == pytest.approx(at_midnight.at(-ago))
        assert load.total(opened - ago) == pytest.approx(at_midnight.total(-ago))


def test_exactly_the_containers_that_the_metrics_api_knows_have_a_working_set() -> None:
    assert keyed(production(), "container_memory_working_set_bytes").keys() == running(production()).keys()


def test_the_cpu_rate_of_every_long_running_container_is_its_level_within_its_swing() -> None:
    which = production()
    old = "on (namespace, pod, container) (time() - container_start_time_seconds > 300)"
    rates, api = keyed(which, f"rate(container_cpu_usage_seconds_total[2m]) and {old}"), running(which)
    assert len(rates) > 250
    far = [
        key
        for key, usage in api.items()
        if key in rates and not 0.6 < (rates[key] + 1e-4) / (float(quantity(usage["cpu"])) + 1e-4) < 1.6
    ]
    assert far == []


def test_the_memory_of_every_ready_node_is_what_the_metrics_api_tells() -> None:
    which = production()
    told = which.ask("node_memory_MemTotal_bytes - node_memory_MemAvailable_bytes")
    used = {dict(labels)["node"]: value for labels, value in told.items()}
    api = node_metrics(which.state.store, which.state.usages, which.clock.now())
    assert {name_of(node) for node in api} == set(used)
    for node in api:
        assert used[name_of(node)] == pytest.approx(float(quantity(node["usage"]["memory"])), rel=0.1)


def test_the_busy_time_of_every_ready_node_is_what_the_metrics_api_tells() -> None:
    which = production()
    told = which.ask('sum by (node) (rate(node_cpu_seconds_total{mode!="idle"}[2m]))')
    busy = {dict(labels)["node"]: value for labels, value in told.items()}
    for node in node_metrics(which.state.store, which.state.usages, which.clock.now()):
        assert busy[name_of(node)] == pytest.approx(float(quantity(node["usage"]["cpu"])), rel=0.25)


def test_all_modes_of_a_core_make_a_second_each_second() -> None:
    for rate in production().ask("sum by (node, cpu) (rate(node_cpu_seconds_total[5m]))").values():
        assert rate == pytest.approx(1, rel=1e-6)


def test_the_memory_of_a_container_that_is_killed_for_it_rises_to_its_limit_again_and_again() -> None:
    which = production()
    pod = f'container="app",pod=~"{which.workload("oom-killed")}-.*"'
    (share,) = which.ask(
        f"max(max_over_time(container_memory_working_set_bytes{{{pod}}}[1h]))"
        f" / max(container_spec_memory_limit_bytes{{{pod}}})"
    ).values()
    assert 0.9 < share <= 1
    assert min(
        which.ask(f"min_over_time(container_memory_working_set_bytes{{{pod}}}[1h])").values()
    ) < 0.75 * share * max(which.ask(f"container_spec_memory_limit_bytes{{{pod}}}").values())


def test_restarts_now_are_those_of_the_pods() -> None:
    which = production()
    told = keyed(which, "kube_pod_container_status_restarts_total")
    pods = list(which.state.store.objects("/pods"))
    statuses = [(pod, status) for pod in pods for status in dig(pod, "status", "containerStatuses", default=[])]
    assert len(told) == len(statuses)
    for pod, status in statuses:
        assert told[(namespace_of(pod), name_of(pod), status["name"])] == status["restartCount"]


def test_restarts_grow_from_none_on_the_day_that_the_trouble_began() -> None:
    which = production()
    pod = next(labels for labels in which.ask(f'kube_pod_info{{pod=~"{which.workload("crash-loop")}-.*"}}'))
    counts = which.course(f'kube_pod_container_status_restarts_total{{pod="{dict(pod)["pod"]}"}}', hours=23)
    assert counts[0] == 0
    assert counts == sorted(counts)
    assert counts[-1] > 10


def test_pods_that_no_node_has_have_no_series_of_cadvisor() -> None:
    which = production()
    unplaced = {dict(each)["pod"] for each in which.ask("kube_pod_status_unschedulable")}
    assert unplaced
    assert not unplaced & {key[1] for key in keyed(which, "container_cpu_usage_seconds_total")}


def test_the_targets_of_a_lost_node_are_down_and_its_series_are_gone() -> None:
    which = production()
    (lost,) = [
        name_of(n) for n in which.state.store.objects("/nodes") if (condition(n, "Ready") or {})["status"] != "True"
    ]
    assert set(which.ask(f'up{{node="{lost}"}}').values()) == {0.0}
    assert which.ask(f'node_load1{{node="{lost}"}}') == {}
    assert which.ask(f'node_load1{{node="{lost}"}}', which.now - 3 * 3600) != {}


def test_a_workload_that_is_scaled_by_load_worked_less_at_night() -> None:
    query = 'sum(rate(container_cpu_usage_seconds_total{namespace="shop",pod=~"frontend-.*"}[5m]))'
    by_hour = production().course(query, hours=23, step=3600)
    assert max(by_hour) > 1.7 * min(by_hour)


def test_containers_near_their_cpu_limit_are_throttled_and_idle_ones_are_not() -> None:
    which = production()
    share = "rate(container_cpu_cfs_throttled_periods_total[5m]) / rate(container_cpu_cfs_periods_total[5m])"
    shares = keyed(which, share)
    assert max(shares.values()) > 0.05
    assert sum(1 for value in shares.values() if value == 0) > len(shares) / 2


def test_every_counter_of_a_container_only_grows_within_a_life() -> None:
    which = production()
    for name in ("container_cpu_usage_seconds_total", "container_network_receive_bytes_total"):
        assert which.ask(f'resets({name}{{pod=~"frontend-.*"}}[20h]) > 0') == {}


def test_what_was_written_is_seen_from_its_time_on() -> None:
    which = watched("staging")
    store = which.state.store
    deployment = next(iter(store.objects("apps/deployments", "kube-system")))
    name = name_of(deployment)
    before = which.number(f'kube_deployment_spec_replicas{{deployment="{name}"}}')
    which.clock.advance(timedelta(minutes=10))
    spec = {**deployment["spec"], "replicas": 9}
    store.put(
        "apps/deployments", {**deployment, "metadata": {**deployment["metadata"]}, "spec": spec}, which.clock.now()
    )
    which.clock.advance(timedelta(minutes=10))
    assert which.number(f'kube_deployment_spec_replicas{{deployment="{name}"}}') == 9
    assert which.number(f'kube_deployment_spec_replicas{{deployment="{name}"}} offset 15m') == before


def test_a_pod_that_was_deleted_ends_at_once_and_stays_in_the_past() -> None:
    which = watched("staging")
    store = which.state.store
    pod = next(pod for pod in store.objects("/pods") if dig(pod, "status", "phase") == "Running")
    query = f'container_memory_working_set_bytes{{pod="{name_of(pod)}"}}'
    which.clock.advance(timedelta(minutes=5))
    store.remove("/pods", namespace_of(pod), name_of(pod), which.clock.now())
    which.clock.advance(timedelta(minutes=2))
    assert which.ask(query) == {}
    assert len(which.ask(query + " offset 4m")) == 1


def test_a_heartbeat_is_no_change() -> None:
    which = watched("staging")
    store = which.state.store
    node = next(iter(store.objects("/nodes")))
    reported = [{**each, "lastHeartbeatTime": rfc3339(which.clock.now())} for each in node["status"]["conditions"]]
    beaten = {**node, "metadata": {**node["metadata"]}, "status": {**node["status"], "conditions": reported}}
    before = which.monitored.source().scene
    store.put("/nodes", beaten, which.clock.now())
    assert which.monitored.source().scene is before
