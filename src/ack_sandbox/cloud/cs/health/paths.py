"""What may be wrong on the way from one address to another."""

from dataclasses import dataclass
from ipaddress import ip_address, ip_network

from ack_sandbox.cloud.cs.health.findings import Probe, Trouble
from ack_sandbox.cloud.cs.health.policies import Direction, barring
from ack_sandbox.cloud.cs.health.services import backends, listens
from ack_sandbox.cloud.cs.health.view import View, is_true, title
from ack_sandbox.kube.objects import Object, dig, name_of

# The VPC's range and that of Services: an address in them that nobody has is nobody's.
INTERNAL = (ip_network("10.0.0.0/16"), ip_network("172.21.0.0/20"))


@dataclass(frozen=True)
class End:
    """An address and who has it; neither pod, node nor Service for a machine outside of the cluster."""

    address: str
    pod: Object | None = None
    node: Object | None = None
    service: Object | None = None

    @property
    def name(self) -> str:
        owner = self.pod or self.node or self.service
        return f"{owner['kind']} {title(owner)}" if owner else f"address {self.address}"


@dataclass(frozen=True)
class Path:
    source: End
    target: End
    port: int | None
    protocol: str


def find_end(view: View, address: str) -> End | None:
    """None for what is no address, or one of the cluster that nobody has."""
    try:
        at = ip_address(address)
    except ValueError:
        return None
    for node in view.nodes:
        if any(each.get("address") == address for each in dig(node, "status", "addresses", default=[])):
            return End(address, node=node)
    pod = next((each for each in view.pods if dig(each, "status", "podIP") == address), None)
    if pod is not None:
        return End(address, pod=pod)
    service = next((each for each in view.all("/services") if dig(each, "spec", "clusterIP") == address), None)
    if service is not None:
        return End(address, service=service)
    return None if any(at in block for block in INTERNAL) else End(address)


def _down(end: End, view: View) -> Trouble | None:
    node = name_of(end.node) if end.node else str(dig(end.pod, "spec", "nodeName", default=""))
    if node in view.lost_nodes:
        return Trouble(
            message=f"{end.name} is out of reach: node {node} is not ready",
            remedy=f"Diagnose the node {node}.",
            value=node,
        )
    if end.pod is None or is_true(end.pod, "Ready"):
        return None
    phase = dig(end.pod, "status", "phase", default="")
    return Trouble(message=f"{end.name} is not ready (phase {phase})", remedy="Diagnose this pod.", value=phase)


def _source_down(view: View, path: Path) -> Trouble | None:
    return _down(path.source, view)


def _target_down(view: View, path: Path) -> Trouble | None:
    return _down(path.target, view)


def _no_backend(view: View, path: Path) -> Trouble | None:
    service = path.target.service
    if service is None or not dig(service, "spec", "selector"):
        return None
    found = backends(view, service)
    if any(is_true(pod, "Ready") for pod in found):
        return None
    return Trouble(
        message=f"{path.target.name} has no ready pod behind it ({len(found)} exist)",
        remedy=f"Diagnose the Service {title(service)}.",
        value=f"0/{len(found)}",
    )


def _nobody_listens(_view: View, path: Path) -> Trouble | None:
    if path.port is None or path.protocol == "icmp":
        return None
    if path.target.service is not None:
        ports = [each.get("port") for each in dig(path.target.service, "spec", "ports", default=[])]
        heard = path.port in ports
    else:
        heard = path.target.pod is None or listens(path.target.pod, path.port)
    if heard:
        return None
    return Trouble(
        message=f"nothing of {path.target.name} listens on port {path.port}",
        remedy="Ask for a port that it has, or declare the port.",
        value=str(path.port),
    )


def _barred_in(view: View, path: Path) -> Trouble | None:
    target, port = _reached(view, path)
    # A kubelet must reach the pods of its own node, whatever the policies say.
    if target is None or (path.source.node and name_of(path.source.node) == dig(target, "spec", "nodeName")):
        return None
    return _barred(view, "Ingress", target, path.source.pod, path.source.address, port)


def _barred_out(view: View, path: Path) -> Trouble | None:
    if path.source.pod is None:
        return None
    peer, port = _reached(view, path)
    return _barred(view, "Egress", path.source.pod, peer, path.target.address, port)


def _reached(view: View, path: Path) -> tuple[Object | None, int]:
    """The pod that the traffic ends at, and its port: a Service leads to another one. Port 0 is any."""
    service = path.target.service
    if service is None:
        return path.target.pod, path.port or 0
    ports = {each.get("port"): each.get("targetPort") for each in dig(service, "spec", "ports", default=[])}
    target = ports.get(path.port)
    return next(iter(backends(view, service)), None), target if isinstance(target, int) else path.port or 0


def _barred(
    view: View, direction: Direction, pod: Object, peer: Object | None, address: str, port: int
) -> Trouble | None:
    if dig(pod, "spec", "hostNetwork"):
        return None
    policy = barring(view, direction, pod, peer, address, port)
    if policy is None:
        return None
    return Trouble(
        message=f"the NetworkPolicy {title(policy)} does not allow this {direction.lower()} traffic of {title(pod)}",
        remedy=f"Add a rule for it to {title(policy)}, or a policy that allows it.",
        value=title(policy),
    )


PATHS: tuple[Probe[Path], ...] = (
    Probe("PathSource", "Ends", "The source is up", "error", _source_down),
    Probe("PathTarget", "Ends", "The target is up", "critical", _target_down),
    Probe("PathBackend", "Ends", "A pod behind the Service is ready", "critical", _no_backend),
    Probe("PathPort", "Ports", "The target listens on the port", "error", _nobody_listens),
    Probe("PathIngressPolicy", "Policies", "Policies of the target let it in", "critical", _barred_in),
    Probe("PathEgressPolicy", "Policies", "Policies of the source let it out", "critical", _barred_out),
)
