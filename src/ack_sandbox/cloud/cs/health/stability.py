"""Inspection items of business stability: what is broken now, or breaks with the next failure."""

from collections.abc import Iterator
from datetime import timedelta

from ack_sandbox.cloud.cs.health.containers import CREATING, LAST_HOUR, PULLING, out_of_memory, waits
from ack_sandbox.cloud.cs.health.ingresses import INGRESSES, controllers, services_of
from ack_sandbox.cloud.cs.health.inspection import Inspected, item
from ack_sandbox.cloud.cs.health.services import is_deserted
from ack_sandbox.cloud.cs.health.view import View, is_true, is_wanted, title
from ack_sandbox.cloud.versions import VERSIONS
from ack_sandbox.kube.label_selector import selects
from ack_sandbox.kube.objects import Object, condition, dig, labels_of, metadata, name_of, namespace_of

OVERDUE = timedelta(minutes=1)
NAMESPACE_OVERDUE = timedelta(minutes=10)
SUPPORT_ENDS = timedelta(days=90)
SYSTEM = "kube-system"
DEPLOYMENTS = "apps/deployments"
BUDGETS = "policy/poddisruptionbudgets"


def _lost_nodes(view: View, _: Inspected) -> list[str]:
    return sorted(view.lost_nodes)


def _cordoned(view: View, _: Inspected) -> list[str]:
    return [name_of(node) for node in view.nodes if dig(node, "spec", "unschedulable")]


def _killing_nodes(view: View, _: Inspected) -> list[str]:
    return [name_of(node) for node in view.nodes if view.events(node, "OOMKilling", within=LAST_HOUR)]


def _looping(view: View, _: Inspected) -> list[str]:
    return [title(pod) for pod in view.pods if waits(pod, "CrashLoopBackOff")]


def _out_of_memory(view: View, _: Inspected) -> list[str]:
    return [title(pod) for pod in view.pods if out_of_memory(view, pod)]


def _unpulled(view: View, _: Inspected) -> list[str]:
    return [title(pod) for pod in view.pods if waits(pod, *PULLING)]


def _uncreated(view: View, _: Inspected) -> list[str]:
    return [title(pod) for pod in view.pods if waits(pod, *CREATING) or view.events(pod, "FailedMount")]


def _unscheduled(view: View, _: Inspected) -> list[str]:
    waiting = (pod for pod in view.pods if dig(condition(pod, "PodScheduled") or {}, "status") == "False")
    return [title(pod) for pod in waiting if is_wanted(pod)]


def _stuck(view: View, _: Inspected) -> list[str]:
    return [title(pod) for pod in view.pods if view.is_older(metadata(pod).get("deletionTimestamp"), OVERDUE)]


def _evicted(view: View, _: Inspected) -> list[str]:
    return [title(pod) for pod in view.pods if dig(pod, "status", "reason") == "Evicted"]


def _unavailable(view: View, _: Inspected) -> list[str]:
    return [title(made) for made in view.all(DEPLOYMENTS) if _is_short(made)]


def _is_short(deployment: Object) -> bool:
    wanted: int = dig(deployment, "spec", "replicas", default=1)
    available: int = dig(deployment, "status", "availableReplicas", default=0)
    return available < wanted


def _stuck_rollouts(view: View, _: Inspected) -> list[str]:
    rollouts = ((made, condition(made, "Progressing") or {}) for made in view.all(DEPLOYMENTS))
    return [title(made) for made, progress in rollouts if progress.get("reason") == "ProgressDeadlineExceeded"]


def _failed_jobs(view: View, _: Inspected) -> list[str]:
    return [title(job) for job in view.all("batch/jobs") if is_true(job, "Failed")]


def _deserted(view: View, _: Inspected) -> list[str]:
    return [title(service) for service in view.all("/services") if is_deserted(view, service)]


def _dangling_ingresses(view: View, _: Inspected) -> list[str]:
    return [title(made) for made in view.all(INGRESSES) if any(_missing(view, made))]


