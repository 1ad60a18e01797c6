"""The bounds of an autoscaler follow from the load of all pods and the request of one."""

from dataclasses import replace
from fractions import Fraction
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from ack_mcp_server.cost.fitness import Around, fitness, is_protected
from ack_mcp_server.cost.manifest import manifest
from ack_mcp_server.cost.scaling import LEAST_TARGET, MOST_TARGET, Bounds, Load, bounds, not_lowered
from ack_mcp_server.cost.subject import Subject
from ack_mcp_server.cost.workload import Asks, Container, Workload
from ack_mcp_server.errors import InvalidInput

LOAD = Load(1500, 3000, 6000, 8000, Fraction(130, 100), "5m", {"cpu": Fraction(1000), "memory": Fraction(512)}, {})
SUBJECT = Subject.checked("", "shop", "deployment", "web")
ASKS = {"cpu": Asks(Fraction(1000), None), "memory": Asks(Fraction(512), None)}
FOUND = Bounds(60, 3, 20, ("", "", ""))


def _workload(subject: Subject = SUBJECT, asks: dict[str, Asks] | None = None, **obj: Any) -> Workload:
    spec = {"template": {"metadata": {"labels": {"app": "web"}}}}
    containers = (Container("app", asks or ASKS),)
    return Workload(subject, {"spec": spec, **obj}, {}, containers, (), ("web",), 4)


def test_the_target_leaves_room_for_the_rise_of_one_step() -> None:
    assert bounds(LOAD, Fraction(1000)).target == 60  # 80 ÷ 1.3 = 61.5


def test_a_load_that_jumps_has_the_least_target() -> None:
    assert bounds(replace(LOAD, burst=Fraction(5)), Fraction(1000)).target == LEAST_TARGET


def test_a_calm_load_has_the_most_target() -> None:
    assert bounds(replace(LOAD, burst=Fraction(1)), Fraction(1000)).target == MOST_TARGET


def test_the_bounds_are_loads_by_what_one_pod_takes() -> None:
    found = bounds(LOAD, Fraction(1000))
    assert (found.minimum, found.maximum) == (3, 20)  # 1500 ÷ 600, 8000 × 1.5 ÷ 600


def test_ten_pods_at_a_third_of_their_request_are_no_load_of_three_hundred_percent() -> None:
    load = replace(LOAD, low=3000, median=3000, high=3000, highest=3000, burst=Fraction(1))
    found = bounds(load, Fraction(1000))
    assert (found.target, found.minimum, found.maximum) == (75, 4, 6)


def test_two_pods_are_the_least() -> None:
    assert bounds(replace(LOAD, low=1), Fraction(1000)).minimum == 2


def test_one_pod_more_than_a_disruption_budget_keeps() -> None:
    assert bounds(LOAD, Fraction(1000), 5).minimum == 6


def test_the_arithmetic_is_told() -> None:
    assert bounds(LOAD, Fraction(1000)).how == (
        "target 60 %: 80 % ÷ 1.30 (rise within 5m, p99) = 62 %, down to a multiple of 5, within 40-75 %",
        "min 3: low load 1500m (p5) ÷ (1000m × 60 % = 600m), rounded up, at least 2",
        "max 20: highest load 8000m × 1.5 ÷ (1000m × 60 % = 600m), at least min + 1",
    )


@given(
    low=st.integers(0, 10**5),
    more=st.integers(0, 10**6),
    burst=st.fractions(1, 20, max_denominator=100),
    request=st.integers(1, 10**5),
    kept=st.integers(0, 20),
)
@settings(max_examples=25)
def test_min_is_below_max_and_max_carries_the_highest_load(
    low: int, more: int, burst: Fraction, request: int, kept: int
) -> None:
    load = replace(LOAD, low=low, highest=low + more, burst=burst)
    found = bounds(load, Fraction(request), kept)
    assert 2 <= found.minimum < found.maximum
    assert LEAST_TARGET <= found.target <= MOST_TARGET
    assert found.maximum * request * found.target >= (low + more) * 100


def test_a_daemon_set_has_no_replicas_to_change() -> None:
    subject = replace(SUBJECT, type="daemonset")
    assert fitness(_workload(subject), Around(), LOAD).against == (
        "a DaemonSet has no replicas that an autoscaler could change",
    )


def test_without_a_cpu_request_there_is_no_utilization() -> None:
    asks = {"cpu": Asks(None, None), "memory": ASKS["memory"]}
    assert "no CPU request in app" in fitness(_workload(asks=asks), Around(), LOAD).against[0]


