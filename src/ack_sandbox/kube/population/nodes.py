"""Nodes as ACK registers them, with conditions, taints, images and leases; a lost one as the controller leaves it."""

from datetime import timedelta

from ack_sandbox.kube.objects import Object, rfc3339_micro
from ack_sandbox.kube.population.events import Seen, event
from ack_sandbox.kube.population.shapes import hours, minutes, seconds
from ack_sandbox.kube.population.world import World
from ack_sandbox.plan import NodePlan

LOST_SINCE = minutes(47)
STOPPED = "Kubelet stopped posting node status."
# condition, reason and message while the kubelet reports
HEALTHY = (
    ("RuntimeOffline", "False", "RuntimeIsOnline", "container runtime daemon is online"),
    ("KernelDeadlock", "False", "KernelHasNoDeadlock", "kernel has no deadlock"),
    ("ReadonlyFilesystem", "False", "FilesystemIsNotReadOnly", "Filesystem is not read-only"),
    ("MemoryPressure", "False", "KubeletHasSufficientMemory", "kubelet has sufficient memory available"),
    ("DiskPressure", "False", "KubeletHasNoDiskPressure", "kubelet has no disk pressure"),
    ("PIDPressure", "False", "KubeletHasSufficientPID", "kubelet has sufficient PID available"),
    ("Ready", "True", "KubeletReady", "kubelet is posting ready status"),
)
KUBELET_CONDITIONS = ("MemoryPressure", "DiskPressure", "PIDPressure", "Ready")
UNREACHABLE = "node.kubernetes.io/unreachable"
NOT_READY = "node.kubernetes.io/not-ready"
NO_NETWORK = (
    "container runtime network not ready: NetworkReady=false reason:NetworkPluginNotReady "
    "message:Network plugin returns error: cni plugin not initialized"
)
LEASES = "kube-node-lease"


def lost_nodes(world: World) -> list[NodePlan]:
    return [node for node in world.plan.nodes if not node.ready]


def nodes(world: World) -> None:
    for index, plan in enumerate(world.plan.nodes):
        age = timedelta(days=world.plan.age_days * (0.98 if index < 3 else 0.3)) + minutes(
            7 * index if world.plan.age_days else 0
        )
        made = _node(world, plan, age)
        world.add(made)
        _lease(world, made, plan, age)
        _csi_node(world, made, age)
        if not plan.ready:
            _lost_events(world, made)


def joining(world: World, plan: NodePlan) -> list[Object]:
    """What a machine registers at the world's present moment; it is not ready until its network is."""
    made = _node(world, plan, timedelta())
    now = world.ago(timedelta())
    for each in made["status"]["conditions"]:
        each |= {"lastHeartbeatTime": now, "lastTransitionTime": now}
    made["status"]["conditions"][-1] |= {"status": "False", "reason": "KubeletNotReady", "message": NO_NETWORK}
    made["spec"]["taints"] = [{"key": NOT_READY, "effect": "NoSchedule", "timeAdded": now}]
    _lease(world, made, plan, timedelta())
    _csi_node(world, made, timedelta())
    return [made, *world.population.objects]


def _node(world: World, plan: NodePlan, age: timedelta) -> Object:
    meta = world.metadata("Node", plan.name, age=age, labels=_labels(world, plan))
    meta["annotations"] = {
        "csi.volume.kubernetes.io/nodeid": f'{{"diskplugin.csi.alibabacloud.com":"{plan.instance_id}"}}',
        "node.alpha.kubernetes.io/ttl": "0",
        "volumes.kubernetes.io/controller-managed-attach-detach": "true",
    }
    spec: Object = {"providerID": f"{world.plan.region}.{plan.instance_id}"}
    if not plan.ready:
        added = world.ago(LOST_SINCE - seconds(50))
        spec["taints"] = [
            {"key": UNREACHABLE, "effect": effect, "timeAdded": added} for effect in ("NoSchedule", "NoExecute")
        ]
    status = {
        "capacity": _capacity(plan),
        "allocatable": _allocatable(plan),
        "conditions": _conditions(world, plan, age),
        "addresses": [{"type": "InternalIP", "address": plan.ip}, {"type": "Hostname", "address": plan.name}],
        "daemonEndpoints": {"kubeletEndpoint": {"Port": 10250}},
        "nodeInfo": _info(world, plan),
    }
    return {"kind": "Node", "apiVersion": "v1", "metadata": meta, "spec": spec, "status": status}


