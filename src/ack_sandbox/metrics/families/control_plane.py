"""What the API server tells of its requests, its store and itself."""

from collections.abc import Iterator
from functools import partial

from ack_sandbox.kube.usage import phase_of
from ack_sandbox.metrics.families.histograms import Observed, histogram
from ack_sandbox.metrics.families.traffic import Counted
from ack_sandbox.metrics.jobs import API_ADDRESSES, API_PORT, API_SERVER
from ack_sandbox.metrics.load import Load
from ack_sandbox.metrics.scene import Scene
from ack_sandbox.metrics.tracks import Family, Track

BOUNDS = (0.005, 0.025, 0.05, 0.1, 0.2, 0.4, 0.6, 0.8, 1.0, 1.25, 1.5, 2, 3, 4, 5, 6, 8, 10, 15, 20, 30, 45, 60)
ETCD_BOUNDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5)
# verb, resource, scope, requests a second for each node, typical seconds
REQUESTS = (
    ("GET", "leases", "resource", 0.24, 0.003),
    ("PUT", "leases", "resource", 0.21, 0.006),
    ("GET", "pods", "resource", 0.9, 0.004),
    ("LIST", "pods", "namespace", 0.35, 0.02),
    ("LIST", "pods", "cluster", 0.02, 0.16),
    ("PATCH", "pods", "resource", 0.12, 0.012),
    ("LIST", "nodes", "cluster", 0.05, 0.03),
    ("PATCH", "nodes", "resource", 0.1, 0.011),
    ("GET", "configmaps", "resource", 0.3, 0.004),
    ("GET", "secrets", "resource", 0.2, 0.004),
    ("LIST", "deployments", "cluster", 0.03, 0.04),
    ("PATCH", "events", "resource", 0.15, 0.008),
    ("POST", "events", "namespace", 0.2, 0.009),
    ("GET", "endpoints", "resource", 0.15, 0.004),
    ("LIST", "services", "cluster", 0.03, 0.02),
)
CODES = {"GET": (("200", 0.985), ("404", 0.015)), "POST": (("201", 1.0),)}
RESOURCES = {"/pods": "pods", "/nodes": "nodes", "/services": "services", "apps/deployments": "deployments.apps"}


def targets() -> Iterator[dict[str, str]]:
    return ({"instance": f"{address}:{API_PORT}", "job": API_SERVER} for address in API_ADDRESSES)


def _counted(scene: Scene, target: dict[str, str], name: str, level: float) -> Counted:
    load = Load(level * len(scene.plan.nodes), phase_of(target["instance"] + name), scene.opened, 0.15)
    return Counted(load, scene.opened - 9 * 86_400)


def _requests(scene: Scene) -> Iterator[Track]:
    for target in targets():
        for verb, resource, scope, level, _ in REQUESTS:
            for code, share in CODES.get(verb, (("200", 0.999), ("409", 0.001))):
                labels = {"verb": verb, "resource": resource, "scope": scope, "version": "v1", "code": code}
                counted = _counted(scene, target, verb + resource, level * share)
                yield Track({**target, **labels, "component": "apiserver"}, counted)


def _durations(scene: Scene) -> Iterator[Observed]:
    for target in targets():
        for verb, resource, scope, level, typical in REQUESTS:
            labels = {"verb": verb, "resource": resource, "scope": scope, "version": "v1", "component": "apiserver"}
            yield Observed({**target, **labels}, _counted(scene, target, verb + resource, level), typical, 0.8)


def _etcd(scene: Scene) -> Iterator[Observed]:
    for target in targets():
        for operation, level in (("get", 1.1), ("list", 0.3), ("update", 0.5), ("create", 0.15)):
            yield Observed({**target, "operation": operation}, _counted(scene, target, operation, level), 0.003, 0.6)


def _inflight(scene: Scene) -> Iterator[Track]:
    for target in targets():
        for kind, level in (("readOnly", 0.4), ("mutating", 0.15)):
            load = Load(level * len(scene.plan.nodes), phase_of(kind), scene.opened, 0.5)
            yield Track({**target, "request_kind": kind}, partial(_whole, load))


def _whole(load: Load, at: float) -> float:
    return round(load.at(at))


def _stored(scene: Scene) -> Iterator[Track]:
    for target in targets():
        for resource, name in RESOURCES.items():
            spans = [spell.span for spell in scene.of(resource)]
            yield Track({**target, "resource": name}, lambda at, spans=spans: _present(spans, at))  # type: ignore[misc]


def _present(spans: list[tuple[float, float]], at: float) -> float:
    return sum(start <= at < end for start, end in spans)


def _size(scene: Scene) -> Iterator[Track]:
    size = 30_000_000.0 + 60_000 * len(scene.of("/pods"))
    return (Track({**target, "endpoint": "etcd-0"}, size) for target in targets())


FAMILIES: tuple[Family, ...] = (
    Family("apiserver_request_total", "counter", "Counter of apiserver requests.", _requests),
    *histogram("apiserver_request_duration_seconds", "Response latency distribution in seconds.", BOUNDS, _durations),
    Family("apiserver_current_inflight_requests", "gauge", "Requests that are processed now.", _inflight),
    Family("apiserver_storage_objects", "gauge", "Number of stored objects.", _stored),
    Family("apiserver_storage_size_bytes", "gauge", "Size of the storage database file in bytes.", _size),
    *histogram("etcd_request_duration_seconds", "Etcd request latency in seconds.", ETCD_BOUNDS, _etcd),
)
