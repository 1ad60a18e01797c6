"""What an upgrade asks beforehand of the cluster and of its nodes."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from ack_sandbox.cloud.cs.health.findings import Finding, Probe, Trouble, listed
from ack_sandbox.cloud.cs.health.view import View, is_true, title
from ack_sandbox.cloud.versions import next_version
from ack_sandbox.kube.objects import Object, condition, dig, metadata, name_of
from ack_sandbox.plan import PoolPlan

if TYPE_CHECKING:
    from ack_sandbox.cloud.records import ClusterRecord

HARMLESS = ("cluster_inspect", "cluster_vuls_scan")  # tasks that change nothing
LAST_APPLIED = "kubectl.kubernetes.io/last-applied-configuration"
WEBHOOKS = ("mutatingwebhookconfigurations", "validatingwebhookconfigurations")
# By the resource: API versions that servers no longer have, and the minor version since which they do not.
REMOVED: dict[str, dict[str, int]] = {
    "networking.k8s.io/ingresses": {"extensions/v1beta1": 22, "networking.k8s.io/v1beta1": 22},
    "policy/poddisruptionbudgets": {"policy/v1beta1": 25},
    "batch/cronjobs": {"batch/v1beta1": 25},
    "autoscaling/horizontalpodautoscalers": {"autoscaling/v2beta1": 25, "autoscaling/v2beta2": 26},
    "flowcontrol.apiserver.k8s.io/flowschemas": {"flowcontrol.apiserver.k8s.io/v1beta3": 32},
}


@dataclass(frozen=True)
class Upgraded:
    """What shall be upgraded: a cluster, or one of its node pools."""

    record: "ClusterRecord"
    pool: PoolPlan | None
    now: datetime

    def nodes(self, view: View) -> list[Object]:
        if self.pool is None:
            return view.nodes
        names = {node.name for node in self.pool.nodes}
        return [node for node in view.nodes if name_of(node) in names]


def _trouble(what: str, targets: Sequence[str], remedy: str) -> Trouble | None:
    if not targets:
        return None
    return Trouble(message=f"{what}: {listed(targets)}", remedy=remedy, targets=tuple(targets), value=str(len(targets)))


def _nodes_not_ready(view: View, upgraded: Upgraded) -> Trouble | None:
    lost = [name_of(node) for node in upgraded.nodes(view) if not is_true(node, "Ready")]
    return _trouble("nodes are not ready", lost, "Repair these nodes, or remove them from the cluster.")


def _nodes_cordoned(view: View, upgraded: Upgraded) -> Trouble | None:
    cordoned = [name_of(node) for node in upgraded.nodes(view) if dig(node, "spec", "unschedulable")]
    return _trouble("nodes are cordoned", cordoned, "Uncordon them, or expect their pods to find less room.")


def _disks_full(view: View, upgraded: Upgraded) -> Trouble | None:
    full = [name_of(node) for node in upgraded.nodes(view) if is_true(node, "DiskPressure")]
    return _trouble("disks are full", full, "Free or enlarge the disks: new images need room.")


def _drains_blocked(view: View, upgraded: Upgraded) -> Trouble | None:
    budgets = view.all("policy/poddisruptionbudgets")
    tight = [title(each) for each in budgets if dig(each, "status", "disruptionsAllowed", default=0) == 0]
    return _trouble("budgets allow no disruption", tight, "Add replicas, or relax the budget for the upgrade.")


def _addons_failed(_: View, upgraded: Upgraded) -> Trouble | None:
    failed = [addon.name for addon in upgraded.record.addons if addon.state == "failed"]
    return _trouble("add-ons are in a failed state", failed, "Repair or reinstall the add-on first.")


def _tasks_running(_: View, upgraded: Upgraded) -> Trouble | None:
    tasks = [task for task in upgraded.record.tasks if task.type not in HARMLESS and not task.is_over(upgraded.now)]
    return _trouble("tasks are under way", [f"{task.type} {task.id}" for task in tasks], "Wait for their end.")


def _removed_apis(view: View, upgraded: Upgraded) -> Trouble | None:
    version = next_version(upgraded.record.plan.version) or upgraded.record.plan.version
    minor = int(version.split(".")[1])
    used = [f"{each['kind']} {title(each)} ({api})" for each, api in _written_by(view, minor)]
    return _trouble(f"written with an API that {version} does not have", used, "Apply them with the current version.")


def _written_by(view: View, minor: int) -> Iterator[tuple[Object, str]]:
    for resource, removed in REMOVED.items():
        for obj in view.all(resource):
            gone = next((api for api in sorted(_api_versions(obj)) if removed.get(api, minor + 1) <= minor), None)
            if gone is not None:
                yield obj, gone


def _api_versions(obj: Object) -> set[str]:
    """Those that clients last wrote the object with."""
    managers = {str(each.get("apiVersion")) for each in metadata(obj).get("managedFields") or ()}
    applied = (metadata(obj).get("annotations") or {}).get(LAST_APPLIED)
    try:
        return managers | {str(dig(json.loads(applied), "apiVersion"))} if applied else managers
    except ValueError:
        return managers


def _webhooks_dangling(view: View, _: Upgraded) -> Trouble | None:
    found = [(hook, made) for plural in WEBHOOKS for made in view.all(f"admissionregistration.k8s.io/{plural}")
             for hook in made.get("webhooks") or ()]  # fmt: skip
    lone = [(hook, made) for hook, made in found if not _has_service(view, hook)]
    blocking = any(hook.get("failurePolicy") == "Fail" for hook, _made in lone)
    trouble = _trouble(
        "webhooks whose Service does not exist", [name_of(made) for _hook, made in lone], "Install or delete them."
    )
    if trouble is None or not blocking:
        return trouble
    return Trouble(message=trouble.message, remedy=trouble.remedy, targets=trouble.targets, level="error")


def _has_service(view: View, hook: Object) -> bool:
    service = dig(hook, "clientConfig", "service")
    return service is None or view.get("/services", service.get("namespace", ""), service.get("name", "")) is not None


def _namespaces_ending(view: View, _: Upgraded) -> Trouble | None:
    ending = [name_of(each) for each in view.all("/namespaces") if "deletionTimestamp" in metadata(each)]
    return _trouble("namespaces hang while terminating", ending, "Remove the finalizers that their conditions name.")


def _definitions_broken(view: View, _: Upgraded) -> Trouble | None:
    made = view.all("apiextensions.k8s.io/customresourcedefinitions")
    broken = [name_of(each) for each in made if (condition(each, "Established") or {}).get("status") != "True"]
    return _trouble("definitions are not established", broken, "Look at the conditions of these definitions.")


def _newest(_: View, upgraded: Upgraded) -> Trouble | None:
    version = upgraded.record.plan.version
    if next_version(version):
        return None
    return Trouble(message=f"{version} is the newest version", remedy="There is nothing to upgrade to.", targets=())


CLUSTER_CHECKS: tuple[Probe[Upgraded], ...] = (
    Probe("NextVersionAvailable", "cluster", "A newer version exists", "warning", _newest),
    Probe("NoTaskRunning", "cluster", "No task is under way", "error", _tasks_running),
    Probe("NamespacesActive", "cluster", "No namespace hangs while terminating", "warning", _namespaces_ending),
    Probe("AddonsHealthy", "addon", "Add-ons are well", "error", _addons_failed),
    Probe("RemovedAPIs", "api", "No removed API is in use", "error", _removed_apis),
    Probe("DefinitionsEstablished", "api", "Custom resources are defined", "error", _definitions_broken),
    Probe("WebhookBackends", "api", "Webhooks have their Service", "warning", _webhooks_dangling),
)
NODE_CHECKS: tuple[Probe[Upgraded], ...] = (
    Probe("NodesReady", "node", "Nodes are ready", "error", _nodes_not_ready),
    Probe("NodesSchedulable", "node", "Nodes take pods", "warning", _nodes_cordoned),
    Probe("NodeDisks", "node", "Nodes have room for images", "error", _disks_full),
    Probe("DisruptionBudgets", "workload", "Nodes can be drained", "warning", _drains_blocked),
)
ORDERED = Finding(
    phase="",
    group="etcd",
    name="EtcdBackup",
    display="etcd was backed up",
    level="error",
    trouble=Trouble(message="the latest backup of etcd did not complete", remedy="Run the check again later."),
)
