"""Endpoints and EndpointSlices: the addresses of the pods that a Service selects, ready ones and others."""

from dataclasses import dataclass
from datetime import datetime

from ack_sandbox.kube.controllers.conditions import is_ready
from ack_sandbox.kube.controllers.plane import NODES, Plane, is_deleting, reference_to
from ack_sandbox.kube.objects import Object, dig, labels_of, metadata, name_of, namespace_of

ENDPOINTS = "/endpoints"
SLICES = "discovery.k8s.io/endpointslices"
SERVICES = "/services"
SERVICE = "kubernetes.io/service-name"
ZONE = "topology.kubernetes.io/zone"
MANAGED = {"endpointslice.kubernetes.io/managed-by": "endpointslice-controller.k8s.io"}


def serves(endpoints: Object | None) -> bool:
    """Whether a ready pod is among them."""
    return any(subset.get("addresses") for subset in (endpoints or {}).get("subsets") or ())


@dataclass(eq=False)
class Endpoints:
    plane: Plane

    def reconcile(self, namespace: str, name: str, at: datetime) -> None:
        made = self.plane.store.get(SERVICES, namespace, name)
        if made is None:
            self._forget(namespace, name, at)
            return
        selector = dig(made, "spec", "selector")
        if not selector or dig(made, "spec", "type") == "ExternalName":
            return
        pods = sorted((pod for pod in self.plane.pods(namespace) if _is_served(pod, selector)), key=_ip)
        self._write(made, pods, at)
        self._write_slice(made, pods, at)

    def selecting(self, namespace: str, *labels: dict[str, str]) -> list[str]:
        """The Services whose selector finds a pod with one of these sets of labels."""
        found = []
        for made in self.plane.store.objects(SERVICES, namespace):
            selector = dig(made, "spec", "selector", default={})
            if selector and any(selector.items() <= each.items() for each in labels):
                found.append(name_of(made))
        return found

    def _forget(self, namespace: str, name: str, at: datetime) -> None:
        self.plane.store.remove(ENDPOINTS, namespace, name, at)
        for each in self._slices(namespace, name):
            self.plane.store.remove(SLICES, namespace, name_of(each), at)

    def _slices(self, namespace: str, service: str) -> list[Object]:
        slices = self.plane.store.objects(SLICES, namespace)
        return [each for each in slices if labels_of(each).get(SERVICE) == service]

    def _write(self, made: Object, pods: list[Object], at: datetime) -> None:
        subset: Object = {}
        for field, wanted in (("addresses", True), ("notReadyAddresses", False)):
            addresses = [_address(each) for each in pods if is_ready(each) is wanted]
            if addresses:
                subset[field] = addresses
        subsets = [{**subset, "ports": _ports(made, pods)}] if subset else None
        known = self.plane.store.get(ENDPOINTS, namespace_of(made), name_of(made))
        if known is not None and known.get("subsets") == subsets:
            return
        body = {"subsets": subsets} if subsets else {}
        if known is not None:
            rest = {key: value for key, value in known.items() if key != "subsets"}
            self.plane.put(ENDPOINTS, {**rest, **body}, at)
            return
        meta = {"name": name_of(made), "namespace": namespace_of(made), "labels": dict(labels_of(made))}
        self.plane.create(ENDPOINTS, {"kind": "Endpoints", "apiVersion": "v1", "metadata": meta, **body}, at)

    def _write_slice(self, made: Object, pods: list[Object], at: datetime) -> None:
        zones = {name_of(node): labels_of(node).get(ZONE, "") for node in self.plane.store.objects(NODES)}
        body = {
            "addressType": "IPv4",
            "endpoints": [_endpoint(each, zones) for each in pods],
            "ports": _ports(made, pods) if pods else None,
        }
        known = self._slices(namespace_of(made), name_of(made))
        if known:
            if any(known[0].get(key) != value for key, value in body.items()):
                self.plane.put(SLICES, {**known[0], **body}, at)
            return
        prefix = f"{name_of(made)}-"
        meta: Object = {"name": prefix + self.plane.suffix(), "namespace": namespace_of(made), "generateName": prefix}
        meta |= {"labels": {**MANAGED, SERVICE: name_of(made)}, "ownerReferences": [reference_to(made)]}
        document = {"kind": "EndpointSlice", "apiVersion": "discovery.k8s.io/v1", "metadata": meta}
        self.plane.create(SLICES, {**document, **body}, at)


def _is_served(pod: Object, selector: dict[str, str]) -> bool:
    if not dig(pod, "status", "podIP") or dig(pod, "status", "phase") != "Running":
        return False
    return selector.items() <= labels_of(pod).items()


def _ip(pod: Object) -> tuple[int, ...]:
    return tuple(int(part) for part in str(pod["status"]["podIP"]).split("."))


def _ports(made: Object, pods: list[Object]) -> list[Object]:
    return [_port(each, pods) for each in dig(made, "spec", "ports", default=[])]


def _port(port: Object, pods: list[Object]) -> Object:
    target = port.get("targetPort", port["port"])
    if isinstance(target, str):
        containers = [each for pod in pods[:1] for each in pod["spec"]["containers"]]
        named = [each for container in containers for each in container.get("ports") or []]
        target = next((each["containerPort"] for each in named if each.get("name") == target), port["port"])
    found = {"name": port.get("name"), "port": target, "protocol": port.get("protocol", "TCP")}
    return {key: value for key, value in found.items() if value is not None}


def _address(pod: Object) -> Object:
    reference = {"kind": "Pod", "namespace": namespace_of(pod), "name": name_of(pod), "uid": metadata(pod)["uid"]}
    return {"ip": pod["status"]["podIP"], "nodeName": pod["spec"]["nodeName"], "targetRef": reference}


def _endpoint(pod: Object, zones: dict[str, str]) -> Object:
    ready, address = is_ready(pod), _address(pod)
    return {
        "addresses": [address["ip"]],
        "conditions": {"ready": ready, "serving": ready, "terminating": is_deleting(pod)},
        "targetRef": address["targetRef"],
        "nodeName": address["nodeName"],
        "zone": zones.get(address["nodeName"], ""),
    }
