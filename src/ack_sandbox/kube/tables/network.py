"""Tables of what pods are reached by: services, endpoints, ingresses, policies, and of what scales or protects them."""

from datetime import datetime

from ack_sandbox.kube.objects import Object, condition, dig, name_of
from ack_sandbox.kube.tables.ages import UNKNOWN, age
from ack_sandbox.kube.tables.columns import Cells, Printer, columns
from ack_sandbox.kube.tables.workloads import NONE, format_labels, format_selector

SHOWN_ENDPOINTS = 3
SHOWN_HOSTS = 3
SHOWN_METRICS = 2


def _load_balancer(obj: Object) -> list[str]:
    entries = dig(obj, "status", "loadBalancer", "ingress", default=[])
    return [entry.get("ip") or entry.get("hostname", "") for entry in entries]


def _external_ip(service: Object) -> str:
    spec = service["spec"]
    kind = spec.get("type", "ClusterIP")
    external = spec.get("externalIPs") or []
    if kind == "ExternalName":
        return str(spec.get("externalName", ""))
    if kind == "LoadBalancer":
        return ",".join([*_load_balancer(service), *external]) or "<pending>"
    return ",".join(external) or NONE


def _service_port(port: Object) -> str:
    node_port = f":{port['nodePort']}" if port.get("nodePort") else ""
    return f"{port['port']}{node_port}/{port.get('protocol', 'TCP')}"


def _service(obj: Object, now: datetime) -> Cells:
    spec = obj["spec"]
    ports = ",".join(_service_port(port) for port in spec.get("ports") or []) or NONE
    return [
        name_of(obj),
        spec.get("type", "ClusterIP"),
        spec.get("clusterIP") or NONE,
        _external_ip(obj),
        ports,
        age(obj, now),
        format_labels(spec.get("selector")),
    ]


def _endpoints(obj: Object, now: datetime) -> Cells:
    found = []
    for subset in obj.get("subsets") or []:
        for port in subset.get("ports") or [{}]:
            for address in subset.get("addresses") or []:
                found.append(f"{address['ip']}:{port['port']}" if port else address["ip"])
    shown = ",".join(found[:SHOWN_ENDPOINTS]) or NONE
    more = len(found) - SHOWN_ENDPOINTS
    return [name_of(obj), f"{shown} + {more} more..." if more > 0 else shown, age(obj, now)]


def _some(values: list[str], empty: str) -> str:
    if not values:
        return empty
    more = len(values) - SHOWN_ENDPOINTS
    shown = ",".join(values[:SHOWN_ENDPOINTS])
    return f"{shown} + {more} more..." if more > 0 else shown


def _endpoint_slice(obj: Object, now: datetime) -> Cells:
    ports = [str(port["port"]) if port.get("port") else "*" for port in obj.get("ports") or []]
    addresses = [address for endpoint in obj.get("endpoints") or [] for address in endpoint["addresses"]]
    return [name_of(obj), obj["addressType"], _some(ports, "<unset>"), _some(addresses, "<unset>"), age(obj, now)]


def _ingress_hosts(rules: list[Object]) -> str:
    hosts = [rule["host"] for rule in rules if rule.get("host")]
    if not hosts:
        return "*"
    more = len(hosts) - SHOWN_HOSTS
    shown = ",".join(hosts[:SHOWN_HOSTS])
    return f"{shown} + {more} more..." if more > 0 else shown


def _ingress(obj: Object, now: datetime) -> Cells:
    spec = obj["spec"]
    return [
        name_of(obj),
        spec.get("ingressClassName") or NONE,
        _ingress_hosts(spec.get("rules") or []),
        ",".join(_load_balancer(obj)),
        "80, 443" if spec.get("tls") else "80",
        age(obj, now),
    ]


def _ingress_class(obj: Object, now: datetime) -> Cells:
    parameters = dig(obj, "spec", "parameters")
    shown = NONE
    if parameters:
        group = f".{parameters['apiGroup']}" if parameters.get("apiGroup") else ""
        shown = f"{parameters['kind']}{group}/{parameters['name']}"
    return [name_of(obj), dig(obj, "spec", "controller", default=""), shown, age(obj, now)]