def _missing(view: View, ingress: Object) -> Iterator[str]:
    space = namespace_of(ingress)
    return (name for name in services_of(ingress) if view.get("/services", space, name) is None)


def _unbound(view: View, _: Inspected) -> list[str]:
    pending = [each for each in view.all("/persistentvolumeclaims") if dig(each, "status", "phase") == "Pending"]
    return [title(each) for each in pending if not _waits_for_pod(view, each)]


def _waits_for_pod(view: View, claim: Object) -> bool:
    made = view.get("storage.k8s.io/storageclasses", "", dig(claim, "spec", "storageClassName", default=""))
    return made is not None and made.get("volumeBindingMode") == "WaitForFirstConsumer"


def _ending_namespaces(view: View, _: Inspected) -> list[str]:
    spaces = view.all("/namespaces")
    return [
        name_of(each) for each in spaces if view.is_older(metadata(each).get("deletionTimestamp"), NAMESPACE_OVERDUE)
    ]


def _lone_dns(view: View, _: Inspected) -> list[str]:
    made = view.get(DEPLOYMENTS, SYSTEM, "coredns")
    return [] if made is None or dig(made, "spec", "replicas", default=1) > 1 else [title(made)]


def _lone_controller(view: View, _: Inspected) -> list[str]:
    found = controllers(view)
    return [title(found[0])] if len(found) == 1 else []


def _own(view: View) -> list[Object]:
    """The deployments that are the customer's."""
    return [made for made in view.all(DEPLOYMENTS) if namespace_of(made) not in (SYSTEM, "arms-prom")]


def _single(view: View, _: Inspected) -> list[str]:
    return [title(made) for made in _own(view) if dig(made, "spec", "replicas", default=1) == 1]


def _unbudgeted(view: View, _: Inspected) -> list[str]:
    several = (made for made in _own(view) if dig(made, "spec", "replicas", default=1) > 1)
    return [title(made) for made in several if not _is_budgeted(view, made)]


def _is_budgeted(view: View, deployment: Object) -> bool:
    labels = dig(deployment, "spec", "template", "metadata", "labels", default={})
    budgets = view.all(BUDGETS, namespace_of(deployment))
    return any(selects(dig(each, "spec", "selector", default={}), labels) for each in budgets)


def _unprobed(view: View, _: Inspected) -> list[str]:
    return [title(made) for made in _own(view) if not all(each.get("readinessProbe") for each in _containers(made))]


def _containers(deployment: Object) -> list[Object]:
    found: list[Object] = dig(deployment, "spec", "template", "spec", "containers", default=[])
    return found


def _failed_addons(_: View, inspected: Inspected) -> list[str]:
    return [addon.name for addon in inspected.record.addons if addon.state == "failed"]


def _old_version(view: View, inspected: Inspected) -> list[str]:
    version = inspected.record.plan.version
    ends = next((each.expires for each in VERSIONS if each.version == version), None)
    return [version] if ends is not None and ends - view.now < SUPPORT_ENDS else []


def _one_zone(view: View, _: Inspected) -> list[str]:
    zones = {labels_of(node).get("topology.kubernetes.io/zone", "") for node in view.nodes}
    return sorted(zones) if len(zones) == 1 and len(view.nodes) > 1 else []


