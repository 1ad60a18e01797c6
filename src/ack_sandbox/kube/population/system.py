"""What ACK installs in kube-system and around it: network, storage, DNS, metrics, logs, ingress."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

from ack_sandbox.kube.logs import Script
from ack_sandbox.kube.population.access import service_account_binding
from ack_sandbox.kube.population.namespaces import namespace, service_account
from ack_sandbox.kube.population.services import service
from ack_sandbox.kube.population.sets import daemon_set
from ack_sandbox.kube.population.shapes import App, Container, http_probe
from ack_sandbox.kube.population.workloads import deployment
from ack_sandbox.kube.population.world import World

SYSTEM = "kube-system"
MONITORING = "arms-prom"
INGRESS_CONTROLLER = "nginx-ingress-controller"
CRITICAL = "system-node-critical"
QUIET = Script(opening=("I {ts} starting",), steady=("I {ts} reconciled in {ms}ms",), period=60)
COREDNS = Script(
    opening=(".:53", "[INFO] plugin/reload: Running configuration SHA512 = 8d3b5c8e4c2a", "CoreDNS-1.11.3"),
    steady=(
        '[INFO] 10.0.128.{small}:{n} - {n} "A IN kubernetes.default.svc.cluster.local. udp 61" NOERROR 0.00{small}s',
    ),
    period=8,
)
INGRESS = Script(
    opening=("NGINX Ingress controller", "I {ts} leader election succeeded"),
    steady=(
        '{ip} - [{time}] "GET /api/items HTTP/1.1" 200 {n} "-" "Mozilla/5.0" 0.0{small} [shop-frontend-80] 200 {trace}',
        '{ip} - [{time}] "POST /api/cart HTTP/1.1" 201 {small} "-" "Mozilla/5.0" 0.{ms} [shop-cart-80] 201 {trace}',
    ),
    period=2,
)


def _image(world: World, name: str) -> str:
    return f"registry-{world.plan.region}-vpc.ack.example.com/acs/{name}"


def _system_app(
    world: World, name: str, image: str, *, replicas: int = 1, cpu: str = "20m", memory: str = "64Mi", **rest: Any
) -> App:
    script = rest.pop("script", QUIET)
    ports = rest.pop("ports", ())
    container = Container(
        name=name,
        image=_image(world, image),
        cpu=cpu,
        memory=memory,
        cpu_limit="1",
        memory_limit="1Gi",
        script=script,
        ports=ports,
    )
    options: dict[str, Any] = {"namespace": SYSTEM, "service_account": name, "age": _age(world), **rest}
    return App(name=name, containers=(container,), replicas=replicas, **options)


def _age(world: World) -> timedelta:
    return timedelta(days=world.plan.age_days * 0.3)


def base(world: World) -> None:
    """The workloads that even the smallest cluster runs: 3 on each node, and CoreDNS and metrics-server."""
    daemons(world, (("terway-eniip", "terway:v1.14.2"), ("csi-plugin", "csi-plugin:v1.33.1")))
    proxy = _system_app(world, "kube-proxy-worker", f"kube-proxy:v{world.plan.version}", host_network=True)
    daemon_set(world, replace(proxy, priority_class=CRITICAL, priority=2000001000))
    _accounts(world, "kube-proxy-worker")
    coredns = _system_app(
        world, "coredns", "coredns:v1.11.3.5", replicas=2, cpu="100m", memory="100Mi", script=COREDNS, ports=(53, 9153)
    )
    deployment(world, replace(coredns, labels={"k8s-app": "kube-dns"}))
    metrics = _system_app(world, "metrics-server", "metrics-server:v0.3.9.7", cpu="125m", memory="300Mi", ports=(4443,))
    deployment(world, metrics)
    _accounts(world, "coredns", "metrics-server")
    _services(world)


def _services(world: World) -> None:
    age = timedelta(days=world.plan.age_days)
    cluster_service = {"kubernetes.io/cluster-service": "true", "k8s-app": "kube-dns", "kubernetes.io/name": "KubeDNS"}
    dns = (("dns", 53, 53), ("metrics", 9153, 9153))
    service(world, "kube-dns", SYSTEM, {"app": "coredns"}, dns, age, labels=cluster_service, address="172.21.0.10")
    service(world, "metrics-server", SYSTEM, {"app": "metrics-server"}, (("https", 443, 4443),), age)
    service(
        world,
        "kubernetes",
        "default",
        None,
        (("https", 443, 6443),),
        age,
        labels={"component": "apiserver", "provider": "kubernetes"},
        address="172.21.0.1",
    )
    _api_endpoints(world, age)


def _api_endpoints(world: World, age: timedelta) -> None:
    """The API server's own addresses, which no selector finds."""
    addresses = ["10.0.0.11", "10.0.0.12"]
    port = {"name": "https", "port": 6443, "protocol": "TCP"}
    meta = world.metadata("Endpoints", "kubernetes", "default", age=age)
    subset = {"addresses": [{"ip": each} for each in addresses], "ports": [port]}
    world.add({"kind": "Endpoints", "apiVersion": "v1", "metadata": meta, "subsets": [subset]})
    labels = {"kubernetes.io/service-name": "kubernetes"}
    meta = world.metadata("EndpointSlice", "kubernetes", "default", age=age, labels=labels)
    world.add(
        {
            "kind": "EndpointSlice",
            "apiVersion": "discovery.k8s.io/v1",
            "metadata": meta,
            "addressType": "IPv4",
            "endpoints": [{"addresses": [each], "conditions": {"ready": True}} for each in addresses],
            "ports": [port],
        }
    )


