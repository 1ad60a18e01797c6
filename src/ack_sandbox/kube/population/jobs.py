"""Jobs and CronJobs with the pods they leave behind."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

from ack_sandbox.kube.objects import Object
from ack_sandbox.kube.population.events import Seen, event
from ack_sandbox.kube.population.pods import pod
from ack_sandbox.kube.population.shapes import App, Ended, Life, Phase, PodState, seconds
from ack_sandbox.kube.population.templates import template
from ack_sandbox.kube.population.world import World

SCHEDULER = "cronjob-controller"


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """One pod of a job: how long ago it began, how long it ran, and with which exit code it ended."""

    began: timedelta
    ran: timedelta
    exit_code: int = 0

    def state(self) -> PodState:
        ended = Ended(
            reason="Error" if self.exit_code else "Completed",
            exit_code=self.exit_code,
            started=self.began - seconds(2),
            finished=self.began - seconds(2) - self.ran,
        )
        life = Life(state="terminated", ended=ended, ready=False)
        phase: Phase = "Failed" if self.exit_code else "Succeeded"
        return PodState(phase=phase, lives={"app": life}, created=self.began)


def job(
    world: World, app: App, outcomes: Sequence[Outcome], *, backoff_limit: int = 6, owner: Object | None = None
) -> tuple[Object, list[Object]]:
    """A finished job; it failed when its last pod did."""
    began = outcomes[0].began + seconds(1)
    meta = world.metadata("Job", app.name, app.namespace, age=began, labels=app.all_labels, owner=owner)
    identity = meta["uid"]
    controller = {"batch.kubernetes.io/controller-uid": identity}
    tracked = {**controller, "batch.kubernetes.io/job-name": app.name, "job-name": app.name}
    shared = template(app)
    shared["metadata"]["labels"] |= tracked
    shared["spec"]["restartPolicy"] = "Never"
    spec = {
        "parallelism": 1,
        "completions": 1,
        "backoffLimit": backoff_limit,
        "selector": {"matchLabels": controller},
        "template": shared,
        "completionMode": "NonIndexed",
        "suspend": False,
        "podReplacementPolicy": "TerminatingOrFailed",
        "manualSelector": False,
    }
    made = {"kind": "Job", "apiVersion": "batch/v1", "metadata": {**meta, "generation": 1}, "spec": spec}
    pods = [_attempt(world, app, made, shared, index, each) for index, each in enumerate(outcomes)]
    made["status"] = _status(world, outcomes, began)
    return world.add(made), pods


def _attempt(world: World, app: App, owner: Object, shared: Object, index: int, outcome: Outcome) -> Object:
    name = f"{app.name}-{world.suffix(5, 'job', app.namespace, app.name, index)}"
    return pod(world, app, shared, name, owner, outcome.state(), prefix=f"{app.name}-")


def _status(world: World, outcomes: Sequence[Outcome], began: timedelta) -> Object:
    failed = sum(1 for each in outcomes if each.exit_code)
    last = outcomes[-1]
    ended = world.ago(last.began - last.ran - seconds(4))
    status: Object = {"startTime": world.ago(began), "terminating": 0, "ready": 0, "uncountedTerminatedPods": {}}
    if failed:
        status["failed"] = failed
    moment = {"status": "True", "lastProbeTime": ended, "lastTransitionTime": ended}
    if last.exit_code:
        why = {"reason": "BackoffLimitExceeded", "message": "Job has reached the specified backoff limit"}
        status["conditions"] = [{"type": "FailureTarget", **moment, **why}, {"type": "Failed", **moment, **why}]
        return status
    why = {"reason": "CompletionsReached", "message": "Reached expected number of succeeded pods"}
    status |= {"succeeded": 1, "completionTime": ended}
    status["conditions"] = [{"type": "SuccessCriteriaMet", **moment, **why}, {"type": "Complete", **moment, **why}]
    return status


def cron_job(
    world: World, app: App, schedule: str, period: timedelta, *, kept: int = 3, suspended: bool = False
) -> Object:
    """A CronJob whose last `kept` runs went well."""
    meta = world.metadata("CronJob", app.name, app.namespace, age=app.age, labels=app.all_labels)
    shared = template(app)
    shared["spec"]["restartPolicy"] = "Never"
    spec = {
        "schedule": schedule,
        "concurrencyPolicy": "Forbid",
        "suspend": suspended,
        "jobTemplate": {"metadata": {"creationTimestamp": None}, "spec": {"template": shared}},
        "successfulJobsHistoryLimit": kept,
        "failedJobsHistoryLimit": 1,
    }
    made = {"kind": "CronJob", "apiVersion": "batch/v1", "metadata": {**meta, "generation": 1}, "spec": spec}
    last = _last_run(world, period)
    made["status"] = {"lastScheduleTime": world.ago(last), "lastSuccessfulTime": world.ago(last - seconds(40))}
    world.add(made)
    for index in range(kept):
        began = last + index * period
        minute = int((world.now - began).timestamp()) // 60
        run = replace(app, name=f"{app.name}-{minute}")
        job(world, run, [Outcome(began=began - seconds(1), ran=seconds(31))], owner=made)
        if began < timedelta(hours=1):
            text = f"Created job {run.name}"
            event(world, made, "SuccessfulCreate", text, Seen(last=began), component=SCHEDULER)
    return made


def _last_run(world: World, period: timedelta) -> timedelta:
    """How long ago the schedule last came round; runs begin on full periods."""
    ago = timedelta(seconds=world.now.timestamp() % period.total_seconds())
    return ago if ago > timedelta(minutes=2) else ago + period
