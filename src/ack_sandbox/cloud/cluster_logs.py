"""Which logs of a cluster go to Log Service: the API server's audit log, and those of the control plane."""

from dataclasses import dataclass

from ack_sandbox.plan import ClusterPlan, Role

COMPONENTS = (
    "apiserver",
    "kcm",
    "scheduler",
    "ccm",
    "controlplane-events",
    "alb",
    "cluster-autoscaler",
    "ack-goatscaler",
)
_ENABLED: dict[Role, tuple[str, ...]] = {
    "production": ("apiserver", "kcm", "scheduler", "ccm"),
    "staging": ("apiserver", "kcm"),
    "other-tenant": ("apiserver",),
}
DAYS_KEPT = 30


@dataclass(kw_only=True)
class ClusterLogs:
    audited: bool
    project: str
    components: tuple[str, ...]
    days_kept: int = DAYS_KEPT


def plan_logs(plan: ClusterPlan) -> ClusterLogs:
    """A cluster whose control plane writes no log is not audited either: the private one."""
    enabled = _ENABLED.get(plan.role, ())
    return ClusterLogs(audited=bool(enabled), project=f"k8s-log-{plan.id}", components=enabled)
