"""The cluster goes on by itself: leases are renewed, nodes report, crash loops restart, recurring events recur.

Each change is a function of the time that has passed, so one beat after a jump of the clock catches up at once.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta

from ack_sandbox.kube.objects import Object, condition, dig, metadata, parse_time, rfc3339, rfc3339_micro
from ack_sandbox.kube.state import ClusterState

INTERVAL = timedelta(seconds=10)
HEARTBEAT = timedelta(minutes=5)
BACK_OFF = timedelta(minutes=5)
# An event that came at least this often, and lately, is taken to go on.
RECURRING = 5
LATELY = timedelta(minutes=10)
KINDS = ("initContainerStatuses", "containerStatuses")
LEASES = "coordination.k8s.io/leases"


def begin(state: ClusterState) -> None:
    state.schedule.at(state.clock.now() + INTERVAL, lambda _: _beat(state))


def _beat(state: ClusterState) -> None:
    # The clock may have jumped far past the moment this beat was due.
    now = state.clock.now()
    _renew_leases(state, now)
    _report_nodes(state, now)
    _restart_containers(state, now)
    _repeat_events(state, now)
    state.schedule.at(now + INTERVAL, lambda _: _beat(state))


def _lost(state: ClusterState) -> set[str]:
    nodes = state.store.objects("/nodes")
    return {node["metadata"]["name"] for node in nodes if dig(condition(node, "Ready") or {}, "status") == "Unknown"}


def _renew_leases(state: ClusterState, now: datetime) -> None:
    lost = _lost(state)
    for lease in list(state.store.objects(LEASES)):
        if lease["metadata"]["name"] not in lost and dig(lease, "spec", "renewTime"):
            spec = {**lease["spec"], "renewTime": rfc3339_micro(now)}
            state.store.put(LEASES, {**lease, "metadata": {**metadata(lease)}, "spec": spec}, now)


def _report_nodes(state: ClusterState, now: datetime) -> None:
    for node in list(state.store.objects("/nodes")):
        ready = condition(node, "Ready")
        if ready is None or ready["status"] != "True" or now - parse_time(ready["lastHeartbeatTime"]) < HEARTBEAT:
            continue
        reported = [{**each, "lastHeartbeatTime": rfc3339(now)} for each in node["status"]["conditions"]]
        status = {**node["status"], "conditions": reported}
        state.store.put("/nodes", {**node, "metadata": {**metadata(node)}, "status": status}, now)


def _restart_containers(state: ClusterState, now: datetime) -> None:
    lost = _lost(state)
    looping = [pod for pod in state.store.objects("/pods") if any(map(_is_looping, _containers(pod)))]
    for pod in looping:
        if dig(pod, "spec", "nodeName") in lost:
            continue
        status = dict(pod["status"])
        for kind in KINDS:
            if kind in status:
                status[kind] = [_restarted(each, now) for each in status[kind]]
        if status != pod["status"]:
            state.store.put("/pods", {**pod, "metadata": {**metadata(pod)}, "status": status}, now)


def _containers(pod: Object) -> Iterator[Object]:
    for kind in KINDS:
        yield from pod["status"].get(kind) or ()


def _is_looping(status: Object) -> bool:
    # A shorter back-off is the kubelet's own business.
    waiting = dig(status, "state", "waiting", default={})
    return waiting.get("reason") == "CrashLoopBackOff" and str(waiting.get("message")).startswith("back-off 5m0s")


def _restarted(status: Object, now: datetime) -> Object:
    """The status of a container in a crash loop after the restarts that are due; others stay as they are."""
    last = dig(status, "lastState", "terminated")
    if last is None or not _is_looping(status):
        return status
    ended = parse_time(last["finishedAt"])
    lived = ended - parse_time(last["startedAt"])
    times = int((now - ended) / (BACK_OFF + lived))
    if times < 1:
        return status
    ended += times * (BACK_OFF + lived)
    again = {**last, "startedAt": rfc3339(ended - lived), "finishedAt": rfc3339(ended)}
    return {**status, "restartCount": status["restartCount"] + times, "lastState": {"terminated": again}}


def _repeat_events(state: ClusterState, now: datetime) -> None:
    for event in list(state.store.objects("/events")):
        count, last = event.get("count") or 1, event.get("lastTimestamp")
        if count < RECURRING or not last or not event.get("firstTimestamp"):
            continue
        latest, first = parse_time(last), parse_time(event["firstTimestamp"])
        period = (latest - first) / (count - 1)
        times = int((now - latest) / period) if period else 0
        if times < 1 or period > LATELY or not _still_there(state, event):
            continue
        again = {"count": count + times, "lastTimestamp": rfc3339(latest + times * period)}
        state.store.put("/events", {**event, "metadata": {**metadata(event)}, **again}, now)


def _still_there(state: ClusterState, event: Object) -> bool:
    about = event["involvedObject"]
    settled = state.settled.get(about.get("uid", ""))
    if settled is not None and parse_time(event["lastTimestamp"]) <= settled:
        return False
    resource = state.catalog.by_kind.get((about.get("apiVersion", ""), about["kind"]))
    if resource is None:
        return False
    found = state.store.get(resource.key, about.get("namespace", "") if resource.namespaced else "", about["name"])
    return found is not None and "deletionTimestamp" not in metadata(found)