def test_a_claim_of_one_node_is_against_more_pods() -> None:
    assert "data" in fitness(_workload(), Around(single=("data",)), LOAD).against[0]


def test_idle_cpu_beside_full_memory_is_memory_bound() -> None:
    load = replace(LOAD, p95={"cpu": 100, "memory": 480})
    assert "memory-bound" in fitness(_workload(), Around(), load).against[0]


def test_a_request_below_the_use_is_no_reason_for_more_pods() -> None:
    load = replace(LOAD, p95={"cpu": 3660, "memory": 100})
    assert "366% of the request" in fitness(_workload(), Around(), load).against[0]


@pytest.mark.parametrize(("high", "flat"), [(1600, True), (6000, False)])
def test_a_flat_load_is_told(high: int, flat: bool) -> None:
    cautions = fitness(_workload(), Around(), replace(LOAD, high=high)).cautions
    assert any("the load is flat" in each for each in cautions) is flat


def test_a_budget_that_allows_nothing_is_told() -> None:
    budget = {"metadata": {"name": "web"}, "spec": {"maxUnavailable": 0}}
    cautions = fitness(_workload(), Around(budgets=(budget,)), LOAD).cautions
    assert any("allows no eviction" in each for each in cautions)


@pytest.mark.parametrize(
    ("selector", "protects"),
    [
        ({"matchLabels": {"app": "web"}}, True),
        ({"matchLabels": {"app": "web-admin"}}, False),
        ({"matchExpressions": [{"key": "app", "operator": "In", "values": ["api", "web"]}]}, True),
        ({"matchExpressions": [{"key": "app", "operator": "DoesNotExist"}]}, False),
        ({}, True),
        (None, False),
    ],
)
def test_a_budget_is_of_the_pods_that_its_selector_means(selector: Any, protects: bool) -> None:
    assert is_protected({"spec": {"selector": selector}}, _workload()) is protects


def test_two_autoscalers_of_one_workload_are_told() -> None:
    hpas = tuple({"metadata": {"name": name}, "spec": {"maxReplicas": 9}} for name in ("one", "two"))
    assert any("fight" in each for each in fitness(_workload(), Around(hpas=hpas), LOAD).cautions)


def test_bounds_that_are_there_are_not_narrowed_on_little_history() -> None:
    found = not_lowered(bounds(LOAD, Fraction(1000)), 2, 48)
    assert (found.minimum, found.maximum) == (3, 48)
    assert [how.partition("; ")[2] for how in found.how] == ["", "", "48 kept, because less than a week was seen"]


def test_the_manifest_is_an_autoscaler_of_the_workload() -> None:
    document = yaml.safe_load(manifest(SUBJECT, FOUND, None))
    assert document["apiVersion"] == "autoscaling/v2"
    assert document["metadata"] == {"name": "web", "namespace": "shop"}
    assert document["spec"]["scaleTargetRef"] == {"apiVersion": "apps/v1", "kind": "Deployment", "name": "web"}
    assert (document["spec"]["minReplicas"], document["spec"]["maxReplicas"]) == (3, 20)


def test_the_manifest_of_an_existing_one_keeps_its_name_metrics_and_behavior() -> None:
    memory = {"type": "Resource", "resource": {"name": "memory", "target": {"type": "Utilization"}}}
    cpu = {"type": "Resource", "resource": {"name": "cpu", "target": {"averageUtilization": 90}}}
    behavior = {"scaleDown": {"stabilizationWindowSeconds": 600}}
    existing = {"metadata": {"name": "web-hpa"}, "spec": {"metrics": [cpu, memory], "behavior": behavior}}
    document = yaml.safe_load(manifest(SUBJECT, FOUND, existing))
    targets = [each["resource"]["target"].get("averageUtilization") for each in document["spec"]["metrics"]]
    assert document["metadata"]["name"] == "web-hpa"
    assert targets == [60, None]
    assert document["spec"]["behavior"] == behavior


@pytest.mark.parametrize(
    ("namespace", "kind", "name"),
    [
        ("shop/../kube-system", "deployment", "web"),
        ("shop", "deployment", "web; touch /tmp/x"),
        ("shop", "deployment", 'web"} or vector(1) #'),
        ("shop", "deployment", ".."),
        ("shop", "secret", "web"),
        ("", "deployment", "web"),
        ("shop", "deployment", ""),
        ("shop", "deployment", "web\n"),
    ],
)
def test_names_that_are_none_are_refused(namespace: str, kind: str, name: str) -> None:
    with pytest.raises(InvalidInput):
        Subject.checked("", namespace, kind, name)
