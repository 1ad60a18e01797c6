"""The kinds of diagnosis: what the target of each names, and what is asked of it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from ack_sandbox.cloud import errors
from ack_sandbox.cloud.cs.health.findings import Finding, findings
from ack_sandbox.cloud.cs.health.ingresses import ROUTES, find_route
from ack_sandbox.cloud.cs.health.memory import MEMORY
from ack_sandbox.cloud.cs.health.nodes import CONDITIONS, NODES
from ack_sandbox.cloud.cs.health.paths import PATHS, Path, find_end
from ack_sandbox.cloud.cs.health.plumbing import PLUMBING
from ack_sandbox.cloud.cs.health.pods import PODS
from ack_sandbox.cloud.cs.health.services import SERVICES, backends
from ack_sandbox.cloud.cs.health.view import View, is_true
from ack_sandbox.kube.objects import Object, dig

Target = Mapping[str, Any]
PROTOCOLS = ("tcp", "udp", "icmp")


class TargetMissing(Exception):
    """The target is well-formed, and nothing in the cluster is it."""


@dataclass(frozen=True)
class DiagnosisType:
    target: tuple[str, ...]  # the fields that it must have
    diagnose: Callable[[View, Target], list[Finding]]


def _pod(view: View, target: Target) -> list[Finding]:
    pod = _found(view, "/pods", target, "pod")
    node = view.get("/nodes", "", dig(pod, "spec", "nodeName", default=""))
    around = findings(view, "Node", CONDITIONS, node) if node else []
    return [*findings(view, "Pod", PODS, pod), *around, *_plumbing(view)]


def _node(view: View, target: Target) -> list[Finding]:
    return [*findings(view, "Node", NODES, _found_node(view, target["name"])), *_plumbing(view)]


def _memory(view: View, target: Target) -> list[Finding]:
    return findings(view, "Memory", MEMORY, _found_node(view, target["node"]))


def _service(view: View, target: Target) -> list[Finding]:
    service = _found(view, "/services", target, "service")
    found = sorted(backends(view, service), key=lambda pod: is_true(pod, "Ready"))  # one in trouble, if any is
    behind = findings(view, "Pod", PODS, found[0]) if found else []
    return [*findings(view, "Service", SERVICES, service), *behind, *_plumbing(view)]


def _ingress(view: View, target: Target) -> list[Finding]:
    route = find_route(view, str(target["url"]))
    if route is None:
        raise TargetMissing(f"no rule of an Ingress takes {target['url']}")
    return [*findings(view, "Ingress", ROUTES, route), *_plumbing(view)]


def _network(view: View, target: Target) -> list[Finding]:
    spoken = _spoken(target)
    ends = [(name, str(target[name]), find_end(view, str(target[name]))) for name in ("src", "dst")]
    for name, address, end in ends:
        if end is None:
            raise TargetMissing(f"{name} {address} is no address of a pod, node or Service of the cluster")
    (_, _, source), (_, _, destination) = ends
    assert source is not None and destination is not None
    return [*findings(view, "Path", PATHS, Path(source, destination, *spoken)), *_plumbing(view)]


def _spoken(target: Target) -> tuple[int | None, str]:
    port, protocol = str(target.get("dport") or ""), str(target.get("protocol") or "tcp").lower()
    if protocol not in PROTOCOLS:
        raise errors.invalid_parameter("target", f"protocol is one of {', '.join(PROTOCOLS)}")
    if port and not (port.isascii() and port.isdecimal() and 0 < int(port) < 65536):
        raise errors.invalid_parameter("target", "dport is a port from 1 to 65535")
    return (int(port) if port else None), protocol


def _plumbing(view: View) -> list[Finding]:
    return findings(view, "Cluster", PLUMBING, None)


def _found(view: View, resource: str, target: Target, kind: str) -> Object:
    obj = view.get(resource, str(target["namespace"]), str(target["name"]))
    if obj is None:
        raise TargetMissing(f"{kind} {target['namespace']}/{target['name']} not found")
    return obj


def _found_node(view: View, name: object) -> Object:
    node = view.get("/nodes", "", str(name))
    if node is None:
        raise TargetMissing(f"node {name} not found")
    return node


TYPES: dict[str, DiagnosisType] = {
    "node": DiagnosisType(("name",), _node),
    "pod": DiagnosisType(("namespace", "name"), _pod),
    "service": DiagnosisType(("namespace", "name"), _service),
    "ingress": DiagnosisType(("url",), _ingress),
    "network": DiagnosisType(("src", "dst"), _network),
    "memory": DiagnosisType(("node",), _memory),
}
