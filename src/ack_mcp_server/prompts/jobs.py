"""The common jobs of whoever operates clusters, as prompts."""

from ack_mcp_server.prompts.model import Argument, Job, Step

_CLUSTER = Argument(name="cluster_id", about="From list_clusters; may be left out if there is only one.")
_NAMESPACE = Argument(name="namespace", about="Default: all.")
_WORKLOAD = Argument(name="workload", about="Such as deployment/web.", required=True)
_CHANGE = "Change nothing without showing the change first; after a change look again, and say what is left to watch."

WHAT_IS_BROKEN = Job(
    name="what_is_broken",
    about="Find what is unwell in a cluster, and why.",
    asks="Find out what is broken here, what causes it, and what to do first.",
    arguments=(_CLUSTER, _NAMESPACE),
    needs=("ack_kubectl",),
    steps=(
        Step(
            "Call `triage` once; it ranks what is unwell with cause and evidence.",
            "`ack_kubectl` get pods -A, events -A --types=Warning, and get nodes show what is unwell.",
        ),
        Step(
            "For each grave finding check its evidence: of the commands and tools that it names next run those that "
            "only read, commands by `ack_kubectl`; those that would change something are shown in the answer and not "
            "run."
        ),
        Step("Where the time matters, `query_prometheus` shows since when (a range over the last hours)."),
        Step("Where somebody changed something, `query_audit_log` says who and when."),
        Step("Nodes that are not ready: `diagnose_resource` with resource_type=node, and `list_cluster_nodes`."),
    ),
    ends=f"Answer with one line a finding: what, since when, cause, evidence, repair. {_CHANGE}",
)

EXPLAIN_OOM = Job(
    name="explain_oom",
    about="Explain why a workload is killed for memory, and what limit it needs.",
    asks="Explain why this workload runs out of memory, and whether the limit or the program is wrong.",
    arguments=(_CLUSTER, Argument(name="namespace", about="Of the workload.", required=True), _WORKLOAD),
    needs=("ack_kubectl",),
    steps=(
        Step("`triage` for the workload: last terminations, log before the crash, use against the limit."),
        Step("`ack_kubectl` describe it and its pods: limits, exit codes, restarts; logs --previous for the end."),
        Step(
            "`query_prometheus` container_memory_working_set_bytes of its pods over 24 h: a steady climb until each "
            "kill is a leak, a plateau above the limit is a limit too low, a jump follows an input or a rollout."
        ),
        Step("`ack_kubectl` rollout history: whether it began with a revision."),
        Step("`analyze_workload_cost` gives a limit with its arithmetic."),
    ),
    ends=f"Answer: leak, limit too low or jump, with figures; the limit to set, or what developers look at. {_CHANGE}",
)

BEFORE_UPGRADE = Job(
    name="before_upgrade",
    about="Check whether a cluster may be upgraded now.",
    asks="Check whether this cluster can be upgraded, and list what must be done before.",
    arguments=(_CLUSTER,),
    needs=("describe_cluster",),
    steps=(
        Step("`describe_cluster`: version, the version it would go to, maintenance window."),
        Step("`list_cluster_tasks`: nothing may be running."),
        Step("`list_cluster_nodepools` and `list_cluster_nodes`: every node ready, versions alike."),
        Step("`triage` of the whole cluster: nothing grave may be open."),
        Step("`query_inspect_report`: errors and warnings of the last inspection."),
        Step("`list_cluster_addons`: none failed, none that must be upgraded first."),
        Step("`ack_kubectl` get pdb -A: budgets that allow no disruption block the draining of nodes."),
        Step(
            "`query_prometheus` sum by (group, version, resource, removed_release) "
            "(apiserver_requested_deprecated_apis): APIs still called that a later version lacks; if there is no such "
            "metric, say that this was not checked."
        ),
    ),
    ends="Answer go or no-go, with the list of what blocks it, what only delays it, and the order. Start nothing.",
)

WHO_DELETED = Job(
    name="who_deleted",
    about="Find out who deleted or changed an object, and what it was.",
    asks="Find out who deleted or changed this, when, from where, and what it looked like before.",
    arguments=(
        _CLUSTER,
        Argument(name="namespace", about="Of the object; empty for a cluster-scoped one."),
        Argument(name="kind", about="Such as services.", required=True),
        Argument(name="name", about="Of the object; a part followed by * is fine."),
    ),
    needs=("query_audit_log",),
    steps=(
        Step("`query_audit_log` with resource_types, resource_name, namespace and verbs delete, deletecollection."),
        Step("The same with verbs create, update, patch and details=true: what the object held, such as its ports."),
        Step("For the user found: `query_audit_log` by user around that time, to see what else was done."),
        Step("`ack_kubectl` get the object and what points to it: whether it is back, and what still misses it."),
    ),
    ends="Answer: who (user, address, client), when, what exactly, and a manifest that restores it as far as is known.",
)

WHY_PENDING = Job(
    name="why_pending",
    about="Explain why a pod is not scheduled.",
    asks="Explain why this does not get a node, and what would change that.",
    arguments=(_CLUSTER, Argument(name="namespace", about="Of the workload.", required=True), _WORKLOAD),
    needs=("ack_kubectl",),
    steps=(
        Step("`triage` for the workload: the scheduler's words held against the nodes."),
        Step("`ack_kubectl` describe the pod, get nodes, top nodes: requests, selectors, taints, what is free."),
        Step("`ack_kubectl` get pvc in its namespace when volumes are named: storage class, zone."),
        Step("`list_cluster_nodepools`: whether a pool could grow, and its autoscaling bounds."),
        Step("`query_controlplane_logs` of scheduler and cluster-autoscaler: why no node was added."),
    ),
    ends=f"Answer with the one thing that keeps it pending, and the smallest change that helps. {_CHANGE}",
)

COST_REVIEW = Job(
    name="cost_review",
    about="Find what is requested and not used.",
    asks="Find where this namespace or cluster pays for more than it uses.",
    arguments=(_CLUSTER, _NAMESPACE),
    needs=("query_prometheus",),
    steps=(
        Step("`list_cluster_nodepools` and `ack_kubectl` top nodes: how full the nodes are."),
        Step(
            "`query_prometheus` what is requested and not used, in cores: sum by (namespace) "
            '(kube_pod_container_resource_requests{resource="cpu"}) - sum by (namespace) '
            '(rate(container_cpu_usage_seconds_total{container!=""}[5m])); in bytes: resource="memory" and '
            "container_memory_working_set_bytes without rate; by (namespace, pod) within one namespace."
        ),
        Step("`analyze_workload_cost` for the workloads at the top: requests against percentiles of use."),
        Step("`analyze_workload_autoscaling` for those whose load swings."),
        Step("`ack_kubectl` get hpa -A, get pvc -A: autoscalers at their minimum, volumes that nobody mounts."),
    ),
    ends="Answer with a table: workload, requested, used (p95), proposal, what it frees, in cores and GiB.",
)

JOBS = (WHAT_IS_BROKEN, EXPLAIN_OOM, BEFORE_UPGRADE, WHO_DELETED, WHY_PENDING, COST_REVIEW)
