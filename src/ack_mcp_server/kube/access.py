"""Which kubeconfig a call runs with, by the server's mode, kept in memory until five minutes before its end."""

import asyncio
import os
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path

from cachetools import LRUCache

from ack_mcp_server.errors import ConfigurationError, NotEnabled
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
class Issued:
    """A kubeconfig that the cloud handed out, and the file that processes read it from."""

    kubeconfig: Kubeconfig
    file: Path

    def is_good_at(self, now: datetime) -> bool:
        return now < self.kubeconfig.expires - RENEW_BEFORE


@dataclass
class KubeAccess:
    """Lives as long as the server."""

    settings: Settings
    now: Callable[[], datetime]
    scratch: Scratch
    _issued: "_Forgetful" = field(init=False)
    _flights: SingleFlight[Key, Issued] = field(default_factory=SingleFlight, init=False)

    def __post_init__(self) -> None:
        self._issued = _Forgetful(self.settings.cache_max_size)

    async def file_for(self, cluster_id: str, reach: Reach) -> str:
        """A path (or paths, as KUBECONFIG allows) for a kubectl process. Raises AckError."""
        if reach.is_local(cluster_id):
            return local_files(self.settings)
        cluster = await reach.cluster(cluster_id)
        key = ((await reach.account.principal()).credentials.fingerprint, cluster.id, self.settings.kubeconfig_mode)
        known: Issued | None = self._issued.get(key)
        if known is None or not known.is_good_at(self.now()):
            known = await self._flights.run(key, lambda: self._fetch(key, cluster, reach))
        return str(known.file)

    async def _fetch(self, key: Key, cluster: ClusterRef, reach: Reach) -> Issued:
        # A request with a key of its own on a server in mode LOCAL gets its own kubeconfig, by the public endpoint.
        private = self.settings.kubeconfig_mode == "ACK_PRIVATE"
        _check_endpoint(cluster, private)
        answer = await issue_kubeconfig(reach, cluster, private=private)
        kubeconfig = read(answer.config, answer.expiration)
        issued = Issued(kubeconfig=kubeconfig, file=await asyncio.to_thread(self.scratch.write, kubeconfig.render()))
        self._issued.pop(key, None)
        self._issued[key] = issued
        left = (kubeconfig.expires - self.now()).total_seconds()
        asyncio.get_running_loop().call_later(max(0, left), self._forget, key, issued)
        return issued

    def _forget(self, key: Key, issued: Issued) -> None:
        if self._issued.get(key) is issued:
            del self._issued[key]


class _Forgetful(LRUCache[Key, Issued]):
    """What is forgotten is gone from the disk too."""

    def __delitem__(self, key: Key) -> None:
        file = self[key].file
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
    if settings.kubeconfig_mode == "INCLUSTER":
        raise NotEnabled("kubeconfig mode INCLUSTER is not there yet", next_step="Use --kubeconfig-mode LOCAL.")
    paths = [Path(part).expanduser() for part in settings.kubeconfig_path.split(os.pathsep) if part]
    if not any(path.is_file() for path in paths):
        raise ConfigurationError(
            "the server's kubeconfig file does not exist",
            next_step="Set KUBECONFIG_PATH or --kubeconfig-path to a file that the server can read.",
        )
    return os.pathsep.join(str(path.absolute()) for path in paths)
