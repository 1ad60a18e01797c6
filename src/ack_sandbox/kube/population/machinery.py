"""What the control plane keeps about itself: priorities, API services, webhooks, leases, flow schemas."""

from datetime import timedelta

from ack_sandbox.kube.objects import Object, rfc3339_micro
from ack_sandbox.kube.population.shapes import seconds
from ack_sandbox.kube.population.world import World

PRIORITIES = (
    ("system-node-critical", 2000001000, "Used for system critical pods that must not be moved from their node."),
    ("system-cluster-critical", 2000000000, "Used for system critical pods that must run in the cluster."),
    ("business-critical", 100000, "Pods that customers notice first."),
)
LEADERS = ("kube-controller-manager", "kube-scheduler", "cloud-controller-manager")
WEBHOOKS = (
    ("MutatingWebhookConfiguration", "ack-pod-identity-webhook", "pod-identity.ack.example.com", "pods"),
    ("ValidatingWebhookConfiguration", "ingress-nginx-admission", "validate.nginx.ingress.kubernetes.io", "ingresses"),
)
FLOWS = (("system", 30), ("workload-high", 40), ("workload-low", 100), ("global-default", 20))


def machinery(world: World, age: timedelta) -> None:
    for name, value, description in PRIORITIES:
        meta = world.metadata("PriorityClass", name, age=age)
        made = {"kind": "PriorityClass", "apiVersion": "scheduling.k8s.io/v1", "metadata": meta, "value": value}
        world.add({**made, "description": description, "preemptionPolicy": "PreemptLowerPriority"})
    for name in LEADERS:
        _lease(world, name, age)
    for kind, name, hook, plural in WEBHOOKS:
        _webhook(world, kind, name, hook, plural, age)
    for name, shares in FLOWS:
        _flow(world, name, shares, age)
    runtime = world.metadata("RuntimeClass", "runc", age=age)
    world.add({"kind": "RuntimeClass", "apiVersion": "node.k8s.io/v1", "metadata": runtime, "handler": "runc"})


def _lease(world: World, name: str, age: timedelta) -> None:
    meta = world.metadata("Lease", name, "kube-system", age=age)
    holder = f"{name}-{world.suffix(5, 'leader', name)}_{world.uid('leader', name)}"
    spec = {
        "holderIdentity": holder,
        "leaseDurationSeconds": 15,
        "acquireTime": rfc3339_micro(world.now - age / 9),
        "renewTime": rfc3339_micro(world.now - seconds(1)),
        "leaseTransitions": 3,
    }
    world.add({"kind": "Lease", "apiVersion": "coordination.k8s.io/v1", "metadata": meta, "spec": spec})


def _webhook(world: World, kind: str, name: str, hook: str, plural: str, age: timedelta) -> None:
    group = "networking.k8s.io" if plural == "ingresses" else ""
    rule = {"apiGroups": [group], "apiVersions": ["v1"], "operations": ["CREATE"], "resources": [plural], "scope": "*"}
    service = {"name": name, "namespace": "kube-system", "path": "/mutate", "port": 443}
    entry = {
        "name": hook,
        "clientConfig": {"service": service, "caBundle": "Q0E="},
        "rules": [rule],
        "failurePolicy": "Ignore",
        "matchPolicy": "Equivalent",
        "sideEffects": "None",
        "timeoutSeconds": 10,
        "admissionReviewVersions": ["v1"],
    }
    meta = {**world.metadata(kind, name, age=age), "generation": 1}
    world.add({"kind": kind, "apiVersion": "admissionregistration.k8s.io/v1", "metadata": meta, "webhooks": [entry]})


def _flow(world: World, name: str, shares: int, age: timedelta) -> None:
    api = "flowcontrol.apiserver.k8s.io/v1"
    limited = {"nominalConcurrencyShares": shares, "lendablePercent": 0, "limitResponse": {"type": "Queue"}}
    level = world.metadata("PriorityLevelConfiguration", name, age=age)
    spec: Object = {"type": "Limited", "limited": limited}
    world.add({"kind": "PriorityLevelConfiguration", "apiVersion": api, "metadata": level, "spec": spec})
    meta = world.metadata("FlowSchema", name, age=age)
    spec = {"priorityLevelConfiguration": {"name": name}, "matchingPrecedence": shares * 100}
    spec |= {"distinguisherMethod": {"type": "ByUser"}}
    world.add({"kind": "FlowSchema", "apiVersion": api, "metadata": meta, "spec": spec})


def api_services(world: World, age: timedelta) -> None:
    """One APIService for each group version; only the metrics one is served by a pod."""
    for group, versions in world.population.catalog.group_versions().items():
        for version in versions:
            remote = group == "metrics.k8s.io"
            name = f"{version}.{group}"
            spec: Object = {"version": version, "groupPriorityMinimum": 17000, "versionPriority": 15}
            if group:
                spec["group"] = group
            if remote:
                spec["service"] = {"namespace": "kube-system", "name": "metrics-server", "port": 443}
            why = ("Passed", "all checks passed") if remote else ("Local", "Local APIServices are always available")
            available = {"type": "Available", "status": "True", "reason": why[0], "message": why[1]}
            status = {"conditions": [{**available, "lastTransitionTime": world.ago(age)}]}
            meta = world.metadata("APIService", name, age=age)
            made = {"kind": "APIService", "apiVersion": "apiregistration.k8s.io/v1", "metadata": meta}
            world.add({**made, "spec": spec, "status": status})
