"""What kube-state-metrics tells of nodes, namespaces, services and claims."""

from collections.abc import Iterator
from functools import partial

from ack_sandbox.kube.objects import Object, dig, labels_of
from ack_sandbox.kube.quantities import quantity
from ack_sandbox.metrics.families.state import Row, conditions, field, moment, one_of, state_family
from ack_sandbox.metrics.tracks import Family

UNITS = {"cpu": "core", "memory": "byte", "ephemeral-storage": "byte"}
CREATED = moment("metadata", "creationTimestamp")


def _node_info(node: Object) -> Iterator[Row]:
    info = dig(node, "status", "nodeInfo", default={})
    addresses = dig(node, "status", "addresses", default=[])
    yield (
        {
            "kernel_version": info.get("kernelVersion", ""),
            "os_image": info.get("osImage", ""),
            "container_runtime_version": info.get("containerRuntimeVersion", ""),
            "kubelet_version": info.get("kubeletVersion", ""),
            "provider_id": dig(node, "spec", "providerID", default=""),
            "internal_ip": next((each["address"] for each in addresses if each["type"] == "InternalIP"), ""),
        },
        1.0,
    )


def _node_labels(node: Object) -> Iterator[Row]:
    yield {f"label_{''.join(c if c.isalnum() else '_' for c in name)}": v for name, v in labels_of(node).items()}, 1.0


def _amounts(side: str, node: Object) -> Iterator[Row]:
    for resource, amount in dig(node, "status", side, default={}).items():
        yield {"resource": resource.replace("-", "_"), "unit": UNITS.get(resource, "integer")}, float(quantity(amount))


def _taints(node: Object) -> Iterator[Row]:
    for taint in dig(node, "spec", "taints", default=[]):
        yield {"key": taint["key"], "value": taint.get("value", ""), "effect": taint["effect"]}, 1.0


def _space_phase(space: Object) -> list[Row]:
    return one_of(("Active", "Terminating"), "phase", dig(space, "status", "phase", default="Active"))


def _service_info(service: Object) -> Iterator[Row]:
    yield (
        {
            "cluster_ip": dig(service, "spec", "clusterIP", default=""),
            "external_name": dig(service, "spec", "externalName", default=""),
            "load_balancer_ip": dig(service, "spec", "loadBalancerIP", default=""),
        },
        1.0,
    )


def _service_type(service: Object) -> Iterator[Row]:
    yield {"type": dig(service, "spec", "type", default="ClusterIP")}, 1.0


def _addresses(side: str, endpoints: Object) -> Iterator[Row]:
    yield {}, float(sum(len(each.get(side) or ()) for each in endpoints.get("subsets") or ()))


def _ingress_info(ingress: Object) -> Iterator[Row]:
    yield {"ingressclass": dig(ingress, "spec", "ingressClassName", default="_default")}, 1.0


def _ingress_paths(ingress: Object) -> Iterator[Row]:
    for rule in dig(ingress, "spec", "rules", default=[]):
        for path in dig(rule, "http", "paths", default=[]):
            backend = dig(path, "backend", "service", default={})
            port = dig(backend, "port", default={})
            yield (
                {
                    "host": rule.get("host", ""),
                    "path": path.get("path", "/"),
                    "service_name": backend.get("name", ""),
                    "service_port": str(port.get("number") or port.get("name") or ""),
                },
                1.0,
            )


def _claim_info(claim: Object) -> Iterator[Row]:
    storage_class = dig(claim, "spec", "storageClassName", default="")
    yield {"storageclass": storage_class, "volumename": dig(claim, "spec", "volumeName", default="")}, 1.0


def _claim_phase(claim: Object) -> list[Row]:
    return one_of(("Pending", "Bound", "Lost"), "phase", dig(claim, "status", "phase", default="Pending"))


def _claim_request(claim: Object) -> Iterator[Row]:
    yield {}, float(quantity(dig(claim, "spec", "resources", "requests", "storage")))


_node = partial(state_family, "/nodes", "node")
_space = partial(state_family, "/namespaces", "namespace")
_service = partial(state_family, "/services", "service")
_endpoint = partial(state_family, "/endpoints", "endpoint")
_ingress = partial(state_family, "networking.k8s.io/ingresses", "ingress")
_claim = partial(state_family, "/persistentvolumeclaims", "persistentvolumeclaim")

FAMILIES: tuple[Family, ...] = (
    _node("kube_node_info", "Information about a cluster node.", _node_info),
    _node("kube_node_labels", "Kubernetes labels converted to Prometheus labels.", _node_labels),
    _node("kube_node_created", "Unix creation timestamp.", CREATED),
    _node("kube_node_spec_unschedulable", "Whether a node can schedule new pods.", field("spec", "unschedulable")),
    _node("kube_node_spec_taint", "The taint of a cluster node.", _taints),
    _node("kube_node_status_condition", "The condition of a cluster node.", conditions),
    _node("kube_node_status_capacity", "The capacity of a node.", partial(_amounts, "capacity")),
    _node("kube_node_status_allocatable", "What of a node pods may use.", partial(_amounts, "allocatable")),
    _space("kube_namespace_created", "Unix creation timestamp.", CREATED),
    _space("kube_namespace_status_phase", "Kubernetes namespace status phase.", _space_phase),
    _space("kube_namespace_labels", "Kubernetes labels converted to Prometheus labels.", _node_labels),
    _service("kube_service_info", "Information about service.", _service_info),
    _service("kube_service_spec_type", "Type about service.", _service_type),
    _service("kube_service_created", "Unix creation timestamp.", CREATED),
    _endpoint("kube_endpoint_info", "Information about endpoint.", lambda _: [({}, 1.0)]),
    _endpoint("kube_endpoint_address_available", "Addresses that are ready.", partial(_addresses, "addresses")),
    _endpoint(
        "kube_endpoint_address_not_ready", "Addresses that are not ready.", partial(_addresses, "notReadyAddresses")
    ),
    _ingress("kube_ingress_info", "Information about ingress.", _ingress_info),
    _ingress("kube_ingress_path", "Ingress host, paths and backend service information.", _ingress_paths),
    _claim("kube_persistentvolumeclaim_info", "Information about persistent volume claim.", _claim_info),
    _claim("kube_persistentvolumeclaim_status_phase", "The phase the claim is currently in.", _claim_phase),
    _claim(
        "kube_persistentvolumeclaim_resource_requests_storage_bytes",
        "The capacity of storage requested.",
        _claim_request,
    ),
)
