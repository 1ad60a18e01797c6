"""Which cluster a call means, and where it is: the explicit id, else the default, else the only one visible."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace
from typing import TypeVar

from cachetools import TTLCache

from ack_mcp_server import identifiers, record
from ack_mcp_server.answers.clean import one_line
from ack_mcp_server.auth.brought import BroughtKubeconfig
from ack_mcp_server.errors import InvalidInput, NotEnabled, NotFound
from ack_mcp_server.identifiers import shown
from ack_mcp_server.services.account import Account
from ack_mcp_server.services.clusters import ClusterSummary, describe_cluster, list_clusters
from ack_mcp_server.services.single_flight import SingleFlight
from ack_mcp_server.settings import Settings

T = TypeVar("T")

LOCAL_MODES = ("LOCAL", "INCLUSTER")
BROUGHT_ID = "kubeconfig"  # what the cluster of a request's own kubeconfig is called
_CANDIDATES_SHOWN = 10
_LONGEST_CANDIDATE = 120


@dataclass(frozen=True, kw_only=True)
class ClusterRef:
    """A cluster in the cloud: where it is, and how its API server can be reached."""

    id: str
    region: str
    public: bool
    private: bool


@dataclass
class KnownClusters:
    """Lives as long as the server. A cluster is remembered per key, so that no caller learns from another's."""

    settings: Settings
    _known: TTLCache[tuple[str, str], ClusterRef] = field(init=False)
    _flights: SingleFlight[tuple[str, str], ClusterRef] = field(default_factory=SingleFlight, init=False)
    _facts: TTLCache[tuple[str, str, type], object] = field(init=False)

    def __post_init__(self) -> None:
        self._known = TTLCache(self.settings.cache_max_size, self.settings.cache_ttl)
        self._facts = TTLCache(self.settings.cache_max_size, self.settings.cache_ttl)

    async def fact(
        self,
        account: Account,
        cluster_id: str,
        kind: type[T],
        ask: Callable[[], Awaitable[T]],
        *,
        lasts: Callable[[T], bool],
    ) -> T:
        """What a key was told of a cluster, asked for where what is remembered does not `last`."""
        key = ((await account.principal()).credentials.fingerprint, cluster_id, kind)
        known = self._facts.get(key)
        if isinstance(known, kind) and lasts(known):
            return known
        found = await ask()
        if lasts(found):
            self._facts[key] = found
        return found

    async def find(self, account: Account, cluster_id: str) -> ClusterRef:
        """Raises AckError; asks the cloud once for concurrent callers of one key."""
        key = ((await account.principal()).credentials.fingerprint, cluster_id)
        known: ClusterRef | None = self._known.get(key)
        return known or await self._flights.run(key, lambda: self._discover(account, key))

    async def _discover(self, account: Account, key: tuple[str, str]) -> ClusterRef:
        found = _ref(await describe_cluster(account, key[1]))
        self._known[key] = found
        return found


def _ref(cluster: ClusterSummary) -> ClusterRef:
    return ClusterRef(
        id=identifiers.cluster_id(cluster.cluster_id),
        region=identifiers.region_id(cluster.region_id),
        public=bool(cluster.endpoints.public),
        private=bool(cluster.endpoints.private),
    )