# uid, type of target, level, name, what it says when it finds something, remedy, search
_ROWS = (
    ("NodeNotReady", "Node", "critical", "Nodes are ready", "nodes are not ready",
     "Look at the kubelet of the node; restart or replace the node.", _lost_nodes),
    ("NodeUnschedulable", "Node", "warning", "Nodes take pods", "nodes are cordoned",
     "Uncordon them when their maintenance is over.", _cordoned),
    ("NodeOOM", "Node", "warning", "Kernels kill nothing for memory", "kernels killed processes within the hour",
     "Raise the memory limits of the pods that were OOMKilled there.", _killing_nodes),
    ("PodCrashLoopBackOff", "Pod", "error", "Pods do not crash again and again", "pods crash again and again",
     "Read the log of the previous run of the container.", _looping),
    ("PodOOMKilled", "Pod", "error", "Pods keep within their memory", "containers were OOMKilled within the hour",
     "Raise the memory limit, or lower what the process needs.", _out_of_memory),
    ("PodImagePull", "Pod", "error", "Images are pulled", "images cannot be pulled",
     "Correct the image's name or tag, or the pull secret.", _unpulled),
    ("PodConfigMissing", "Pod", "error", "Containers can be created", "containers cannot be created or mounted",
     "Create the ConfigMap, Secret or volume that the pod's events name.", _uncreated),
    ("PodUnschedulable", "Pod", "error", "Pods find a node", "no node takes these pods",
     "Correct requests, selectors and claims, or add nodes.", _unscheduled),
    ("PodStuckTerminating", "Pod", "warning", "Pods end when deleted", "pods hang while terminating",
     "Look at their node and finalizers.", _stuck),
    ("PodEvicted", "Pod", "warning", "Pods are not evicted", "pods were evicted",
     "Request what they use, ephemeral-storage too, and delete the evicted pods.", _evicted),
    ("DeploymentUnavailable", "Deployment", "error", "Deployments have their replicas", "replicas are missing",
     "Diagnose a pod of the deployment, and look at its ReplicaSet's events.", _unavailable),
    ("DeploymentRolloutStuck", "Deployment", "error", "Rollouts complete", "rollouts exceeded their deadline",
     "Roll back, or repair the new version.", _stuck_rollouts),
    ("JobFailed", "Job", "warning", "Jobs succeed", "jobs have failed",
     "Read the log of their last pod and run them again.", _failed_jobs),
    ("ServiceNoEndpoint", "Service", "error", "Services have endpoints", "Services have no ready endpoint",
     "Compare the selector with the pods' labels; diagnose their pods.", _deserted),
    ("IngressBackendMissing", "Ingress", "error", "Ingresses lead to Services", "the Service behind does not exist",
     "Create the Service or correct the Ingress.", _dangling_ingresses),
    ("PVCPending", "PersistentVolumeClaim", "warning", "Claims are bound", "claims cannot be bound",
     "Name a storage class that exists; look at the claim's events.", _unbound),
    ("NamespaceTerminating", "Namespace", "warning", "Namespaces end when deleted", "namespaces hang while terminating",
     "Remove what its conditions name; finalizers wait for their controller.", _ending_namespaces),
    ("CoreDNSReplicas", "Deployment", "warning", "CoreDNS is redundant", "CoreDNS has a single replica",
     "Scale it to two or more, on different nodes.", _lone_dns),
    ("IngressControllerReplicas", "Pod", "warning", "The Ingress controller is redundant", "it has a single replica",
     "Scale it to two or more.", _lone_controller),
    ("SingleReplica", "Deployment", "advice", "Deployments are redundant", "deployments have a single replica",
     "Run two or more replicas on different nodes.", _single),
    ("PDBMissing", "Deployment", "advice", "Disruption budgets exist", "no PodDisruptionBudget covers them",
     "Add a budget, so that drains leave enough replicas.", _unbudgeted),
    ("ReadinessProbeMissing", "Deployment", "advice", "Readiness is probed", "containers have no readiness probe",
     "Add a readiness probe.", _unprobed),
    ("AddonFailed", "Addon", "error", "Add-ons are well", "add-ons are in a failed state",
     "Look at the failed task of the add-on, then upgrade or install it again.", _failed_addons),
    ("VersionEndOfSupport", "Cluster", "warning", "The version is supported", "support ends within 90 days",
     "Upgrade the cluster.", _old_version),
    ("SingleZone", "Cluster", "advice", "Nodes are spread over zones", "all nodes are in one zone",
     "Add vSwitches of other zones to the node pools.", _one_zone),
)  # fmt: skip

STABILITY = tuple(item("stability", *row) for row in _ROWS)
