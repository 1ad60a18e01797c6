"""Jobs: pods until enough have succeeded or too many have failed."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from ack_sandbox.kube.controllers.conditions import holds, is_ready
from ack_sandbox.kube.controllers.events import emit
from ack_sandbox.kube.controllers.making import Pods, Refused
from ack_sandbox.kube.controllers.plane import (
    JOBS,
    PODS,
    Plane,
    is_active,
    is_deleting,
)
from ack_sandbox.kube.controllers.replicasets import RETRY, remove_pod
from ack_sandbox.kube.lifecycle import Options, delete
from ack_sandbox.kube.objects import Object, dig, metadata, name_of, namespace_of, parse_time, rfc3339

COMPONENT = "job-controller"
FIRST_DELAY = timedelta(seconds=10)


@dataclass(eq=False)
class Jobs:
    plane: Plane
    pods: Pods

    def reconcile(self, namespace: str, name: str, at: datetime) -> None:
        job = self.plane.store.get(JOBS, namespace, name)
        if job is None or is_deleting(job) or is_over(job):
            return
        job = self._tracked(job, at)
        pods = self.plane.owned(PODS, job)
        failed = [pod for pod in pods if dig(pod, "status", "phase") == "Failed"]
        succeeded = [pod for pod in pods if dig(pod, "status", "phase") == "Succeeded"]
        active = [pod for pod in pods if is_active(pod)]
        why = _verdict(job, len(succeeded), len(failed), _restarts(active), at)
        if why or job["spec"].get("suspend"):
            for pod in active:
                remove_pod(self.plane, pod, at)
            active = []
        elif not self._is_pausing(job, failed, at):
            active += self._more(job, len(active), len(succeeded), at)
        self._report(job, active, len(succeeded), len(failed), why, at)

    def _tracked(self, job: Object, at: datetime) -> Object:
        """The Job with the selector and the labels its pods are counted by."""
        if dig(job, "spec", "selector", "matchLabels"):
            return job
        identity = {"batch.kubernetes.io/controller-uid": metadata(job)["uid"]}
        labels = {**identity, "batch.kubernetes.io/job-name": name_of(job), "job-name": name_of(job)}
        template = job["spec"]["template"]
        known = dig(template, "metadata", "labels", default={})
        shared = {**template, "metadata": {**(template.get("metadata") or {}), "labels": {**known, **labels}}}
        spec = {"parallelism": 1, "completions": 1, "backoffLimit": 6, **job["spec"]}
        return self.plane.put(
            JOBS, {**job, "spec": {**spec, "selector": {"matchLabels": identity}, "template": shared}}, at
        )

    def _is_pausing(self, job: Object, failed: list[Object], at: datetime) -> bool:
        """Whether the next attempt has to wait: ten seconds after the first failure, twice as long after each other."""
        if not failed:
            return False
        ended = max(map(_ended, failed))
        due = ended + FIRST_DELAY * 2 ** (min(len(failed), 6) - 1)
        if at >= due:
            return False
        self.plane.queue.add(self.reconcile, namespace_of(job), name_of(job), due)
        return True

    def _more(self, job: Object, active: int, succeeded: int, at: datetime) -> list[Object]:
        spec = job["spec"]
        left = int(spec.get("completions", 1) or 1) - succeeded - active
        room = min(int(spec.get("parallelism", 1)) - active, left)
        try:
            return [self.pods.make(job, spec["template"], at, component=COMPONENT) for _ in range(room)]
        except Refused:
            self.plane.queue.add(self.reconcile, namespace_of(job), name_of(job), self.plane.later(at, RETRY))
            return []

    def _report(self, job: Object, active: list[Object], succeeded: int, failed: int, why: str, at: datetime) -> None:
        old = job.get("status") or {}
        status: Object = {"startTime": old.get("startTime") or rfc3339(at), "terminating": 0}
        status |= {"ready": sum(map(is_ready, active)), "uncountedTerminatedPods": {}}
        counts = {"active": len(active), "succeeded": succeeded, "failed": failed}
        status |= {key: count for key, count in counts.items() if count}
        if why:
            status |= _finish(why, at)
            self._say_finished(job, why, at)
        self.plane.status(JOBS, job, status, at)
        if job["spec"].get("activeDeadlineSeconds") and not why:
            deadline = timedelta(seconds=int(job["spec"]["activeDeadlineSeconds"]))
            due = max(parse_time(status["startTime"]) + deadline, at)
            self.plane.queue.add(self.reconcile, namespace_of(job), name_of(job), due)
        if why and job["spec"].get("ttlSecondsAfterFinished") is not None:
            after = timedelta(seconds=int(job["spec"]["ttlSecondsAfterFinished"]))
            self.plane.queue.add(self.expire, namespace_of(job), name_of(job), at + after)

    def _say_finished(self, job: Object, why: str, at: datetime) -> None:
        if why == "Completed":
            emit(self.plane, job, why, "Job completed", at, component=COMPONENT)
        else:
            emit(self.plane, job, why, FAILURES[why], at, component=COMPONENT, warning=True)

    def expire(self, namespace: str, name: str, at: datetime) -> None:
        found = self.plane.store.entry(JOBS, namespace, name)
        if found is not None and is_over(found.object):
            delete(self.plane.state, self.plane.state.catalog.by_key[JOBS], found, Options(), at)


FAILURES = {
    "BackoffLimitExceeded": "Job has reached the specified backoff limit",
    "DeadlineExceeded": "Job was active longer than specified deadline",
}


def is_over(job: Object) -> bool:
    return holds(job, "Complete") or holds(job, "Failed")


def _verdict(job: Object, succeeded: int, failed: int, restarts: int, at: datetime) -> str:
    """Why the Job is over; empty while it goes on."""
    spec = job["spec"]
    if succeeded >= int(spec.get("completions", 1) or 1):
        return "Completed"
    limit = int(spec.get("backoffLimit", 6))
    if failed > limit or restarts > limit:
        return "BackoffLimitExceeded"
    started, deadline = dig(job, "status", "startTime"), spec.get("activeDeadlineSeconds")
    if started and deadline and at >= parse_time(started) + timedelta(seconds=int(deadline)):
        return "DeadlineExceeded"
    return ""


def _restarts(pods: list[Object]) -> int:
    return sum(each["restartCount"] for pod in pods for each in dig(pod, "status", "containerStatuses", default=[]))


def _ended(pod: Object) -> datetime:
    ends = [
        parse_time(each["state"]["terminated"]["finishedAt"])
        for each in dig(pod, "status", "containerStatuses", default=[])
        if dig(each, "state", "terminated", "finishedAt")
    ]
    return max(ends, default=parse_time(metadata(pod)["creationTimestamp"]))


def _finish(why: str, at: datetime) -> Object:
    moment = {"status": "True", "lastProbeTime": rfc3339(at), "lastTransitionTime": rfc3339(at)}
    if why != "Completed":
        told = {"reason": why, "message": FAILURES[why]}
        return {"conditions": [{"type": "FailureTarget", **moment, **told}, {"type": "Failed", **moment, **told}]}
    told = {"reason": "CompletionsReached", "message": "Reached expected number of succeeded pods"}
    conditions = [{"type": "SuccessCriteriaMet", **moment, **told}, {"type": "Complete", **moment, **told}]
    return {"completionTime": rfc3339(at), "conditions": conditions}
