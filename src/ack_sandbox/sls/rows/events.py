"""Rows of the event centre: each saying of an event, as the cluster's eventer sends it on.

The eventer's fields are not documented; these are chosen: the Event as JSON in `eventId`, and what is searched most.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta

from ack_sandbox.kube.objects import Object, condition, name_of, namespace_of, parse_time, rfc3339
from ack_sandbox.sls.rows.audit import audit_id, compact, stamp
from ack_sandbox.sls.rows.crons import CronRun, runs
from ack_sandbox.sls.rows.plans import Row
from ack_sandbox.sls.rows.repeats import moments
from ack_sandbox.sls.rows.scene import REVISION, Scene, created
from ack_sandbox.sls.rows.timeline import SECOND, Habit, Planted, Recipe, micros

DAY = timedelta(hours=24)
KUBELET = "kubelet"


def said(event: Object, count: int) -> Recipe:
    """An event at one of its repetitions."""

    def row(at: int, mix: int) -> Row:
        moment = stamp(at)[:19] + "Z"
        shown = {**event, "count": count, "lastTimestamp": moment} if count != event.get("count") else event
        return _row(shown, at)

    return row


def _row(event: Object, at: int) -> Row:
    about = event["involvedObject"]
    host = event.get("source", {}).get("host", "")
    fields = {
        "__time__": str(at // SECOND),
        "__source__": "10.0.0.21",
        "__topic__": "",
        "eventId": compact(event),
        "level": event.get("type", "Normal"),
        "hostname": host,
    }
    if about.get("kind") == "Pod":
        fields |= {"pod_id": about.get("uid", ""), "pod_name": about.get("name", "")}
    return fields


def planted(scene: Scene) -> Iterator[Planted]:
    for event, at, count in history(scene):
        yield Planted(micros(at), said(event, count))


def history(scene: Scene) -> Iterator[tuple[Object, datetime, int]]:
    """Every event of the time before the cluster opened: when it was said, and how often by then."""
    known = set()
    for event in scene.kind("Event"):
        known.add(_key(event))
        for at, count in moments(event):
            yield event, at, count
    for event in (*_rollouts(scene), *_starts(scene), *_cron_runs(scene), *_failed_jobs(scene)):
        if _key(event) not in known:
            yield event, parse_time(event["firstTimestamp"]), 1


def _key(event: Object) -> tuple[str, ...]:
    """What is said once of an object; only a CronJob says the same of each of its jobs."""
    about = event["involvedObject"]
    return about["name"], event["reason"], event["message"] if about["kind"] == "CronJob" else ""


def made(
    about: Object, reason: str, message: str, at: datetime, component: str, *, host: str = "", kind: str = "Normal"
) -> Object:
    """An event that the API server has forgotten."""
    moment, space = rfc3339(at), namespace_of(about)
    source = {"component": component, "host": host} if host else {"component": component}
    uid = about["metadata"].get("uid", "")
    parts = {"kind": about["kind"], "namespace": space, "name": name_of(about), "uid": uid}
    reference = {key: value for key, value in {**parts, "apiVersion": about["apiVersion"]}.items() if value}
    return {
        "kind": "Event",
        "apiVersion": "v1",
        "metadata": {
            "name": f"{name_of(about)}.{int(at.timestamp()) * SECOND * 1000 + len(message):x}",
            "namespace": space or "default",
            "creationTimestamp": moment,
        },
        "involvedObject": reference,
        "reason": reason,
        "message": message,
        "source": source,
        "firstTimestamp": moment,
        "lastTimestamp": moment,
        "count": 1,
        "type": kind,
        "eventTime": None,
        "reportingComponent": component,
        "reportingInstance": host,
    }


def _recent(scene: Scene, kind: str) -> Iterator[Object]:
    return (each for each in scene.kind(kind) if created(each) > scene.now - DAY)


def _rollouts(scene: Scene) -> Iterator[Object]:
    owners = {each["metadata"]["uid"]: each for each in scene.kind("Deployment")}
    for replica_set in _recent(scene, "ReplicaSet"):
        owner = owners.get(replica_set["metadata"].get("ownerReferences", [{}])[0].get("uid", ""))
        if owner is None or REVISION not in replica_set["metadata"]["annotations"]:
            continue
        text = f"Scaled up replica set {name_of(replica_set)} from 0 to {replica_set['spec']['replicas'] or 1}"
        yield made(owner, "ScalingReplicaSet", text, created(replica_set), "deployment-controller")


def _starts(scene: Scene) -> Iterator[Object]:
    for pod in _recent(scene, "Pod"):
        node, statuses = pod["spec"].get("nodeName", ""), pod["status"].get("containerStatuses") or []
        if node:
            yield from _start(pod, node, created(pod), pulled=all(each.get("imageID") for each in statuses))


def _start(pod: Object, node: str, at: datetime, *, pulled: bool) -> Iterator[Object]:
    placed = f"Successfully assigned {namespace_of(pod)}/{name_of(pod)} to {node}"
    yield made(pod, "Scheduled", placed, at, "default-scheduler")
    for container in pod["spec"]["containers"] if pulled else ():
        name, soon = container["name"], at + timedelta(seconds=1)
        present = f'Container image "{container["image"]}" already present on machine'
        yield made(pod, "Pulled", present, soon, KUBELET, host=node)
        yield made(pod, "Created", f"Created container: {name}", soon, KUBELET, host=node)
        yield made(pod, "Started", f"Started container {name}", soon + timedelta(seconds=1), KUBELET, host=node)


def _failed_jobs(scene: Scene) -> Iterator[Object]:
    for job in scene.kind("Job"):
        failed = condition(job, "Failed")
        if failed is not None:
            at = parse_time(failed["lastTransitionTime"])
            yield made(job, failed["reason"], failed["message"], at, "job-controller", kind="Warning")


def _cron_runs(scene: Scene) -> Iterator[Object]:
    there = {name_of(each) for each in scene.kind("Pod")}
    for run in runs(scene):
        yield from _run(run, gone=run.pod not in there)


def _run(run: CronRun, *, gone: bool) -> Iterator[Object]:
    space = namespace_of(run.cron)
    job = {"kind": "Job", "apiVersion": "batch/v1", "metadata": {"name": run.job, "namespace": space}}
    yield made(run.cron, "SuccessfulCreate", f"Created job {run.job}", run.at, "cronjob-controller")
    yield made(job, "SuccessfulCreate", f"Created pod: {run.pod}", run.at, "job-controller")
    spec = run.cron["spec"]["jobTemplate"]["spec"]["template"]["spec"]
    pod = {"kind": "Pod", "apiVersion": "v1", "metadata": {"name": run.pod, "namespace": space}, "spec": spec}
    if gone:
        yield from _start(pod, run.node, run.at, pulled=True)
    ended = run.at + timedelta(seconds=37)
    yield made(job, "Completed", "Job completed", ended, "job-controller")


def habits(scene: Scene) -> Iterator[Habit]:
    """Controllers that look again at what they keep, and say so."""
    for ingress in scene.kind("Ingress"):
        yield Habit(_again(ingress, "Sync", "Scheduled for sync", "nginx-ingress-controller"), 7200)
    for service in scene.kind("Service"):
        if service["spec"]["type"] == "LoadBalancer":
            yield Habit(_again(service, "EnsuredLoadBalancer", "Ensured load balancer", "service-controller"), 3600)
    for node in scene.plan.nodes:
        about = {"kind": "Node", "apiVersion": "v1", "metadata": {"name": node.name, "uid": node.name}}
        if node.ready:
            text = "Node time is synchronized with the NTP server"
            yield Habit(_again(about, "NTPIsUp", text, "ntp-custom-plugin-monitor", host=node.name), 10800)


def _again(about: Object, reason: str, message: str, component: str, *, host: str = "") -> Recipe:
    def row(at: int, mix: int) -> Row:
        event = made(about, reason, message, datetime.fromisoformat(stamp(at)), component, host=host)
        event["metadata"]["uid"] = audit_id(mix)
        return _row(event, at)

    return row
