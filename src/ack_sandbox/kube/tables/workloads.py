"""Tables of the workload kinds: replicas wanted and ready, with containers and images in the wide form."""

from datetime import datetime

from ack_sandbox.kube.objects import Object, condition, dig, name_of, parse_time
from ack_sandbox.kube.tables.ages import age, human_duration, since
from ack_sandbox.kube.tables.columns import Cells, Printer, columns

NONE = "<none>"


def format_selector(selector: Object | None) -> str:
    """A LabelSelector in the syntax of `-l`."""
    if not selector or not (selector.get("matchLabels") or selector.get("matchExpressions")):
        return NONE
    parts = [(key, f"{key}={value}") for key, value in (selector.get("matchLabels") or {}).items()]
    parts += [(entry["key"], _expression(entry)) for entry in selector.get("matchExpressions") or []]
    return ",".join(text for _, text in sorted(parts))


def _expression(entry: Object) -> str:
    operator, key = entry["operator"], entry["key"]
    if operator in ("In", "NotIn"):
        return f"{key} {operator.lower()} ({','.join(sorted(entry.get('values') or []))})"
    return key if operator == "Exists" else f"!{key}"


def format_labels(labels: dict[str, str] | None) -> str:
    return ",".join(f"{key}={value}" for key, value in sorted((labels or {}).items())) or NONE


def _template(obj: Object) -> tuple[str, str]:
    containers = dig(obj, "spec", "template", "spec", "containers", default=[])
    return ",".join(each["name"] for each in containers), ",".join(each.get("image", "") for each in containers)


def _status(obj: Object, field: str) -> int:
    return int(dig(obj, "status", field, default=0))


def _wide(obj: Object) -> list[str]:
    return [*_template(obj), format_selector(dig(obj, "spec", "selector"))]


def _deployment(obj: Object, now: datetime) -> Cells:
    ready = f"{_status(obj, 'readyReplicas')}/{dig(obj, 'spec', 'replicas', default=0)}"
    counts = [_status(obj, "updatedReplicas"), _status(obj, "availableReplicas")]
    return [name_of(obj), ready, *counts, age(obj, now), *_wide(obj)]


def _replica_set(obj: Object, now: datetime) -> Cells:
    counts = [dig(obj, "spec", "replicas", default=0), _status(obj, "replicas"), _status(obj, "readyReplicas")]
    return [name_of(obj), *counts, age(obj, now), *_wide(obj)]


def _replication_controller(obj: Object, now: datetime) -> Cells:
    selector = format_labels(dig(obj, "spec", "selector"))
    return [*_replica_set({**obj, "spec": {**obj["spec"], "selector": None}}, now)[:-1], selector]


def _stateful_set(obj: Object, now: datetime) -> Cells:
    ready = f"{_status(obj, 'readyReplicas')}/{dig(obj, 'spec', 'replicas', default=0)}"
    return [name_of(obj), ready, age(obj, now), *_template(obj)]


DAEMON_COUNTS = (
    "desiredNumberScheduled",
    "currentNumberScheduled",
    "numberReady",
    "updatedNumberScheduled",
    "numberAvailable",
)


def _daemon_set(obj: Object, now: datetime) -> Cells:
    counts = [_status(obj, field) for field in DAEMON_COUNTS]
    node_selector = format_labels(dig(obj, "spec", "template", "spec", "nodeSelector"))
    return [name_of(obj), *counts, node_selector, age(obj, now), *_wide(obj)]


def _job_state(job: Object) -> str:
    for kind, shown in (("Complete", "Complete"), ("Failed", "Failed")):
        if dig(condition(job, kind) or {}, "status") == "True":
            return shown
    if dig(job, "metadata", "deletionTimestamp"):
        return "Terminating"
    for kind, shown in (("Suspended", "Suspended"), ("FailureTarget", "FailureTarget")):
        if dig(condition(job, kind) or {}, "status") == "True":
            return shown
    return "Running"


def _job_completions(job: Object) -> str:
    wanted, parallelism = dig(job, "spec", "completions"), dig(job, "spec", "parallelism", default=0)
    if wanted is not None:
        return f"{_status(job, 'succeeded')}/{wanted}"
    return f"{_status(job, 'succeeded')}/1 of {parallelism}" if parallelism > 1 else f"{_status(job, 'succeeded')}/1"


def _job_duration(job: Object, now: datetime) -> str:
    start, end = dig(job, "status", "startTime"), dig(job, "status", "completionTime")
    if not start:
        return ""
    return human_duration((parse_time(end) if end else now) - parse_time(start))


def _job(job: Object, now: datetime) -> Cells:
    cells = [name_of(job), _job_state(job), _job_completions(job), _job_duration(job, now), age(job, now)]
    return [*cells, *_wide(job)]


def _cron_job(obj: Object, now: datetime) -> Cells:
    spec = obj["spec"]
    last = dig(obj, "status", "lastScheduleTime")
    template = dig(spec, "jobTemplate", default={})
    return [
        name_of(obj),
        spec["schedule"],
        spec.get("timeZone") or NONE,
        "True" if spec.get("suspend") else "False",
        len(dig(obj, "status", "active", default=[])),
        since(last, now) if last else NONE,
        age(obj, now),
        *_template(template),
        format_selector(dig(template, "spec", "selector")),
    ]


def _controller_revision(obj: Object, now: datetime) -> Cells:
    owner = next((ref for ref in dig(obj, "metadata", "ownerReferences", default=[]) if ref.get("controller")), None)
    controller = NONE
    if owner is not None:
        group = owner["apiVersion"].rpartition("/")[0]
        controller = f"{owner['kind'].lower()}{'.' + group if group else ''}/{owner['name']}"
    return [name_of(obj), controller, obj.get("revision", 0), age(obj, now)]


def _pod_template(obj: Object, now: datetime) -> Cells:
    containers, images = _template({"spec": obj})
    return [name_of(obj), containers, images, format_labels(dig(obj, "template", "metadata", "labels"))]


REPLICAS = columns("Desired,Current,Ready,Age", "Containers,Images,Selector", "Desired,Current,Ready")
DAEMONS = columns(
    "Desired,Current,Ready,Up-to-date,Available,Node Selector,Age",
    "Containers,Images,Selector",
    "Desired,Current,Ready,Up-to-date,Available",
)
CRON = columns("Schedule,Timezone,Suspend,Active,Last Schedule,Age", "Containers,Images,Selector", "Active")
PRINTERS = {
    "apps/deployments": Printer(columns("Ready,Up-to-date,Available,Age", "Containers,Images,Selector"), _deployment),
    "/podtemplates": Printer(columns("Containers,Images,Pod Labels"), _pod_template),
    "apps/replicasets": Printer(REPLICAS, _replica_set),
    "/replicationcontrollers": Printer(REPLICAS, _replication_controller),
    "apps/statefulsets": Printer(columns("Ready,Age", "Containers,Images"), _stateful_set),
    "apps/daemonsets": Printer(DAEMONS, _daemon_set),
    "batch/jobs": Printer(columns("Status,Completions,Duration,Age", "Containers,Images,Selector"), _job),
    "batch/cronjobs": Printer(CRON, _cron_job),
    "apps/controllerrevisions": Printer(columns("Controller,Revision,Age", "", "Revision"), _controller_revision),
}
