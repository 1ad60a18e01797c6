"""Which logstore a call means: the cluster's own unless said otherwise, and never beyond the operator's bounds."""

import re
from dataclasses import dataclass, replace

from ack_mcp_server.errors import NotEnabled
from ack_mcp_server.identifiers import CLUSTER
from ack_mcp_server.services.controlplane.components import KNOWN, named
from ack_mcp_server.services.reach import ClusterRef, Reach
from ack_mcp_server.services.sls import names
from ack_mcp_server.services.sls.event_query import event_logstore
from ack_mcp_server.services.sls.names import EVENTS, Logstore

_OF_CLUSTER = re.compile(rf"k8s-log-({CLUSTER.pattern})")
_SHORT = {"audit": "audit-{}", "event": EVENTS, "events": EVENTS}


@dataclass(frozen=True, kw_only=True)
class Target:
    """`where` of the cluster whose key and region are used."""

    cluster: ClusterRef
    where: Logstore


async def target(reach: Reach, cluster_id: str, project: str, logstore: str, deadline: float) -> Target:
    """`audit`, `events` and components of the control plane are the cluster's own. Raises AckError."""
    if project:
        names.project(project)
    if logstore:
        names.logstore(logstore)
    told = _OF_CLUSTER.fullmatch(project)
    cluster = await reach.cluster(cluster_id or (told[1] if told else ""))
    own = await event_logstore(reach, cluster, deadline)
    where = replace(own, project=project or own.project, name=_name(logstore, cluster))
    if where.project in (own.project, names.cluster_project(cluster.id)) and (component := named(logstore)) in KNOWN:
        where = replace(where, name=f"{component}-{cluster.id}")
    _check_bounds(reach, where, own)
    return Target(cluster=cluster, where=where)


def _name(logstore: str, cluster: ClusterRef) -> str:
    return _SHORT.get(logstore, logstore or EVENTS).format(cluster.id)


def _check_bounds(reach: Reach, where: Logstore, own: Logstore) -> None:
    allowed = reach.settings.clusters
    if not allowed:
        return
    project = _OF_CLUSTER.fullmatch(where.project)
    if where.project != own.project and (project is None or project[1] not in allowed):
        raise NotEnabled(
            f"project {where.project} is not of a cluster that this server may touch",
            next_step=f"Leave project out, or use one of the clusters {', '.join(allowed)}.",
        )
    if not is_within(where.name, allowed):
        raise NotEnabled(
            f"logstore {where.name} is of a cluster that this server may not touch",
            next_step=f"Use one of the clusters {', '.join(allowed)}.",
        )


def is_within(logstore: str, allowed: tuple[str, ...]) -> bool:
    """Whether a logstore's name tells no cluster but allowed ones; several clusters may share a project."""
    return not allowed or all(found in allowed for found in CLUSTER.findall(logstore))
