"""What lives as long as the server, and what is made of it for one request."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cached_property
from typing import TYPE_CHECKING, Any

from ack_mcp_server.auth.chain import CredentialChain
from ack_mcp_server.auth.headers import RawHeaders, read
from ack_mcp_server.auth.resolve import Identity
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
from ack_mcp_server.redaction.objects import redact_object
from ack_mcp_server.services.account import Account
from ack_mcp_server.services.cloud import CloudEdge
from ack_mcp_server.services.prometheus.metrics import Metrics
from ack_mcp_server.services.reach import KnownClusters, Reach
from ack_mcp_server.settings import Settings

if TYPE_CHECKING:  # what toolsets are made of is imported with them
    from ack_mcp_server.clis.argocd.argocd import Argocd
    from ack_mcp_server.clis.helm.helm import Helm
    from ack_mcp_server.clis.istioctl.istioctl import Istioctl
    from ack_mcp_server.cost.analysis import Cost
    from ack_mcp_server.lifecycle.changing import Changing as Lifecycle
    from ack_mcp_server.services.loki.loki import Loki
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
    metrics: Metrics = field(init=False)
    _plans: Plans = field(init=False)

    def __post_init__(self) -> None:
        self.edge = CloudEdge(self.settings)
        self.clusters = KnownClusters(self.settings)
        self.metrics = Metrics(self.settings)
        timeout_s = self.settings.kubectl_timeout
        servers = Servers(self.settings.cache_max_size)
        engine = Engine(servers, self._redact, self.now, timeout_s, tail_for)
        access = KubeAccess(self.settings, self.now, self.scratch, servers.forget)
        processes = Processes(timeout_s)
        self._plans = Plans(self.now)
        writing = Writing(self.settings, processes, Previews(processes, self._redact), self._plans)
        self.kubectl = Kubectl(self.settings, access, engine, processes, writing)

    @cached_property
    def triage(self) -> "Triage":
        from ack_mcp_server.triage.triage import Triage

        return Triage(self.kubectl, self.metrics)

    @cached_property
    def cost(self) -> "Cost":
        from ack_mcp_server.cost.analysis import Cost

        return Cost(self.kubectl, self.metrics)

    @cached_property
    def lifecycle(self) -> "Lifecycle":
        from ack_mcp_server.lifecycle.changing import Changing

        return Changing(self.settings, self.kubectl, self._plans, self.now)

    @cached_property
    def loki(self) -> "Loki":
        from ack_mcp_server.services.loki.loki import Loki

        return Loki(self.settings.api_timeout)

    @cached_property
    def helm(self) -> "Helm":
        from ack_mcp_server.clis.helm.changing import Changing
        from ack_mcp_server.clis.helm.helm import Helm

        changing = Changing(self.settings, self.kubectl.engine, self._plans, self._redact)
        return Helm(self.settings, self.kubectl.access, self.kubectl.processes, changing, self._redact)

    @cached_property
    def istioctl(self) -> "Istioctl":
        from ack_mcp_server.clis.istioctl.istioctl import Istioctl

        return Istioctl(self.settings, self.kubectl.access, self.kubectl.processes, self._redact)

    @cached_property
    def argocd(self) -> "Argocd":
        from ack_mcp_server.clis.argocd.argocd import Argocd
        from ack_mcp_server.clis.argocd.changing import Changing

        changing = Changing(self.settings, self.kubectl.engine, self._plans, self._redact)
        return Argocd(self.settings, self.kubectl.access, self.kubectl.processes, changing, self._redact)

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
        await self.kubectl.processes.close()
        await self.kubectl.access.close()
        await self.kubectl.engine.close()
        await self.metrics.close()
        if "loki" in vars(self):
            await self.loki.close()
        await asyncio.to_thread(self._close_files)

    def _close_files(self) -> None:
        self.edge.close()
        self.chain.close()
        self.scratch.close()
