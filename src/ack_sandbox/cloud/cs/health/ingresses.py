"""What may be wrong on the way of a URL through an Ingress."""

from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urlsplit

from ack_sandbox.cloud.cs.health.findings import Probe, Trouble, listed
from ack_sandbox.cloud.cs.health.services import backends, is_deserted, rests
from ack_sandbox.cloud.cs.health.view import View, is_true, title
from ack_sandbox.kube.objects import Object, dig, labels_of, name_of, namespace_of

INGRESSES = "networking.k8s.io/ingresses"
CONTROLLER = "nginx-ingress-controller"


@dataclass(frozen=True)
class Route:
    """The rule that a URL meets."""

    ingress: Object
    host: str
    secure: bool
    backend: Object  # {"name", "port": {"number"}}


def find_route(view: View, url: str) -> Route | None:
    """None for a URL that no rule takes."""
    parts = urlsplit(url if "://" in url else f"http://{url}")
    host, path = parts.hostname or "", parts.path or "/"
    met = [
        (len(str(rule_path.get("path", "/"))), ingress, rule_path)
        for ingress in view.all(INGRESSES)
        for rule_path in _paths(ingress, host)
        if path.startswith(str(rule_path.get("path", "/")).rstrip("/") or "/")
    ]
    if not met:
        return None
    _, ingress, rule_path = max(met, key=lambda each: each[0])
    return Route(ingress, host, parts.scheme == "https", dig(rule_path, "backend", "service", default={}))


def _paths(ingress: Object, host: str) -> Iterator[Object]:
    for rule in dig(ingress, "spec", "rules", default=[]):
        if _covers(str(rule.get("host", "")), host):
            yield from dig(rule, "http", "paths", default=[])


def _covers(pattern: str, host: str) -> bool:
    return pattern in ("", host) or (pattern.startswith("*.") and host.partition(".")[2] == pattern[2:])


def services_of(ingress: Object) -> set[str]:
    rules = dig(ingress, "spec", "rules", default=[])
    paths = (path for rule in rules for path in dig(rule, "http", "paths", default=[]))
    return {str(dig(path, "backend", "service", "name")) for path in paths if dig(path, "backend", "service", "name")}


def _service(view: View, route: Route) -> Object | None:
    return view.get("/services", namespace_of(route.ingress), str(route.backend.get("name", "")))


def _no_class(view: View, route: Route) -> Trouble | None:
    name = dig(route.ingress, "spec", "ingressClassName", default="")
    if not name or view.get("networking.k8s.io/ingressclasses", "", name) is not None:
        return None
    return Trouble(
        message=f'the IngressClass "{name}" does not exist', remedy="Name a class of the cluster.", value=name
    )


def _no_service(view: View, route: Route) -> Trouble | None:
    if _service(view, route) is not None:
        return None
    name = f"{namespace_of(route.ingress)}/{route.backend.get('name')}"
    return Trouble(
        message=f'the Ingress {title(route.ingress)} sends {route.host} to the Service "{name}", which does not exist',
        remedy="Create the Service, or correct the backend's name; until then the controller answers 503.",
        value=name,
    )


def _no_port(view: View, route: Route) -> Trouble | None:
    service, wanted = _service(view, route), route.backend.get("port") or {}
    ports = dig(service, "spec", "ports", default=[])
    known = [(each.get("port"), each.get("name")) for each in ports]
    if service is None or any(wanted.get("number") == n or wanted.get("name", "") == name for n, name in known):
        return None
    numbers = listed([str(number) for number, _ in known])
    return Trouble(
        message=f"the Service has no port {wanted.get('number', wanted.get('name'))}; it has {numbers}",
        remedy="Name a port of the Service.",
    )


def _nobody_behind(view: View, route: Route) -> Trouble | None:
    service = _service(view, route)
    if service is None or not (is_deserted(view, service) or rests(view, service)):
        return None
    return Trouble(
        message=f"no pod behind the Service {title(service)} is ready ({len(backends(view, service))} exist)",
        remedy=f"Diagnose the Service {title(service)}.",
        value="0",
    )


def _no_certificate(view: View, route: Route) -> Trouble | None:
    if not route.secure:
        return None
    entries = [each for each in dig(route.ingress, "spec", "tls", default=[]) if _any_covers(each, route.host)]
    if not entries:
        return Trouble(
            message=f"the URL is https, but no tls entry of the Ingress names {route.host}",
            remedy="Add a tls entry with a certificate of that host.",
        )
    name = str(entries[0].get("secretName", ""))
    if view.get("/secrets", namespace_of(route.ingress), name) is not None:
        return None
    return Trouble(message=f'the certificate\'s Secret "{name}" does not exist', remedy="Create it.", value=name)


def _any_covers(entry: Object, host: str) -> bool:
    return any(_covers(str(pattern), host) for pattern in entry.get("hosts") or ())


def controllers(view: View) -> list[Object]:
    return [pod for pod in view.all("/pods", "kube-system") if labels_of(pod).get("app") == CONTROLLER]


def _controller_down(view: View, _route: Route) -> Trouble | None:
    found = controllers(view)
    if any(is_true(pod, "Ready") for pod in found):
        return None
    return Trouble(
        message=f"no pod of {CONTROLLER} is ready ({len(found)} exist)",
        remedy="Look at the deployment of the Ingress controller in kube-system.",
        value=f"0/{len(found)}",
    )


def _no_address(_view: View, route: Route) -> Trouble | None:
    if dig(route.ingress, "status", "loadBalancer", "ingress"):
        return None
    return Trouble(
        message=f"the Ingress {name_of(route.ingress)} has no address", remedy="Look at its class and its controller."
    )


ROUTES: tuple[Probe[Route], ...] = (
    Probe("IngressClass", "Ingress", "Its class exists", "error", _no_class),
    Probe("IngressAddress", "Ingress", "It has an address", "warning", _no_address),
    Probe("IngressCertificate", "Ingress", "The certificate of the host exists", "error", _no_certificate),
    Probe("IngressBackendExists", "Backend", "The Service exists", "critical", _no_service),
    Probe("IngressBackendPort", "Backend", "The Service has the port", "error", _no_port),
    Probe("IngressBackendReady", "Backend", "A pod behind the Service is ready", "critical", _nobody_behind),
    Probe("IngressController", "Controller", "The controller is ready", "critical", _controller_down),
)
