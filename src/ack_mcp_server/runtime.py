"""What lives as long as the server, and what is made of it for one request."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime

from ack_mcp_server.auth.chain import CredentialChain
from ack_mcp_server.auth.headers import RawHeaders, read
from ack_mcp_server.auth.resolve import Identity
from ack_mcp_server.kube.access import KubeAccess
from ack_mcp_server.kube.kubectl import Kubectl
from ack_mcp_server.kube.scratch import Scratch
from ack_mcp_server.services.account import Account
from ack_mcp_server.services.cloud import CloudEdge
from ack_mcp_server.services.reach import KnownClusters, Reach
from ack_mcp_server.settings import Settings


def utc_now() -> datetime:
    return datetime.now(UTC)


@dataclass
class Runtime:
    """Made inside the running event loop, closed when it ends."""

    settings: Settings
    scratch: Scratch
    now: Callable[[], datetime] = utc_now
    edge: CloudEdge = field(init=False)
    clusters: KnownClusters = field(init=False)
    chain: CredentialChain = field(default_factory=CredentialChain, init=False)
    kubectl: Kubectl = field(init=False)

    def __post_init__(self) -> None:
        self.edge = CloudEdge(self.settings)
        self.clusters = KnownClusters(self.settings)
        self.kubectl = Kubectl(self.settings, KubeAccess(self.settings, self.now, self.scratch))

    def reach(self, headers: RawHeaders) -> Reach:
        """What a request with these headers may touch. Raises AckError for headers that cannot be used."""
        identity = Identity(headers=read(headers), settings=self.settings, chain=self.chain)
        return Reach(account=Account(self.edge, identity), known=self.clusters, settings=self.settings)

    def close(self) -> None:
        self.edge.close()
        self.chain.close()
        self.scratch.close()
