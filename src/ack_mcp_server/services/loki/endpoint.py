"""Which Loki answers for a cluster, and with which credential it is asked: all of it is the operator's."""

import base64
import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from ack_mcp_server.errors import ConfigurationError, NotEnabled
from ack_mcp_server.services.http import address as addresses
from ack_mcp_server.services.http.address import Address
from ack_mcp_server.services.reach import Reach
from ack_mcp_server.settings import Settings

_ONE = "LOKI_URL"
# One or several tenants, as Loki's documentation names their characters.
_TENANT = re.compile(r"[A-Za-z0-9!\-_.*'()]{1,150}(?:\|[A-Za-z0-9!\-_.*'()]{1,150})*", re.ASCII)
_SENDABLE = re.compile(r"[\x21-\x7e]+")


@dataclass(frozen=True)
class Endpoint:
    """`cluster_id` is empty for the one Loki of a server that was asked without a cluster; `asker` is the fingerprint
    under which requests are counted."""

    cluster_id: str
    address: Address
    headers: Mapping[str, str] = field(repr=False)
    asker: str

    @property
    def told(self) -> str:
        return f"the Loki of cluster {self.cluster_id}" if self.cluster_id else "Loki"


async def endpoint_of(reach: Reach, cluster_id: str) -> Endpoint:
    """A caller with a key or kubeconfig of their own is answered by the Loki of a cluster that this key sees, never by
    one that holds every cluster's logs. Cloud keys never go there. Raises AckError."""
    settings = reach.settings
    brings = reach.account.identity.brings_key or reach.brought is not None
    cluster, asker = await _who(reach, cluster_id, brings=brings)
    text, variable = settings.loki_by_cluster.get(cluster, ""), f"{_ONE}_{cluster}"
    if not text and not brings:
        text, variable = settings.loki_url, _ONE
    if not text:
        raise _no_loki(cluster, brings=brings)
    return Endpoint(cluster, addresses.operators(text, variable, "a Loki"), _headers(settings), asker)


async def _who(reach: Reach, cluster_id: str, *, brings: bool) -> tuple[str, str]:
    if reach.is_local(cluster_id):
        return reach.local_id, "server"
    settings = reach.settings
    chooses = cluster_id or settings.default_cluster_id or settings.clusters or settings.loki_by_cluster
    if settings.loki_url and not brings and not chooses:
        reach.account.identity.check_brings_required_key()
        return "", "server"  # there is one Loki, whatever the cluster, so the cloud need not be asked
    cluster = await reach.cluster(cluster_id)
    return cluster.id, (await reach.account.principal()).credentials.fingerprint


def _headers(settings: Settings) -> Mapping[str, str]:
    """Raises ConfigurationError for settings that contradict each other, or that no header can hold."""
    tenant = settings.loki_tenant
    if tenant and not _TENANT.fullmatch(tenant):
        raise ConfigurationError("LOKI_TENANT is not a tenant's id", next_step="Use letters, digits and !-_.*'().")
    headers = {"X-Scope-OrgID": tenant} if tenant else {}
    if credential := _credential(settings):
        headers["Authorization"] = credential
    return headers


def _credential(settings: Settings) -> str:
    token, password = settings.loki_token.get_secret_value(), settings.loki_password.get_secret_value()
    if token and (settings.loki_username or password):
        raise ConfigurationError("Loki has a token and a user", next_step="Set LOKI_TOKEN, or user and password.")
    if bool(settings.loki_username) != bool(password):
        raise ConfigurationError("half a user of Loki", next_step="Set both LOKI_USERNAME and LOKI_PASSWORD.")
    if token and not _SENDABLE.fullmatch(token):
        raise ConfigurationError("LOKI_TOKEN holds characters that no header can", next_step="Set it anew.")
    if token:
        return f"Bearer {token}"
    if ":" in settings.loki_username:
        raise ConfigurationError("LOKI_USERNAME holds a colon", next_step="Set it anew.")
    pair = base64.b64encode(f"{settings.loki_username}:{password}".encode()).decode()
    return f"Basic {pair}" if password else ""


def _no_loki(cluster: str, *, brings: bool) -> NotEnabled:
    one = f"{_ONE}_{cluster or '<cluster_id>'}"
    variable = one if brings else f"{one} or {_ONE}"
    return NotEnabled(f"this server was told no Loki for cluster {cluster}", next_step=f"An operator sets {variable}.")
