"""What a grader knows of a seed's incidents, held against what `triage` says of them."""

from dataclasses import dataclass
from typing import Any

from ack_sandbox.clock import Clock
from ack_sandbox.draws import Draws
from ack_sandbox.kube.population.build import populate
from ack_sandbox.kube.population.incident import Incident, LookAlike
from ack_sandbox.plan import plan_region

# By incident: the cause that a triage should name first, and which of the incident's facts it should say.
EXPECTED: dict[str, tuple[str, tuple[str, ...]]] = {
    "oom-killed": ("OOMKilled", ("limit",)),
    "crash-loop": ("ApplicationCrashing", ()),
    "init-failure": ("InitContainerFailing", ()),
    "sidecar-panic": ("SidecarCrashing", ()),
    "image-tag-missing": ("ImageNotFound", ("image",)),
    "addon-upgrade": ("ImageNotFound", ("image",)),
    "image-no-access": ("ImageAccessDenied", ("image",)),
    "pending-cpu": ("RequestTooLarge", ("request",)),
    "pending-selector": ("NodeSelectorUnmatched", ("selector",)),
    "pending-claim": ("StorageClassMissing", ("storage_class",)),
    "missing-config-map": ("ConfigMapMissing", ("config_map",)),
    "missing-secret": ("SecretMissing", ("secret",)),
    "readiness-503": ("ReadinessFailing", ("backend",)),
    "liveness-kills": ("LivenessTooEarly", ("startup_seconds",)),
    "stuck-rollout": ("RolloutNotReady", ()),
    "failed-job": ("JobFailed", ()),
    "evicted": ("Evicted", ("used",)),
    "no-endpoints": ("ServiceSelectsNothing", ("selector",)),
    "ingress-without-service": ("IngressServiceMissing", ("backend",)),
    "namespace-terminating": ("FinalizerStuck", ("finalizer",)),
    "node-lost": ("NodeLost", ()),
    "quota-exceeded": ("QuotaExceeded", ()),
}
# What a log line or event says of these is the cause itself, so the first cause repeats it.
QUOTED = {
    "crash-loop": lambda incident: incident.evidence[0].split(": ")[-1],
    "init-failure": lambda incident: incident.evidence[0],
    "sidecar-panic": lambda incident: incident.evidence[0],
    "stuck-rollout": lambda incident: incident.evidence[1],
    "failed-job": lambda incident: incident.evidence[1].removeprefix("ERROR "),
}


@dataclass(frozen=True)
class Known:
    cluster: str
    incidents: tuple[Incident, ...]
    look_alikes: tuple[LookAlike, ...]

    @property
    def namespaces(self) -> list[str]:
        """Those with an incident or a look-alike in them; the empty one stands for the whole cluster."""
        return sorted({each.namespace for each in self.incidents} | {each.namespace for each in self.look_alikes})


def known(seed: int) -> Known:
    plan = plan_region(seed).cluster("production")
    population = populate(plan, Clock(), Draws(seed).at("kubernetes", "production"))
    return Known(plan.id, tuple(population.incidents), tuple(population.look_alikes))


def first_cause(report: dict[str, Any], workload: str) -> dict[str, Any] | None:
    """What a typed report says first of a workload such as `deployment/web`."""
    found = (each for each in report["findings"] if f"{each['kind']}/{each['name']}" == workload)
    finding = next(found, None)
    return finding["causes"][0] if finding else None


def is_right(incident: Incident, cause: dict[str, Any] | None) -> bool:
    kind, facts = EXPECTED[incident.id]
    if cause is None or cause["kind"] != kind:
        return False
    wanted = [incident.facts[name] for name in facts]
    wanted += [QUOTED[incident.id](incident)] if incident.id in QUOTED else []
    return all(each in cause["says"] for each in wanted)


def named(report: dict[str, Any]) -> set[str]:
    return {f"{each['kind']}/{each['name']}" for each in report["findings"]} | set(report["left_out"])
