"""The built-in resources in the order of discovery: groups, versions, kinds, short names, categories, verbs."""

from typing import Any

from ack_sandbox.kube.resources import ALL_VERBS, STATUS_VERBS, Resource, Subresource

CREATE_ONLY = ("create",)
READ_ONLY = ("get", "list")
NO_COLLECTION_DELETE = tuple(verb for verb in ALL_VERBS if verb != "deletecollection")
PROXY_VERBS = ("create", "delete", "get", "patch", "update")
STREAM_VERBS = ("create", "get")
EXTENSIONS = "api-extensions"
SCALE = Subresource(name="scale", kind="Scale", group="autoscaling", version="v1")


def _resource(
    group_version: str,
    kind: str,
    plural: str,
    short: str = "",
    *,
    scope: str = "Namespaced",
    category: str = "",
    verbs: tuple[str, ...] = ALL_VERBS,
    sub: tuple[Subresource, ...] = (),
    status: bool = False,
    singular: str | None = None,
    stored_as: str = "",
) -> Resource:
    group, _, version = group_version.rpartition("/")
    subresources = (*sub, Subresource(name="status", kind=kind)) if status else sub
    return Resource(
        group=group,
        version=version,
        kind=kind,
        plural=plural,
        namespaced=scope == "Namespaced",
        singular=kind.lower() if singular is None else singular,
        short_names=tuple(short.split()),
        categories=(category,) if category else (),
        verbs=verbs,
        subresources=subresources,
        stored_as=stored_as,
    )


def _cluster(group_version: str, kind: str, plural: str, short: str = "", **rest: Any) -> Resource:
    return _resource(group_version, kind, plural, short, scope="Cluster", **rest)


POD_SUBRESOURCES = (
    Subresource(name="attach", kind="PodAttachOptions", verbs=STREAM_VERBS),
    Subresource(name="binding", kind="Binding", verbs=CREATE_ONLY),
    Subresource(name="ephemeralcontainers", kind="Pod", verbs=STATUS_VERBS),
    Subresource(name="eviction", kind="Eviction", verbs=CREATE_ONLY, group="policy", version="v1"),
    Subresource(name="exec", kind="PodExecOptions", verbs=STREAM_VERBS),
    Subresource(name="log", kind="Pod", verbs=("get",)),
    Subresource(name="portforward", kind="PodPortForwardOptions", verbs=STREAM_VERBS),
    Subresource(name="proxy", kind="PodProxyOptions", verbs=PROXY_VERBS),
    Subresource(name="resize", kind="Pod"),
)
NODE_PROXY = (Subresource(name="proxy", kind="NodeProxyOptions", verbs=PROXY_VERBS),)
SERVICE_PROXY = (Subresource(name="proxy", kind="ServiceProxyOptions", verbs=PROXY_VERBS),)
FINALIZE = (Subresource(name="finalize", kind="Namespace", verbs=("update",)),)
TOKEN = (
    Subresource(name="token", kind="TokenRequest", verbs=CREATE_ONLY, group="authentication.k8s.io", version="v1"),
)
APPROVAL = (Subresource(name="approval", kind="CertificateSigningRequest"),)

