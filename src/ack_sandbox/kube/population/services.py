"""Services with the endpoints their selectors really find, and Ingresses in front of them."""

from datetime import timedelta

from ack_sandbox.kube.objects import Object, dig, labels_of, name_of, namespace_of, parse_time
from ack_sandbox.kube.population.shapes import App
from ack_sandbox.kube.population.workloads import is_ready
from ack_sandbox.kube.population.world import World, object_reference


def service(
    world: World,
    name: str,
    namespace: str,
    selector: dict[str, str] | None,
    ports: tuple[tuple[str, int, int], ...],
    age: timedelta,
    *,
    labels: dict[str, str] | None = None,
    kind: str = "ClusterIP",
    address: str | None = None,
    headless: bool = False,
) -> Object:
    """`ports` are (name, port, target port)."""
    cluster_ip = "None" if headless else address or world.service_address()
    spec: Object = {
        "ports": [
            {"name": port_name, "protocol": "TCP", "port": port, "targetPort": target}
            for port_name, port, target in ports
        ],
        "clusterIP": cluster_ip,
        "clusterIPs": [cluster_ip],
        "type": kind,
        "sessionAffinity": "None",
        "ipFamilies": ["IPv4"],
        "ipFamilyPolicy": "SingleStack",
        "internalTrafficPolicy": "Cluster",
    }
    if selector is not None:
        spec["selector"] = selector
    status: Object = {"loadBalancer": {}}
    if kind == "LoadBalancer":
        spec |= {"allocateLoadBalancerNodePorts": True, "externalTrafficPolicy": "Local"}
        for port in spec["ports"]:
            port["nodePort"] = world.number(30000, 32767, "nodePort", namespace, name, port["port"])
        status = {"loadBalancer": {"ingress": [{"ip": _public_address(world, name), "ipMode": "VIP"}]}}
    meta = world.metadata("Service", name, namespace, age=age, labels=labels)
    return world.add({"kind": "Service", "apiVersion": "v1", "metadata": meta, "spec": spec, "status": status})


def _public_address(world: World, name: str) -> str:
    # An address range reserved for documentation, so that it is nobody's.
    return f"203.0.113.{world.number(2, 250, 'public', name)}"


def app_service(world: World, app: App, *, kind: str = "ClusterIP", selector: dict[str, str] | None = None) -> Object:
    assert app.service_port is not None
    target = app.containers[0].ports[0] if app.containers[0].ports else app.service_port
    ports = (("http", 80 if target == 8080 else app.service_port, target),)
    chosen = app.selector if selector is None else selector
    return service(world, app.name, app.namespace, chosen, ports, app.age, labels=app.all_labels, kind=kind)


def endpoints(world: World) -> None:
    """Endpoints and EndpointSlices of every Service that has a selector, computed from the pods."""
    by_namespace: dict[str, list[Object]] = {}
    for obj in world.population.objects:
        if obj["kind"] == "Pod" and dig(obj, "status", "podIP") and dig(obj, "status", "phase") == "Running":
            by_namespace.setdefault(namespace_of(obj), []).append(obj)
    for made in [obj for obj in world.population.objects if obj["kind"] == "Service"]:
        selector = dig(made, "spec", "selector")
        if selector:
            found = [each for each in by_namespace.get(namespace_of(made), []) if _selected(selector, each)]
            _endpoints(world, made, found)
            _slice(world, made, found)


def _selected(selector: dict[str, str], pod: Object) -> bool:
    labels = labels_of(pod)
    return all(labels.get(key) == value for key, value in selector.items())


def _endpoints(world: World, made: Object, pods: list[Object]) -> None:
    ports = [{"name": each["name"], "port": each["targetPort"], "protocol": "TCP"} for each in made["spec"]["ports"]]
    subset: Object = {}
    for field, wanted in (("addresses", True), ("notReadyAddresses", False)):
        addresses = [_address(each) for each in pods if is_ready(each) is wanted]
        if addresses:
            subset[field] = addresses
    age = timedelta(seconds=(world.now.timestamp() - _created(made)))
    meta = world.metadata("Endpoints", name_of(made), namespace_of(made), age=age, labels=dict(labels_of(made)))
    document = {"kind": "Endpoints", "apiVersion": "v1", "metadata": meta}
    world.add({**document, "subsets": [{**subset, "ports": ports}]} if subset else document)


def _created(made: Object) -> float:
    return parse_time(made["metadata"]["creationTimestamp"]).timestamp()


def _address(pod: Object) -> Object:
    reference = {key: value for key, value in object_reference(pod).items() if key != "apiVersion"}
    return {"ip": pod["status"]["podIP"], "nodeName": pod["spec"]["nodeName"], "targetRef": reference}


def _slice(world: World, made: Object, pods: list[Object]) -> None:
    name = f"{name_of(made)}-{world.suffix(5, 'slice', namespace_of(made), name_of(made))}"
    labels = {
        "endpointslice.kubernetes.io/managed-by": "endpointslice-controller.k8s.io",
        "kubernetes.io/service-name": name_of(made),
    }
    age = timedelta(seconds=(world.now.timestamp() - _created(made)))
    meta = world.metadata("EndpointSlice", name, namespace_of(made), age=age, labels=labels, owner=made)
    zones = {node.name: node.zone for node in world.plan.nodes}
    world.add(
        {
            "kind": "EndpointSlice",
            "apiVersion": "discovery.k8s.io/v1",
            "metadata": {**meta, "generateName": f"{name_of(made)}-"},
            "addressType": "IPv4",
            "endpoints": [_endpoint(each, zones) for each in pods],
            "ports": [
                {"name": each["name"], "protocol": "TCP", "port": each["targetPort"]} for each in made["spec"]["ports"]
            ]
            if pods
            else None,
        }
    )


def _endpoint(pod: Object, zones: dict[str, str]) -> Object:
    ready = is_ready(pod)
    address = _address(pod)
    return {
        "addresses": [address["ip"]],
        "conditions": {"ready": ready, "serving": ready, "terminating": "deletionTimestamp" in pod["metadata"]},
        "targetRef": address["targetRef"],
        "nodeName": address["nodeName"],
        "zone": zones.get(address["nodeName"], ""),
    }


def ingress(
    world: World, name: str, namespace: str, host: str, backend: str, age: timedelta, *, port: int = 80, tls: str = ""
) -> Object:
    path = {
        "path": "/",
        "pathType": "Prefix",
        "backend": {"service": {"name": backend, "port": {"number": port}}},
    }
    spec: Object = {"ingressClassName": "nginx", "rules": [{"host": host, "http": {"paths": [path]}}]}
    if tls:
        spec["tls"] = [{"hosts": [host], "secretName": tls}]
    meta = world.metadata("Ingress", name, namespace, age=age)
    status = {"loadBalancer": {"ingress": [{"ip": _public_address(world, "nginx-ingress-lb")}]}}
    return world.add(
        {"kind": "Ingress", "apiVersion": "networking.k8s.io/v1", "metadata": meta, "spec": spec, "status": status}
    )