def _network_policy(obj: Object, now: datetime) -> Cells:
    return [name_of(obj), format_selector(dig(obj, "spec", "podSelector")), age(obj, now)]


def _budget(obj: Object, now: datetime) -> Cells:
    spec = obj["spec"]
    bounds = [str(spec[name]) if spec.get(name) is not None else "N/A" for name in ("minAvailable", "maxUnavailable")]
    return [name_of(obj), *bounds, dig(obj, "status", "disruptionsAllowed", default=0), age(obj, now)]


def _metric_value(values: Object, target: Object) -> str:
    if "averageUtilization" in target:
        current = values.get("averageUtilization")
        return f"{UNKNOWN if current is None else f'{current}%'}/{target['averageUtilization']}%"
    wanted = target.get("averageValue") or target.get("value")
    suffix = " (avg)" if "averageValue" in target else ""
    current = values.get("averageValue") or values.get("value") or UNKNOWN
    return f"{current}/{wanted}{suffix}"


def _metric(spec: Object, statuses: list[Object], index: int) -> str:
    source = spec["type"][0].lower() + spec["type"][1:]
    status = statuses[index] if index < len(statuses) else {}
    shown = _metric_value(dig(status, source, "current", default={}), spec[source].get("target") or {})
    return f"{spec[source]['name']}: {shown}" if "name" in spec[source] else shown


def _autoscaler(obj: Object, now: datetime) -> Cells:
    spec = obj["spec"]
    statuses = dig(obj, "status", "currentMetrics", default=[])
    metrics = [_metric(metric, statuses, index) for index, metric in enumerate(spec.get("metrics") or [])]
    more = len(metrics) - SHOWN_METRICS
    shown = ", ".join(metrics[:SHOWN_METRICS]) or NONE
    reference = spec["scaleTargetRef"]
    return [
        name_of(obj),
        f"{reference['kind']}/{reference['name']}",
        f"{shown} + {more} more..." if more > 0 else shown,
        str(spec["minReplicas"]) if spec.get("minReplicas") is not None else "<unset>",
        spec["maxReplicas"],
        dig(obj, "status", "currentReplicas", default=0),
        age(obj, now),
    ]


def _api_service(obj: Object, now: datetime) -> Cells:
    service = dig(obj, "spec", "service")
    available = condition(obj, "Available") or {"status": "Unknown"}
    shown = available["status"]
    if shown != "True":
        shown = f"{shown} ({available['reason']})" if available.get("reason") else shown
    reference = f"{service['namespace']}/{service['name']}" if service else "Local"
    return [name_of(obj), reference, shown, age(obj, now)]


AUTOSCALERS = columns("Reference,Targets,MinPods,MaxPods,Replicas,Age")
PRINTERS = {
    "/services": Printer(columns("Type,Cluster-IP,External-IP,Port(s),Age", "Selector"), _service),
    "/endpoints": Printer(columns("Endpoints,Age"), _endpoints),
    "discovery.k8s.io/endpointslices": Printer(columns("AddressType,Ports,Endpoints,Age"), _endpoint_slice),
    "networking.k8s.io/ingresses": Printer(columns("Class,Hosts,Address,Ports,Age"), _ingress),
    "networking.k8s.io/ingressclasses": Printer(columns("Controller,Parameters,Age"), _ingress_class),
    "networking.k8s.io/networkpolicies": Printer(columns("Pod-Selector,Age"), _network_policy),
    "policy/poddisruptionbudgets": Printer(
        columns("Min Available,Max Unavailable,Allowed Disruptions,Age", "", "Allowed Disruptions"), _budget
    ),
    "autoscaling/horizontalpodautoscalers": Printer(AUTOSCALERS, _autoscaler),
    "apiregistration.k8s.io/apiservices": Printer(columns("Service,Available,Age"), _api_service),
}
