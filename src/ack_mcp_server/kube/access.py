"""Which kubeconfig a call runs with, by the server's mode; what the cloud issued is kept until before its end."""

import asyncio
import os
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path

from cachetools import LRUCache

from ack_mcp_server.errors import ConfigurationError, NotEnabled
from ack_mcp_server.kube.incluster import pod_kubeconfig
from ack_mcp_server.kube.kubeconfig import Kubeconfig, read
from ack_mcp_server.kube.scratch import Scratch
from ack_mcp_server.services.kubeconfigs import issue_kubeconfig
from ack_mcp_server.services.reach import ClusterRef, Reach
from ack_mcp_server.services.single_flight import SingleFlight
from ack_mcp_server.settings import Settings

RENEW_BEFORE = timedelta(minutes=5)
_READ_S = 5  # a process that was just started may not have read its file yet

Key = tuple[str, str, str]  # fingerprint of the credential, cluster, mode


@dataclass(frozen=True, kw_only=True)
class Access:
    """What a kubectl process is given. `files` is a path, or several as KUBECONFIG allows; `server` and `expires` are
    unknown for the operator's own file, which is not opened here."""

    key: Key
    files: str
    server: str = ""
    expires: datetime | None = None

    @property
    def cluster_id(self) -> str:
        return self.key[1]

    def is_good_at(self, now: datetime) -> bool:
        return self.expires is not None and now < self.expires - RENEW_BEFORE


@dataclass
class KubeAccess:
    """Lives as long as the server."""

    settings: Settings
    now: Callable[[], datetime]
    scratch: Scratch
    _known: "_Forgetful" = field(init=False)
    _flights: SingleFlight[Key, Access] = field(default_factory=SingleFlight, init=False)
    _pod: tuple[Kubeconfig, Access] | None = field(default=None, init=False)

    def __post_init__(self) -> None:
        self._known = _Forgetful(self.settings.cache_max_size)

    async def to(self, cluster_id: str, reach: Reach) -> Access:
        """Raises AckError."""
        if reach.is_local(cluster_id):
            return await self._to_local(("server", reach.local_id, self.settings.mode))
        cluster = await reach.cluster(cluster_id)
        key = ((await reach.account.principal()).credentials.fingerprint, cluster.id, self.settings.mode)
        known: Access | None = self._known.get(key)
        if known is not None and known.is_good_at(self.now()):
            return known
        return await self._flights.run(key, lambda: self._fetch(key, cluster, reach))

    async def _to_local(self, key: Key) -> Access:
        if self.settings.mode == "INCLUSTER":
            return await asyncio.to_thread(self._to_pods_own, key)
        return Access(key=key, files=local_files(self.settings))

    def _to_pods_own(self, key: Key) -> Access:
        kubeconfig = pod_kubeconfig(os.environ)
        if self._pod is None or self._pod[0] != kubeconfig:
            written = self.scratch.write(kubeconfig.render())
            self._pod = (kubeconfig, Access(key=key, files=str(written), server=kubeconfig.server))
        return self._pod[1]

    async def _fetch(self, key: Key, cluster: ClusterRef, reach: Reach) -> Access:
        # A request with a key of its own on a server in mode LOCAL gets its own kubeconfig, by the public endpoint.
        private = self.settings.mode == "ACK_PRIVATE"
        _check_endpoint(cluster, private)
        answer = await issue_kubeconfig(reach, cluster, private=private)
        kubeconfig = read(answer.config, answer.expiration)
        file = await asyncio.to_thread(self.scratch.write, kubeconfig.render())
        access = Access(key=key, files=str(file), server=kubeconfig.server, expires=answer.expiration)
        self._known.pop(key, None)
        self._known[key] = access
        left = (answer.expiration - self.now()).total_seconds()
        asyncio.get_running_loop().call_later(max(0, left), self.forget, access)
        return access

    def forget(self, access: Access) -> bool:
        """Whether it was known; the next call then asks the cloud for another."""
        if self._known.get(access.key) is not access:
            return False
        del self._known[access.key]
        return True


class _Forgetful(LRUCache[Key, Access]):
    """What is forgotten is gone from the disk too."""

    def __delitem__(self, key: Key) -> None:
        file = Path(self[key].files)
        super().__delitem__(key)
        asyncio.get_running_loop().call_later(_READ_S, partial(file.unlink, missing_ok=True))


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
    """The operator's own file, or files. Raises ConfigurationError when there is none."""
    paths = [Path(part).expanduser() for part in settings.kubeconfig_path.split(os.pathsep) if part]
    if not any(path.is_file() for path in paths):
        raise ConfigurationError(
            "the server's kubeconfig file does not exist",
            next_step="Set KUBECONFIG_PATH or --kubeconfig-path to a file that the server can read.",
        )
    return os.pathsep.join(str(path.absolute()) for path in paths)