def _labels(world: World, plan: NodePlan) -> dict[str, str]:
    return {
        "alibabacloud.com/nodepool-id": plan.pool_id,
        "ack.aliyun.com": world.plan.id,
        "beta.kubernetes.io/arch": "amd64",
        "beta.kubernetes.io/os": "linux",
        "kubernetes.io/arch": "amd64",
        "kubernetes.io/hostname": plan.name,
        "kubernetes.io/os": "linux",
        "node.kubernetes.io/instance-type": plan.instance_type.name,
        "topology.diskplugin.csi.alibabacloud.com/zone": plan.zone,
        "topology.kubernetes.io/region": world.plan.region,
        "topology.kubernetes.io/zone": plan.zone,
    }


def _capacity(plan: NodePlan) -> Object:
    return {
        "cpu": str(plan.instance_type.cpu),
        "ephemeral-storage": "123722704Ki",
        "hugepages-1Gi": "0",
        "hugepages-2Mi": "0",
        # The kernel keeps about three percent of the memory an instance is sold with.
        "memory": f"{int(plan.instance_type.memory_gib * 1024 * 1024 * 0.968)}Ki",
        "pods": "128",
    }


def _allocatable(plan: NodePlan) -> Object:
    capacity = _capacity(plan)
    memory = int(capacity["memory"][:-2]) - (1024 + 96 * plan.instance_type.cpu) * 1024
    return {
        **capacity,
        "cpu": f"{plan.instance_type.cpu * 1000 - 100}m",
        "ephemeral-storage": "114022843818",
        "memory": f"{memory}Ki",
    }


def _conditions(world: World, plan: NodePlan, age: timedelta) -> list[Object]:
    conditions = []
    heartbeat = seconds(20) if plan.ready else LOST_SINCE
    for kind, status, reason, message in HEALTHY:
        changed = max(min(age - seconds(30), hours(20 * 24)), seconds(0))
        if not plan.ready and kind in KUBELET_CONDITIONS:
            status, reason, message, changed = "Unknown", "NodeStatusUnknown", STOPPED, LOST_SINCE - seconds(50)
        conditions.append(
            {
                "type": kind,
                "status": status,
                "lastHeartbeatTime": world.ago(heartbeat),
                "lastTransitionTime": world.ago(changed),
                "reason": reason,
                "message": message,
            }
        )
    return conditions


def _info(world: World, plan: NodePlan) -> Object:
    machine = world.digest("machine", plan.name)
    version = f"v{world.plan.version}"
    return {
        "machineID": machine[:32],
        "systemUUID": world.uid("machine", plan.name),
        "bootID": world.uid("boot", plan.name),
        "kernelVersion": "5.10.134-18.al8.x86_64",
        "osImage": "Alibaba Cloud Linux 3.2104 U11 (OpenAnolis Edition)",
        "containerRuntimeVersion": "containerd://1.6.39",
        "kubeletVersion": version,
        "kubeProxyVersion": version,
        "operatingSystem": "linux",
        "architecture": "amd64",
    }


def _lease(world: World, node: Object, plan: NodePlan, age: timedelta) -> None:
    meta = world.metadata("Lease", plan.name, LEASES, age=age)
    meta["ownerReferences"] = [{"apiVersion": "v1", "kind": "Node", "name": plan.name, "uid": node["metadata"]["uid"]}]
    renewed = rfc3339_micro(world.now - (seconds(4) if plan.ready else LOST_SINCE))
    spec = {"holderIdentity": plan.name, "leaseDurationSeconds": 40, "renewTime": renewed}
    world.add({"kind": "Lease", "apiVersion": "coordination.k8s.io/v1", "metadata": meta, "spec": spec})


def _csi_node(world: World, node: Object, age: timedelta) -> None:
    meta = world.metadata("CSINode", node["metadata"]["name"], age=age)
    drivers = [{"name": "diskplugin.csi.alibabacloud.com", "nodeID": "node", "topologyKeys": None}]
    world.add({"kind": "CSINode", "apiVersion": "storage.k8s.io/v1", "metadata": meta, "spec": {"drivers": drivers}})


def _lost_events(world: World, node: Object) -> None:
    # The controllers name a node, not its uid, in the events they write about it.
    about = {**node, "metadata": {"name": node["metadata"]["name"], "uid": node["metadata"]["name"]}}
    name = node["metadata"]["name"]
    seen = Seen(last=LOST_SINCE - seconds(50))
    event(world, about, "NodeNotReady", f"Node {name} status is now: NodeNotReady", seen, component="node-controller")
