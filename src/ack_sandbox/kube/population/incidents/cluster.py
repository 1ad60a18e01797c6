"""Trouble of the cluster itself: a namespace that cannot finish terminating, and a lost node with pods on it."""

from datetime import timedelta

from ack_sandbox.kube.objects import Object
from ack_sandbox.kube.population.custom import BACKUP_API
from ack_sandbox.kube.population.events import Seen, event
from ack_sandbox.kube.population.namespaces import namespace
from ack_sandbox.kube.population.nodes import LOST_SINCE, lost_nodes
from ack_sandbox.kube.population.services import app_service
from ack_sandbox.kube.population.shapes import PodState, app, days, hours, minutes, seconds
from ack_sandbox.kube.population.troubles import report, resembles
from ack_sandbox.kube.population.workloads import deployment
from ack_sandbox.kube.population.world import World

REGISTRY = "registry.example.com"
FINALIZER = "ops.example.com/cleanup"


def namespace_terminating(world: World) -> None:
    name = world.pick(("team-sandbox", "preview-1842", "poc-analytics"), "terminating")
    since = hours(world.number(5, 90, "terminating", "since"))
    made = namespace(world, name, days(50))
    made_objects = [each for each in world.population.objects if each.get("metadata", {}).get("namespace") == name]
    for gone in made_objects:
        world.population.objects.remove(gone)
    held = _backup(world, name, since)
    stored = next(
        each for each in world.population.objects if each["kind"] == "Namespace" and each["metadata"]["name"] == name
    )
    stored["metadata"] |= {"deletionTimestamp": world.ago(since), "deletionGracePeriodSeconds": 0}
    stored["status"] = {"phase": "Terminating", "conditions": _conditions(world, since)}
    assert made["kind"] == "Namespace"
    report(
        world,
        "namespace-terminating",
        "NamespaceTerminating",
        name,
        f"namespace/{name}",
        f'The backup "{held["metadata"]["name"]}" still carries the finalizer {FINALIZER}, which nobody removes.',
        evidence=(FINALIZER, "NamespaceFinalizersRemaining"),
        finalizer=FINALIZER,
    )
    namespace(world, "preview-1850", days(2))
    resembles(world, "namespace-terminating", "preview-1850", "namespace/preview-1850", "empty, but Active")


def _backup(world: World, space: str, since: timedelta) -> Object:
    meta = world.metadata("Backup", "final-export", space, age=days(20))
    meta |= {"finalizers": [FINALIZER], "deletionTimestamp": world.ago(since), "deletionGracePeriodSeconds": 0}
    spec = {"schedule": "@daily", "target": "final-export"}
    status = {"phase": "Deleting", "lastBackup": world.ago(since + hours(3))}
    return world.add(
        {
            "kind": "Backup",
            "apiVersion": BACKUP_API,
            "metadata": {**meta, "generation": 2},
            "spec": spec,
            "status": status,
        }
    )


def _conditions(world: World, since: timedelta) -> list[Object]:
    remaining = "Some resources are remaining: backups.ops.example.com has 1 resource instances"
    finalizers = f"Some content in the namespace has finalizers remaining: {FINALIZER} in 1 resource instances"
    rows = (
        ("NamespaceDeletionDiscoveryFailure", "False", "ResourcesDiscovered", "All resources successfully discovered"),
        (
            "NamespaceDeletionGroupVersionParsingFailure",
            "False",
            "ParsedGroupVersions",
            "All legacy kube types successfully parsed",
        ),
        (
            "NamespaceDeletionContentFailure",
            "False",
            "ContentDeleted",
            "All content successfully deleted, may be waiting on finalization",
        ),
        ("NamespaceContentRemaining", "True", "SomeResourcesRemain", remaining),
        ("NamespaceFinalizersRemaining", "True", "SomeFinalizersRemain", finalizers),
    )
    moment = world.ago(since - seconds(6))
    return [
        {"type": kind, "status": status, "lastTransitionTime": moment, "reason": reason, "message": message}
        for kind, status, reason, message in rows
    ]


def node_lost(world: World) -> None:
    """Pods of a lost node wait for their kubelet to confirm the deletion, while replacements already run."""
    for node in lost_nodes(world):
        for name, replicas in (("reviews", 2), ("gateway-cache", 1)):
            made = app(name, "shop", f"{REGISTRY}/shop/{name}:v2.0.9", replicas=replicas, team="shop", age=days(70))
            evicted_at = LOST_SINCE - minutes(5) - seconds(50)
            lost = PodState(node=node.name, lost=True, deleting=evicted_at, created=days(9))
            replaced = [PodState(created=evicted_at)] + [PodState()] * (replicas - 1)
            rollout = deployment(world, made, [lost, *replaced], revision=4)
            app_service(world, made)
            stuck = rollout.pods[0]
            text = f"Marking for deletion Pod {made.namespace}/{stuck['metadata']['name']}"
            seen = Seen(last=evicted_at)
            event(world, stuck, "TaintManagerEviction", text, seen, component="taint-eviction-controller")
            warned = Seen(last=LOST_SINCE - seconds(50))
            text = "Node is not ready"
            event(world, stuck, "NodeNotReady", text, warned, component="node-controller", warning=True)
        _recovered_node(world)
        report(
            world,
            "node-lost",
            "NodeNotReady",
            "",
            f"node/{node.name}",
            "The kubelet of the node stopped posting its status; its pods cannot finish terminating.",
            evidence=("Kubelet stopped posting node status", "NodeStatusUnknown"),
            node=node.name,
        )


def _recovered_node(world: World) -> None:
    name = next(node.name for node in reversed(world.plan.nodes) if node.ready)
    made = next(
        each for each in world.population.objects if each["kind"] == "Node" and each["metadata"]["name"] == name
    )
    back = minutes(36)
    for entry in made["status"]["conditions"]:
        if entry["type"] == "Ready":
            entry["lastTransitionTime"] = world.ago(back)
    about = {**made, "metadata": {"name": name, "uid": name}}
    lost = f"Node {name} status is now: NodeNotReady"
    event(world, about, "NodeNotReady", lost, Seen(last=back + minutes(1)), component="node-controller")
    event(world, about, "NodeReady", f"Node {name} status is now: NodeReady", Seen(last=back), component="kubelet")
    resembles(world, "node-lost", "", f"node/{name}", "was not ready for a minute, half an hour ago")
