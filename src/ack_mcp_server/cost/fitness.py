"""What decides whether the replicas of a workload may come and go: autoscalers, disruption budgets, claims."""

import asyncio
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction

from ack_mcp_server.cost.quantities import CPU, MEMORY
from ack_mcp_server.cost.reading import Reading
from ack_mcp_server.cost.scaling import Load
from ack_mcp_server.cost.workload import Workload
from ack_mcp_server.kube.objects import Object, dig, is_true, items, name_of, part, text

HPAS = "horizontalpodautoscalers.autoscaling"
_BUDGETS = "poddisruptionbudgets.policy"
_CLAIMS = "persistentvolumeclaims"
_SHARED = ("ReadWriteMany", "ReadOnlyMany")
_MEMORY_BOUND, _CPU_IDLE = 0.8, 0.3  # shares of requests at p95
_UNDERSIZED = 1.2  # p95 of CPU as a share of the request, above which pods would be added for a small request
_FLAT = 1.3  # p95 ÷ p5 of the load, below which fixed replicas do as well


@dataclass(frozen=True)
class Around:
    """`hpas` are those that scale this workload, `budgets` those whose selector means its pods, `single` the names of
    claims that only one node can mount."""

    hpas: tuple[Object, ...] = ()
    budgets: tuple[Object, ...] = ()
    single: tuple[str, ...] = ()

    @property
    def least_available(self) -> int:
        """The largest number of pods that a budget keeps; 0 where it is a share or none."""
        numbers = [dig(each, "spec", "minAvailable") for each in self.budgets]
        return max((found for found in numbers if isinstance(found, int)), default=0)


@dataclass(frozen=True)
class Fitness:
    """`against` rules an autoscaler out as things stand; `cautions` are to be looked at first."""

    against: tuple[str, ...]
    cautions: tuple[str, ...]


async def read_around(reading: Reading, workload: Workload) -> Around:
    """What cannot be read is told."""
    hpas, budgets, single = await asyncio.gather(
        reading.optional(HPAS, "autoscalers"),
        reading.optional(_BUDGETS, "disruption budgets"),
        _single(reading, workload),
    )
    ours = [each for each in hpas or () if _targets(each, workload)]
    return Around(tuple(ours), tuple(each for each in budgets or () if is_protected(each, workload)), single)


def fitness(workload: Workload, around: Around, load: Load) -> Fitness:
    return Fitness(tuple(_against(workload, around, load)), tuple(_cautions(workload, around, load)))


def _targets(hpa: Object, workload: Workload) -> bool:
    ref = part(hpa, "spec", "scaleTargetRef")
    subject = workload.subject
    return (text(ref, "kind"), text(ref, "name")) == (subject.kind.spoken, subject.name)


def is_protected(budget: Object, workload: Workload) -> bool:
    """By its selector: an empty one means all pods of the namespace, none means none."""
    selector = dig(budget, "spec", "selector")
    if selector is None:
        return False
    job = ("jobTemplate", "spec") if workload.subject.type == "cronjob" else ()
    labels = part(workload.object, "spec", *job, "template", "metadata", "labels")
    plain = part(selector, "matchLabels")
    return all(labels.get(key) == value for key, value in plain.items()) and all(
        _holds(rule, labels) for rule in items(selector, "matchExpressions")
    )


def _holds(rule: Object, labels: Object) -> bool:
    value, values = labels.get(text(rule, "key")), items(rule, "values")
    found = {
        "In": value in values,
        "NotIn": value not in values,
        "Exists": value is not None,
        "DoesNotExist": value is None,
    }
    return found.get(text(rule, "operator"), False)


async def _single(reading: Reading, workload: Workload) -> tuple[str, ...]:
    """Claims that the template itself names are shared by all replicas; those of a StatefulSet are each pod's own."""
    volumes = items(workload.template, "volumes")
    names = {name for each in volumes if (name := text(each, "persistentVolumeClaim", "claimName"))}
    if not names:
        return ()
    claims = await reading.optional(_CLAIMS, "volume claims") or []
    mine = [claim for claim in claims if name_of(claim) in names]
    return tuple(name_of(each) for each in mine if not set(items(each, "spec", "accessModes")) & set(_SHARED))


