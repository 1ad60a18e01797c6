"""Which kubeconfig a call runs with: its own, or by the server's mode; what the cloud issued is kept until before its
end, what a call brought for two minutes."""

import asyncio
import os
import shutil
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path

from cachetools import LRUCache

from ack_mcp_server.auth.brought import BroughtKubeconfig
from ack_mcp_server.errors import ConfigurationError, NotEnabled
from ack_mcp_server.kube.brought_config import read_brought
from ack_mcp_server.kube.gate import Gate
from ack_mcp_server.kube.incluster import pod_kubeconfig
from ack_mcp_server.kube.kubeconfig import Kubeconfig, read
from ack_mcp_server.kube.localconfig import LocalConfig
from ack_mcp_server.kube.pinning import Resolve, pinned, system_resolve
from ack_mcp_server.kube.scratch import Scratch, write_private
from ack_mcp_server.services.kubeconfigs import issue_kubeconfig
from ack_mcp_server.services.reach import BROUGHT_ID, ClusterRef, Reach
from ack_mcp_server.services.single_flight import SingleFlight
from ack_mcp_server.settings import Settings

RENEW_BEFORE = timedelta(minutes=5)
BROUGHT_S = 120  # an agent's calls follow each other in seconds
MOST_BROUGHT = 64
_FILE = "kubeconfig"

Key = tuple[str, str, str]  # fingerprint of the credential, cluster, mode


@dataclass(eq=False)
class Access:
    """What a kubectl process is given: a home of its own, and a kubeconfig in it or the operator's.

    `kubeconfig` is the same as a value, for use in this process; None for an operator's file that only kubectl can use.
    """

    key: Key
    home: Path
    operators_files: str = ""
    kubeconfig: Kubeconfig | None = None
    expires: datetime | None = None
    when_gone: Callable[[], None] = lambda: None  # may be called again
    _users: int = field(default=0, init=False)
    _dropped: bool = field(default=False, init=False)

    @property
    def cluster_id(self) -> str:
        return self.key[1]

    @property
    def holder(self) -> str:
        """Whose places its processes take. A kubeconfig costs nothing to make up, so all that are brought are one's."""
        return BROUGHT_ID if self.cluster_id == BROUGHT_ID else self.key[0]

    @property
    def is_callers(self) -> bool:
        """And not this server's own."""
        return self.expires is not None or self.cluster_id == BROUGHT_ID

    @property
    def server(self) -> str:
        return self.kubeconfig.server if self.kubeconfig else ""

    @property
    def flags(self) -> list[str]:
        """By flag, because kubectl takes a missing file for an error only when it is named by one; from a variable it
        would go on with whatever listens on localhost:8080."""
        return [] if self.operators_files else [f"--kubeconfig={self.home / _FILE}"]

    @property
    def variables(self) -> Mapping[str, str]:
        """Several files can only be named by the variable; they were there a moment ago."""
        return {"KUBECONFIG": self.operators_files} if self.operators_files else {}

    def is_good_at(self, now: datetime) -> bool:
        lasts = self.expires is not None and now < self.expires - RENEW_BEFORE
        return lasts and self.has_file

    @property
    def has_file(self) -> bool:
        return (self.home / _FILE).is_file()

    @contextmanager
    def in_use(self) -> Iterator[None]:
        """Its files stay until the last user has left."""
        self._users += 1
        try:
            yield
        finally:
            self._users -= 1
            self._remove_if_done()

    def drop(self) -> None:
        self._dropped = True
        self._remove_if_done()

    def _remove_if_done(self) -> None:
        if self._dropped and not self._users:
            shutil.rmtree(self.home, ignore_errors=True)
            self.when_gone()


