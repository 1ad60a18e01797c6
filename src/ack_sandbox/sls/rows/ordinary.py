"""What every cluster asks of its API server all day: kubelets, controllers, autoscalers, add-ons, health checks.

The log is thinned to what an audit policy with few drops leaves: a lease renewed every ten seconds appears once a
minute, so that a day of ten nodes holds some sixty thousand rows.
"""

from collections.abc import Iterator
from math import cos, pi

from ack_sandbox.kube.objects import Object, name_of, namespace_of
from ack_sandbox.kube.population.machinery import LEADERS
from ack_sandbox.kube.population.nodes import LEASES, LOST_SINCE
from ack_sandbox.sls.rows.actors import Actor, anonymous, component, controller, kubelet, service_account
from ack_sandbox.sls.rows.audit import Call, recipe
from ack_sandbox.sls.rows.people import people
from ack_sandbox.sls.rows.scene import Scene
from ack_sandbox.sls.rows.timeline import HOUR, Habit, micros

LEASE_GROUP = "coordination.k8s.io"
# group, resource
WATCHED = (
    ("", "pods"),
    ("", "nodes"),
    ("", "services"),
    ("", "configmaps"),
    ("", "namespaces"),
    ("apps", "deployments"),
    ("apps", "replicasets"),
    ("apps", "statefulsets"),
    ("apps", "daemonsets"),
    ("batch", "jobs"),
    ("discovery.k8s.io", "endpointslices"),
    ("networking.k8s.io", "ingresses"),
    ("storage.k8s.io", "csinodes"),
)
# account, agent, what it watches
ADDONS = (
    ("coredns", "coredns/v0.0.0 (linux/amd64) kubernetes/$Format", ("namespaces", "services", "endpointslices")),
    ("kube-proxy-worker", "kube-proxy/v1.34.1 (linux/amd64) kubernetes/1e2c44d", ("services", "endpointslices")),
    ("metrics-server", "metrics-server/v0.3.9 (linux/amd64) kubernetes/$Format", ("nodes", "pods")),
    ("terway-eniip", "terwayd/v1.14.2 (linux/amd64) kubernetes/$Format", ("pods", "nodes")),
    ("csi-provisioner", "csi-provisioner/v1.33.1 (linux/amd64) kubernetes/$Format", ("csinodes", "nodes")),
    ("nginx-ingress-controller", "nginx-ingress-controller/v1.11.5", ("ingresses", "services", "configmaps")),
    ("gatekeeper-controller-manager", "gatekeeper/v3.14.0 (linux/amd64)", ("namespaces", "pods")),
    ("alibaba-log-controller", "log-controller/v0.5.2", ("configmaps",)),
)
MONITOR = "arms-prometheus-agent/v4.0.0"
AUTOSCALER = "cluster-autoscaler/v1.9.0 (linux/amd64) kubernetes/$Format"
# The load balancer in front of the API server asks from addresses of its own.
PROBERS = ("100.117.55.14", "100.117.55.78")