CORE = (
    _resource("v1", "Binding", "bindings", verbs=CREATE_ONLY),
    _cluster("v1", "ComponentStatus", "componentstatuses", "cs", verbs=READ_ONLY),
    _resource("v1", "ConfigMap", "configmaps", "cm"),
    _resource("v1", "Endpoints", "endpoints", "ep"),
    _resource("v1", "Event", "events", "ev"),
    _resource("v1", "LimitRange", "limitranges", "limits"),
    _cluster("v1", "Namespace", "namespaces", "ns", verbs=NO_COLLECTION_DELETE, sub=FINALIZE, status=True),
    _cluster("v1", "Node", "nodes", "no", sub=NODE_PROXY, status=True),
    _resource("v1", "PersistentVolumeClaim", "persistentvolumeclaims", "pvc", status=True),
    _cluster("v1", "PersistentVolume", "persistentvolumes", "pv", status=True),
    _resource("v1", "Pod", "pods", "po", category="all", sub=POD_SUBRESOURCES, status=True),
    _resource("v1", "PodTemplate", "podtemplates"),
    _resource("v1", "ReplicationController", "replicationcontrollers", "rc", category="all", sub=(SCALE,), status=True),
    _resource("v1", "ResourceQuota", "resourcequotas", "quota", status=True),
    _resource("v1", "Secret", "secrets"),
    _resource("v1", "ServiceAccount", "serviceaccounts", "sa", sub=TOKEN),
    _resource("v1", "Service", "services", "svc", category="all", sub=SERVICE_PROXY, status=True),
)
WORKLOADS = (
    _resource("apps/v1", "ControllerRevision", "controllerrevisions"),
    _resource("apps/v1", "DaemonSet", "daemonsets", "ds", category="all", status=True),
    _resource("apps/v1", "Deployment", "deployments", "deploy", category="all", sub=(SCALE,), status=True),
    _resource("apps/v1", "ReplicaSet", "replicasets", "rs", category="all", sub=(SCALE,), status=True),
    _resource("apps/v1", "StatefulSet", "statefulsets", "sts", category="all", sub=(SCALE,), status=True),
)
REVIEWS = (
    _resource("events.k8s.io/v1", "Event", "events", "ev", stored_as="/events"),
    _cluster("authentication.k8s.io/v1", "SelfSubjectReview", "selfsubjectreviews", verbs=CREATE_ONLY),
    _cluster("authentication.k8s.io/v1", "TokenReview", "tokenreviews", verbs=CREATE_ONLY),
    _resource("authorization.k8s.io/v1", "LocalSubjectAccessReview", "localsubjectaccessreviews", verbs=CREATE_ONLY),
    _cluster("authorization.k8s.io/v1", "SelfSubjectAccessReview", "selfsubjectaccessreviews", verbs=CREATE_ONLY),
    _cluster("authorization.k8s.io/v1", "SelfSubjectRulesReview", "selfsubjectrulesreviews", verbs=CREATE_ONLY),
    _cluster("authorization.k8s.io/v1", "SubjectAccessReview", "subjectaccessreviews", verbs=CREATE_ONLY),
)
HPA = ("HorizontalPodAutoscaler", "horizontalpodautoscalers", "hpa")
BATCH = (
    _resource("autoscaling/v2", *HPA, category="all", status=True),
    _resource("autoscaling/v1", *HPA, category="all", status=True),
    _resource("batch/v1", "CronJob", "cronjobs", "cj", category="all", status=True),
    _resource("batch/v1", "Job", "jobs", category="all", status=True),
)
NETWORK = (
    _cluster(
        "certificates.k8s.io/v1",
        "CertificateSigningRequest",
        "certificatesigningrequests",
        "csr",
        sub=APPROVAL,
        status=True,
    ),
    _cluster("networking.k8s.io/v1", "IngressClass", "ingressclasses"),
    _resource("networking.k8s.io/v1", "Ingress", "ingresses", "ing", status=True),
    _resource("networking.k8s.io/v1", "NetworkPolicy", "networkpolicies", "netpol"),
    _resource("policy/v1", "PodDisruptionBudget", "poddisruptionbudgets", "pdb", status=True),
)
ACCESS = (
    _cluster("rbac.authorization.k8s.io/v1", "ClusterRoleBinding", "clusterrolebindings"),
    _cluster("rbac.authorization.k8s.io/v1", "ClusterRole", "clusterroles"),
    _resource("rbac.authorization.k8s.io/v1", "RoleBinding", "rolebindings"),
    _resource("rbac.authorization.k8s.io/v1", "Role", "roles"),
)
STORAGE = (
    _cluster("storage.k8s.io/v1", "CSIDriver", "csidrivers"),
    _cluster("storage.k8s.io/v1", "CSINode", "csinodes"),
    _resource("storage.k8s.io/v1", "CSIStorageCapacity", "csistoragecapacities"),
    _cluster("storage.k8s.io/v1", "StorageClass", "storageclasses", "sc"),
    _cluster("storage.k8s.io/v1", "VolumeAttachment", "volumeattachments", status=True),
)
ADMISSION = "admissionregistration.k8s.io/v1"
EXTENSION = (
    _cluster(ADMISSION, "MutatingWebhookConfiguration", "mutatingwebhookconfigurations", category=EXTENSIONS),
    _cluster(ADMISSION, "ValidatingAdmissionPolicy", "validatingadmissionpolicies", category=EXTENSIONS, status=True),
    _cluster(ADMISSION, "ValidatingAdmissionPolicyBinding", "validatingadmissionpolicybindings", category=EXTENSIONS),
    _cluster(ADMISSION, "ValidatingWebhookConfiguration", "validatingwebhookconfigurations", category=EXTENSIONS),
    _cluster(
        "apiextensions.k8s.io/v1",
        "CustomResourceDefinition",
        "customresourcedefinitions",
        "crd crds",
        category=EXTENSIONS,
        status=True,
    ),
)
MACHINERY = (
    _cluster("scheduling.k8s.io/v1", "PriorityClass", "priorityclasses", "pc"),
    _resource("coordination.k8s.io/v1", "Lease", "leases"),
    _cluster("node.k8s.io/v1", "RuntimeClass", "runtimeclasses"),
    _resource("discovery.k8s.io/v1", "EndpointSlice", "endpointslices"),
    _cluster("flowcontrol.apiserver.k8s.io/v1", "FlowSchema", "flowschemas", status=True),
    _cluster(
        "flowcontrol.apiserver.k8s.io/v1", "PriorityLevelConfiguration", "prioritylevelconfigurations", status=True
    ),
)
METRICS = (
    _cluster("metrics.k8s.io/v1beta1", "NodeMetrics", "nodes", verbs=READ_ONLY, singular=""),
    _resource("metrics.k8s.io/v1beta1", "PodMetrics", "pods", verbs=READ_ONLY, singular=""),
)
API_SERVICES = (_cluster("apiregistration.k8s.io/v1", "APIService", "apiservices", category=EXTENSIONS, status=True),)
BUILTIN: tuple[Resource, ...] = (
    *CORE,
    *API_SERVICES,
    *WORKLOADS,
    *REVIEWS,
    *BATCH,
    *NETWORK,
    *ACCESS,
    *STORAGE,
    *EXTENSION,
    *MACHINERY,
    *METRICS,
)
