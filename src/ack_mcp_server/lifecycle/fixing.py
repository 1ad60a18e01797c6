"""The nodes of a pool, rid of vulnerabilities, some at a time."""

import re
from dataclasses import dataclass
from typing import ClassVar

from ack_mcp_server import identifiers
from ack_mcp_server.errors import Conflict, InvalidInput, NotFound
from ack_mcp_server.identifiers import shown
from ack_mcp_server.lifecycle.earlier import earlier
from ack_mcp_server.lifecycle.load import load_on
from ack_mcp_server.lifecycle.pool import Pool, pool_of
from ack_mcp_server.lifecycle.proposed import Asked, Proposed, Scene
from ack_mcp_server.services.orders import Order
from ack_mcp_server.services.vulnerabilities import NodeVulnerabilities, Vulnerability, of_pool

_VUL = re.compile(r"[A-Za-z0-9][A-Za-z0-9:._-]{0,127}")
_MOST = 20  # vulnerabilities that are shown
_CVES = 5  # of each


@dataclass(frozen=True, kw_only=True)
class Fixing(Asked):
    tool: ClassVar[str] = "fix_nodepool_vulnerabilities"
    nodepool_id: str
    vulnerabilities: tuple[str, ...] = ()
    node_names: tuple[str, ...] = ()
    restart: bool = False
    max_parallelism: int = 1

    def check(self) -> None:
        identifiers.nodepool_id(self.nodepool_id)
        for name in self.node_names:
            identifiers.node_name(name)
        for name in self.vulnerabilities:
            if not _VUL.fullmatch(name):
                raise InvalidInput(
                    f"{shown(name)} is no vulnerability", next_step="list_cluster_vulnerabilities names them."
                )

    async def proposed(self, scene: Scene) -> Proposed:
        pool = await pool_of(scene, self.nodepool_id)
        found = await of_pool(scene.reach, scene.cluster, self.nodepool_id)
        if found.fixable is False:
            raise Conflict(
                f"the service that fixes vulnerabilities was not bought for {pool.title}",
                next_step="Have it bought in Security Center, or upgrade_nodepool to a newer image.",
            )
        records = self._chosen(pool, found.vul_records)
        if not records:
            return pool.proposal(order=None, what=(f"{pool.title}: none of these vulnerabilities is on these nodes",))
        names = sorted(record.node for record in records)
        vuls = sorted({one.name for record in records for one in record.found})
        reboots = sorted(record.node for record in records if any(one.need_reboot for one in record.found))
        return pool.proposal(
            order=self._order(scene, names, vuls),
            verbs=("upgrade",),
            what=(
                f"{pool.title}: {len(vuls)} vulnerabilities are fixed on {len(names)} nodes, {self.max_parallelism} at "
                "a time",
                *_named(records),
                *self._without(names),
                *self._restarts(reboots),
                *(await load_on(scene, reboots, restart=True) if self.restart else ()),
            ),
            aside=await earlier(scene, "nodepool_vul_fix", target=self.nodepool_id),
        )

    def _chosen(self, pool: Pool, records: tuple[NodeVulnerabilities, ...]) -> list[NodeVulnerabilities]:
        known = {word for record in records for one in record.found for word in _words(one)}
        if missing := sorted(each for each in self.vulnerabilities if each.casefold() not in known):
            raise NotFound(
                f"{pool.title} does not have {', '.join(missing[:5])}",
                next_step="list_cluster_vulnerabilities with nodepool_id shows what it has.",
            )
        return [
            record.model_copy(update={"found": kept})
            for record in records
            if (not self.node_names or record.node in self.node_names)
            and (kept := tuple(one for one in record.found if self._is_wanted(one)))
        ]

    def _is_wanted(self, one: Vulnerability) -> bool:
        return not self.vulnerabilities or any(each.casefold() in _words(one) for each in self.vulnerabilities)

    def _without(self, names: list[str]) -> tuple[str, ...]:
        rest = sorted(set(self.node_names) - set(names))
        return (f"! nothing to fix is known of {', '.join(rest)}",) if rest else ()

    def _restarts(self, reboots: list[str]) -> tuple[str, ...]:
        if not reboots:
            return ("  none needs a restart",)
        if self.restart:
            return (f"! {len(reboots)} nodes restart, with all pods on them:",)
        return (f"! {len(reboots)} nodes stay vulnerable until they are restarted (restart=true does it)",)

    def _order(self, scene: Scene, names: list[str], vuls: list[str]) -> Order:
        return Order(
            action="FixNodePoolVuls",
            method="POST",
            path=f"/clusters/{scene.cluster.id}/nodepools/{self.nodepool_id}/vuls/fix",
            body={
                "nodes": names,
                "vuls": vuls,
                "auto_restart": self.restart,
                "rollout_policy": {"max_parallelism": self.max_parallelism},
            },
        )


def _words(one: Vulnerability) -> set[str]:
    """What it is called by: its own name, and the CVEs in it, which are fixed together."""
    return {word.casefold() for word in (one.name, *one.cves)}


def _named(records: list[NodeVulnerabilities]) -> list[str]:
    cves = {one.name: one.cves for record in records for one in record.found}
    return [f"  {name}{_of(cves[name])}" for name in sorted(cves)[:_MOST]]


def _of(cves: tuple[str, ...]) -> str:
    more = f" and {len(cves) - _CVES} more" if len(cves) > _CVES else ""
    return f" ({', '.join(cves[:_CVES])}{more})" if cves else ""
