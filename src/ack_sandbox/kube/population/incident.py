"""What a grader knows: the incidents in a cluster, their causes, and the healthy workloads that resemble them."""

from dataclasses import dataclass, field


@dataclass(frozen=True, kw_only=True)
class Incident:
    id: str
    kind: str  # "OOMKilled", "ImagePullBackOff", …
    namespace: str
    workload: str  # "deployment/checkout"
    cause: str  # one sentence: what is wrong
    evidence: tuple[str, ...] = ()  # phrases that prove it, found in events, logs or statuses
    facts: dict[str, str] = field(default_factory=dict)  # the figures and names that vary by seed


@dataclass(frozen=True, kw_only=True)
class LookAlike:
    """A workload that is fine although something about it resembles an incident."""

    incident: str  # the id of the incident it resembles
    namespace: str
    workload: str
    trait: str  # what may mislead
