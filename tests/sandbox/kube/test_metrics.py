"""The metrics API: figures of what runs, that move with the clock and add up."""

from tests.sandbox.kube.conftest import Cluster

PODS = "/apis/metrics.k8s.io/v1beta1/pods"
NODES = "/apis/metrics.k8s.io/v1beta1/nodes"


def test_every_running_pod_is_measured(staging: Cluster) -> None:
    assert staging.api.names(PODS) == staging.api.names("/api/v1/pods")


def test_one_pod_can_be_measured_alone(staging: Cluster) -> None:
    name = staging.api.names("/api/v1/namespaces/shop/pods")[0]
    found = staging.api.get(f"/apis/metrics.k8s.io/v1beta1/namespaces/shop/pods/{name}").json
    assert found["containers"][0]["usage"]["cpu"].endswith("n")


def test_measurements_are_selected_by_label(staging: Cluster) -> None:
    assert len(staging.api.names(f"{PODS}?labelSelector=app%3Dcart")) == 2


def test_figures_move_with_the_clock(scratch: Cluster) -> None:
    before = scratch.api.get(NODES).json["items"]
    scratch.advance(120)
    after = scratch.api.get(NODES).json["items"]
    assert [each["usage"] for each in before] != [each["usage"] for each in after]


def test_a_lost_node_is_not_measured(production: Cluster) -> None:
    lost = set(production.api.names("/api/v1/nodes")) - set(production.api.names(NODES))
    assert lost == {"cn-hangzhou.10.0.1.17"}


def test_a_node_uses_at_least_what_its_pods_use(staging: Cluster) -> None:
    used = sum(int(each["usage"]["memory"][:-2]) for each in staging.api.get(NODES).json["items"])
    pods = staging.api.get(PODS).json["items"]
    assert used > sum(int(box["usage"]["memory"][:-2]) for pod in pods for box in pod["containers"])


def test_what_does_not_run_is_not_measured(production: Cluster) -> None:
    pods = production.api.get("/api/v1/pods?fieldSelector=status.phase%3DPending").json["items"]
    pending = {pod["metadata"]["name"] for pod in pods}
    assert pending and not pending & set(production.api.names(PODS))
