"""Storage classes as ACK installs them, and claims bound to volumes of cloud disks."""

from dataclasses import dataclass
from datetime import timedelta

from ack_sandbox.kube.objects import Object
from ack_sandbox.kube.population.world import World

DISK_DRIVER = "diskplugin.csi.alibabacloud.com"
NAS_DRIVER = "nasplugin.csi.alibabacloud.com"
DEFAULT_CLASS = "alicloud-disk-topology-alltype"
# name, driver, binding mode, parameters
CLASSES: tuple[tuple[str, str, str, dict[str, str]], ...] = (
    ("alibabacloud-cnfs-nas", NAS_DRIVER, "Immediate", {"containerNetworkFileSystem": "cnfs-nas-default"}),
    ("alicloud-disk-efficiency", DISK_DRIVER, "Immediate", {"type": "cloud_efficiency"}),
    ("alicloud-disk-essd", DISK_DRIVER, "Immediate", {"type": "cloud_essd"}),
    ("alicloud-disk-ssd", DISK_DRIVER, "Immediate", {"type": "cloud_ssd"}),
    (DEFAULT_CLASS, DISK_DRIVER, "WaitForFirstConsumer", {"type": "cloud_auto,cloud_essd,cloud_ssd"}),
)


@dataclass(frozen=True, kw_only=True)
class Claim:
    name: str = "data"
    size: str = "20Gi"
    storage_class: str = DEFAULT_CLASS
    bound: bool = True

    def spec(self) -> Object:
        return {
            "accessModes": ["ReadWriteOnce"],
            "resources": {"requests": {"storage": self.size}},
            "storageClassName": self.storage_class,
            "volumeMode": "Filesystem",
        }

    def template(self) -> Object:
        return {
            "apiVersion": "v1",
            "kind": "PersistentVolumeClaim",
            "metadata": {"name": self.name, "creationTimestamp": None},
            "spec": self.spec(),
            "status": {"phase": "Pending"},
        }


def storage(world: World, age: timedelta) -> None:
    for name, driver, binding, parameters in CLASSES:
        annotations = {"storageclass.kubernetes.io/is-default-class": "true"} if name == DEFAULT_CLASS else None
        world.add(
            {
                "kind": "StorageClass",
                "apiVersion": "storage.k8s.io/v1",
                "metadata": world.metadata("StorageClass", name, age=age, annotations=annotations),
                "provisioner": driver,
                "parameters": parameters,
                "reclaimPolicy": "Delete",
                "allowVolumeExpansion": True,
                "volumeBindingMode": binding,
            }
        )
    for driver in (DISK_DRIVER, NAS_DRIVER, "ossplugin.csi.alibabacloud.com"):
        spec: Object = {"attachRequired": driver == DISK_DRIVER, "podInfoOnMount": True, "storageCapacity": False}
        spec |= {"fsGroupPolicy": "File", "requiresRepublish": False, "volumeLifecycleModes": ["Persistent"]}
        meta = world.metadata("CSIDriver", driver, age=age)
        world.add({"kind": "CSIDriver", "apiVersion": "storage.k8s.io/v1", "metadata": meta, "spec": spec})


def claim(
    world: World, namespace: str, name: str, wanted: Claim, age: timedelta, labels: dict[str, str] | None = None
) -> Object:
    """A claim, and its volume when it is bound."""
    meta = world.metadata("PersistentVolumeClaim", name, namespace, age=age, labels=labels)
    meta["finalizers"] = ["kubernetes.io/pvc-protection"]
    made: Object = {"kind": "PersistentVolumeClaim", "apiVersion": "v1", "metadata": meta, "spec": wanted.spec()}
    if not wanted.bound:
        return world.add({**made, "status": {"phase": "Pending"}})
    volume = _volume(world, made, wanted, age)
    made["spec"]["volumeName"] = volume["metadata"]["name"]
    meta["annotations"] = {
        "pv.kubernetes.io/bind-completed": "yes",
        "pv.kubernetes.io/bound-by-controller": "yes",
        "volume.kubernetes.io/storage-provisioner": DISK_DRIVER,
    }
    capacity = {"storage": wanted.size}
    made["status"] = {"phase": "Bound", "accessModes": ["ReadWriteOnce"], "capacity": capacity}
    return world.add(made)


def _volume(world: World, bound: Object, wanted: Claim, age: timedelta) -> Object:
    meta = bound["metadata"]
    disk = "d-" + world.suffix(20, "disk", meta["namespace"], meta["name"])
    made = world.metadata("PersistentVolume", disk, age=age)
    made["finalizers"] = ["kubernetes.io/pv-protection"]
    made["annotations"] = {"pv.kubernetes.io/provisioned-by": DISK_DRIVER}
    reference = {"kind": "PersistentVolumeClaim", "apiVersion": "v1", "uid": meta["uid"]}
    zones = [
        {"key": "topology.diskplugin.csi.alibabacloud.com/zone", "operator": "In", "values": [world.plan.zones[0]]}
    ]
    spec = {
        "capacity": {"storage": wanted.size},
        "csi": {"driver": DISK_DRIVER, "fsType": "ext4", "volumeHandle": disk},
        "accessModes": ["ReadWriteOnce"],
        "claimRef": {**reference, "namespace": meta["namespace"], "name": meta["name"]},
        "persistentVolumeReclaimPolicy": "Delete",
        "storageClassName": wanted.storage_class,
        "volumeMode": "Filesystem",
        "nodeAffinity": {"required": {"nodeSelectorTerms": [{"matchExpressions": zones}]}},
    }
    status = {"phase": "Bound", "lastPhaseTransitionTime": world.ago(age)}
    return world.add({"kind": "PersistentVolume", "apiVersion": "v1", "metadata": made, "spec": spec, "status": status})
