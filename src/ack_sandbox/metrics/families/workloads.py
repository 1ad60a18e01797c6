"""What kube-state-metrics tells of workloads, what scales and protects them, and what they share."""

from collections.abc import Iterator
from functools import partial

from ack_sandbox.kube.controllers import cron
from ack_sandbox.kube.objects import Object, dig, metadata, parse_time
from ack_sandbox.kube.quantities import quantity
from ack_sandbox.metrics.families.state import Of, Row, conditions, field, moment, one_of, present, state_family
from ack_sandbox.metrics.scene import controller
from ack_sandbox.metrics.tracks import Family

CREATED = moment("metadata", "creationTimestamp")
GENERATION = field("metadata", "generation")
OBSERVED = field("status", "observedGeneration")


def _owner(obj: Object) -> Iterator[Row]:
    kind, name = controller(obj)
    yield {"owner_kind": kind or "<none>", "owner_name": name or "<none>", "owner_is_controller": "true"}, 1.0


def _table(resource: str, kind: str, rows: dict[str, tuple[str, Of]], label: str = "") -> Iterator[Family]:
    for name, (text, of) in rows.items():
        yield state_family(resource, label or kind, f"kube_{kind}_{name}", text, of)


DEPLOYMENT: dict[str, tuple[str, Of]] = {
    "created": ("Unix creation timestamp.", CREATED),
    "spec_replicas": ("Number of desired pods for a deployment.", field("spec", "replicas")),
    "spec_paused": ("Whether the deployment is paused.", field("spec", "paused")),
    "metadata_generation": ("Sequence number of the desired state.", GENERATION),
    "status_observed_generation": ("The generation observed by the deployment controller.", OBSERVED),
    "status_replicas": ("The number of replicas per deployment.", field("status", "replicas")),
    "status_replicas_ready": ("The number of ready replicas.", field("status", "readyReplicas")),
    "status_replicas_available": ("The number of available replicas.", field("status", "availableReplicas")),
    "status_replicas_unavailable": ("The number of unavailable replicas.", field("status", "unavailableReplicas")),
    "status_replicas_updated": ("The number of updated replicas.", field("status", "updatedReplicas")),
    "status_condition": ("The current status conditions of a deployment.", conditions),
}
REPLICA_SET: dict[str, tuple[str, Of]] = {
    "created": ("Unix creation timestamp.", CREATED),
    "owner": ("Information about the ReplicaSet's owner.", _owner),
    "spec_replicas": ("Number of desired pods for a ReplicaSet.", field("spec", "replicas")),
    "status_replicas": ("The number of replicas per ReplicaSet.", field("status", "replicas")),
    "status_ready_replicas": ("The number of ready replicas.", field("status", "readyReplicas")),
}
STATEFUL_SET: dict[str, tuple[str, Of]] = {
    "created": ("Unix creation timestamp.", CREATED),
    "replicas": ("Number of desired pods for a StatefulSet.", field("spec", "replicas")),
    "metadata_generation": ("Sequence number of the desired state.", GENERATION),
    "status_observed_generation": ("The generation observed by the StatefulSet controller.", OBSERVED),
    "status_replicas": ("The number of replicas per StatefulSet.", field("status", "replicas")),
    "status_replicas_ready": ("The number of ready replicas.", field("status", "readyReplicas")),
    "status_replicas_available": ("The number of available replicas.", field("status", "availableReplicas")),
    "status_replicas_current": ("The number of current replicas.", field("status", "currentReplicas")),
    "status_replicas_updated": ("The number of updated replicas.", field("status", "updatedReplicas")),
}
DAEMON_SET: dict[str, tuple[str, Of]] = {
    "created": ("Unix creation timestamp.", CREATED),
    "status_desired_number_scheduled": ("Nodes that should run the pod.", field("status", "desiredNumberScheduled")),
    "status_current_number_scheduled": ("Nodes that run at least one.", field("status", "currentNumberScheduled")),
    "status_number_ready": ("Nodes where the pod is ready.", field("status", "numberReady")),
    "status_number_available": ("Nodes where the pod is available.", field("status", "numberAvailable")),
    "status_number_unavailable": ("Nodes where the pod is not available.", field("status", "numberUnavailable")),
    "status_number_misscheduled": ("Nodes that should not run the pod.", field("status", "numberMisscheduled")),
    "status_updated_number_scheduled": ("Nodes that run the updated pod.", field("status", "updatedNumberScheduled")),
}


def _job_result(kind: str, job: Object) -> Iterator[Row]:
    for each in dig(job, "status", "conditions", default=[]):
        if each["type"] == kind:
            yield from one_of(("true", "false", "unknown"), "condition", each["status"].lower())


def _failed(job: Object) -> Iterator[Row]:
    count = float(dig(job, "status", "failed", default=0))
    reasons = (
        each.get("reason", "") for each in dig(job, "status", "conditions", default=[]) if each["type"] == "Failed"
    )
    yield {"reason": next(reasons, "")}, count


