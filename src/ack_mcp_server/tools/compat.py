"""Toolset `compat`: kubectl by fields, under the names that other servers taught; the same policy and answers."""

import shlex
from typing import Annotated

from fastmcp.dependencies import Depends
from pydantic import Field

from ack_mcp_server.errors import InvalidInput
from ack_mcp_server.identifiers import shown
from ack_mcp_server.kube.abnormal import naming_abnormal
from ack_mcp_server.kube.output import CommandOutput
from ack_mcp_server.tools.dependencies import Run, current_kubectl
from ack_mcp_server.tools.registration import Offered

Cluster = Annotated[str, Field(description="From list_clusters; may be left out if there is only one.")]
Namespace = Annotated[str, Field(description="Empty means the default one.")]
Manifest = Annotated[str, Field(description="Objects, one document or several.")]
PlanId = Annotated[str, Field(description="Of a shown change that is to be done now.")]


def _words(*parts: str | tuple[str, str]) -> str:
    """A command of single words, and of flags with their values; empty ones are left out. No value becomes a flag."""
    words: list[str] = []
    for part in parts:
        name, value = part if isinstance(part, tuple) else ("", part)
        if value.startswith("-"):
            raise InvalidInput(f"{shown(value)} cannot begin with a dash", next_step="Give the value alone.")
        if value:
            words.append(shlex.quote(f"{name}={value}" if name else value))
    return " ".join(words)


async def kubectl(
    command: Annotated[str, Field(description="Such as: get pods -n shop -o wide")],
    cluster_id: Cluster = "",
    kubeconfig: Annotated[str, Field(description="YAML of another cluster's, where the server takes it.")] = "",
    run: Run = Depends(current_kubectl),
) -> CommandOutput:
    """Run one kubectl command. The same as ack_kubectl."""
    return await run(command, cluster_id, kubeconfig)


async def kubectl_get(
    resource: Annotated[str, Field(description="A kind, such as pods or deployments.apps")],
    namespace: Namespace = "",
    name: str = "",
    cluster_id: Cluster = "",
    run: Run = Depends(current_kubectl),
) -> CommandOutput:
    """List the objects of a kind, or show one."""
    command = _words("get", resource, name, ("--namespace", namespace))
    return await run(command, cluster_id)


async def kubectl_get_pods(
    namespace: Annotated[str, Field(description="Empty means all.")] = "",
    label_selector: str = "",
    cluster_id: Cluster = "",
    run: Run = Depends(current_kubectl),
) -> CommandOutput:
    """List pods, and name the abnormal ones."""
    where = _words(("--namespace", namespace)) or "--all-namespaces"
    command = f"get pods {where} {_words(('--selector', label_selector))}"
    return naming_abnormal(await run(command, cluster_id))


async def kubectl_logs(
    pod: str,
    namespace: Namespace = "",
    container: str = "",
    lines: Annotated[int, Field(ge=1, le=100_000)] = 100,
    cluster_id: Cluster = "",
    run: Run = Depends(current_kubectl),
) -> CommandOutput:
    """The last lines of a pod's log."""
    command = _words("logs", pod, ("--namespace", namespace), ("--container", container), ("--tail", str(lines)))
    return await run(command, cluster_id)


async def kubectl_apply(
    yaml: Manifest,
    namespace: Namespace = "",
    cluster_id: Cluster = "",
    plan_id: PlanId = "",
    run: Run = Depends(current_kubectl),
) -> CommandOutput:
    """Create or change objects, server-side."""
    command = _words("apply", ("--namespace", namespace))
    return await run(command, cluster_id, manifest=yaml, plan_id=plan_id)


async def kubectl_apply_dry_run(
    yaml: Manifest,
    namespace: Namespace = "",
    cluster_id: Cluster = "",
    run: Run = Depends(current_kubectl),
) -> CommandOutput:
    """What apply would do, as the API server sees it; nothing is changed."""
    command = _words("apply", ("--namespace", namespace)) + " --dry-run=server"
    return await run(command, cluster_id, manifest=yaml)


async def kubectl_delete(
    resource: str,
    name: str,
    namespace: Namespace = "",
    cluster_id: Cluster = "",
    plan_id: PlanId = "",
    run: Run = Depends(current_kubectl),
) -> CommandOutput:
    """Delete one object; what would go is shown first."""
    if not name:
        raise InvalidInput("kubectl_delete needs a name", next_step="Name the object.")
    command = _words("delete", resource, name, ("--namespace", namespace))
    return await run(command, cluster_id, plan_id=plan_id)


TOOLS = (
    Offered(kubectl, writes=True),
    Offered(kubectl_get),
    Offered(kubectl_get_pods),
    Offered(kubectl_logs),
    Offered(kubectl_apply, reads=False),
    Offered(kubectl_apply_dry_run, reads=False),
    Offered(kubectl_delete, reads=False),
)
