"""Where a cluster's audit log is, and whether there is one."""

from typing import Any

from pydantic import BaseModel

from ack_mcp_server.errors import NotEnabled
from ack_mcp_server.services.cloud_errors import Request
from ack_mcp_server.services.reach import ClusterRef, Reach
from ack_mcp_server.services.sls.names import Logstore, cluster_project


class AuditProject(BaseModel):
    audit_enabled: bool
    sls_project_name: str = ""


async def audit_project(reach: Reach, cluster: ClusterRef, deadline: float | None = None) -> AuditProject:
    """Remembered where there is one: it may be turned on at any time, and is hardly ever moved. Raises AckError."""
    request = Request(action="GetClusterAuditProject", subject=f"cluster {cluster.id}", region=cluster.region)

    def call(client: Any, runtime: Any) -> Any:
        return client.get_cluster_audit_project_with_options(cluster.id, {}, runtime)

    async def ask() -> AuditProject:
        return await reach.account.read(request, call, AuditProject, deadline=deadline)

    return await reach.known.fact(reach.account, cluster.id, AuditProject, ask, lasts=lambda found: found.audit_enabled)


async def audit_logstore(reach: Reach, cluster: ClusterRef, deadline: float | None = None) -> Logstore:
    """Raises NotEnabled where the cluster keeps none, and AckError."""
    found = await audit_project(reach, cluster, deadline)
    if not found.audit_enabled:
        raise NotEnabled(
            f"the audit log of cluster {cluster.id} is off",
            next_step="Turn it on in the ACK console (the cluster, Security, Audit) or by UpdateClusterAuditLogConfig; "
            "it holds what happens from then on.",
        )
    project = found.sls_project_name or cluster_project(cluster.id)
    return Logstore(region=cluster.region, project=project, name=f"audit-{cluster.id}")
