"""Pods that find no node: too much CPU, a selector or a claim nothing serves; and an exceeded quota."""

from dataclasses import replace
from datetime import timedelta

from ack_sandbox.kube.objects import Object
from ack_sandbox.kube.population.events import Seen, event, scheduler_event
from ack_sandbox.kube.population.namespaces import namespace, quota
from ack_sandbox.kube.population.services import app_service
from ack_sandbox.kube.population.sets import stateful_set
from ack_sandbox.kube.population.shapes import App, PodState, adapted, app, days, hours, minutes, seconds
from ack_sandbox.kube.population.storage import Claim, claim
from ack_sandbox.kube.population.troubles import report, resembles
from ack_sandbox.kube.population.workloads import deployment
from ack_sandbox.kube.population.world import World

REGISTRY = "registry.example.com"


def _unschedulable(world: World, why: str, *, tainted: bool = True) -> str:
    """The scheduler's sentence; nodes that are lost count for their taint."""
    total = len(world.plan.nodes)
    lost = sum(not node.ready for node in world.plan.nodes) if tainted else 0
    fit = total - lost
    reasons = [f"{lost} node(s) had untolerated taint {{node.kubernetes.io/unreachable: }}"] if lost else []
    preempt = [f"{lost} Preemption is not helpful for scheduling"] if lost else []
    if why == "Insufficient cpu":
        preempt.append(f"{fit} No preemption victims found for incoming pod")
    else:
        preempt = [f"{total} Preemption is not helpful for scheduling"]
    text = ", ".join([*reasons, f"{fit} {why}"])
    return f"0/{total} nodes are available: {text}. preemption: 0/{total} nodes are available: {', '.join(preempt)}."


def _pending(world: World, made: App, why: str, began: timedelta, revision: int = 1) -> None:
    state = PodState(phase="Pending", unschedulable=why, created=began)
    rollout = deployment(world, made, [state] * made.replicas, revision=revision)
    for pod in rollout.pods:
        _failed_scheduling(world, pod, why, began)


