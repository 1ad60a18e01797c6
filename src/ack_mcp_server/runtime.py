"""What lives as long as the server, and what is made of it for one request."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from ack_mcp_server.auth.chain import CredentialChain
from ack_mcp_server.auth.headers import RawHeaders, read
from ack_mcp_server.auth.resolve import Identity
from ack_mcp_server.clis.argocd.argocd import Argocd
from ack_mcp_server.clis.argocd.changing import Changing as ApplicationChanging
from ack_mcp_server.clis.helm.changing import Changing
from ack_mcp_server.clis.helm.helm import Helm
from ack_mcp_server.clis.istioctl.istioctl import Istioctl
from ack_mcp_server.cost.analysis import Cost
from ack_mcp_server.kube.access import KubeAccess
from ack_mcp_server.kube.kubectl import Kubectl
from ack_mcp_server.kube.log_reading import tail_for
from ack_mcp_server.kube.native.engine import Engine
from ack_mcp_server.kube.native.servers import Servers
from ack_mcp_server.kube.processes import Processes
from ack_mcp_server.kube.scratch import Scratch
from ack_mcp_server.kube.writes.plans import Plans
from ack_mcp_server.kube.writes.preview import Previews
from ack_mcp_server.kube.writes.writing import Writing
from ack_mcp_server.lifecycle.changing import Changing as Lifecycle
from ack_mcp_server.redaction.objects import redact_object
from ack_mcp_server.services.account import Account
from ack_mcp_server.services.cloud import CloudEdge
from ack_mcp_server.services.loki.loki import Loki
from ack_mcp_server.services.prometheus.metrics import Metrics
from ack_mcp_server.services.reach import KnownClusters, Reach
from ack_mcp_server.settings import Settings
from ack_mcp_server.triage.triage import Triage


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
    helm: Helm = field(init=False)
    istioctl: Istioctl = field(init=False)
    argocd: Argocd = field(init=False)
    metrics: Metrics = field(init=False)
    loki: Loki = field(init=False)
    triage: Triage = field(init=False)
    lifecycle: Lifecycle = field(init=False)
    cost: Cost = field(init=False)

    def __post_init__(self) -> None:
        self.edge = CloudEdge(self.settings)
        self.clusters = KnownClusters(self.settings)
        self.metrics = Metrics(self.settings)
        self.loki = Loki(self.settings.api_timeout)
        timeout_s = self.settings.kubectl_timeout
        servers = Servers(self.settings.cache_max_size)
        engine = Engine(servers, self._redact, self.now, timeout_s, tail_for)
        access = KubeAccess(self.settings, self.now, self.scratch, servers.forget)
        processes = Processes(timeout_s)
        plans = Plans(self.now)
        writing = Writing(self.settings, processes, Previews(processes, self._redact), plans)
        self.kubectl = Kubectl(self.settings, access, engine, processes, writing)
        self.triage = Triage(self.kubectl, self.metrics)
        self.cost = Cost(self.kubectl, self.metrics)
        self.lifecycle = Lifecycle(self.settings, self.kubectl, plans, self.now)
        changing = Changing(self.settings, engine, plans, self._redact)
        self.helm = Helm(self.settings, access, processes, changing, self._redact)
        self.istioctl = Istioctl(self.settings, access, processes, self._redact)
        applications = ApplicationChanging(self.settings, engine, plans, self._redact)
        self.argocd = Argocd(self.settings, access, processes, applications, self._redact)

    def reach(self, headers: RawHeaders) -> Reach:
        """What a request with these headers may touch. Raises AckError for headers that cannot be used."""
        identity = Identity(headers=read(headers), settings=self.settings, chain=self.chain)
        brought = identity.headers.kubeconfig
        if brought:
            brought.check_accepted(self.settings)
        account = Account(self.edge, identity)
        return Reach(account=account, known=self.clusters, settings=self.settings, brought=brought)

    def _redact(self, value: dict[str, Any]) -> dict[str, Any]:
        return redact_object(value, allow_secrets=self.settings.allow_secrets)

    async def close(self) -> None:
        await self.kubectl.access.close()
        await self.kubectl.engine.close()
        await self.metrics.close()
        await self.loki.close()
        await asyncio.to_thread(self._close_files)

    def _close_files(self) -> None:
        self.edge.close()
        self.chain.close()
        self.scratch.close()
