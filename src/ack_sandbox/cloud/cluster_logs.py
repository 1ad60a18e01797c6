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
_ALWAYS = ("cluster-autoscaler", "controlplane-events")
_ENABLED: dict[Role, tuple[str, ...]] = {  # those that have a logstore
    "production": ("apiserver", "kcm", "scheduler", "ccm", *_ALWAYS),
    "staging": ("apiserver", "kcm", *_ALWAYS),
    "other-tenant": ("apiserver", "kcm", "scheduler", "ccm", *_ALWAYS),
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