JOB: dict[str, tuple[str, Of]] = {
    "created": ("Unix creation timestamp.", CREATED),
    "owner": ("Information about the Job's owner.", _owner),
    "spec_parallelism": ("Pods that the job runs at a time.", field("spec", "parallelism")),
    "spec_completions": ("Successful pods that the job should have.", field("spec", "completions")),
    "status_active": ("The number of actively running pods.", field("status", "active")),
    "status_succeeded": ("The number of pods which reached Phase Succeeded.", field("status", "succeeded")),
    "status_failed": ("The number of pods which reached Phase Failed and the reason for failure.", _failed),
    "status_start_time": ("When the job was started.", moment("status", "startTime")),
    "status_completion_time": ("When the job was completed.", moment("status", "completionTime")),
    "complete": ("The job has completed its execution.", partial(_job_result, "Complete")),
    "failed": ("The job has failed its execution.", partial(_job_result, "Failed")),
}


def _cron_info(job: Object) -> Iterator[Row]:
    policy = dig(job, "spec", "concurrencyPolicy", default="Allow")
    yield {"schedule": dig(job, "spec", "schedule", default=""), "concurrency_policy": policy}, 1.0


def _next_schedule(job: Object) -> Iterator[Row]:
    if dig(job, "spec", "suspend"):
        return
    last = dig(job, "status", "lastScheduleTime") or metadata(job)["creationTimestamp"]
    if (found := cron.after(job["spec"]["schedule"], parse_time(last))) is not None:
        yield {}, found.timestamp()


CRON_JOB: dict[str, tuple[str, Of]] = {
    "created": ("Unix creation timestamp.", CREATED),
    "info": ("Info about cronjob.", _cron_info),
    "spec_suspend": ("Suspend flag.", field("spec", "suspend")),
    "status_active": ("Jobs that run now.", lambda obj: [({}, float(len(dig(obj, "status", "active", default=[]))))]),
    "status_last_schedule_time": ("When a job was last started.", moment("status", "lastScheduleTime")),
    "status_last_successful_time": ("When a job last succeeded.", moment("status", "lastSuccessfulTime")),
    "next_schedule_time": ("When the next job is due.", _next_schedule),
}


def _scaler_info(scaler: Object) -> Iterator[Row]:
    target = dig(scaler, "spec", "scaleTargetRef", default={})
    yield {"scaletargetref_kind": target.get("kind", ""), "scaletargetref_name": target.get("name", "")}, 1.0


def _metric_targets(side: str, scaler: Object) -> Iterator[Row]:
    part, word = ("spec", "metrics") if side == "target" else ("status", "currentMetrics")
    for metric in dig(scaler, part, word, default=[]):
        resource = metric.get("resource") or {}
        used = dig(resource, side, "averageUtilization")
        if used is not None:
            yield {"metric_name": resource.get("name", ""), "metric_target_type": "utilization"}, float(used)


SCALER: dict[str, tuple[str, Of]] = {
    "info": ("Information about this autoscaler.", _scaler_info),
    "metadata_generation": ("The generation observed by the controller.", GENERATION),
    "spec_min_replicas": ("Lower limit for the number of pods.", field("spec", "minReplicas")),
    "spec_max_replicas": ("Upper limit for the number of pods.", field("spec", "maxReplicas")),
    "spec_target_metric": ("The metric specifications used by this autoscaler.", partial(_metric_targets, "target")),
    "status_target_metric": ("The current metric status.", partial(_metric_targets, "current")),
    "status_current_replicas": ("Current number of replicas.", field("status", "currentReplicas")),
    "status_desired_replicas": ("Desired number of replicas.", field("status", "desiredReplicas")),
    "status_condition": ("The condition of this autoscaler.", conditions),
}
BUDGET: dict[str, tuple[str, Of]] = {
    "created": ("Unix creation timestamp.", CREATED),
    "status_current_healthy": ("Current number of healthy pods.", field("status", "currentHealthy")),
    "status_desired_healthy": ("Minimum desired number of healthy pods.", field("status", "desiredHealthy")),
    "status_expected_pods": ("Total number of pods counted.", field("status", "expectedPods")),
    "status_pod_disruptions_allowed": ("Disruptions that are allowed now.", field("status", "disruptionsAllowed")),
    "status_observed_generation": ("Most recent generation observed.", present("status", "observedGeneration")),
}


def _quota(quota: Object) -> Iterator[Row]:
    for side in ("hard", "used"):
        for resource, amount in dig(quota, "status", side, default={}).items():
            yield {"resource": resource, "type": side}, float(quantity(amount))


FAMILIES: tuple[Family, ...] = (
    *_table("apps/deployments", "deployment", DEPLOYMENT),
    *_table("apps/replicasets", "replicaset", REPLICA_SET),
    *_table("apps/statefulsets", "statefulset", STATEFUL_SET),
    *_table("apps/daemonsets", "daemonset", DAEMON_SET),
    *_table("batch/jobs", "job", JOB, "job_name"),
    *_table("batch/cronjobs", "cronjob", CRON_JOB),
    *_table("autoscaling/horizontalpodautoscalers", "horizontalpodautoscaler", SCALER),
    *_table("policy/poddisruptionbudgets", "poddisruptionbudget", BUDGET),
    state_family("/resourcequotas", "resourcequota", "kube_resourcequota", "Information about resource quota.", _quota),
)
