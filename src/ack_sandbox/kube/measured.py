"""The metrics API: what running pods and ready nodes use now, as metrics-server reports it."""

from datetime import datetime, timedelta

from ack_sandbox.kube.objects import Object, condition, dig, name_of, namespace_of, rfc3339
from ack_sandbox.kube.store import Store
from ack_sandbox.kube.usage import WINDOW_SECONDS, Usages

API_VERSION = "metrics.k8s.io/v1beta1"


def _window(now: datetime) -> datetime:
    return now - timedelta(seconds=now.timestamp() % WINDOW_SECONDS)


def _running(pod: Object) -> list[Object]:
    statuses = {each["name"]: each for each in dig(pod, "status", "containerStatuses", default=[])}
    containers = dig(pod, "spec", "containers", default=[])
    return [each for each in containers if "running" in dig(statuses, each["name"], "state", default={})]


def _usage(cpu: int, memory: int) -> dict[str, str]:
    return {"cpu": f"{cpu}n", "memory": f"{memory // 1024}Ki"}


def _measurement(kind: str, obj: Object, now: datetime) -> Object:
    moment = rfc3339(_window(now))
    meta: Object = {"name": name_of(obj), "namespace": namespace_of(obj), "creationTimestamp": moment}
    meta["labels"] = dig(obj, "metadata", "labels", default={})
    return {
        "kind": kind,
        "apiVersion": API_VERSION,
        "metadata": {key: value for key, value in meta.items() if value},
        "timestamp": moment,
        "window": f"{WINDOW_SECONDS}s",
    }


def pod_metrics(store: Store, usages: Usages, namespace: str, now: datetime) -> list[Object]:
    lost = _lost_nodes(store)
    measured = []
    for pod in store.objects("/pods", namespace):
        running = [] if dig(pod, "spec", "nodeName") in lost else _running(pod)
        if not running:
            continue
        containers = [
            {"name": each["name"], "usage": _usage(*usages.container(pod, each, _window(now)))} for each in running
        ]
        measured.append({**_measurement("PodMetrics", pod, now), "containers": containers})
    return measured


def _lost_nodes(store: Store) -> set[str]:
    nodes = store.objects("/nodes")
    return {name_of(node) for node in nodes if dig(condition(node, "Ready") or {}, "status") != "True"}


def node_metrics(store: Store, usages: Usages, now: datetime) -> list[Object]:
    lost = _lost_nodes(store)
    used = {
        name_of(node): usages.node_overhead(name_of(node), _window(now))
        for node in store.objects("/nodes")
        if name_of(node) not in lost
    }
    for pod in store.objects("/pods"):
        node = dig(pod, "spec", "nodeName", default="")
        if node not in used:
            continue
        for container in _running(pod):
            cpu, memory = usages.container(pod, container, _window(now))
            used[node] = (used[node][0] + cpu, used[node][1] + memory)
    nodes = (node for node in store.objects("/nodes") if name_of(node) in used)
    return [{**_measurement("NodeMetrics", node, now), "usage": _usage(*used[name_of(node)])} for node in nodes]
