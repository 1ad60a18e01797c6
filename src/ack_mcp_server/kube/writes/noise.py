"""What an API server writes into objects by itself: not a part of what somebody asks for.

Defaults are those of the Kubernetes API reference. They count in objects of built-in groups only, where a field is new,
and never in maps whose keys are anybody's.
"""

from collections.abc import Mapping, Sequence

_METADATA = frozenset({
    "managedFields", "resourceVersion", "generation", "creationTimestamp", "uid", "selfLink", "name", "namespace",
    "generateName",
})  # fmt: skip
_TOP = frozenset({"apiVersion", "kind", "status"})
_ANYWHERE = frozenset({("metadata", "creationTimestamp"), ("volumeClaimTemplates", "status")})
_DRAWN = frozenset({"controller-uid", "batch.kubernetes.io/controller-uid"})  # anew for each rehearsal
_LAST_APPLIED = "kubectl.kubernetes.io/last-applied-configuration"  # the manifest once more
_TOKEN_VOLUME = "kube-api-access-"  # noqa: S105 - of each pod, under a name drawn by lot
_ASSIGNED = frozenset({"clusterIP", "clusterIPs", "healthCheckNodePort"})
_FREE = frozenset({
    "labels", "annotations", "matchLabels", "nodeSelector", "data", "stringData", "binaryData", "limits", "requests",
    "parameters", "selector",
})  # fmt: skip
_DEFAULTS: Mapping[str, tuple[object, ...]] = {
    "allocateLoadBalancerNodePorts": (True,),
    "backoffLimit": (6,),
    "completionMode": ("NonIndexed",),
    "completions": (1,),
    "concurrencyPolicy": ("Allow",),
    "defaultMode": (420,),
    "dnsPolicy": ("ClusterFirst",),
    "enableServiceLinks": (True,),
    "externalTrafficPolicy": ("Cluster",),
    "failedJobsHistoryLimit": (1,),
    "failureThreshold": (3,),
    "fieldRef.apiVersion": ("v1",),
    "hostPath.type": ("",),
    "imagePullPolicy": ("IfNotPresent",),
    "internalTrafficPolicy": ("Cluster",),
    "ipFamilies": (["IPv4"],),
    "ipFamilyPolicy": ("SingleStack",),
    "parallelism": (1,),
    "periodSeconds": (10,),
    "persistentVolumeClaimRetentionPolicy.whenDeleted": ("Retain",),
    "persistentVolumeClaimRetentionPolicy.whenScaled": ("Retain",),
    "podManagementPolicy": ("OrderedReady",),
    "podReplacementPolicy": ("TerminatingOrFailed",),
    "preemptionPolicy": ("PreemptLowerPriority",),
    "priority": (0,),
    "progressDeadlineSeconds": (600,),
    "protocol": ("TCP",),
    "resources": ({},),
    "restartPolicy": ("Always",),
    "revisionHistoryLimit": (10,),
    "rollingUpdate.maxSurge": ("25%", 0),
    "rollingUpdate.maxUnavailable": ("25%", 1),
    "rollingUpdate.partition": (0,),
    "schedulerName": ("default-scheduler",),
    "httpGet.scheme": ("HTTP",),
    "securityContext": ({},),
    "serviceAccount": ("default",),
    "serviceAccountName": ("default",),
    "sessionAffinity": ("None",),
    "spec.type": ("ClusterIP",),
    "strategy.type": ("RollingUpdate",),
    "successThreshold": (1,),
    "successfulJobsHistoryLimit": (3,),
    "suspend": (False,),
    "terminationGracePeriodSeconds": (30,),
    "terminationMessagePath": ("/dev/termination-log",),
    "terminationMessagePolicy": ("File",),
    "timeoutSeconds": (1,),
    "updateStrategy.type": ("RollingUpdate",),
    "volumeMode": ("Filesystem",),
}
_TOLERATED = frozenset({"node.kubernetes.io/not-ready", "node.kubernetes.io/unreachable"})
_TOLERATION = {"effect": "NoExecute", "operator": "Exists", "tolerationSeconds": 300}
RESTARTED = "kubectl.kubernetes.io/restartedAt"
DECIDED_LATER = frozenset({"nodePort", RESTARTED})  # differ in each rehearsal


def is_bookkeeping(keys: Sequence[str]) -> bool:
    """Whether the entry at the end of these keys is the API server's own, whatever it holds."""
    if len(keys) == 1:
        return keys[0] in _TOP
    if len(keys) == 2 and keys[0] == "metadata":
        return keys[1] in _METADATA
    if tuple(keys[-2:]) in _ANYWHERE:
        return True
    parent = keys[-2]
    return (parent == "annotations" and keys[-1] == _LAST_APPLIED) or (
        parent in ("labels", "matchLabels") and keys[-1] in _DRAWN
    )


def is_builtin(api_version: object) -> bool:
    group = str(api_version or "").rpartition("/")[0]
    return "." not in group or group.endswith(".k8s.io")


def is_default(keys: Sequence[str], value: object) -> bool:
    """Whether a new entry says no more than its absence would."""
    if keys[0] != "spec" or not _FREE.isdisjoint(keys[:-1]):
        return False
    if keys[-1] in _ASSIGNED:
        return value not in ("None", ["None"])
    known = (_DEFAULTS.get(keys[-1]), _DEFAULTS.get(".".join(keys[-2:])))
    return any(type(value) is type(each) and value == each for found in known for each in found or ())


def is_injected(keys: Sequence[str], item: object) -> bool:
    """Whether a new item of a list is one that every pod is given."""
    if not isinstance(item, dict):
        return False
    if keys[-1] in ("volumes", "volumeMounts"):
        return str(item.get("name", "")).startswith(_TOKEN_VOLUME)
    if keys[-1] != "tolerations" or item.get("key") not in _TOLERATED:
        return False
    return {name: value for name, value in item.items() if name != "key"} == _TOLERATION
