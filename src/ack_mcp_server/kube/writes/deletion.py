"""What goes when objects are deleted or nodes are drained: the objects, what to beware of, the pods that go along."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from ack_mcp_server.kube.writes.ties import (
    claim_ties,
    members,
    owner_kind,
    owner_of,
    part,
    place,
    pod_ties,
    selects,
    ties_of,
)
from ack_mcp_server.kube.writes.wording import object_name

Json = dict[str, Any]
_MOST_OBJECTS = 50
_MOST = 20  # lines of a kind
_MOST_NAMES = 5
_BOUND_TO_NODE = ("DaemonSet", "Node")  # drain leaves their pods
_ENDED = ("Succeeded", "Failed")
_ALSO = {"Namespace": " and everything in it", "CustomResourceDefinition": " and every object of its kind"}


def describe_deletion(
    objects: Sequence[Json],
    pods: Sequence[Json],
    claims: Sequence[Json],
    budgets: Sequence[Json],
    bound: str = "stay",
) -> str:
    """`pods`, `claims` and `budgets` may be all of a namespace: those concerned are picked out. Of nodes, `bound` says
    what becomes of the pods that no drain takes."""
    known = {tie for each in objects for tie in ties_of(each)}
    going = [pod for pod in pods if not known.isdisjoint(pod_ties(pod))]
    kinds = _BOUND_TO_NODE if _are_nodes(objects) else ()
    staying = sum(1 for pod in going if owner_kind(pod) in kinds)
    going = [pod for pod in going if owner_kind(pod) not in kinds]
    lines = [
        *_bounded(map(_gone, objects), _MOST_OBJECTS),
        *_bounded(_budgets(budgets, going), _MOST),
        *_pods_to_beware(going),
        *_bounded(_claims(objects, claims, going), _MOST),
        *_bounded(_owners(going), _MOST),
    ]
    if staying:
        lines.append(f"{_pods(staying)} of daemon sets and of the nodes themselves {bound}")
    return "\n".join(lines)


def _are_nodes(objects: Sequence[Json]) -> bool:
    return bool(objects) and all(each.get("kind") == "Node" for each in objects)


def _bounded(lines: Iterable[str], most: int) -> Iterator[str]:
    listed = list(lines)
    yield from listed[:most]
    if len(listed) > most:
        yield f"… and {len(listed) - most} more"


def _gone(body: Json) -> str:
    if body.get("kind") == "Node":
        return f"{object_name(body)} and the pods on it"
    waits = members(part(body, "metadata"), "finalizers")
    held = f", once {len(waits)} finalizer{'s' * (len(waits) > 1)} let it go" if waits else ""
    return f"- {object_name(body)}{_ALSO.get(str(body.get('kind')), '')}{held}"


def _budgets(budgets: Sequence[Json], going: Sequence[Json]) -> Iterator[str]:
    """Those that allow less than would go, the strictest first."""
    for budget in sorted(budgets, key=_allowed):
        covered = sum(1 for pod in going if _covers(budget, pod))
        if covered > _allowed(budget):
            yield (
                f"! {object_name(budget)} allows {_allowed(budget)} more to go at a time, and {covered} of these pods "
                "are under it: evictions (drain) are refused, deletes are not"
            )


def _allowed(budget: Json) -> int:
    allowed = part(budget, "status").get("disruptionsAllowed")
    return allowed if isinstance(allowed, int) else 0


def _covers(budget: Json, pod: Json) -> bool:
    alive = part(pod, "status").get("phase") not in _ENDED
    return alive and place(budget)[0] == place(pod)[0] and selects(part(budget, "spec").get("selector"), pod)


def _pods_to_beware(going: Sequence[Json]) -> Iterator[str]:
    alone = [pod for pod in going if not owner_of(pod)]
    if alone:
        yield f"! {_pods(len(alone))} without an owner, not made again: {_names(alone)}"
    local = [pod for pod in going if any("emptyDir" in volume for volume in _volumes(pod))]
    if local:
        yield f"! {_pods(len(local))} with emptyDir volumes, whose data goes: {_names(local)}"


def _claims(objects: Sequence[Json], claims: Sequence[Json], going: Sequence[Json]) -> Iterator[str]:
    """Those that go before those that only lose their pods."""
    users, gone = _users(going), {tie for each in (*objects, *going) for tie in ties_of(each)}
    told = []
    for claim in claims:
        goes = not gone.isdisjoint(claim_ties(claim)) or any(_takes_along(each, claim) for each in objects)
        used = users.get(place(claim), [])
        if goes or used:
            fate = "goes, with its data unless its volume is retained" if goes else "stays"
            by = f"; used by {_names(used)}" if used else ""
            told.append((not goes, f"{'!' if goes else ' '} {object_name(claim)}{_size(claim)} {fate}{by}"))
    yield from (line for _, line in sorted(told))


def _users(going: Sequence[Json]) -> dict[tuple[str, str], list[Json]]:
    """Pods by the claims they use."""
    users: dict[tuple[str, str], list[Json]] = {}
    for pod in going:
        for volume in _volumes(pod):
            name = part(volume, "persistentVolumeClaim").get("claimName")
            if name or "ephemeral" in volume:
                claimed = str(name or f"{place(pod)[1]}-{volume.get('name')}")
                users.setdefault((place(pod)[0], claimed), []).append(pod)
    return users


def _takes_along(body: Json, claim: Json) -> bool:
    """A StatefulSet whose policy deletes its claims, which are named by template, set and number."""
    policy = part(part(body, "spec"), "persistentVolumeClaimRetentionPolicy")
    if body.get("kind") != "StatefulSet" or policy.get("whenDeleted") != "Delete":
        return False
    namespace, name = place(body)
    prefixes = [f"{place(each)[1]}-{name}-" for each in members(part(body, "spec"), "volumeClaimTemplates")]
    return place(claim)[0] == namespace and any(
        place(claim)[1].startswith(prefix) and place(claim)[1][len(prefix) :].isdecimal() for prefix in prefixes
    )


def _size(claim: Json) -> str:
    size = part(part(claim, "status"), "capacity").get("storage")
    size = size or part(part(part(claim, "spec"), "resources"), "requests").get("storage")
    return f" {size[:20]}" if isinstance(size, str) and size.isalnum() else ""


def _owners(going: Sequence[Json]) -> Iterator[str]:
    counted = Counter(owner_of(pod) or "no owner" for pod in going)
    yield from (
        f"  {_pods(count)} of {owner}" for owner, count in sorted(counted.items(), key=lambda each: (-each[1], each[0]))
    )


def _volumes(pod: Json) -> list[Json]:
    return [volume for volume in members(part(pod, "spec"), "volumes") if isinstance(volume, dict)]


def _pods(count: int) -> str:
    return f"{count} pod{'s' * (count != 1)}"


def _names(pods: Sequence[Json]) -> str:
    names = sorted(object_name(pod).removeprefix("pod/") for pod in pods)
    rest = len(names) - _MOST_NAMES
    return ", ".join(names[:_MOST_NAMES]) + (f" and {rest} more" if rest > 0 else "")
