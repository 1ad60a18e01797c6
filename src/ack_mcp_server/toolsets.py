"""The table of toolsets: one line each. A toolset's module is imported only when it is on."""

from dataclasses import dataclass

from ack_mcp_server.errors import ConfigurationError


@dataclass(frozen=True, kw_only=True)
class Toolset:
    """`module` holds a tuple `TOOLS` of tool functions; `tools` are their names, known without importing it. Those that
    are `writes` too are offered with --allow-write only, which also turns a toolset `with_writes` on by default."""

    name: str
    module: str
    tools: tuple[str, ...]
    about: str
    by_default: bool = True
    with_writes: bool = False
    writes: tuple[str, ...] = ()

    def offered(self, *, allow_write: bool) -> tuple[str, ...]:
        return tuple(name for name in self.tools if allow_write or name not in self.writes)


LIFECYCLE_READS = ("list_cluster_addons", "list_cluster_vulnerabilities", "describe_cluster_events", "wait_for_task")
LIFECYCLE_WRITES = (
    "scale_nodepool",
    "remove_nodepool_nodes",
    "create_nodepool",
    "modify_nodepool",
    "delete_nodepool",
    "upgrade_nodepool",
    "fix_nodepool_vulnerabilities",
    "manage_cluster_addon",
    "create_cluster",
    "modify_cluster",
    "upgrade_cluster",
    "delete_cluster",
    "control_task",
)

TOOLSETS = (
    Toolset(
        name="ack",
        module="ack_mcp_server.tools.ack",
        tools=(
            "list_clusters",
            "describe_cluster",
            "list_cluster_nodepools",
            "list_cluster_nodes",
            "list_cluster_tasks",
            "describe_task_info",
            "get_current_time",
        ),
        about="clusters, node pools, nodes and tasks as the cloud knows them",
    ),
    Toolset(
        name="kubectl",
        module="ack_mcp_server.tools.kubectl",
        tools=("ack_kubectl",),
        about="what is inside a cluster, by kubectl commands",
    ),
    Toolset(
        name="prometheus",
        module="ack_mcp_server.tools.prometheus",
        tools=("query_prometheus",),
        about="metrics of a cluster, by PromQL",
    ),
    Toolset(
        name="sls",
        module="ack_mcp_server.tools.sls",
        tools=("query_controlplane_logs",),
        about="logs of the managed control plane",
    ),
    Toolset(
        name="audit",
        module="ack_mcp_server.tools.audit",
        tools=("query_audit_log",),
        about="who did what to a cluster's API",
    ),
    Toolset(
        name="query",
        module="ack_mcp_server.tools.query",
        tools=(
            "query_cluster_events",
            "create_cluster_diagnosis",
            "sls_execute_sql_query",
            "sls_describe_logstore",
            "sls_translate_text_to_sql_query",
            "sls_diagnose_query",
        ),
        about="what else can be asked of metrics and logs",
        by_default=False,
    ),
    Toolset(
        name="diagnose",
        module="ack_mcp_server.tools.diagnose",
        tools=("triage", "diagnose_resource", "get_cluster_diagnosis_result", "query_inspect_report"),
        about="what is unwell, and why",
    ),
    Toolset(
        name="cost",
        module="ack_mcp_server.tools.cost",
        tools=("analyze_workload_cost", "analyze_workload_autoscaling"),
        about="sizes and autoscaling of a workload, by what it used",
        by_default=False,
    ),
    Toolset(
        name="lifecycle",
        module="ack_mcp_server.tools.lifecycle",
        tools=(*LIFECYCLE_READS, *LIFECYCLE_WRITES),
        writes=LIFECYCLE_WRITES,
        about="node pools, addons, clusters and tasks, and what changes them",
        by_default=False,
        with_writes=True,
    ),
    Toolset(
        name="compat",
        module="ack_mcp_server.tools.compat",
        tools=(
            "kubectl",
            "kubectl_get",
            "kubectl_get_pods",
            "kubectl_logs",
            "kubectl_apply",
            "kubectl_apply_dry_run",
            "kubectl_delete",
        ),
        writes=("kubectl_apply", "kubectl_apply_dry_run", "kubectl_delete"),
        about="kubectl by fields, under names that other servers use",
        by_default=False,
    ),
    Toolset(
        name="clis",
        module="ack_mcp_server.tools.clis",
        tools=("helm", "istioctl", "argocd"),
        about="releases, the mesh, and applications of Git, by commands of helm, istioctl and argocd",
        by_default=False,
    ),
)


def chosen(names: tuple[str, ...], *, allow_write: bool = False) -> tuple[Toolset, ...]:
    """The toolsets to offer: the named ones, `all`, or the default ones. Raises ConfigurationError for others."""
    if not names:
        return tuple(each for each in TOOLSETS if each.by_default or (allow_write and each.with_writes))
    known = {toolset.name for toolset in TOOLSETS}
    unknown = [name for name in names if name not in known and name != "all"]
    if unknown:
        raise ConfigurationError(
            f"no such toolset: {', '.join(unknown)}", next_step=f"Choose from all, {', '.join(sorted(known))}."
        )
    return tuple(toolset for toolset in TOOLSETS if "all" in names or toolset.name in names)


def owner(tool: str) -> Toolset | None:
    """The toolset that a tool belongs to, whether it is on or not."""
    return next((toolset for toolset in TOOLSETS if tool in toolset.tools), None)
