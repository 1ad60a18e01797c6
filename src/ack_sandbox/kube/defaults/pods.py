"""Defaults of pod specs and templates, and what admission adds to a pod that is created."""

from collections.abc import Iterator

from ack_sandbox.kube.objects import Object, dig

KINDS = ("containers", "initContainers", "ephemeralContainers")
PROBES = ("livenessProbe", "readinessProbe", "startupProbe")
FILES = 0o644
MODED = ("configMap", "secret", "downwardAPI", "projected")
TOKEN_PATH = "/var/run/secrets/kubernetes.io/serviceaccount"
SURVIVED_SECONDS = 300


def pod_spec(spec: Object) -> None:
    spec.setdefault("restartPolicy", "Always")
    spec.setdefault("terminationGracePeriodSeconds", 30)
    spec.setdefault("dnsPolicy", "ClusterFirst")
    spec.setdefault("securityContext", {})
    spec.setdefault("schedulerName", "default-scheduler")
    if spec.get("serviceAccountName") or spec.get("serviceAccount"):
        name = spec.get("serviceAccountName") or spec["serviceAccount"]
        spec |= {"serviceAccountName": name, "serviceAccount": name}
    for each in containers(spec):
        container(each)
        if spec.get("hostNetwork"):
            _host_ports(each)
    for volume in spec.get("volumes") or ():
        _volume(volume)


def containers(spec: Object) -> Iterator[Object]:
    for kind in KINDS:
        yield from spec.get(kind) or ()


def container(made: Object) -> None:
    made.setdefault("resources", {})
    made.setdefault("terminationMessagePath", "/dev/termination-log")
    made.setdefault("terminationMessagePolicy", "File")
    if "imagePullPolicy" not in made and made.get("image"):
        made["imagePullPolicy"] = "Always" if _is_latest(made["image"]) else "IfNotPresent"
    for port in made.get("ports") or ():
        port.setdefault("protocol", "TCP")
    for name in PROBES:
        if name in made:
            _probe(made[name])
    for each in made.get("env") or ():
        reference = dig(each, "valueFrom", "fieldRef")
        if reference is not None:
            reference.setdefault("apiVersion", "v1")


def _is_latest(image: str) -> bool:
    name = image.rpartition("/")[2]
    return "@" not in name and (":" not in name or name.endswith(":latest"))


def requests(resources: Object) -> None:
    """A limit without a request is the request too; so in pods, not in templates."""
    for name, amount in (resources.get("limits") or {}).items():
        if name not in (resources.get("requests") or {}):
            resources.setdefault("requests", {})[name] = amount


def _host_ports(made: Object) -> None:
    for port in made.get("ports") or ():
        port.setdefault("hostPort", port["containerPort"])


def _probe(probe: Object) -> None:
    for name, value in (("timeoutSeconds", 1), ("periodSeconds", 10), ("successThreshold", 1), ("failureThreshold", 3)):
        probe.setdefault(name, value)
    if "httpGet" in probe:
        probe["httpGet"].setdefault("path", "/")
        probe["httpGet"].setdefault("scheme", "HTTP")


def _volume(volume: Object) -> None:
    if not [name for name in volume if name != "name"]:
        volume["emptyDir"] = {}
    for name in MODED:
        if name in volume:
            volume[name].setdefault("defaultMode", FILES)
    if "hostPath" in volume:
        volume["hostPath"].setdefault("type", "")


def quality_of_service(spec: Object) -> str:
    each_limits = [dig(each, "resources", "limits", default={}) for each in containers(spec)]
    each_requests = [dig(each, "resources", "requests", default={}) for each in containers(spec)]
    if not any(each_limits) and not any(each_requests):
        return "BestEffort"
    guaranteed = all({"cpu", "memory"} <= set(limits) for limits in each_limits) and each_limits == each_requests
    return "Guaranteed" if guaranteed else "Burstable"


def admitted(pod: Object, suffix: str, priority: int, policy: str) -> None:
    """What admission adds: the service account with its token, tolerations of node failures, the priority."""
    spec = pod["spec"]
    name = spec.setdefault("serviceAccountName", "default")
    spec["serviceAccount"] = name
    spec.setdefault("enableServiceLinks", True)
    spec["priority"] = priority
    spec.setdefault("preemptionPolicy", policy)
    if spec.get("automountServiceAccountToken", True):
        _mount_token(spec, f"kube-api-access-{suffix}")
    _tolerate(spec)
    pod["status"] = {"phase": "Pending", "qosClass": quality_of_service(spec)}


def _mount_token(spec: Object, volume: str) -> None:
    if any(mount.get("mountPath") == TOKEN_PATH for each in containers(spec) for mount in each.get("volumeMounts", [])):
        return
    for each in containers(spec):
        each.setdefault("volumeMounts", []).append({"name": volume, "readOnly": True, "mountPath": TOKEN_PATH})
    reference = {"apiVersion": "v1", "fieldPath": "metadata.namespace"}
    sources = [
        {"serviceAccountToken": {"expirationSeconds": 3607, "path": "token"}},
        {"configMap": {"name": "kube-root-ca.crt", "items": [{"key": "ca.crt", "path": "ca.crt"}]}},
        {"downwardAPI": {"items": [{"path": "namespace", "fieldRef": reference}]}},
    ]
    spec.setdefault("volumes", []).append({"name": volume, "projected": {"sources": sources, "defaultMode": FILES}})


def _tolerate(spec: Object) -> None:
    for state in ("not-ready", "unreachable"):
        key = f"node.kubernetes.io/{state}"
        known = spec.setdefault("tolerations", [])
        if any(each.get("key") in (key, None) and each.get("effect") in ("NoExecute", None) for each in known):
            continue
        known.append({"key": key, "operator": "Exists", "effect": "NoExecute", "tolerationSeconds": SURVIVED_SECONDS})