def _failed_scheduling(world: World, pod: Object, why: str, began: timedelta) -> None:
    tries = max(2, int(began.total_seconds() // 310))
    seen = Seen(last=seconds(world.number(20, 280, "sched", pod["metadata"]["name"])), first=began, count=tries)
    scheduler_event(world, pod, "FailedScheduling", why, seen, warning=True)


def insufficient_cpu(world: World) -> None:
    began = hours(world.number(3, 20, "cpu", "began"))
    name = world.pick(("fraud-detector", "risk-model", "chargeback-ml"), "cpu")
    cpu = world.pick((12, 16, 24), "cpu", "request")
    made = app(name, "payments", f"{REGISTRY}/pay/{name}:v0.4.0", team="payments", age=began)
    made = adapted(made, cpu=str(cpu), cpu_limit=str(cpu), memory="2Gi", memory_limit="4Gi")
    _pending(world, made, _unschedulable(world, "Insufficient cpu"), began)
    report(
        world,
        "pending-cpu",
        "Pending",
        "payments",
        f"deployment/{name}",
        f"Each pod requests {cpu} CPUs, more than any node has.",
        evidence=("Insufficient cpu", f"cpu: {cpu}"),
        request=cpu,
    )
    big = app(
        "search-indexer", "shop", f"{REGISTRY}/shop/search-indexer:v3.3.0", replicas=1, team="search", age=days(8)
    )
    deployment(world, adapted(big, cpu="2", cpu_limit="4", memory="1Gi", memory_limit="2Gi"))
    app_service(world, big)
    resembles(world, "pending-cpu", "shop", "deployment/search-indexer", "requests many CPUs, but runs")


def selector_mismatch(world: World) -> None:
    began = hours(world.number(2, 18, "selector", "began"))
    name = world.pick(("ml-scoring", "vision-tagger", "speech-to-text"), "selector")
    label, value = world.pick(
        (("accelerator", "nvidia-a10"), ("workload", "gpu"), ("disk", "nvme")), "selector", "label"
    )
    made = app(name, "data", f"{REGISTRY}/data/{name}:v0.12.1", replicas=1, team="data", age=began)
    made = replace(made, node_selector={label: value})
    _pending(world, made, _unschedulable(world, "node(s) didn't match Pod's node affinity/selector"), began)
    report(
        world,
        "pending-selector",
        "Pending",
        "data",
        f"deployment/{name}",
        f"No node has the label {label}={value} that the pod's node selector asks for.",
        evidence=("didn't match Pod's node affinity/selector", f"{label}: {value}"),
        selector=f"{label}={value}",
    )
    good = app("feature-export", "data", f"{REGISTRY}/data/feature-export:v1.1.0", replicas=1, team="data", age=days(9))
    kept = world.plan.pools[0].instance_type.name
    deployment(world, replace(good, node_selector={"node.kubernetes.io/instance-type": kept}))
    resembles(world, "pending-selector", "data", "deployment/feature-export", "has a node selector, which nodes match")


def unbound_claim(world: World) -> None:
    name = world.pick(("kafka", "pulsar", "clickhouse"), "claim")
    wanted = world.pick(("fast-ssd", "ceph-rbd", "gp3"), "claim", "class")
    began = hours(world.number(4, 30, "claim", "began"))
    made = app(name, "data", f"{REGISTRY}/data/{name}:3.8", replicas=1, port=9092, team="data", age=began)
    why = (
        f"0/{len(world.plan.nodes)} nodes are available: pod has unbound immediate PersistentVolumeClaims. "
        f"preemption: 0/{len(world.plan.nodes)} nodes are available: "
        f"{len(world.plan.nodes)} Preemption is not helpful for scheduling."
    )
    state = PodState(phase="Pending", unschedulable=why, created=began)
    claims = Claim(storage_class=wanted, bound=False, size="100Gi")
    for pod in stateful_set(world, made, [state], claims=claims):
        _failed_scheduling(world, pod, why, began)
    made_claim = next(
        each
        for each in world.population.objects
        if each["kind"] == "PersistentVolumeClaim" and each["metadata"]["name"] == f"data-{name}-0"
    )
    text = f'storageclass.storage.k8s.io "{wanted}" not found'
    seen = Seen(last=seconds(9), first=began, count=int(began.total_seconds() // 15))
    event(world, made_claim, "ProvisioningFailed", text, seen, component="persistentvolume-controller", warning=True)
    report(
        world,
        "pending-claim",
        "Pending",
        "data",
        f"statefulset/{name}",
        f'The claim data-{name}-0 names the storage class "{wanted}", which does not exist.',
        evidence=("unbound immediate PersistentVolumeClaims", text),
        storage_class=wanted,
    )
    spare = claim(world, "data", "restore-scratch", Claim(bound=False, size="50Gi"), days(3))
    text = "waiting for first consumer to be created before binding"
    seen = Seen(last=seconds(12), first=days(3), count=17000)
    event(world, spare, "WaitForFirstConsumer", text, seen, component="persistentvolume-controller")
    resembles(
        world,
        "pending-claim",
        "data",
        "persistentvolumeclaim/restore-scratch",
        "Pending until a pod uses it, by design",
    )


def quota_exceeded(world: World) -> None:
    space = "media"
    namespace(world, space, days(70))
    name = world.pick(("image-resizer", "thumbnailer", "pdf-render"), "quota")
    began = minutes(world.number(50, 400, "quota", "began"))
    made = app(name, space, f"{REGISTRY}/batch/{name}:v1.0.7", replicas=8, team="media", age=days(30))
    made = adapted(made, cpu="500m", cpu_limit="1")
    rollout = deployment(world, made, [PodState(created=days(6))] * 4)
    quota(world, "compute", space, {"pods": "20", "requests.cpu": "2"}, days(70))
    prefix = rollout.replica_set["metadata"]["name"]
    short = "exceeded quota: compute, requested: requests.cpu=500m, used: requests.cpu=2, limited: requests.cpu=2"
    sample = f"{prefix}-{world.suffix(5, 'quota', 'sample')}"
    text = f'Error creating: pods "{sample}" is forbidden: {short}'
    seen = Seen(last=seconds(170), first=began, count=max(6, int(began.total_seconds() // 420)))
    event(world, rollout.replica_set, "FailedCreate", text, seen, component="replicaset-controller", warning=True)
    failure = {"type": "ReplicaFailure", "status": "True", "reason": "FailedCreate", "message": text[16:]}
    failure |= {"lastTransitionTime": world.ago(began)}
    rollout.replica_set["status"]["conditions"] = [failure]
    rollout.deployment["status"]["conditions"].append({**failure, "lastUpdateTime": world.ago(began)})
    report(
        world,
        "quota-exceeded",
        "QuotaExceeded",
        space,
        f"deployment/{name}",
        "The namespace's quota of 2 CPUs is used up, so four of eight pods cannot be created.",
        evidence=("exceeded quota: compute", "FailedCreate"),
    )
    quota(world, "compute", "logistics", {"pods": "48", "requests.cpu": "2500m"}, days(70))
    resembles(world, "quota-exceeded", "logistics", "resourcequota/compute", "largely used up, but nothing is refused")