def wave(at: int) -> float:
    """The working day in China: -1 at three in the night, 1 at three in the afternoon."""
    local = (at // HOUR + 8) % 24
    return -cos((local - 3) * pi / 12)


def habits(scene: Scene) -> list[Habit]:
    found = [*_kubelets(scene), *_leaders(scene), *_watches(scene), *_controllers(scene)]
    return [*found, *_autoscalers(scene), *_addons(scene), *_probes(), *people(scene)]


def _kubelets(scene: Scene) -> Iterator[Habit]:
    # A large cluster shows as many rows as one of twenty nodes, each node less often.
    share = max(1.0, len(scene.plan.nodes) / 20)
    for node in scene.plan.nodes:
        who = kubelet(scene.plan, node)
        ends = None if node.ready else micros(scene.now - LOST_SINCE)
        lease = Call(
            actor=who,
            verb="update",
            resource="leases",
            group=LEASE_GROUP,
            namespace=LEASES,
            name=node.name,
            query="timeout=10s",
        )
        calls = (
            (lease, 60),
            (Call(actor=who, verb="patch", resource="nodes", name=node.name, subresource="status"), 300),
            (Call(actor=who, verb="get", resource="nodes", name=node.name, query="resourceVersion=0&timeout=10s"), 600),
            (_watch(who, "", "pods", f"fieldSelector=spec.nodeName%3D{node.name}&"), 420),
            (_watch(who, "", "configmaps", "", "kube-system"), 480),
        )
        for call, every in calls:
            yield Habit(recipe(call), every * share, ends=ends)


def _watch(who: Actor, group: str, resource: str, selector: str = "", namespace: str = "") -> Call:
    query = f"allowWatchBookmarks=true&{selector}timeoutSeconds=437&watch=true"
    return Call(actor=who, verb="watch", group=group, resource=resource, namespace=namespace, query=query)


def _leaders(scene: Scene) -> Iterator[Habit]:
    for name in LEADERS:
        who = component(scene.plan, name)
        lease = Call(actor=who, verb="update", resource="leases", group=LEASE_GROUP, namespace="kube-system", name=name)
        yield Habit(recipe(lease), 60)


def _watches(scene: Scene) -> Iterator[Habit]:
    who = controller(scene.plan, "generic-garbage-collector")
    for group, resource in WATCHED:
        yield Habit(recipe(_watch(who, group, resource)), 430)
        yield Habit(recipe(_watch(component(scene.plan, "kube-scheduler"), group, resource)), 460)
    for path in ("/api", "/apis", "/openapi/v2", "/version"):
        yield Habit(recipe(Call(actor=who, verb="get", path=path)), 300)


def _controllers(scene: Scene) -> Iterator[Habit]:
    """Statuses that controllers write: of endpoints, of sets, of nodes."""
    tables = (
        ("endpoint-controller", "Endpoints", "", "endpoints", "", 0.4),
        ("replicaset-controller", "ReplicaSet", "apps", "replicasets", "status", 0.2),
        ("deployment-controller", "Deployment", "apps", "deployments", "status", 0.3),
        ("node-controller", "Node", "", "nodes", "status", 1.0),
    )
    for account, kind, group, resource, subresource, share in tables:
        who = controller(scene.plan, account)
        objects = scene.kind(kind)
        chosen = objects[:: max(1, round(1 / share))][:40]
        for each in chosen:
            call = _about(who, "update", group, resource, each, subresource)
            yield Habit(recipe(call), 3600, swing=0.5)


def _about(who: Actor, verb: str, group: str, resource: str, obj: Object, subresource: str = "") -> Call:
    space = namespace_of(obj)
    return Call(
        actor=who,
        verb=verb,
        group=group,
        resource=resource,
        namespace=space,
        name=name_of(obj),
        subresource=subresource,
    )


def _autoscalers(scene: Scene) -> Iterator[Habit]:
    who = controller(scene.plan, "horizontal-pod-autoscaler")
    for each in scene.kind("HorizontalPodAutoscaler"):
        space, name = namespace_of(each), name_of(each)
        scale = _about(who, "get", "apps", "deployments", each, "scale")
        metrics = Call(
            actor=who,
            verb="list",
            group="metrics.k8s.io",
            version="v1beta1",
            resource="pods",
            namespace=space,
            query=f"labelSelector=app%3D{name}",
        )
        status = Call(
            actor=who,
            verb="update",
            group="autoscaling",
            version="v2",
            resource="horizontalpodautoscalers",
            namespace=space,
            name=name,
            subresource="status",
        )
        yield Habit(recipe(scale), 120)
        yield Habit(recipe(metrics), 120)
        yield Habit(recipe(status), 300, swing=0.6)


def _addons(scene: Scene) -> Iterator[Habit]:
    groups = {resource: group for group, resource in WATCHED}
    for account, agent, resources in ADDONS:
        if scene.get("ServiceAccount", "kube-system", account) is None:
            continue
        who = service_account("kube-system", account, agent, scene.plan.nodes[0].ip)
        for resource in resources:
            yield Habit(recipe(_watch(who, groups[resource], resource)), 380)
    yield from _monitors(scene)
    if scene.get("ServiceAccount", "kube-system", "ack-kubernetes-elastic-autoscaler"):
        who = service_account("kube-system", "ack-kubernetes-elastic-autoscaler", AUTOSCALER, scene.plan.nodes[1].ip)
        status = Call(
            actor=who, verb="update", resource="configmaps", namespace="kube-system", name="cluster-autoscaler-status"
        )
        yield Habit(recipe(status), 60)
        yield Habit(recipe(Call(actor=who, verb="list", resource="nodes")), 120)


def _monitors(scene: Scene) -> Iterator[Habit]:
    if scene.get("ServiceAccount", "arms-prom", "arms-prom-operator") is None:
        return
    who = service_account("arms-prom", "arms-prom-operator", MONITOR, scene.plan.nodes[1].ip)
    for path in ("/metrics", "/metrics/slis"):
        yield Habit(recipe(Call(actor=who, verb="get", path=path)), 60)
    for group, resource in WATCHED[:10]:
        yield Habit(recipe(Call(actor=who, verb="list", group=group, resource=resource, query="limit=500")), 300)


def _probes() -> Iterator[Habit]:
    for address in PROBERS:
        for path in ("/livez", "/readyz"):
            yield Habit(recipe(Call(actor=anonymous("kube-probe/1.34", address), verb="get", path=path)), 60)
    scanner = anonymous("Mozilla/5.0 (compatible; scanner)", "198.51.100.233")
    for path, text in (("/.env", "/.env"), ("/api/v1/secrets", ""), ("/console", "/console")):
        what = f'path "{text}"' if text else 'resource "secrets" in API group "" at the cluster scope'
        why = f'forbidden: User "system:anonymous" cannot get {what}'
        asked = Call(actor=scanner, verb="get", path=path, code=403, message=why)
        yield Habit(recipe(asked), 5400)
