"""The table of toolsets: one line each. A toolset's module is imported only when it is on."""

from dataclasses import dataclass

from ack_mcp_server.errors import ConfigurationError


@dataclass(frozen=True, kw_only=True)
class Toolset:
    """`module` holds a tuple `TOOLS` of tool functions; `tools` are their names, known without importing it."""

    name: str
    module: str
    tools: tuple[str, ...]
    about: str
    by_default: bool = True


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
)


def chosen(names: tuple[str, ...]) -> tuple[Toolset, ...]:
    """The toolsets to offer: the named ones, `all`, or the default ones. Raises ConfigurationError for others."""
    if not names:
        return tuple(toolset for toolset in TOOLSETS if toolset.by_default)
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
