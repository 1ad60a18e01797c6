"""The roles every cluster has and the bindings of its users: admin may all, viewer may look at all but secrets."""

from datetime import timedelta

from ack_sandbox.kube.objects import Object
from ack_sandbox.kube.population.world import World

API = "rbac.authorization.k8s.io/v1"
GROUP = "rbac.authorization.k8s.io"
LOOK = ["get", "list", "watch"]
CHANGE = ["create", "delete", "deletecollection", "patch", "update"]

CORE_VISIBLE = [
    "bindings",
    "componentstatuses",
    "configmaps",
    "endpoints",
    "events",
    "limitranges",
    "namespaces",
    "namespaces/status",
    "nodes",
    "persistentvolumeclaims",
    "persistentvolumeclaims/status",
    "persistentvolumes",
    "pods",
    "pods/log",
    "pods/status",
    "podtemplates",
    "replicationcontrollers",
    "replicationcontrollers/scale",
    "resourcequotas",
    "serviceaccounts",
    "services",
    "services/status",
]
VISIBLE_GROUPS = [
    "admissionregistration.k8s.io",
    "apiextensions.k8s.io",
    "apiregistration.k8s.io",
    "apps",
    "autoscaling",
    "batch",
    "coordination.k8s.io",
    "discovery.k8s.io",
    "events.k8s.io",
    "flowcontrol.apiserver.k8s.io",
    "metrics.k8s.io",
    "networking.k8s.io",
    "node.k8s.io",
    "ops.example.com",
    "platform.example.com",
    "policy",
    "rbac.authorization.k8s.io",
    "scheduling.k8s.io",
    "storage.k8s.io",
]


def _rule(groups: list[str], resources: list[str], verbs: list[str]) -> Object:
    return {"verbs": verbs, "apiGroups": groups, "resources": resources}


def _paths(paths: list[str]) -> Object:
    return {"verbs": ["get"], "nonResourceURLs": paths}


VIEW = [_rule([""], CORE_VISIBLE, LOOK), _rule(VISIBLE_GROUPS, ["*"], LOOK)]
EDIT = [
    _rule([""], ["pods", "pods/exec", "services", "configmaps", "secrets", "persistentvolumeclaims"], LOOK + CHANGE),
    _rule(["apps", "batch", "networking.k8s.io", "autoscaling"], ["*"], LOOK + CHANGE),
]
HEALTH_PATHS = ["/healthz", "/livez", "/readyz", "/version", "/version/"]
DISCOVERY_PATHS = ["/api", "/api/*", "/apis", "/apis/*", "/openapi", "/openapi/*", *HEALTH_PATHS]
REVIEWS = [
    _rule(["authorization.k8s.io"], ["selfsubjectaccessreviews", "selfsubjectrulesreviews"], ["create"]),
    _rule(["authentication.k8s.io"], ["selfsubjectreviews"], ["create"]),
]
ROLES: dict[str, list[Object]] = {
    "cluster-admin": [_rule(["*"], ["*"], ["*"]), {"verbs": ["*"], "nonResourceURLs": ["*"]}],
    "admin": EDIT,
    "edit": EDIT,
    "view": VIEW,
    "cs:admin": [_rule(["*"], ["*"], ["*"]), {"verbs": ["*"], "nonResourceURLs": ["*"]}],
    "cs:restricted": VIEW,
    "system:basic-user": REVIEWS,
    "system:discovery": [_paths(DISCOVERY_PATHS)],
    "system:public-info-viewer": [_paths(HEALTH_PATHS)],
    "system:node": [_rule([""], ["nodes", "pods", "secrets", "configmaps"], LOOK)],
    "system:kube-scheduler": [_rule([""], ["pods", "nodes"], LOOK), _rule([""], ["pods/binding"], ["create"])],
    "system:metrics-server": [_rule([""], ["pods", "nodes", "nodes/stats"], LOOK)],
}
# binding, role, kind of subject, subject
BINDINGS = (
    ("cluster-admin", "cluster-admin", "Group", "system:masters"),
    ("system:basic-user", "system:basic-user", "Group", "system:authenticated"),
    ("system:discovery", "system:discovery", "Group", "system:authenticated"),
    ("system:public-info-viewer", "system:public-info-viewer", "Group", "system:unauthenticated"),
    ("admin-clusterrolebinding", "cs:admin", "User", "admin"),
    ("viewer-clusterrolebinding", "cs:restricted", "User", "viewer"),
)


def access(world: World, age: timedelta) -> None:
    for name, rules in ROLES.items():
        labels = {"kubernetes.io/bootstrapping": "rbac-defaults"} if not name.startswith("cs:") else None
        meta = world.metadata("ClusterRole", name, age=age, labels=labels)
        world.add({"kind": "ClusterRole", "apiVersion": API, "metadata": meta, "rules": rules})
    for name, role, kind, subject in BINDINGS:
        subjects = [{"kind": kind, "apiGroup": GROUP, "name": subject}]
        binding(world, "ClusterRoleBinding", name, "", ("ClusterRole", role), subjects, age)


def binding(
    world: World, kind: str, name: str, namespace: str, role: tuple[str, str], subjects: list[Object], age: timedelta
) -> None:
    reference = {"apiGroup": GROUP, "kind": role[0], "name": role[1]}
    meta = world.metadata(kind, name, namespace, age=age)
    world.add({"kind": kind, "apiVersion": API, "metadata": meta, "subjects": subjects, "roleRef": reference})


def service_account_binding(world: World, name: str, namespace: str, role: str, age: timedelta) -> None:
    subject = {"kind": "ServiceAccount", "name": name, "namespace": namespace}
    binding(world, "ClusterRoleBinding", f"{namespace}:{name}", "", ("ClusterRole", role), [subject], age)