@dataclass
class KubeAccess:
    """Lives as long as the server."""

    settings: Settings
    now: Callable[[], datetime]
    scratch: Scratch
    # Told of a kubeconfig when nobody uses it any more.
    when_gone: Callable[[Kubeconfig], None] = lambda _: None
    resolve: Resolve = system_resolve
    gate: Gate = field(default_factory=Gate)
    _known: "_Forgetful" = field(init=False)
    _brought: "_Forgetful" = field(init=False)
    _flights: SingleFlight[Key, Access] = field(default_factory=SingleFlight, init=False)
    _local: LocalConfig = field(default_factory=LocalConfig, init=False)
    _pod: Access | None = field(default=None, init=False)

    def __post_init__(self) -> None:
        self._known = _Forgetful(self.settings.cache_max_size)
        self._brought = _Forgetful(MOST_BROUGHT)

    async def to(self, cluster_id: str, reach: Reach) -> Access:
        """Raises AckError."""
        if reach.brought and reach.is_brought(cluster_id):
            return await self._to_brought(reach.brought)
        if reach.is_local(cluster_id):
            return await self._to_local(("server", reach.local_id, self.settings.mode))
        cluster = await reach.cluster(cluster_id)
        key = ((await reach.account.principal()).credentials.fingerprint, cluster.id, self.settings.mode)
        known: Access | None = self._known.get(key)
        if known is not None and known.is_good_at(self.now()):
            return known
        return await self._flights.run(key, lambda: self._fetch(key, cluster, reach))

    async def _to_brought(self, brought: BroughtKubeconfig) -> Access:
        key = (brought.fingerprint, BROUGHT_ID, brought.way)
        known: Access | None = self._brought.get(key)
        if known is not None and known.has_file:
            return known
        return await self._flights.run(key, lambda: self._taken(key, brought.text))

    async def _taken(self, key: Key, text: str) -> Access:
        """Whoever reaches this server by HTTP may be elsewhere, so its loopback is not theirs."""
        config = await asyncio.to_thread(read_brought, text)
        config = await pinned(config, self.resolve, loopback=self.settings.transport == "stdio")
        way = await self.gate.way_to(config.server)
        access = await asyncio.to_thread(self._written, key, config, way)
        access.when_gone = partial(self._gone, config, way)
        self._brought.pop(key, None)
        self._brought[key] = access
        asyncio.get_running_loop().call_later(BROUGHT_S, self._forget_brought, access)
        return access

    def _gone(self, kubeconfig: Kubeconfig, way: str) -> None:
        self.gate.shut(way)
        self.when_gone(kubeconfig)

    def _forget_brought(self, access: Access) -> None:
        if self._brought.get(access.key) is access:
            del self._brought[access.key]

    async def _to_local(self, key: Key) -> Access:
        if self.settings.mode == "INCLUSTER":
            return await self._to_pods_own(key)
        # Whether files have changed is asked on the loop: that takes microseconds, a thread a tenth of a millisecond.
        files = local_files(self.settings)
        paths = tuple(Path(part) for part in files.split(os.pathsep))
        if not self._local.is_fresh(paths):
            await asyncio.to_thread(self._local.read, paths)
        home = self.scratch.place("local")
        return Access(key=key, home=home, operators_files=files, kubeconfig=self._local.kubeconfig)

    async def _to_pods_own(self, key: Key) -> Access:
        """Its token is renewed by the kubelet about every hour."""
        kubeconfig = await asyncio.to_thread(pod_kubeconfig, os.environ)
        if self._pod is not None and self._pod.kubeconfig == kubeconfig:
            return self._pod
        return await self._flights.run(key, lambda: self._renewed(key, kubeconfig))

    async def _renewed(self, key: Key, kubeconfig: Kubeconfig) -> Access:
        access = await asyncio.to_thread(self._written, key, kubeconfig)
        access.when_gone = partial(self.when_gone, kubeconfig)
        former, self._pod = self._pod, access
        if former:
            former.drop()
        return access

    def _written(self, key: Key, kubeconfig: Kubeconfig, proxy: str = "") -> Access:
        home = self.scratch.place()
        write_private(home / _FILE, kubeconfig.render(proxy))
        return Access(key=key, home=home, kubeconfig=kubeconfig, expires=kubeconfig.expires)

    async def _fetch(self, key: Key, cluster: ClusterRef, reach: Reach) -> Access:
        # A request with a key of its own on a server in mode LOCAL gets its own kubeconfig, by the public endpoint.
        private = self.settings.mode == "ACK_PRIVATE"
        _check_endpoint(cluster, private)
        answer = await issue_kubeconfig(reach, cluster, private=private)
        kubeconfig = read(answer.config, answer.expiration)
        access = await asyncio.to_thread(self._written, key, kubeconfig)
        access.when_gone = partial(self.when_gone, kubeconfig)
        self._known.pop(key, None)
        self._known[key] = access
        left = (answer.expiration - self.now()).total_seconds()
        asyncio.get_running_loop().call_later(max(0, left), self.forget, access)
        return access

    async def close(self) -> None:
        await self.gate.close()

    def forget(self, access: Access) -> bool:
        """Whether it was known; the next call then asks the cloud for another."""
        if self._known.get(access.key) is not access:
            return False
        del self._known[access.key]
        return True


class _Forgetful(LRUCache[Key, Access]):
    """What is forgotten goes from the disk too."""

    def __delitem__(self, key: Key) -> None:
        access = self[key]
        super().__delitem__(key)
        access.drop()


def _check_endpoint(cluster: ClusterRef, private: bool) -> None:
    if private and not cluster.private:
        raise NotEnabled(
            f"cluster {cluster.id} has no private API endpoint",
            next_step="Have its owner enable one, or start the server with --kubeconfig-mode ACK_PUBLIC.",
        )
    if not private and not cluster.public:
        raise NotEnabled(
            f"cluster {cluster.id} has no public API endpoint",
            next_step="Have its owner bind an EIP to the API server, or run this server inside the cluster's VPC with "
            "--kubeconfig-mode ACK_PRIVATE.",
        )


def local_files(settings: Settings) -> str:
    """The operator's own file, or files. Raises ConfigurationError when one is missing."""
    paths = [Path(part).expanduser().absolute() for part in settings.kubeconfig_path.split(os.pathsep) if part]
    if not paths or not all(path.is_file() for path in paths):
        raise ConfigurationError(
            "the server's kubeconfig file does not exist",
            next_step="Set KUBECONFIG_PATH or --kubeconfig-path to a file that the server can read.",
        )
    return os.pathsep.join(str(path) for path in paths)
