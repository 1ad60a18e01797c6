"""A workload as it stands: its containers with what they ask for, and its pods, found by who owns them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from ack_mcp_server.cost.quantities import MEASURES, Measure
from ack_mcp_server.cost.reading import Reading, owned_by, selector_text
from ack_mcp_server.cost.subject import Subject
from ack_mcp_server.kube.objects import Object, dig, items, name_of, part, text

_JOB_PODS = "job-name"  # the label that pods of every Job have
_ENDED = ("Succeeded", "Failed")


@dataclass(frozen=True)
class Asks:
    """In units of the measure; None is unset. `inherited`: a LimitRange or a webhook says it, not the template."""

    request: Fraction | None = None
    limit: Fraction | None = None
    inherited: bool = False


@dataclass(frozen=True)
class Container:
    name: str
    asks: Mapping[str, Asks]  # by measure


@dataclass(frozen=True)
class Workload:
    """`pods` are all that it owns, `alive` those of them that have not ended; `parents` are the names of what owns the
    pods: replica sets, jobs, or itself."""

    subject: Subject
    object: Object
    template: Object  # a pod spec
    containers: tuple[Container, ...]
    pods: tuple[Object, ...]
    parents: tuple[str, ...]
    replicas: int

    @property
    def alive(self) -> list[Object]:
        return [pod for pod in self.pods if text(pod, "status", "phase") not in _ENDED]

    @property
    def pod_names(self) -> list[str]:
        return sorted(name_of(pod) for pod in self.pods)

    def container_names(self) -> tuple[str, ...]:
        return tuple(each.name for each in self.containers)


async def read_workload(reading: Reading, subject: Subject) -> Workload:
    """Raises AckError, Refusal."""
    obj = await reading.object(subject.kind.word, subject.name)
    parents, pods = await _pods(reading, subject, obj)
    template = _template(obj, subject)
    newest = max(pods, key=lambda pod: text(pod, "metadata", "creationTimestamp"), default={})
    return Workload(
        subject=subject,
        object=obj,
        template=template,
        containers=_containers(template, part(newest, "spec")),
        pods=tuple(pods),
        parents=parents,
        replicas=_replicas(obj, subject),
    )


async def _pods(reading: Reading, subject: Subject, obj: Object) -> tuple[tuple[str, ...], list[Object]]:
    """By uids of controllers all the way, never by names."""
    selector = selector_text(part(obj, "spec", "selector"))
    parents = [obj]
    if subject.type == "deployment":
        parents = owned_by(await reading.objects("replicasets.apps", selector), _of([obj]).__contains__)
    if subject.type == "cronjob":
        parents = owned_by(await reading.objects("jobs.batch"), _of([obj]).__contains__)
    pods = await reading.objects("pods", _JOB_PODS if subject.type == "cronjob" else selector)
    return tuple(map(name_of, parents)), owned_by(pods, _of(parents).__contains__)


def _of(objects: Sequence[Object]) -> frozenset[str]:
    return frozenset(text(each, "metadata", "uid") for each in objects) - {""}


def _template(obj: Object, subject: Subject) -> Object:
    job = ("jobTemplate", "spec") if subject.type == "cronjob" else ()
    return part(obj, "spec", *job, "template", "spec")


def _containers(template: Object, newest: Object) -> tuple[Container, ...]:
    """Those of the template, and those that were put into its pods besides."""
    written = {text(each, "name"): each for each in _lasting(template)}
    lived = {text(each, "name"): each for each in _lasting(newest)}
    names = [*written, *(name for name in lived if name not in written)]
    return tuple(
        Container(name, {m.name: _asks(written.get(name, {}), lived.get(name, {}), m) for m in MEASURES})
        for name in names
    )


def _lasting(spec: Object) -> list[Object]:
    """With init containers that run on as sidecars."""
    sidecars = [each for each in items(spec, "initContainers") if text(each, "restartPolicy") == "Always"]
    return [*items(spec, "containers"), *sidecars]


def _asks(written: Object, lived: Object, measure: Measure) -> Asks:
    request, limit = _values(written, measure)
    seen_request, seen_limit = _values(lived, measure)
    inherited = (request is None and seen_request is not None) or (limit is None and seen_limit is not None)
    return Asks(seen_request if request is None else request, seen_limit if limit is None else limit, inherited)


def _values(container: Object, measure: Measure) -> tuple[Fraction | None, Fraction | None]:
    resources = part(container, "resources")
    return (
        measure.parsed(dig(resources, "requests", measure.name)),
        measure.parsed(dig(resources, "limits", measure.name)),
    )


def _replicas(obj: Object, subject: Subject) -> int:
    """How many pods it wants at once."""
    paths = {
        "daemonset": ("status", "desiredNumberScheduled"),
        "job": ("spec", "parallelism"),
        "cronjob": ("spec", "jobTemplate", "spec", "parallelism"),
    }
    found = dig(obj, *paths.get(subject.type, ("spec", "replicas")))
    return found if isinstance(found, int) else 1
