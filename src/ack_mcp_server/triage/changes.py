"""What changed before a trouble began: rollouts, ConfigMaps, nodes. The audit log adds who did it."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from ack_mcp_server.kube.objects import Object, ago, dig, items, name_of, part, text, time_of
from ack_mcp_server.triage.named import ROOT_CA, Named
from ack_mcp_server.triage.scene import REVISION, Scene, last_seen
from ack_mcp_server.triage.workloads import Case

BEFORE = timedelta(hours=1)
AFTER = timedelta(minutes=2)  # clocks differ, and a status is written after its cause
_NODE_REASONS = ("NodeNotReady", "Rebooted", "NodeNotSchedulable", "SystemOOM", "InvalidDiskCapacity", "Starting")
_MOST = 4


def began(case: Case) -> datetime | None:
    """When it began, as far as events and statuses remember."""
    warnings = (
        time_of(event, "firstTimestamp")
        for pod in {name_of(t.pod): t.pod for t in case.troubles}.values()
        for event in case.scene.events(pod)
        if text(event, "type") == "Warning"
    )
    told = [at for at in warnings if at] or [trouble.since for trouble in case.troubles if trouble.since]
    return min(told) if told else None


def changes(case: Case, since: datetime | None, named: Named) -> tuple[str, ...]:
    """In the hour before; nothing where the beginning is not known."""
    if since is None:
        return ()
    found = [*_rollouts(case, since), *_config_maps(case, since, named), *_nodes(case, since)]
    return tuple(found[:_MOST])


def _is_before(at: datetime | None, since: datetime) -> bool:
    return bool(at and since - BEFORE <= at <= since + AFTER)


def _rollouts(case: Case, since: datetime) -> Iterator[str]:
    revisions = sorted(
        case.scene.replica_sets_of(case.obj), key=lambda each: str(time_of(each, "metadata", "creationTimestamp"))
    )
    for place, newest in enumerate(revisions[1:], 1):
        at = time_of(newest, "metadata", "creationTimestamp")
        if _is_before(at, since):
            number = text(part(newest, "metadata", "annotations"), REVISION)
            what = ", ".join(_differences(revisions[place - 1], newest)) or "nothing that is shown here"
            yield f"rollout to revision {number} {ago(at, case.scene.now)}: {what}"


def _differences(old: Object, new: Object) -> Iterator[str]:
    """By container: its image, resources, probes and the names of its variables."""
    before = {text(each, "name"): each for each in _containers(old)}
    for container in _containers(new):
        name = text(container, "name")
        was = before.get(name)
        if was is None:
            yield f"container {name} added"
            continue
        if text(was, "image") != text(container, "image"):
            yield f"image of {name} {_tag(was)} → {_tag(container)}"
        for field in (
            "resources",
            "livenessProbe",
            "readinessProbe",
            "startupProbe",
            "command",
            "args",
            "env",
            "envFrom",
        ):
            if dig(was, field) != dig(container, field):
                yield f"{field} of {name}"


def _containers(workload: Object) -> list[Object]:
    spec = part(workload, "spec", "template", "spec")
    return items(spec, "containers") + items(spec, "initContainers")


def _tag(container: Object) -> str:
    return text(container, "image").rpartition("/")[2]


def _config_maps(case: Case, since: datetime, named: Named) -> Iterator[str]:
    for each in case.scene.config_maps_by_namespace.get(case.ref.namespace, ()):
        if name_of(each) == ROOT_CA or not named.may_matter("configmaps", name_of(each)):
            continue
        times = [time_of(entry, "time") for entry in items(each, "metadata", "managedFields")]
        at = max((at for at in times if at), default=None)
        if _is_before(at, since):
            who = text(items(each, "metadata", "managedFields")[-1], "manager")
            yield f"ConfigMap {name_of(each)} changed {ago(at, case.scene.now)} (by {who})"


def _nodes(case: Case, since: datetime) -> Iterator[str]:
    names = {text(trouble.pod, "spec", "nodeName") for trouble in case.troubles} - {""}
    for name in sorted(names):
        if node := case.scene.find("Node", "", name):
            yield from _of_node(case.scene, node, since)


def _of_node(scene: Scene, node: Object, since: datetime) -> Iterator[str]:
    for event in scene.events(node, *_NODE_REASONS):
        if _is_before(last_seen(event), since):
            yield f"node {name_of(node)}: {text(event, 'reason')} {ago(last_seen(event), scene.now)}"