def _against(workload: Workload, around: Around, load: Load) -> Iterator[str]:
    if not workload.subject.kind.scales:
        yield f"a {workload.subject.kind.spoken} has no replicas that an autoscaler could change"
        return
    lacking = [each.name for each in workload.containers if not each.asks[CPU.name].request]
    if lacking:
        yield f"no CPU request in {', '.join(lacking)}, so no utilization; analyze_workload_cost advises one"
    share = load.share_of_request(CPU.name)
    if share is not None and share > _UNDERSIZED:
        yield (
            f"p95 of CPU is {share:.0%} of the request: pods would be added for what is too small a request; "
            "size it first (analyze_workload_cost)"
        )
    if around.single:
        yield f"all replicas share the claim {', '.join(around.single)}, which only one node can mount"
    if _is_memory_bound(load):
        yield "memory-bound: memory is near its request while CPU is idle; CPU does not tell when pods are needed"


def is_flat(load: Load) -> bool:
    return load.swing is not None and load.swing < _FLAT


def _is_memory_bound(load: Load) -> bool:
    cpu, memory = load.share_of_request(CPU.name), load.share_of_request(MEMORY.name)
    return cpu is not None and memory is not None and memory > _MEMORY_BOUND and cpu < _CPU_IDLE


def _cautions(workload: Workload, around: Around, load: Load) -> Iterator[str]:
    if not workload.subject.kind.scales:
        return
    if is_flat(load):
        yield f"the load is flat (p95 is {load.swing:.2f} times p5): {workload.replicas} fixed replicas do as well"
    yield from load.distorted
    if workload.subject.type == "statefulset":
        yield "a StatefulSet: members may hold data or a quorum; the highest ordinals go first, their claims stay"
    if workload.replicas == 1:
        yield "one replica: make sure that it may run twice (leader election, caches, scheduled work) before min is 2"
    if text(workload.object, "spec", "strategy", "type") == "Recreate":
        yield "strategy Recreate: somebody wanted no two pods at once"
    yield from _about_budgets(workload, around)
    yield from _about_hpas(around.hpas)


def _about_budgets(workload: Workload, around: Around) -> Iterator[str]:
    if not around.budgets:
        yield "no PodDisruptionBudget: a drain may take all its pods at once"
    for each in around.budgets:
        if dig(each, "spec", "maxUnavailable") in (0, "0%") or dig(each, "spec", "minAvailable") == "100%":
            yield f"PodDisruptionBudget {name_of(each)} allows no eviction at all: node drains wait for ever"


def _about_hpas(hpas: Sequence[Object]) -> Iterator[str]:
    if len(hpas) > 1:
        yield f"{len(hpas)} autoscalers fight over it: {', '.join(map(name_of, hpas))}"
    for hpa in hpas:
        owner = next((each for each in items(hpa, "metadata", "ownerReferences") if each.get("controller")), None)
        if owner:
            yield f"{name_of(hpa)} is kept by {text(owner, 'kind')} {text(owner, 'name')}: change that instead"
        if items(hpa, "status", "conditions") and not is_true(hpa, "ScalingActive"):
            yield f"{name_of(hpa)} does not work now: ScalingActive is not True"
        if dig(hpa, "status", "currentReplicas") == dig(hpa, "spec", "maxReplicas"):
            yield f"{name_of(hpa)} stands at its maximum of {dig(hpa, 'spec', 'maxReplicas')}"


def request_of(workload: Workload, measure: str) -> Fraction | None:
    """Of one pod; None when a container has none."""
    asked = [each.asks[measure].request for each in workload.containers]
    known = [request for request in asked if request]
    return sum(known, Fraction(0)) if known and len(known) == len(asked) else None