def daemons(world: World, images: tuple[tuple[str, str], ...]) -> None:
    for name, image in images:
        app = _system_app(world, name, image, host_network=True, priority_class=CRITICAL, priority=2000001000)
        daemon_set(world, app)
        _accounts(world, name)


def ingress_controller(world: World, replicas: int = 2, deploy: Callable[[World, App], object] = deployment) -> None:
    name = INGRESS_CONTROLLER
    app = _system_app(
        world, name, "nginx-ingress-controller:v1.11.5", replicas=replicas, cpu="100m", script=INGRESS, ports=(80, 443)
    )
    deploy(world, replace(app, labels={"app.kubernetes.io/component": "controller"}))
    _accounts(world, name)
    ports = (("http", 80, 80), ("https", 443, 443))
    age = _age(world)
    service(world, "nginx-ingress-lb", SYSTEM, {"app": name}, ports, age, kind="LoadBalancer")
    parameters = {"controller": "k8s.io/ingress-nginx"}
    meta = world.metadata("IngressClass", "nginx", age=age)
    world.add({"kind": "IngressClass", "apiVersion": "networking.k8s.io/v1", "metadata": meta, "spec": parameters})


def controllers(world: World, images: tuple[tuple[str, str, int], ...]) -> None:
    for name, image, replicas in images:
        deployment(world, _system_app(world, name, image, replicas=replicas))
        _accounts(world, name)


def monitoring(world: World) -> None:
    """ARMS Prometheus in a namespace of its own."""
    age = _age(world)
    namespace(world, MONITORING, age)
    probe = http_probe("/metrics", 9100)
    agent = _system_app(world, "arms-prometheus-ack-arms-prometheus", "arms-prometheus-agent:v4.0.0", memory="256Mi")
    deployment(world, replace(agent, namespace=MONITORING, service_account="arms-prom-operator"))
    state = _system_app(world, "kube-state-metrics", "kube-state-metrics:v2.3.0", memory="128Mi")
    deployment(world, replace(state, namespace=MONITORING))
    exporter = _system_app(world, "node-exporter", "node-exporter:v1.8.1", host_network=True, ports=(9100,))
    probed = tuple(replace(each, readiness=probe) for each in exporter.containers)
    daemon_set(world, replace(exporter, namespace=MONITORING, containers=probed))
    for name in ("arms-prom-operator", "kube-state-metrics", "node-exporter"):
        service_account(world, name, MONITORING, age)


def _accounts(world: World, *names: str) -> None:
    for name in names:
        service_account(world, name, SYSTEM, _age(world))
        service_account_binding(world, name, SYSTEM, "view", _age(world))
