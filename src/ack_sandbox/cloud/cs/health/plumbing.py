"""What every diagnosis asks of the cluster: names are resolved, pods get addresses, services are proxied."""

from functools import partial

from ack_sandbox.cloud.cs.health.findings import Probe, Trouble
from ack_sandbox.cloud.cs.health.view import View, is_true
from ack_sandbox.kube.objects import labels_of, name_of

SYSTEM = "kube-system"


def _nobody_ready(app: str, view: View, _subject: None) -> Trouble | None:
    pods = [pod for pod in view.all("/pods", SYSTEM) if labels_of(pod).get("app") == app]
    if any(is_true(pod, "Ready") for pod in pods):
        return None
    return Trouble(
        message=f"no pod of {app} is ready ({len(pods)} exist)",
        remedy=f"Look at {app} in kube-system, and at its add-on.",
        value=f"0/{len(pods)}",
    )


def _dns_unreachable(view: View, _subject: None) -> Trouble | None:
    if view.get("/services", SYSTEM, "kube-dns") is not None:
        return None
    return Trouble(message="the Service kube-system/kube-dns does not exist", remedy="Reinstall the coredns add-on.")


def _nowhere_to_run(view: View, _subject: None) -> Trouble | None:
    if any(name_of(node) not in view.lost_nodes for node in view.nodes):
        return None
    return Trouble(message="no node of the cluster is ready", remedy="Diagnose the nodes.", value="0")


PLUMBING: tuple[Probe[None], ...] = (
    Probe("ClusterNodes", "Nodes", "A node is ready", "critical", _nowhere_to_run),
    Probe("ClusterDNSService", "DNS", "The DNS Service exists", "critical", _dns_unreachable),
    Probe("ClusterDNS", "DNS", "CoreDNS answers", "critical", partial(_nobody_ready, "coredns")),
    Probe("ClusterNetwork", "Network", "The network plugin runs", "critical", partial(_nobody_ready, "terway-eniip")),
    Probe("ClusterProxy", "Network", "kube-proxy runs", "error", partial(_nobody_ready, "kube-proxy-worker")),
)
