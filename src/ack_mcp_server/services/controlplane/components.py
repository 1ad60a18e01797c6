"""Which logs of the control plane a cluster keeps, and where."""

import json
import re
from dataclasses import dataclass
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator

from ack_mcp_server.errors import InvalidInput, NotEnabled
from ack_mcp_server.identifiers import shown
from ack_mcp_server.services.cloud_errors import Request
from ack_mcp_server.services.reach import ClusterRef, Reach
from ack_mcp_server.services.sls.names import Logstore, cluster_project

# The documented ones; products add others.
KNOWN = ("apiserver", "kcm", "scheduler", "ccm", "controlplane-events", "alb", "cluster-autoscaler", "ack-goatscaler")
_ALSO = {
    "kube-apiserver": "apiserver",
    "kube-controller-manager": "kcm",
    "controller-manager": "kcm",
    "kube-scheduler": "scheduler",
    "cloud-controller-manager": "ccm",
}
_NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,28}")  # with the cluster's id it is a logstore


def _names(value: object) -> object:
    """A list of names, or a list of one text that holds such a list."""
    if isinstance(value, str):
        value = [value]
    if not isinstance(value, list):
        return value or ()
    return [name for item in value for name in _unpacked(item)]


def _unpacked(item: object) -> list[object]:
    if not isinstance(item, str) or not item.strip().startswith("["):
        return [item] if item else []
    try:
        found = json.loads(item)
    except ValueError:
        return [item]
    return found if isinstance(found, list) else [item]


class ControlPlaneLogs(BaseModel):
    """`log_ttl` in days, of text or a number; empty where it is not told."""

    components: Annotated[tuple[str, ...], BeforeValidator(_names)] = ()
    log_project: str = ""
    log_ttl: Annotated[str, BeforeValidator(str)] = ""


@dataclass(frozen=True, kw_only=True)
class Component:
    name: str
    where: Logstore
    kept_days: str


async def control_plane_logs(
    reach: Reach, cluster: ClusterRef, component: str, deadline: float | None = None
) -> ControlPlaneLogs:
    """Remembered where it has the component, because others may be turned on at any time. Raises AckError."""
    request = Request(action="CheckControlPlaneLogEnable", subject=f"cluster {cluster.id}", region=cluster.region)

    def call(client: Any, runtime: Any) -> Any:
        return client.check_control_plane_log_enable_with_options(cluster.id, {}, runtime)

    async def ask() -> ControlPlaneLogs:
        return await reach.account.read(request, call, ControlPlaneLogs, deadline=deadline)

    return await reach.known.fact(
        reach.account, cluster.id, ControlPlaneLogs, ask, lasts=lambda told: component in told.components
    )


def named(word: str) -> str:
    """A component as its logstore has it, of whatever it is called."""
    return _ALSO.get(word.strip().lower(), word.strip().lower())


async def component_of(reach: Reach, cluster: ClusterRef, word: str, deadline: float | None = None) -> Component:
    """Raises NotEnabled for one whose log is not kept, InvalidInput for one that is none, and AckError."""
    name = named(word)
    if not _NAME.fullmatch(name):
        raise InvalidInput(f"{shown(word)} is not a component", next_step=f"Use one of {', '.join(KNOWN)}.")
    found = await control_plane_logs(reach, cluster, name, deadline)
    if name not in found.components:
        raise _not_kept(name, cluster, [each for each in found.components if _NAME.fullmatch(each)])
    project = found.log_project or cluster_project(cluster.id)
    where = Logstore(region=cluster.region, project=project, name=f"{name}-{cluster.id}")
    return Component(name=name, where=where, kept_days=found.log_ttl)


def _not_kept(name: str, cluster: ClusterRef, kept: list[str]) -> NotEnabled | InvalidInput:
    others = f"Logs are kept of {', '.join(kept)}." if kept else "No component's logs are kept."
    if kept and name not in KNOWN:
        return InvalidInput(f"cluster {cluster.id} keeps no logs of a component {name}", next_step=others)
    return NotEnabled(
        f"the logs of {name} of cluster {cluster.id} are not kept",
        next_step=f"{others} An operator turns others on in the ACK console (the cluster, Operations, Log Center, "
        "Control Plane Component Logs) or by UpdateControlPlaneLog; they hold what happens from then on.",
    )
