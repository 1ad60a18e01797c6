"""What CoreDNS and the ingress controller tell of the requests that they answered."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial

from ack_sandbox.kube.objects import Object, dig, labels_of, name_of, namespace_of
from ack_sandbox.kube.usage import phase_of
from ack_sandbox.metrics.families.histograms import Observed, histogram
from ack_sandbox.metrics.history import Spell
from ack_sandbox.metrics.jobs import COREDNS, DNS_PORT, INGRESS, INGRESS_PORT
from ack_sandbox.metrics.load import Load
from ack_sandbox.metrics.scene import RHYTHM, Scene
from ack_sandbox.metrics.spans import ALWAYS, Spans, common, without
from ack_sandbox.metrics.tracks import Family, Track

DNS_BOUNDS = (0.00025, 0.0005, 0.001, 0.002, 0.004, 0.008, 0.016, 0.032, 0.064, 0.128, 0.256, 0.512, 1.024, 2.048)
HTTP_BOUNDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)
INGRESS_APP = "nginx-ingress-controller"
QUERIES_PER_NODE = 45.0
REQUESTS_PER_NODE = 6.0
CODES = {"NOERROR": 0.69, "NXDOMAIN": 0.3088, "SERVFAIL": 0.0012}
"""NXDOMAIN is what the search path of resolv.conf makes of outside names."""
STATUSES = {"200": 0.951, "201": 0.02, "304": 0.013, "404": 0.0142, "499": 0.001, "500": 0.0004, "502": 0.0004}


@dataclass(frozen=True)
class Counted:
    """Events since `began`, a day and more before the region opened, while spans of time last."""

    load: Load
    began: float
    spans: Spans = ALWAYS

    def __call__(self, at: float) -> float:
        parts = ((max(start, self.began), min(end, at)) for start, end in self.spans)
        return int(sum(self.load.since(start, end) for start, end in parts if start < end))


def _app_pods(scene: Scene, app: str) -> Iterator[tuple[Object, Spans]]:
    for spell in scene.of("/pods"):
        if labels_of(spell.object).get("app") == app and dig(spell.object, "status", "podIP"):
            yield spell.object, scene.told(spell)


def targets(scene: Scene, app: str, job: str, port: int) -> Iterator[tuple[dict[str, str], Spans]]:
    """The pods of a system application as scrape targets."""
    for pod, spans in _app_pods(scene, app):
        labels = {"namespace": namespace_of(pod), "pod": name_of(pod), "job": job}
        yield {**labels, "instance": f"{pod['status']['podIP']}:{port}"}, spans


def _counted(scene: Scene, name: str, level: float, spans: Spans = ALWAYS, rhythm: float = RHYTHM) -> Counted:
    began = scene.opened - 4 * 86_400
    return Counted(Load(level, phase_of(name), scene.opened, 0.2, rhythm), began, spans)


def _dns_level(scene: Scene) -> float:
    """Queries a second for each of the two pods."""
    return QUERIES_PER_NODE * len(scene.plan.nodes) / 2


def _dns(scene: Scene) -> Iterator[tuple[dict[str, str], Spans, float]]:
    for labels, spans in targets(scene, "coredns", COREDNS, DNS_PORT):
        yield {**labels, "server": "dns://:53", "zone": "."}, spans, _dns_level(scene)


def _queries(scene: Scene) -> Iterator[Track]:
    for labels, spans, level in _dns(scene):
        for kind, share in (("A", 0.58), ("AAAA", 0.41), ("SRV", 0.01)):
            asked = {**labels, "family": "1", "proto": "udp", "type": kind}
            yield Track(asked, _counted(scene, labels["pod"], level * share), spans)


def _responses(scene: Scene) -> Iterator[Track]:
    for labels, spans, level in _dns(scene):
        for code, share in CODES.items():
            yield Track({**labels, "rcode": code}, _counted(scene, labels["pod"], level * share), spans)


def _dns_durations(scene: Scene) -> Iterator[Observed]:
    for labels, spans, level in _dns(scene):
        yield Observed(labels, _counted(scene, labels["pod"], level), 0.0006, 1.1, spans)


def _cache(share: float, kind: str, scene: Scene) -> Iterator[Track]:
    for labels, spans, level in _dns(scene):
        told = {**labels, "type": kind} if kind else labels
        yield Track(told, _counted(scene, labels["pod"], level * share), spans)


def _cache_entries(scene: Scene) -> Iterator[Track]:
    for labels, spans, level in _dns(scene):
        for kind, share in (("success", 2.2), ("denial", 3.1)):
            yield Track({**labels, "type": kind}, float(int(level * share)), spans)


def _forwards(scene: Scene) -> Iterator[Track]:
    for labels, spans, level in _dns(scene):
        for server in ("100.100.2.136:53", "100.100.2.138:53"):
            yield Track({**labels, "to": server}, _counted(scene, labels["pod"], level * 0.06), spans)


def _panics(scene: Scene) -> Iterator[Track]:
    return (Track(labels, 0.0, spans) for labels, spans in targets(scene, "coredns", COREDNS, DNS_PORT))


@dataclass(frozen=True)
class Route:
    """What one path of an ingress leads to; `served` is when its service had an address."""

    labels: dict[str, str]
    there: Spans
    served: Spans


def _routes(scene: Scene) -> Iterator[Route]:
    """Of each controller pod."""
    for target, up in targets(scene, INGRESS_APP, INGRESS, INGRESS_PORT):
        moved = {"controller_pod": target["pod"], "controller_namespace": target["namespace"], "job": INGRESS}
        for spell in scene.of("networking.k8s.io/ingresses"):
            for labels, service in _paths(spell.object):
                labels = {**labels, **moved, "controller_class": "k8s.io/ingress-nginx", "instance": target["instance"]}
                yield Route(labels, common((spell.span,), up), _served(scene, namespace_of(spell.object), service))


def _paths(ingress: Object) -> Iterator[tuple[dict[str, str], str]]:
    for rule in dig(ingress, "spec", "rules", default=[]):
        for path in dig(rule, "http", "paths", default=[]):
            service = dig(path, "backend", "service", "name", default="")
            names = {"ingress": name_of(ingress), "namespace": namespace_of(ingress), "service": service}
            yield {**names, "host": rule.get("host", ""), "path": path.get("path", "/")}, service


def _served(scene: Scene, space: str, service: str) -> Spans:
    found = [each for each in scene.of("/endpoints") if _is(each, space, service) and _has_addresses(each.object)]
    return tuple(sorted(each.span for each in found))


def _is(spell: Spell, space: str, name: str) -> bool:
    return name_of(spell.object) == name and namespace_of(spell.object) == space


def _has_addresses(endpoints: Object) -> bool:
    return any(each.get("addresses") for each in endpoints.get("subsets") or ())


def _answers(scene: Scene) -> Iterator[tuple[dict[str, str], Counted, Spans]]:
    """By route, method and status; without an address behind it a route answers 503."""
    pods = sum(1 for _ in targets(scene, INGRESS_APP, INGRESS, INGRESS_PORT)) or 1
    level = REQUESTS_PER_NODE * len(scene.plan.nodes) / pods
    for route in _routes(scene):
        lost = without(route.there, route.served)
        for method, part in (("GET", 0.8), ("POST", 0.2)):
            for status, share, spans in (
                *((code, share, route.served) for code, share in STATUSES.items()),
                ("503", 1.0, lost),
            ):
                if spans:
                    name = f"{route.labels['host']}{route.labels['path']}"
                    counted = _counted(scene, name, level * part * share, spans)
                    yield {**route.labels, "method": method, "status": status}, counted, route.there


def _requests(scene: Scene) -> Iterator[Track]:
    return (Track(labels, counted, spans) for labels, counted, spans in _answers(scene))


def _http_durations(scene: Scene) -> Iterator[Observed]:
    for labels, counted, spans in _answers(scene):
        typical = 0.004 if labels["status"] == "503" else 0.03 + phase_of(labels["host"]) / 100
        yield Observed(labels, counted, typical, 0.8, spans)


def _sizes(scene: Scene) -> Iterator[Observed]:
    for labels, counted, spans in _answers(scene):
        yield Observed(labels, counted, 4200.0, 1.2, spans)


def _connections(scene: Scene) -> Iterator[Track]:
    for labels, spans in targets(scene, INGRESS_APP, INGRESS, INGRESS_PORT):
        load = Load(40.0, phase_of(labels["pod"]), scene.opened, 0.2, RHYTHM)
        for state, share in (("active", 1.0), ("reading", 0.0), ("writing", 0.2), ("waiting", 0.8)):
            yield Track({**labels, "state": state}, partial(_whole, load, share), spans)


def _whole(load: Load, share: float, at: float) -> float:
    return round(load.at(at) * share)


FAMILIES: tuple[Family, ...] = (
    Family(
        "coredns_dns_requests_total", "counter", "Counter of DNS requests made per zone, protocol and family.", _queries
    ),
    Family("coredns_dns_responses_total", "counter", "Counter of response status codes.", _responses),
    *histogram(
        "coredns_dns_request_duration_seconds",
        "Histogram of the time (in seconds) each request took per zone.",
        DNS_BOUNDS,
        _dns_durations,
    ),
    Family("coredns_cache_hits_total", "counter", "The count of cache hits.", partial(_cache, 0.72, "success")),
    Family("coredns_cache_misses_total", "counter", "The count of cache misses.", partial(_cache, 0.28, "")),
    Family("coredns_cache_requests_total", "counter", "The count of cache requests.", partial(_cache, 1.0, "")),
    Family("coredns_cache_entries", "gauge", "The number of elements in the cache.", _cache_entries),
    Family("coredns_forward_requests_total", "counter", "Counter of requests made per upstream.", _forwards),
    Family("coredns_panics_total", "counter", "A metrics that counts the number of panics.", _panics),
    Family("nginx_ingress_controller_requests", "counter", "The total number of client requests.", _requests),
    *histogram(
        "nginx_ingress_controller_request_duration_seconds",
        "The request processing time in seconds.",
        HTTP_BOUNDS,
        _http_durations,
    ),
    *histogram(
        "nginx_ingress_controller_response_size",
        "The response length in bytes.",
        (10, 100, 1000, 10_000, 100_000, 1_000_000),
        _sizes,
    ),
    Family(
        "nginx_ingress_controller_nginx_process_connections",
        "gauge",
        "Current number of client connections.",
        _connections,
    ),
)
