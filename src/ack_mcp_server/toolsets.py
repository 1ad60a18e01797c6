"""The table of toolsets: one line each. A toolset's module is imported only when it is on."""

from dataclasses import dataclass

from ack_mcp_server.errors import ConfigurationError
from ack_mcp_server.settings import Settings, sources_of

DEFAULT, ALL = "default", "all"  # words that stand for toolsets where they are chosen


@dataclass(frozen=True, kw_only=True)
class Toolset:
    """`module` holds a tuple `TOOLS` of tool functions; `tools` are their names, known without importing it. Those that
    are `writes` too are offered with --allow-write only. Some toolsets are on by default only where one of the settings
    `turned_on_by` is set. A tool of two toolsets that are on is taken from the later one, which has its wider form."""

    name: str
    module: str
    tools: tuple[str, ...]
    about: str
    by_default: bool = True
    turned_on_by: tuple[str, ...] = ()
    writes: tuple[str, ...] = ()

    def offered(self, *, allow_write: bool) -> tuple[str, ...]:
        return tuple(name for name in self.tools if allow_write or name not in self.writes)

    def is_default(self, settings: Settings) -> bool:
        return self.by_default or any(getattr(settings, name) for name in self.turned_on_by)

    @property
    def variables(self) -> tuple[str, ...]:
        """Without one of which it has nothing to ask."""
        return tuple(name for field in self.turned_on_by for name in sources_of(Settings.model_fields[field])[0])


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
        tools=("query_prometheus", "query_prometheus_metric_guidance"),
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
            "translate_text_to_promql",
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
        turned_on_by=("allow_write",),
    ),
    Toolset(
        name="loki",
        module="ack_mcp_server.tools.loki",
        tools=("search_logs",),
        about="logs of workloads in Loki",
        by_default=False,
        turned_on_by=("loki_url", "loki_by_cluster"),
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
            "query_prometheus",
            "cms_execute_promql_query",
            "cms_translate_text_to_promql",
        ),
        writes=("kubectl_apply", "kubectl_apply_dry_run", "kubectl_delete"),
        about="kubectl by fields and PromQL, by names and arguments of other servers",
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


def chosen(settings: Settings) -> tuple[Toolset, ...]:
    """The toolsets to offer: the named ones, `all`, or the default ones. Raises ConfigurationError for others."""
    names = settings.toolsets or (DEFAULT,)
    words = (DEFAULT, ALL, *sorted(toolset.name for toolset in TOOLSETS))
    if unknown := [name for name in names if name not in words]:
        raise ConfigurationError(f"no such toolset: {', '.join(unknown)}", next_step=f"Choose from {', '.join(words)}.")
    return tuple(toolset for toolset in TOOLSETS if _is_named(toolset, names, settings))


def _is_named(toolset: Toolset, names: tuple[str, ...], settings: Settings) -> bool:
    return toolset.name in names or ALL in names or (DEFAULT in names and toolset.is_default(settings))


def how_to_add(toolset: Toolset, settings: Settings) -> str:
    """What an operator does to have it beside those that are on."""
    names = settings.toolsets or (DEFAULT,)
    start = f"start the server with --toolsets {','.join((*names, toolset.name))}"
    if not toolset.variables or toolset.is_default(settings):
        return f"{start[0].upper()}{start[1:]}."
    variables = f"Set {' or '.join(toolset.variables)}"
    return f"{variables}, which turns it on." if DEFAULT in names else f"{variables}, and {start}."


def owner(tool: str) -> Toolset | None:
    """The toolset that a tool belongs to, whether it is on or not."""
    return next((toolset for toolset in TOOLSETS if tool in toolset.tools), None)
