"""What ack-koordinator recommends for a workload: the Recommendation object that its resource profiling keeps."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction

from ack_mcp_server.cost.quantities import CPU, MEASURES, MEMORY, Measure, rounded_up
from ack_mcp_server.cost.reading import Reading
from ack_mcp_server.cost.subject import Subject
from ack_mcp_server.errors import UnexpectedAnswer
from ack_mcp_server.kube.objects import Object, dig, items, part, text

KIND = "recommendations.autoscaling.alibabacloud.com"
FACTOR = Fraction(13, 10)  # what Alibaba Cloud adds to a profiled value before it is written into a manifest
STEPS = {CPU.name: 10, MEMORY.name: 10}  # thousandths of a core, MiB
_LABEL = "alpha.alibabacloud.com/recommendation-"
_COLLECTING = "Collecting"


@dataclass(frozen=True)
class Profile:
    """`targets` by container and measure, in units; `state` tells why there are none."""

    state: str
    targets: Mapping[tuple[str, str], Fraction] = field(default_factory=dict)

    def size(self, container: str, measure: Measure) -> int | None:
        target = self.targets.get((container, measure.name))
        return None if target is None else rounded_up(target * FACTOR, STEPS[measure.name])


async def read_profile(reading: Reading, subject: Subject) -> Profile:
    """Never fails: without a recommendation the answer is whole. Raises Refusal alone."""
    if not reading.serves(KIND):
        return Profile("none: the cluster has no ack-koordinator resource profiling")
    found = await reading.optional(KIND, "koordinator recommendation", f"{_LABEL}workload-kind={subject.kind.spoken}")
    if found is None:
        return Profile("not read")
    ours = [each for each in found if _is_of(each, subject)]
    if not ours:
        return Profile("none for this workload: profiling is not on for it")
    try:
        return _profile(ours)
    except UnexpectedAnswer as exc:
        return Profile(f"not understood: {exc.message}")


def _is_of(obj: Object, subject: Subject) -> bool:
    """By reference where there is one: a label holds 63 characters, a name may have more."""
    ref = part(obj, "spec", "workloadRef")
    if ref:
        return (text(ref, "kind"), text(ref, "name")) == (subject.kind.spoken, subject.name)
    return text(obj, "metadata", "labels", f"{_LABEL}workload-name") == subject.name


def _profile(found: Sequence[Object]) -> Profile:
    latest = max(found, key=lambda each: text(each, "metadata", "creationTimestamp"))
    targets: dict[tuple[str, str], Fraction] = {}
    for each in items(latest, "status", "recommendResources", "containerRecommendations"):
        for measure in MEASURES:
            value = measure.parsed(dig(each, "target", measure.name))
            if value:
                targets[(text(each, "containerName"), measure.name)] = value
    state = text(latest, "metadata", "labels", f"{_LABEL}status")
    if state == _COLLECTING:
        return Profile("collecting: its first day of data is not over")
    return Profile("working" if targets else "without a result so far", targets)
