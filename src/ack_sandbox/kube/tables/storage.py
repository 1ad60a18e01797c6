"""Tables of volumes, claims and storage classes."""

from datetime import datetime

from ack_sandbox.kube.objects import Object, dig, name_of
from ack_sandbox.kube.tables.ages import age
from ack_sandbox.kube.tables.columns import AGE, Cells, Column, Printer, columns

ACCESS_MODES = {
    "ReadWriteOnce": "RWO",
    "ReadOnlyMany": "ROX",
    "ReadWriteMany": "RWX",
    "ReadWriteOncePod": "RWOP",
}
UNSET = "<unset>"


def _access_modes(modes: list[str]) -> str:
    return ",".join(short for mode, short in ACCESS_MODES.items() if mode in modes)


def _claim_phase(obj: Object) -> str:
    return "Terminating" if dig(obj, "metadata", "deletionTimestamp") else dig(obj, "status", "phase", default="")


def _volume(obj: Object, now: datetime) -> Cells:
    spec = obj["spec"]
    claim = spec.get("claimRef")
    return [
        name_of(obj),
        dig(spec, "capacity", "storage", default=""),
        _access_modes(spec.get("accessModes") or []),
        spec.get("persistentVolumeReclaimPolicy", ""),
        _claim_phase(obj),
        f"{claim['namespace']}/{claim['name']}" if claim else "",
        spec.get("storageClassName", ""),
        spec.get("volumeAttributesClassName") or UNSET,
        dig(obj, "status", "reason", default=""),
        age(obj, now),
        spec.get("volumeMode", UNSET),
    ]


def _claim(obj: Object, now: datetime) -> Cells:
    spec, bound = obj["spec"], dig(obj, "spec", "volumeName", default="")
    return [
        name_of(obj),
        _claim_phase(obj),
        bound,
        dig(obj, "status", "capacity", "storage", default="") if bound else "",
        _access_modes(dig(obj, "status", "accessModes", default=[])) if bound else "",
        spec.get("storageClassName", ""),
        spec.get("volumeAttributesClassName") or UNSET,
        age(obj, now),
        spec.get("volumeMode", UNSET),
    ]


def _storage_class(obj: Object, now: datetime) -> Cells:
    annotations = dig(obj, "metadata", "annotations", default={})
    is_default = annotations.get("storageclass.kubernetes.io/is-default-class") == "true"
    return [
        name_of(obj) + (" (default)" if is_default else ""),
        obj["provisioner"],
        obj.get("reclaimPolicy", "Delete"),
        obj.get("volumeBindingMode", "Immediate"),
        bool(obj.get("allowVolumeExpansion")),
        age(obj, now),
    ]


def _csi_driver(obj: Object, now: datetime) -> Cells:
    spec = obj["spec"]
    tokens = ",".join(each.get("audience", "") for each in spec.get("tokenRequests") or []) or UNSET
    return [
        name_of(obj),
        spec.get("attachRequired", True),
        spec.get("podInfoOnMount", False),
        spec.get("storageCapacity", False),
        tokens,
        spec.get("requiresRepublish", False),
        ",".join(spec.get("volumeLifecycleModes") or ["Persistent"]),
        age(obj, now),
    ]


def _csi_node(obj: Object, now: datetime) -> Cells:
    return [name_of(obj), len(dig(obj, "spec", "drivers", default=[])), age(obj, now)]


def _attachment(obj: Object, now: datetime) -> Cells:
    spec = obj["spec"]
    volume = dig(spec, "source", "persistentVolumeName", default="")
    attached = bool(dig(obj, "status", "attached"))
    return [name_of(obj), spec["attacher"], volume, spec["nodeName"], attached, age(obj, now)]


VOLUMES = "Capacity,Access Modes,Reclaim Policy,Status,Claim,StorageClass,VolumeAttributesClass,Reason,Age"
CLAIMS = "Status,Volume,Capacity,Access Modes,StorageClass,VolumeAttributesClass,Age"
DRIVERS = "AttachRequired,PodInfoOnMount,StorageCapacity,TokenRequests,RequiresRepublish,Modes"
PRINTERS = {
    "/persistentvolumes": Printer(columns(VOLUMES, "VolumeMode"), _volume),
    "/persistentvolumeclaims": Printer(columns(CLAIMS, "VolumeMode"), _claim),
    "storage.k8s.io/storageclasses": Printer(
        columns("Provisioner,ReclaimPolicy,VolumeBindingMode,AllowVolumeExpansion,Age"), _storage_class
    ),
    "storage.k8s.io/csidrivers": Printer((*columns(DRIVERS), AGE), _csi_driver),
    "storage.k8s.io/csinodes": Printer((*columns(""), Column("Drivers", type="integer"), AGE), _csi_node),
    "storage.k8s.io/volumeattachments": Printer(columns("Attacher,PV,Node,Attached,Age"), _attachment),
}
