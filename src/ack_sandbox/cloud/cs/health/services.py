"""What may be wrong with a Service: whom it selects, who of them is ready, and on which port."""

from collections.abc import Iterable

from ack_sandbox.cloud.cs.health.findings import Probe, Trouble, listed
from ack_sandbox.cloud.cs.health.view import View, is_true, title
from ack_sandbox.kube.label_selector import selects
from ack_sandbox.kube.objects import Object, dig, labels_of, name_of, namespace_of


def backends(view: View, service: Object) -> list[Object]:
    chosen = dig(service, "spec", "selector")
    return view.pods_of(namespace_of(service), chosen) if chosen else []


def rests(view: View, service: Object) -> bool:
    """Whether what it selects is scaled to zero, so that nobody is missing."""
    chosen = {"matchLabels": dig(service, "spec", "selector", default={})}
    templates = (
        made
        for resource in ("apps/deployments", "apps/statefulsets")
        for made in view.all(resource, namespace_of(service))
        if selects(chosen, dig(made, "spec", "template", "metadata", "labels", default={}))
    )
    return any(dig(made, "spec", "replicas", default=1) == 0 for made in templates)


def is_deserted(view: View, service: Object) -> bool:
    """It selects pods, none of which can answer, though they should."""
    if not dig(service, "spec", "selector") or rests(view, service):
        return False
    return not any(is_true(pod, "Ready") for pod in backends(view, service))


def _selects_nothing(view: View, service: Object) -> Trouble | None:
    chosen = dig(service, "spec", "selector")
    if not chosen or backends(view, service) or rests(view, service):
        return None
    text = ",".join(f"{key}={value}" for key, value in chosen.items())
    others = _near_misses(view, service, chosen)
    hint = f"; pods of that name carry {others}" if others else ""
    return Trouble(
        message=f"no pod in {namespace_of(service)} matches the selector {text}{hint}",
        remedy="Correct the Service's selector or the labels of the pod template.",
        value=text,
    )


def _near_misses(view: View, service: Object, chosen: dict[str, str]) -> str:
    same = [pod for pod in view.all("/pods", namespace_of(service)) if name_of(service) in labels_of(pod).values()]
    found = {f"{key}={labels_of(pod)[key]}" for pod in same for key in chosen if key in labels_of(pod)}
    return listed(sorted(found))


def _nobody_ready(view: View, service: Object) -> Trouble | None:
    found = backends(view, service)
    if not found or any(is_true(pod, "Ready") for pod in found):
        return None
    return Trouble(
        message=f"none of its {len(found)} pods is ready: {listed([title(pod) for pod in found])}",
        remedy="Diagnose one of these pods.",
        value=f"0/{len(found)}",
    )


def _some_not_ready(view: View, service: Object) -> Trouble | None:
    found = backends(view, service)
    bad = [title(pod) for pod in found if not is_true(pod, "Ready")]
    if not bad or len(bad) == len(found):
        return None
    return Trouble(
        message=f"{len(bad)} of {len(found)} pods are not ready: {listed(bad)}",
        remedy="Diagnose one of these pods; the others serve meanwhile.",
        value=f"{len(found) - len(bad)}/{len(found)}",
    )


def _port_without_listener(view: View, service: Object) -> Trouble | None:
    found = backends(view, service)
    for port in dig(service, "spec", "ports", default=[]):
        target = port.get("targetPort", port.get("port"))
        if found and not any(listens(pod, target) for pod in found):
            return Trouble(
                message=f"port {port.get('port')} leads to {target}, which no container of its pods declares",
                remedy="Set targetPort to a port that the container listens on.",
                value=str(target),
            )
    return None


def listens(pod: Object, port: int | str) -> bool:
    """By number or name; a pod that declares no ports may listen on any."""
    declared = list(declared_ports(pod))
    return not declared or any(port in (each.get("containerPort"), each.get("name")) for each in declared)


def declared_ports(pod: Object) -> Iterable[Object]:
    return (port for each in dig(pod, "spec", "containers", default=[]) for port in each.get("ports") or ())


def _no_balancer(_view: View, service: Object) -> Trouble | None:
    if dig(service, "spec", "type") != "LoadBalancer" or dig(service, "status", "loadBalancer", "ingress"):
        return None
    return Trouble(
        message="the load balancer has no address yet",
        remedy="Look at the Service's events: the cloud controller says why it cannot make one.",
    )


def _no_slice(view: View, service: Object) -> Trouble | None:
    slices = view.all("discovery.k8s.io/endpointslices", namespace_of(service))
    named = [each for each in slices if labels_of(each).get("kubernetes.io/service-name") == name_of(service)]
    if named or dig(service, "spec", "type") == "ExternalName":
        return None
    return Trouble(message="it has no EndpointSlice", remedy="Look at the controller manager's log.")


SERVICES: tuple[Probe[Object], ...] = (
    Probe("ServiceSelector", "Backends", "The selector finds pods", "critical", _selects_nothing),
    Probe("ServiceReadyBackends", "Backends", "A pod behind it is ready", "critical", _nobody_ready),
    Probe("ServiceAllBackends", "Backends", "All pods behind it are ready", "warning", _some_not_ready),
    Probe("ServiceEndpointSlice", "Backends", "Its endpoints are kept", "error", _no_slice),
    Probe("ServiceTargetPort", "Ports", "Ports lead to ports of containers", "error", _port_without_listener),
    Probe("ServiceBalancer", "LoadBalancer", "The load balancer has an address", "error", _no_balancer),
)
