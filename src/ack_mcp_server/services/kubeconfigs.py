"""What the cloud hands out for one cluster: a kubeconfig that ends by itself."""

from typing import Any

from pydantic import AwareDatetime, BaseModel

from ack_mcp_server.services.cloud_errors import Request
from ack_mcp_server.services.reach import ClusterRef, Reach

MINUTES = 60  # asked for; without a duration ACK would hand out a certificate of years


class IssuedKubeconfig(BaseModel):
    """`config` is the YAML text, with its secrets."""

    config: str
    expiration: AwareDatetime


async def issue_kubeconfig(reach: Reach, cluster: ClusterRef, *, private: bool) -> IssuedKubeconfig:
    """Raises AckError."""
    request = Request(action="DescribeClusterUserKubeconfig", subject=f"cluster {cluster.id}", region=cluster.region)

    def call(client: Any, runtime: Any) -> Any:
        from alibabacloud_cs20151215.models import DescribeClusterUserKubeconfigRequest

        query = DescribeClusterUserKubeconfigRequest(private_ip_address=private, temporary_duration_minutes=MINUTES)
        return client.describe_cluster_user_kubeconfig_with_options(cluster.id, query, {}, runtime)

    return await reach.account.read(request, call, IssuedKubeconfig)
