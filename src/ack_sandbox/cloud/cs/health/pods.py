"""What may be wrong with a pod as a whole: where it runs, what it needs, how it ends."""

from collections.abc import Iterator
from datetime import timedelta

from ack_sandbox.cloud.cs.health.containers import CONTAINERS
from ack_sandbox.cloud.cs.health.findings import Probe, Trouble
from ack_sandbox.cloud.cs.health.view import View, is_true
from ack_sandbox.kube.objects import Object, condition, dig, metadata, namespace_of

OVERDUE = timedelta(minutes=1)
SOURCES = (
    ("ConfigMap", "/configmaps", "configMap", "configMapRef", "configMapKeyRef"),
    ("Secret", "/secrets", "secret", "secretRef", "secretKeyRef"),
)


def _unscheduled(_view: View, pod: Object) -> Trouble | None:
    scheduled = condition(pod, "PodScheduled") or {}
    if dig(pod, "spec", "nodeName") or scheduled.get("status") != "False":
        return None
    return Trouble(
        message=f"no node takes the pod: {scheduled.get('message', '')}",
        remedy="Lower the requests, correct the node selector, affinity, tolerations or claims, or add nodes.",
        value=str(scheduled.get("reason", "")),
    )


def _on_lost_node(view: View, pod: Object) -> Trouble | None:
    node = dig(pod, "spec", "nodeName", default="")
    if node not in view.lost_nodes:
        return None
    return Trouble(
        message=f"its node {node} is not ready, so the state of the pod is not known",
        remedy=f"Diagnose the node {node}; restart or remove it when its kubelet does not come back.",
        value=node,
    )


def _missing_sources(view: View, pod: Object) -> Trouble | None:
    missing = sorted(set(_missing(view, pod)))
    if not missing:
        return None
    return Trouble(
        message=f"not found in namespace {namespace_of(pod)}: {', '.join(missing)}",
        remedy="Create what is missing, correct its name in the pod template, or mark the reference as optional.",
        value=str(len(missing)),
    )


def _missing(view: View, pod: Object) -> Iterator[str]:
    for kind, plural, volume, whole, one in SOURCES:
        for source in _references(pod, volume, whole, one):
            name = source.get("secretName") or source.get("name") or ""
            if not source.get("optional") and view.get(plural, namespace_of(pod), name) is None:
                yield f'{kind} "{name}"'


def _references(pod: Object, volume: str, whole: str, one: str) -> Iterator[Object]:
    yield from (each[volume] for each in dig(pod, "spec", "volumes", default=[]) if each.get(volume))
    for part in ("initContainers", "containers"):
        for container in dig(pod, "spec", part, default=[]):
            yield from (each[whole] for each in container.get("envFrom") or () if each.get(whole))
            keys = (dig(each, "valueFrom", one) for each in container.get("env") or ())
            yield from (key for key in keys if key)


def _unbound_claims(view: View, pod: Object) -> Trouble | None:
    for volume in dig(pod, "spec", "volumes", default=[]):
        name = dig(volume, "persistentVolumeClaim", "claimName")
        claim = view.get("/persistentvolumeclaims", namespace_of(pod), name) if name else None
        if name and dig(claim, "status", "phase") != "Bound":
            return _unbound(view, name, claim)
    return None


def _unbound(view: View, name: str, claim: Object | None) -> Trouble:
    if claim is None:
        return Trouble(message=f'the claim "{name}" does not exist', remedy="Create the claim or correct its name.")
    storage_class = dig(claim, "spec", "storageClassName", default="")
    unknown = view.get("storage.k8s.io/storageclasses", "", storage_class) is None
    why = f'the storage class "{storage_class}" does not exist' if unknown else "no volume was bound or made for it"
    return Trouble(
        message=f'the claim "{name}" is {dig(claim, "status", "phase", default="Pending")}: {why}',
        remedy="Name a storage class of the cluster, or correct the claim's size, zone and access mode.",
        value=storage_class,
    )


def _failed_mounts(view: View, pod: Object) -> Trouble | None:
    said = view.events(pod, "FailedMount", "FailedAttachVolume")
    if not said or is_true(pod, "Ready"):
        return None
    return Trouble(
        message=str(said[0].get("message")),
        remedy="Make the volume's source exist and reachable from the node; the kubelet tries again by itself.",
        value=f"{said[0].get('count', 1)} times",
    )


def _evicted(_view: View, pod: Object) -> Trouble | None:
    if dig(pod, "status", "reason") != "Evicted":
        return None
    return Trouble(
        message=str(dig(pod, "status", "message", default="the node was low on a resource")).strip(),
        remedy="Request what the pod uses, ephemeral-storage too, or give it a volume; then delete the evicted pod.",
        value="Evicted",
    )


def _failed(_view: View, pod: Object) -> Trouble | None:
    if dig(pod, "status", "phase") != "Failed" or dig(pod, "status", "reason") == "Evicted":
        return None
    ended = [dig(each, "state", "terminated") for each in dig(pod, "status", "containerStatuses", default=[])]
    codes = [str(each.get("exitCode")) for each in ended if each]
    return Trouble(
        message=f"the pod has failed; exit codes of its containers: {', '.join(codes) or 'unknown'}",
        remedy="Read the log of the failed container, repair the cause and run it again.",
        value=",".join(codes),
    )


def _stuck_terminating(view: View, pod: Object) -> Trouble | None:
    deleting = metadata(pod).get("deletionTimestamp")
    if not view.is_older(deleting, OVERDUE):
        return None
    kept = metadata(pod).get("finalizers")
    why = f"finalizers remain: {', '.join(kept)}" if kept else "the kubelet has not confirmed that it ended"
    return Trouble(
        message=f"should have been gone since {deleting}; {why}",
        remedy="Look at the node and the finalizers; delete it by force only when its node is gone for good.",
        value=str(deleting),
    )


def _no_address(_view: View, pod: Object) -> Trouble | None:
    if dig(pod, "status", "phase") != "Running" or dig(pod, "status", "podIP"):
        return None
    return Trouble(message="runs without an address", remedy="Look at the network plugin's pod on its node.")


def _no_account(view: View, pod: Object) -> Trouble | None:
    name = dig(pod, "spec", "serviceAccountName", default="default")
    if view.get("/serviceaccounts", namespace_of(pod), name) is not None:
        return None
    return Trouble(message=f'the service account "{name}" does not exist', remedy="Create it or name another.")


PODS: tuple[Probe[Object], ...] = (
    Probe("PodScheduled", "Scheduling", "The pod has a node", "critical", _unscheduled),
    Probe("PodNodeReady", "Scheduling", "The pod's node is ready", "critical", _on_lost_node),
    Probe("PodConfigExists", "Configuration", "Referenced ConfigMaps and Secrets exist", "error", _missing_sources),
    Probe("PodServiceAccount", "Configuration", "The service account exists", "error", _no_account),
    Probe("PodClaimsBound", "Storage", "Claims are bound", "error", _unbound_claims),
    Probe("PodVolumesMounted", "Storage", "Volumes are mounted", "error", _failed_mounts),
    Probe("PodNotEvicted", "Lifecycle", "The pod was not evicted", "error", _evicted),
    Probe("PodNotFailed", "Lifecycle", "The pod has not failed", "error", _failed),
    Probe(
        "PodNotStuckTerminating", "Lifecycle", "The pod does not hang while terminating", "error", _stuck_terminating
    ),
    Probe("PodAddress", "Network", "The pod has an address", "error", _no_address),
    *CONTAINERS,
)
