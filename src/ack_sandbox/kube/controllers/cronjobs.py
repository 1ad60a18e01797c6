"""CronJobs: a Job whenever the schedule comes round, and no more finished ones than are to be kept."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from ack_sandbox.kube.controllers import cron
from ack_sandbox.kube.controllers.conditions import holds
from ack_sandbox.kube.controllers.events import emit
from ack_sandbox.kube.controllers.jobs import is_over
from ack_sandbox.kube.controllers.plane import CRON_JOBS, JOBS, Plane, is_deleting, reference_to
from ack_sandbox.kube.lifecycle import Options, delete
from ack_sandbox.kube.objects import Object, dig, metadata, name_of, namespace_of, rfc3339

COMPONENT = "cronjob-controller"
# Runs that were missed for longer are not made up for.
MISSED = timedelta(hours=1)
HISTORIES = (("Complete", "successfulJobsHistoryLimit", 3), ("Failed", "failedJobsHistoryLimit", 1))


@dataclass(eq=False)
class CronJobs:
    """A CronJob comes to life with the first write to it; the runs before are history."""

    plane: Plane

    def reconcile(self, namespace: str, name: str, at: datetime) -> None:
        made = self.plane.store.get(CRON_JOBS, namespace, name)
        if made is None or is_deleting(made) or made["spec"].get("suspend"):
            return
        due = cron.after(made["spec"]["schedule"], at)
        if due is not None:
            self.plane.queue.add(self.run, namespace, name, due)

    def run(self, namespace: str, name: str, at: datetime) -> None:
        made = self.plane.store.get(CRON_JOBS, namespace, name)
        if made is None or is_deleting(made) or made["spec"].get("suspend"):
            return
        if self.plane.state.clock.now() - at > MISSED:
            self.reconcile(namespace, name, self.plane.state.clock.now() - MISSED)
            return
        running = [job for job in self.plane.owned(JOBS, made) if not is_over(job)]
        if not running or made["spec"].get("concurrencyPolicy", "Allow") == "Allow":
            job = self._job(made, at)
            emit(self.plane, made, "SuccessfulCreate", f"Created job {name_of(job)}", at, component=COMPONENT)
        self._forget(made, at)
        self.plane.status(CRON_JOBS, made, {**(made.get("status") or {}), "lastScheduleTime": rfc3339(at)}, at)
        self.reconcile(namespace, name, at)

    def _job(self, made: Object, at: datetime) -> Object:
        template = made["spec"]["jobTemplate"]
        meta: Object = {"name": f"{name_of(made)}-{int(at.timestamp()) // 60}", "namespace": namespace_of(made)}
        labels = dig(template, "metadata", "labels", default={})
        meta |= {"labels": dict(labels), "generation": 1, "ownerReferences": [reference_to(made)]}
        job = {"kind": "Job", "apiVersion": "batch/v1", "metadata": meta, "spec": template["spec"], "status": {}}
        return self.plane.create(JOBS, job, at)

    def _forget(self, made: Object, at: datetime) -> None:
        jobs = sorted(self.plane.owned(JOBS, made), key=lambda each: str(metadata(each)["creationTimestamp"]))
        for kind, field, usual in HISTORIES:
            done = [job for job in jobs if holds(job, kind)]
            kept = int(made["spec"].get(field, usual))
            for job in done[: max(len(done) - kept, 0)]:
                found = self.plane.store.entry(JOBS, namespace_of(job), name_of(job))
                if found is not None:
                    delete(self.plane.state, self.plane.state.catalog.by_key[JOBS], found, Options(), at)
