"""Claims: bound to a volume that is there or made for them, at once or when a pod that uses them is placed."""

from dataclasses import dataclass
from datetime import datetime

from ack_sandbox.kube.controllers.events import emit, settle
from ack_sandbox.kube.controllers.plane import CLAIMS, Plane, is_deleting
from ack_sandbox.kube.objects import Object, dig, metadata, name_of, namespace_of, rfc3339
from ack_sandbox.kube.quantities import whole_bytes

CLASSES = "storage.k8s.io/storageclasses"
VOLUMES = "/persistentvolumes"
COMPONENT = "persistentvolume-controller"
DEFAULT = "storageclass.kubernetes.io/is-default-class"
WAITING = "waiting for first consumer to be created before binding"


@dataclass(eq=False)
class Claims:
    plane: Plane

    def reconcile(self, namespace: str, name: str, at: datetime) -> None:
        claim = self.plane.store.get(CLAIMS, namespace, name)
        if claim is None or is_deleting(claim) or is_bound(claim):
            return
        claim = self._classed(claim, at)
        volume = self._available(claim)
        if volume is not None:
            self._bind(claim, volume, at)
            return
        wanted = dig(claim, "spec", "storageClassName", default="")
        found = self.plane.store.get(CLASSES, "", wanted)
        if found is None:
            text = f'storageclass.storage.k8s.io "{wanted}" not found'
            emit(self.plane, claim, "ProvisioningFailed", text, at, component=COMPONENT, warning=True)
        elif waits(found):
            emit(self.plane, claim, "WaitForFirstConsumer", WAITING, at, component=COMPONENT)
        else:
            self._bind(claim, self._provisioned(claim, found, at), at)

    def trouble(self, pod_claims: list[tuple[str, Object | None]]) -> str:
        """Why a pod with these claims cannot be placed; empty when it can."""
        for name, claim in pod_claims:
            if claim is None:
                return f'persistentvolumeclaim "{name}" not found'
            wanted = self.plane.store.get(CLASSES, "", dig(claim, "spec", "storageClassName", default=""))
            if not is_bound(claim) and (wanted is None or not waits(wanted)):
                return "pod has unbound immediate PersistentVolumeClaims"
        return ""

    def serve(self, pod_claims: list[tuple[str, Object | None]], at: datetime) -> None:
        """Bind what waited for its first consumer."""
        for _, claim in pod_claims:
            if claim is None or is_bound(claim):
                continue
            found = self.plane.store.get(CLASSES, "", dig(claim, "spec", "storageClassName", default=""))
            volume = self._available(claim)
            if volume is None and found is not None:
                volume = self._provisioned(claim, found, at)
            if volume is not None:
                self._bind(claim, volume, at)

    def _classed(self, claim: Object, at: datetime) -> Object:
        """A claim that names no class gets the default one."""
        if "storageClassName" in claim["spec"]:
            return claim
        classes = self.plane.store.objects(CLASSES)
        default = next((each for each in classes if dig(each, "metadata", "annotations", DEFAULT) == "true"), None)
        if default is None:
            return claim
        return self.plane.put(CLAIMS, {**claim, "spec": {**claim["spec"], "storageClassName": name_of(default)}}, at)

    def _available(self, claim: Object) -> Object | None:
        return next((each for each in self.plane.store.objects(VOLUMES) if _suits(each, claim)), None)

    def _provisioned(self, claim: Object, found: Object, at: datetime) -> Object:
        driver = found["provisioner"]
        disk = f"d-{self.plane.suffix(20)}"
        meta = {
            "name": disk,
            "finalizers": ["kubernetes.io/pv-protection"],
            "annotations": {"pv.kubernetes.io/provisioned-by": driver},
        }
        spec = {
            "capacity": {"storage": dig(claim, "spec", "resources", "requests", "storage", default="20Gi")},
            "csi": {"driver": driver, "fsType": "ext4", "volumeHandle": disk},
            "accessModes": dig(claim, "spec", "accessModes", default=["ReadWriteOnce"]),
            "persistentVolumeReclaimPolicy": found.get("reclaimPolicy", "Delete"),
            "storageClassName": name_of(found),
            "volumeMode": "Filesystem",
        }
        text = f"Successfully provisioned volume {disk}"
        emit(self.plane, claim, "ProvisioningSucceeded", text, at, component=driver)
        made = {"kind": "PersistentVolume", "apiVersion": "v1", "metadata": meta, "spec": spec}
        return self.plane.create(VOLUMES, {**made, "status": {"phase": "Available"}}, at)

    def _bind(self, claim: Object, volume: Object, at: datetime) -> None:
        meta = metadata(claim)
        reference = {"kind": "PersistentVolumeClaim", "apiVersion": "v1", "uid": meta["uid"]}
        reference |= {"namespace": namespace_of(claim), "name": name_of(claim)}
        status = {"phase": "Bound", "lastPhaseTransitionTime": rfc3339(at)}
        bound = {**volume, "spec": {**volume["spec"], "claimRef": reference}, "status": status}
        self.plane.put(VOLUMES, bound, at)
        marks = {"pv.kubernetes.io/bind-completed": "yes", "pv.kubernetes.io/bound-by-controller": "yes"}
        annotated = {**meta, "annotations": {**(meta.get("annotations") or {}), **marks}}
        spec = {**claim["spec"], "volumeName": name_of(volume)}
        modes, capacity = dig(volume, "spec", "accessModes"), dig(volume, "spec", "capacity")
        status = {"phase": "Bound", "accessModes": modes, "capacity": capacity}
        self.plane.put(CLAIMS, {**claim, "metadata": annotated, "spec": spec, "status": status}, at)
        settle(self.plane, claim, at)


def is_bound(claim: Object) -> bool:
    return bool(dig(claim, "status", "phase") == "Bound")


def waits(storage_class: Object) -> bool:
    return storage_class.get("volumeBindingMode") == "WaitForFirstConsumer"


def _suits(volume: Object, claim: Object) -> bool:
    """Whether a volume that nobody uses has the class, the size and the modes the claim asks for."""
    spec, wanted = volume["spec"], claim["spec"]
    reference = spec.get("claimRef")
    if dig(volume, "status", "phase", default="Available") not in ("Available", "Pending"):
        return False
    if reference and (reference.get("namespace"), reference.get("name")) != (namespace_of(claim), name_of(claim)):
        return False
    if spec.get("storageClassName", "") != wanted.get("storageClassName", ""):
        return False
    asked = whole_bytes(dig(wanted, "resources", "requests", "storage"))
    modes = set(wanted.get("accessModes") or [])
    return whole_bytes(dig(spec, "capacity", "storage")) >= asked and modes <= set(spec.get("accessModes") or [])
