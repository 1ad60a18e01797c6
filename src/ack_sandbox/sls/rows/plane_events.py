"""What the control plane's components log about that which they say in events, and about trouble that has no event."""

import json
from collections.abc import Callable, Iterator
from datetime import timedelta

from ack_sandbox.kube.objects import Object, name_of, parse_time
from ack_sandbox.kube.population.nodes import LOST_SINCE
from ack_sandbox.sls.rows.events import history
from ack_sandbox.sls.rows.klog import Severity, line
from ack_sandbox.sls.rows.plane import Component
from ack_sandbox.sls.rows.scene import Scene
from ack_sandbox.sls.rows.timeline import SECOND, Planted, Recipe, micros

Line = tuple[Severity, str, str]
DAY = timedelta(hours=24)
# The components that the cloud runs, by the name that their events carry.
KCM = (
    "cronjob-controller",
    "deployment-controller",
    "job-controller",
    "node-controller",
    "persistentvolume-controller",
    "replicaset-controller",
    "statefulset-controller",
    "taint-eviction-controller",
)
SCHEDULER = "default-scheduler"


def quoted(text: str) -> str:
    """As Kubernetes' logger quotes a value."""
    return json.dumps(text, ensure_ascii=False)


def _about(event: Object) -> str:
    about = event["involvedObject"]
    return "/".join(filter(None, (about.get("namespace", ""), about["name"])))


def _kcm(event: Object) -> Line:
    about, message = _about(event), event["message"]
    lines: dict[str, Line] = {
        "FailedCreate": (
            "E",
            "replica_set.go:585",
            f'"Unhandled Error" err={quoted(f"sync {quoted(about)} failed with {message}")}',
        ),
        "ProvisioningFailed": (
            "E",
            "pv_controller.go:1577",
            f'"Error finding provisioning plugin for claim" {about}: {message}',
        ),
        "TaintManagerEviction": (
            "I",
            "taint_eviction.go:111",
            f'"Deleting pod" controller="taint-eviction" pod="{about}"',
        ),
        "BackoffLimitExceeded": (
            "E",
            "job_controller.go:909",
            f'"Job failed" job="{about}" reason="BackoffLimitExceeded"',
        ),
        "NodeNotReady": ("I", "controller_utils.go:116", f'"Recording event message for node" {about}: {message}'),
        "ScalingReplicaSet": ("I", "deployment_controller.go:662", f'"{message}" deployment="{about}"'),
    }
    return lines.get(
        event["reason"], ("I", "event.go:389", f'"Event occurred" object="{about}" message={quoted(message)}')
    )


def _scheduler(event: Object) -> Line:
    about, message = _about(event), event["message"]
    if event["reason"] == "FailedScheduling":
        return (
            "E",
            "schedule_one.go:1095",
            f'"Unable to schedule pod; no fit; waiting" pod="{about}" err={quoted(message)}',
        )
    node = message.rpartition(" to ")[2]
    return "I", "schedule_one.go:314", f'"Successfully bound pod to node" pod="{about}" node="{node}"'


def _occurred(event: Object) -> Line:
    about = event["involvedObject"]
    where = f'object="{_about(event)}" kind="{about["kind"]}" apiVersion="{about.get("apiVersion", "v1")}"'
    said = f'type="{event["type"]}" reason="{event["reason"]}" message={quoted(event["message"])}'
    return "I" if event["type"] == "Normal" else "W", "event.go:389", f'"Event occurred" {where} {said}'


def _autoscaler(event: Object) -> Line:
    why = event["message"].partition(" nodes are available: ")[2].partition(". preemption")[0]
    return "I", "orchestrator.go:535", f"Pod {_about(event)} can't be scheduled on any node group: {why}"


WRITERS: dict[Component, tuple[Callable[[Object], bool], Callable[[Object], Line]]] = {
    "kcm": (lambda event: _by(event) in KCM, _kcm),
    "scheduler": (lambda event: _by(event) == SCHEDULER, _scheduler),
    "cluster-autoscaler": (lambda event: event["reason"] == "FailedScheduling", _autoscaler),
    "controlplane-events": (lambda event: _by(event) in (*KCM, SCHEDULER), _occurred),
}


def _by(event: Object) -> str:
    return str(event.get("source", {}).get("component", ""))


def told(component: Component, event: Object) -> Recipe | None:
    """The line about an event, if the component writes one."""
    wanted, form = WRITERS.get(component, (lambda _: False, _occurred))
    return line(*form(event)) if wanted(event) else None


def planted(scene: Scene, component: Component) -> Iterator[Planted]:
    made: dict[int, Recipe | None] = {}
    for event, at, _ in history(scene):
        if id(event) not in made:
            made[id(event)] = told(component, event)
        recipe = made[id(event)]
        if recipe is not None:
            yield Planted(micros(at) + 120_000, recipe)
    if component == "kcm":
        yield from _terminating(scene)
        yield from _unresponsive(scene)


def _terminating(scene: Scene) -> Iterator[Planted]:
    """The namespace controller tries again and again to finish a namespace."""
    for space in scene.kind("Namespace"):
        since = space["metadata"].get("deletionTimestamp")
        if since is None:
            continue
        name, at = name_of(space), max(parse_time(since), scene.now - DAY)
        remains = f"unexpected items still remain in namespace: {name}"
        why = f"{remains} for gvr: ops.example.com/v1alpha1, Resource=backups"
        text = f'"Unhandled Error" err="deletion of namespace {name} failed: {why}"'
        while at < scene.now:
            yield Planted(micros(at) + SECOND // 3, line("E", "namespace_controller.go:162", text))
            at += timedelta(minutes=15)


def _unresponsive(scene: Scene) -> Iterator[Planted]:
    for node in scene.plan.nodes:
        if not node.ready:
            text = f'"Node has been unresponsive" node="{node.name}" status="Ready" since="50s"'
            yield Planted(
                micros(scene.now - LOST_SINCE) + 50 * SECOND, line("I", "node_lifecycle_controller.go:938", text)
            )
