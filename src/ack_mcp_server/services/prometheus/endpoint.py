"""Which Prometheus answers for a cluster, and with which credential it is asked."""

import base64
from collections.abc import Mapping
from dataclasses import dataclass, field

from cachetools import TTLCache

from ack_mcp_server.auth.credentials import Credentials
from ack_mcp_server.errors import NotEnabled, Unauthenticated, UnexpectedAnswer
from ack_mcp_server.services.clients import Endpoint as ApiEndpoint
from ack_mcp_server.services.clients import parse_endpoint
from ack_mcp_server.services.http.address import Address
from ack_mcp_server.services.prometheus.addresses import from_arms, from_operator
from ack_mcp_server.services.prometheus.instances import Instance, find_instance
from ack_mcp_server.services.reach import BROUGHT_ID, ClusterRef, Reach
from ack_mcp_server.services.single_flight import SingleFlight
from ack_mcp_server.settings import Settings

_ONE = "PROMETHEUS_HTTP_API"
_LOCAL_MODE = "An operator starts the server with --prometheus-endpoint-mode LOCAL and PROMETHEUS_HTTP_API."


@dataclass(frozen=True)
class Endpoint:
    """`asker` is the fingerprint under which requests are counted; `permission` is what a refused key lacks; `account`
    is the owner's number where ARMS told it; `variable` names the operator's own."""

    cluster_id: str
    address: Address
    headers: Mapping[str, str] = field(repr=False)
    asker: str
    permission: str = ""
    account: str = ""
    variable: str = ""


@dataclass
class Endpoints:
    """Lives as long as the server. What ARMS told is remembered per key, as clusters are."""

    settings: Settings
    _arms: ApiEndpoint = field(init=False)
    _known: TTLCache[tuple[str, str], Instance] = field(init=False)
    _flights: SingleFlight[tuple[str, str], Instance] = field(default_factory=SingleFlight, init=False)

    def __post_init__(self) -> None:
        self._arms = parse_endpoint(self.settings.arms_endpoint, variable="ARMS_ENDPOINT")
        self._known = TTLCache(self.settings.cache_max_size, self.settings.cache_ttl)

    async def of(self, reach: Reach, cluster_id: str, deadline: float | None = None) -> Endpoint:
        """Raises AckError."""
        if reach.brought is not None and cluster_id in ("", BROUGHT_ID):
            raise NotEnabled(
                "no Prometheus is known of the cluster whose kubeconfig the call brings",
                next_step="Name a cluster of your key with cluster_id, or leave the kubeconfig out.",
            )
        if self.settings.prometheus_endpoint_mode == "LOCAL":
            return await self._local(reach, cluster_id)
        if reach.is_local(cluster_id) and not self.settings.default_cluster_id:
            raise NotEnabled(
                f"cluster {reach.local_id} is known by its kubeconfig only, so ARMS cannot be asked for its metrics",
                next_step=_LOCAL_MODE,
            )
        cluster = await reach.cluster(cluster_id)
        credentials = (await reach.account.principal()).credentials
        instance = await self._instance(reach, cluster, credentials, deadline)
        return self._told(cluster, instance, credentials)

    async def _instance(
        self, reach: Reach, cluster: ClusterRef, credentials: Credentials, deadline: float | None
    ) -> Instance:
        key = (credentials.fingerprint, cluster.id)

        async def find() -> Instance:
            self._known[key] = found = await find_instance(reach.account, cluster, deadline)
            return found

        known: Instance | None = self._known.get(key)
        return known or await self._flights.run(key, find)

    def forget(self, endpoint: Endpoint) -> None:
        """What ARMS told may have changed: the next call asks again."""
        self._known.pop((endpoint.asker, endpoint.cluster_id), None)

    def _told(self, cluster: ClusterRef, instance: Instance, credentials: Credentials) -> Endpoint:
        vpc = self.settings.prometheus_endpoint_mode == "ARMS_PRIVATE"
        text = instance.vpc if vpc else instance.public
        if not text:
            raise _no_address(cluster, vpc=vpc)
        address = from_arms(text, loopback=self._arms.is_loopback, vpc=vpc)
        headers = _headers(instance, credentials, address, cluster)
        permission = "AliyunPrometheusMetricReadAccess" if instance.takes_keys else ""
        return Endpoint(cluster.id, address, headers, credentials.fingerprint, permission, instance.account)

    async def _local(self, reach: Reach, cluster_id: str) -> Endpoint:
        """The operator's own. Cloud keys never go there. A caller with a key of their own is answered by the Prometheus
        of a cluster that this key sees, never by one that holds every cluster's metrics."""
        own = reach.is_local(cluster_id)
        brings = reach.account.identity.brings_key or reach.brought is not None
        cluster = reach.local_id if own else (await reach.cluster(cluster_id)).id
        text, variable = self.settings.prometheus_by_cluster.get(cluster, ""), f"{_ONE}_{cluster}"
        if not text and not brings:
            text, variable = self.settings.prometheus_http_api, _ONE
        if not text:
            raise _no_local(cluster, brings=brings)
        token = self.settings.prometheus_token.get_secret_value()
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        asker = "local" if own else (await reach.account.principal()).credentials.fingerprint
        return Endpoint(cluster, from_operator(text, variable), headers, asker, variable=variable)


def _headers(instance: Instance, credentials: Credentials, address: Address, cluster: ClusterRef) -> Mapping[str, str]:
    token = {"Authorization": instance.token} if instance.takes_token and instance.token else {}
    if token and any(char in instance.token for char in "\r\n\0"):
        raise UnexpectedAnswer("GetPrometheusInstance told a token that cannot be sent", next_step="Make a new one.")
    if not instance.takes_keys:
        return token
    if token or (instance.free_read and (credentials.security_token or not address.is_private)):
        return token
    if credentials.security_token:
        raise Unauthenticated(
            f"the Prometheus of cluster {cluster.id} (V2) takes an AccessKey by HTTP Basic, and the key in use is a "
            "temporary one (STS), for which no such way is documented",
            next_step="Use an AccessKey with AliyunPrometheusMetricReadAccess, or turn on token authentication or "
            "password-free reading for the instance in the console.",
        )
    if not address.is_private:
        raise NotEnabled(
            f"the Prometheus of cluster {cluster.id} (V2) takes an AccessKey by HTTP Basic, which is sent by TLS only, "
            "and its VPC address has none",
            next_step="Use --prometheus-endpoint-mode ARMS_PUBLIC, or turn on token authentication for the instance.",
        )
    pair = f"{credentials.access_key_id}:{credentials.access_key_secret}".encode()
    return {"Authorization": f"Basic {base64.b64encode(pair).decode()}"}


def _no_address(cluster: ClusterRef, *, vpc: bool) -> NotEnabled:
    what, mode = ("VPC", "ARMS_PUBLIC") if vpc else ("public", "ARMS_PRIVATE, from within its VPC")
    return NotEnabled(
        f"the Prometheus of cluster {cluster.id} has no {what} address",
        next_step=f"Turn it on in the ARMS console, or have the server started with --prometheus-endpoint-mode {mode}.",
    )


def _no_local(cluster: str, *, brings: bool) -> NotEnabled:
    variable = f"{_ONE}_{cluster}" if brings else f"{_ONE}_{cluster} or {_ONE}"
    return NotEnabled(
        f"this server was told no Prometheus for cluster {cluster}", next_step=f"An operator sets {variable}."
    )
