"""Inspection items of security, performance, limits and cost."""

import re
from collections.abc import Callable
from datetime import timedelta

from cryptography import x509

from ack_sandbox.cloud.cs.health.containers import nearly_full
from ack_sandbox.cloud.cs.health.findings import Level
from ack_sandbox.cloud.cs.health.inspection import Inspected, item
from ack_sandbox.cloud.cs.health.nodes import used_share
from ack_sandbox.cloud.cs.health.services import is_deserted
from ack_sandbox.cloud.cs.health.tls import certificate
from ack_sandbox.cloud.cs.health.view import View, is_wanted, title
from ack_sandbox.cloud.vulnerabilities import vulnerable_nodes
from ack_sandbox.kube.objects import Object, condition, dig, name_of, namespace_of
from ack_sandbox.kube.quantities import quantity

EXPIRES_SOON = timedelta(days=30)
Rows = tuple[tuple[str, str, Level, str, str, str, Callable[[View, Inspected], list[str]]], ...]

SHARE_OF_QUOTA = 0.8
IDLE = 0.1  # of a node's CPU
SYSTEM = ("kube-system", "arms-prom")
SECRET_NAME = re.compile(r"PASSWORD|PASSWD|SECRET|TOKEN|API_?KEY", re.IGNORECASE)


def _own_pods(view: View) -> list[Object]:
    return [pod for pod in view.pods if namespace_of(pod) not in SYSTEM and is_wanted(pod)]


def _containers(pod: Object) -> list[Object]:
    found: list[Object] = dig(pod, "spec", "containers", default=[])
    return found


def _unaudited(_: View, inspected: Inspected) -> list[str]:
    return [] if inspected.record.logs.audited else [inspected.record.plan.id]


def _public(_: View, inspected: Inspected) -> list[str]:
    return [inspected.record.plan.id] if inspected.record.network.public_address else []


def _privileged(view: View, _: Inspected) -> list[str]:
    return [title(pod) for pod in _own_pods(view) if any(map(_is_privileged, _containers(pod)))]


def _is_privileged(container: Object) -> bool:
    return bool(dig(container, "securityContext", "privileged"))


def _plain_secrets(view: View, _: Inspected) -> list[str]:
    return [title(pod) for pod in _own_pods(view) if any(map(_tells_secret, _containers(pod)))]


def _tells_secret(container: Object) -> bool:
    return any(each.get("value") and SECRET_NAME.search(each.get("name", "")) for each in container.get("env") or ())


def _administrators(view: View, _: Inspected) -> list[str]:
    bindings = view.all("rbac.authorization.k8s.io/clusterrolebindings")
    bound = [each for each in bindings if dig(each, "roleRef", "name") == "cluster-admin"]
    return [name_of(each) for each in bound if not name_of(each).startswith("cluster-admin")]


def _vulnerable(view: View, inspected: Inspected) -> list[str]:
    return vulnerable_nodes(inspected.record, "asap", view.now)


def _expiring(view: View, _: Inspected) -> list[str]:
    secrets = [each for each in view.all("/secrets") if each.get("type") == "kubernetes.io/tls"]
    found = ((secret, certificate(secret)) for secret in secrets)
    return [title(secret) for secret, made in found if made is not None and _ends_soon(made, view)]


def _ends_soon(made: x509.Certificate, view: View) -> bool:
    return made.not_valid_after_utc - view.now < EXPIRES_SOON


def _unrequested(view: View, _: Inspected) -> list[str]:
    return [
        title(pod) for pod in _own_pods(view) if not all(_has(each, "requests", "cpu") for each in _containers(pod))
    ]


def _unlimited(view: View, _: Inspected) -> list[str]:
    pods = _own_pods(view)
    return [title(pod) for pod in pods if not all(_has(each, "limits", "memory") for each in _containers(pod))]


def _has(container: Object, side: str, resource: str) -> bool:
    return bool(dig(container, "resources", side, resource))


def _nearly_full(view: View, _: Inspected) -> list[str]:
    return [title(pod) for pod in _own_pods(view) if nearly_full(view, pod)]


def _scaled_out(view: View, _: Inspected) -> list[str]:
    scalers = view.all("autoscaling/horizontalpodautoscalers")
    return [
        title(each)
        for each in scalers
        if dig(each, "status", "currentReplicas", default=0) >= each["spec"]["maxReplicas"]
    ]


def _busy_nodes(view: View, _: Inspected) -> list[str]:
    return [
        name_of(node) for node in view.nodes if max(used_share(view, node, each) for each in ("cpu", "memory")) > 0.9
    ]


def _refused_by_quota(view: View, _: Inspected) -> list[str]:
    failing = ((made, condition(made, "ReplicaFailure") or {}) for made in view.all("apps/deployments"))
    return [title(made) for made, failure in failing if "exceeded quota" in str(failure.get("message"))]


def _many_nodes(view: View, inspected: Inspected) -> list[str]:
    return _of_quota(len(view.nodes), inspected.quotas["node_quota"])


def _many_pools(_: View, inspected: Inspected) -> list[str]:
    return _of_quota(len(inspected.record.plan.pools), inspected.quotas["cluster_nodepool_quota"])


def _of_quota(count: int, quota: int) -> list[str]:
    return [f"{count} of {quota}"] if count >= quota * SHARE_OF_QUOTA else []