@dataclass(frozen=True, kw_only=True)
class Reach:
    """What one request may touch: its account, and the clusters by way of it."""

    account: Account
    known: KnownClusters
    settings: Settings
    brought: BroughtKubeconfig | None = None  # accepted

    def with_kubeconfig(self, text: str) -> "Reach":
        """The same request with a kubeconfig as argument; empty means none. Raises InvalidInput, NotEnabled."""
        if not text:
            return self
        brought = BroughtKubeconfig(text=text, way="ARGUMENT")
        brought.check_accepted(self.settings)
        if self.brought:
            raise InvalidInput("there are two kubeconfigs", next_step="Leave X-Kubeconfig or the argument out.")
        return replace(self, brought=brought)

    def is_brought(self, cluster_id: str) -> bool:
        """Whether the call means the cluster of its own kubeconfig. Raises InvalidInput for any other beside it."""
        if self.brought is None:
            return False
        if cluster_id not in ("", BROUGHT_ID):
            raise InvalidInput(
                f"the call names cluster {shown(cluster_id)} and brings a kubeconfig",
                next_step="Leave cluster_id out, or send the call without a kubeconfig.",
            )
        record.current().cluster, record.current().caller = BROUGHT_ID, self.brought.fingerprint
        return True

    @property
    def local_id(self) -> str:
        """The id under which the server's own kubeconfig is known."""
        return self.settings.default_cluster_id or "local"

    @property
    def has_local(self) -> bool:
        """A request that brings its own key or kubeconfig never acts with the server's kubeconfig."""
        brings = self.account.identity.brings_key or self.brought is not None
        return self.settings.mode in LOCAL_MODES and not brings

    @property
    def _only_bound(self) -> str:
        return self.settings.clusters[0] if len(self.settings.clusters) == 1 else ""

    def is_within_bounds(self, cluster_id: str) -> bool:
        """Whether the operator lets this server touch the cluster at all."""
        return not self.settings.clusters or cluster_id in self.settings.clusters

    def is_local(self, cluster_id: str) -> bool:
        """Whether the call means the server's own kubeconfig. Raises InvalidInput for any other id beside it."""
        if not self.has_local:
            return False
        if cluster_id not in ("", self.local_id):
            raise InvalidInput(
                f"cluster {shown(cluster_id)} is not served: this server works on one kubeconfig "
                f"({self.settings.mode})",
                next_step=f"Leave cluster_id out, or use {self.local_id}.",
            )
        record.current().cluster = self.local_id
        if not self.is_within_bounds(self.local_id):
            raise NotEnabled(
                f"cluster {self.local_id} is not touched by this server",
                next_step="An operator names it in --clusters, or leaves that out.",
            )
        return True

    async def cluster(self, cluster_id: str) -> ClusterRef:
        """The cluster that a cloud call means, with its region. Raises AckError."""
        if self.brought is not None and not cluster_id:
            raise InvalidInput(
                "the call brings a kubeconfig, and which cluster of the cloud that is nobody tells here",
                next_step="Give cluster_id, or send the call without a kubeconfig.",
            )
        wanted = cluster_id or self.settings.default_cluster_id or self._only_bound
        if self.is_local(cluster_id) and not self.settings.default_cluster_id:
            raise InvalidInput(
                f"cluster {self.local_id} is known by its kubeconfig only, not by the cloud API",
                next_step="Use ack_kubectl for it, or start the server with --default-cluster-id <its ACK id>.",
            )
        if not wanted:
            return await self._only_visible()
        record.current().cluster = identifiers.cluster_id(wanted)
        if not self.is_within_bounds(wanted):
            raise NotEnabled(
                f"cluster {wanted} is not touched by this server",
                next_step=f"Use one of {', '.join(self.settings.clusters)}.",
            )
        return await self.known.find(self.account, wanted)

    async def _only_visible(self) -> ClusterRef:
        if self.settings.clusters:
            raise InvalidInput("cluster_id is needed", next_step=f"Give one of {', '.join(self.settings.clusters)}.")
        page = await list_clusters(self.account, region="", name="", page_number=1, page_size=_CANDIDATES_SHOWN)
        if page.total != 1 or len(page.clusters) != 1:
            raise _ambiguous(page.clusters, page.total)
        only = _ref(page.clusters[0])
        record.current().cluster = only.id
        return only


def _ambiguous(clusters: tuple[ClusterSummary, ...], total: int) -> InvalidInput | NotFound:
    if not clusters:
        return NotFound("this key sees no cluster", next_step="Use a key of the account that owns the cluster.")
    names = ", ".join(one_line(f"{cluster.name} {cluster.cluster_id}", _LONGEST_CANDIDATE) for cluster in clusters)
    more = f" and {total - len(clusters)} more" if total > len(clusters) else ""
    return InvalidInput(f"cluster_id is needed: there are {total} clusters", next_step=f"Give one of {names}{more}.")