def _crowded_nodes(view: View, _: Inspected) -> list[str]:
    return [name_of(node) for node in view.nodes if len(view.pods_on(name_of(node))) >= _room(node) * SHARE_OF_QUOTA]


def _room(node: Object) -> float:
    return float(quantity(dig(node, "status", "allocatable", "pods")))


def _unused_claims(view: View, _: Inspected) -> list[str]:
    volumes = [(namespace_of(pod), volume) for pod in view.pods for volume in dig(pod, "spec", "volumes", default=[])]
    used = {(space, dig(volume, "persistentVolumeClaim", "claimName")) for space, volume in volumes}
    claims = view.all("/persistentvolumeclaims")
    return [title(each) for each in claims if (namespace_of(each), name_of(each)) not in used]


def _idle_balancers(view: View, _: Inspected) -> list[str]:
    balancers = [each for each in view.all("/services") if dig(each, "spec", "type") == "LoadBalancer"]
    return [title(each) for each in balancers if is_deserted(view, each)]


def _idle_nodes(view: View, _: Inspected) -> list[str]:
    measured = [node for node in view.nodes if name_of(node) in view.node_usage]
    return [name_of(node) for node in measured if used_share(view, node, "cpu") < IDLE]


def _resting(view: View, _: Inspected) -> list[str]:
    return [title(made) for made in view.workloads() if dig(made, "spec", "replicas", default=1) == 0]


_SECURITY: Rows = (
    ("AuditLogDisabled", "Cluster", "error", "The API server is audited", "audit logs are off",
     "Turn on cluster auditing in the console.", _unaudited),
    ("PublicAPIServer", "Cluster", "advice", "The API server is private", "the API server has a public address",
     "Restrict it by an access control list, or unbind the EIP.", _public),
    ("PrivilegedContainer", "Pod", "warning", "Containers are not privileged", "containers are privileged",
     "Drop securityContext.privileged and grant single capabilities.", _privileged),
    ("PlainSecretInEnv", "Pod", "warning", "Secrets are referenced", "environment variables hold secrets in the clear",
     "Move them to a Secret and use secretKeyRef.", _plain_secrets),
    ("ClusterAdminBinding", "ClusterRoleBinding", "advice", "Few are administrators", "bound to cluster-admin",
     "Bind a role with the verbs and resources that are needed.", _administrators),
    ("NodeVulnerability", "Node", "warning", "Nodes are patched", "vulnerabilities of high necessity on these nodes",
     "Fix the vulnerabilities of the node pool.", _vulnerable),
    ("CertificateExpiring", "Secret", "warning", "Certificates are valid", "certificates end within 30 days",
     "Renew the certificate and replace the Secret.", _expiring),
)  # fmt: skip
_PERFORMANCE: Rows = (
    ("RequestsMissing", "Pod", "warning", "Containers request CPU", "containers request no CPU",
     "Set resources.requests.", _unrequested),
    ("LimitsMissing", "Pod", "warning", "Containers have limits", "containers have no memory limit",
     "Set resources.limits.memory.", _unlimited),
    ("MemoryNearLimit", "Pod", "warning", "Memory is below its limit", "containers use 95% or more of their limit",
     "Raise the limit before the kernel ends them.", _nearly_full),
    ("HPAAtMaximum", "HorizontalPodAutoscaler", "warning", "Autoscalers have room", "autoscalers are at their maximum",
     "Raise maxReplicas, or find out why the load grew.", _scaled_out),
    ("NodeBusy", "Node", "warning", "Nodes have room", "more than 90% of CPU or memory is in use",
     "Add nodes or move pods.", _busy_nodes),
)  # fmt: skip
_LIMITATION: Rows = (
    ("ResourceQuotaExceeded", "Deployment", "error", "Quotas have room", "a ResourceQuota refuses their pods",
     "Raise the quota, or lower requests and replicas.", _refused_by_quota),
    ("NodeQuota", "Cluster", "warning", "Nodes can be added", "the quota of nodes is nearly used up",
     "Ask for a higher quota.", _many_nodes),
    ("NodePoolQuota", "Cluster", "warning", "Node pools can be added", "the quota of node pools is nearly used up",
     "Ask for a higher quota.", _many_pools),
    ("NodePodCapacity", "Node", "warning", "Nodes can hold more pods", "nodes run nearly as many pods as they may",
     "Add nodes.", _crowded_nodes),
)  # fmt: skip
_COST: Rows = (
    ("PVCUnused", "PersistentVolumeClaim", "advice", "Claims are used", "no pod uses these claims",
     "Delete them when their data is no longer needed.", _unused_claims),
    ("LoadBalancerIdle", "Service", "advice", "Load balancers serve", "load balancers without ready endpoints",
     "Delete the Service or repair its pods.", _idle_balancers),
    ("NodeUnderused", "Node", "advice", "Nodes are used", "less than 10% of their CPU is in use",
     "Let the pool scale in, or use smaller instances.", _idle_nodes),
    ("WorkloadScaledToZero", "Workload", "advice", "Workloads run", "scaled to zero",
     "Delete what is no longer needed.", _resting),
)  # fmt: skip

HYGIENE = (
    *(item("security", *row) for row in _SECURITY),
    *(item("performance", *row) for row in _PERFORMANCE),
    *(item("limitation", *row) for row in _LIMITATION),
    *(item("cost", *row) for row in _COST),
)
