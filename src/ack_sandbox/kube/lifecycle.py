"""How objects go away: at once, after a grace period, after their finalizers, and with what they own."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from ack_sandbox.kube.definitions import DEFINITIONS, defined_resources
from ack_sandbox.kube.objects import Object, condition, dig, metadata, name_of, namespace_of, rfc3339
from ack_sandbox.kube.resources import Resource
from ack_sandbox.kube.state import ClusterState
from ack_sandbox.kube.store import Entry

# Most containers end soon after SIGTERM; only the stubborn use up their grace period.
USUAL_SHUTDOWN = timedelta(seconds=2)
CONTROLLER_DELAY = timedelta(milliseconds=300)
FOREGROUND = "foregroundDeletion"
NAMESPACES = "/namespaces"


@dataclass(frozen=True)
class Options:
    grace: int | None = None
    policy: str = "Background"
    dry_run: bool = False


def delete(state: ClusterState, resource: Resource, entry: Entry, options: Options, now: datetime) -> Entry | None:
    """Start the deletion; the entry as it lingers, or None when it is gone."""
    grace = _grace(state, resource, entry.object, options)
    meta = metadata(entry.object)
    if "deletionTimestamp" in meta and not (resource.key == "/pods" and grace == 0):
        return entry
    pending = _finalizers(resource, entry.object, options)
    if options.dry_run:
        return entry if grace or pending else None
    if not grace and not pending:
        _gone(state, resource, entry, options.policy, now)
        return None
    marked = _mark(entry.object, pending, grace, now)
    lingering = state.store.put(resource.key, marked, now)
    if resource.key == NAMESPACES:
        state.schedule.at(now + CONTROLLER_DELAY, lambda at: empty_namespace(state, name_of(marked), at))
    elif not pending:
        _finish_later(state, resource, lingering, options.policy, now, grace)
    elif FOREGROUND in pending:
        state.schedule.at(now + CONTROLLER_DELAY, lambda at: _foreground(state, resource, marked, at))
    return lingering


def _grace(state: ClusterState, resource: Resource, obj: Object, options: Options) -> int:
    if resource.key != "/pods":
        return 0
    if not dig(obj, "spec", "nodeName") or dig(obj, "status", "phase") in ("Succeeded", "Failed"):
        return 0
    if options.grace is not None:
        return options.grace
    return int(dig(obj, "spec", "terminationGracePeriodSeconds", default=30))


def _finalizers(resource: Resource, obj: Object, options: Options) -> list[str]:
    found = list(metadata(obj).get("finalizers") or [])
    if options.policy == "Foreground" and FOREGROUND not in found:
        found.append(FOREGROUND)
    # A namespace carries its finalizer in the spec; protection of a volume nobody uses ends at once.
    found += dig(obj, "spec", "finalizers", default=[]) if resource.key == NAMESPACES else []
    return [each for each in found if not each.startswith("kubernetes.io/pv")]


def _mark(obj: Object, pending: list[str], grace: int, now: datetime) -> Object:
    meta = {**metadata(obj), "deletionTimestamp": rfc3339(now + timedelta(seconds=grace))}
    if obj.get("kind") != "Namespace":
        meta["deletionGracePeriodSeconds"] = grace
    if "generation" in meta:
        meta["generation"] += 1
    kept = [each for each in pending if each != "kubernetes"]
    if kept:
        meta["finalizers"] = kept
    marked = {**obj, "metadata": meta}
    if obj.get("kind") == "Namespace":
        marked["status"] = {**(obj.get("status") or {}), "phase": "Terminating"}
    return marked


def _finish_later(
    state: ClusterState, resource: Resource, entry: Entry, policy: str, now: datetime, grace: int
) -> None:
    if _on_lost_node(state, entry.object):
        return  # only the kubelet can confirm that the containers ended
    identity = metadata(entry.object)["uid"]

    def finish(at: datetime) -> None:
        current = state.store.entry(resource.key, namespace_of(entry.object), name_of(entry.object))
        if current is not None and metadata(current.object)["uid"] == identity:
            _gone(state, resource, current, policy, at)

    state.schedule.at(now + min(USUAL_SHUTDOWN, timedelta(seconds=grace)), finish)


def _on_lost_node(state: ClusterState, pod: Object) -> bool:
    node = state.store.get("/nodes", "", dig(pod, "spec", "nodeName", default=""))
    return node is not None and dig(condition(node, "Ready") or {}, "status") == "Unknown"


def _gone(state: ClusterState, resource: Resource, entry: Entry, policy: str, now: datetime) -> None:
    state.store.remove(resource.key, namespace_of(entry.object), name_of(entry.object), now)
    if resource.key == DEFINITIONS:
        _undefine(state, entry.object, now)
    identity = metadata(entry.object).get("uid", "")
    state.schedule.at(now + CONTROLLER_DELAY, lambda at: _collect(state, identity, policy, at))


def _undefine(state: ClusterState, definition: Object, now: datetime) -> None:
    for resource in defined_resources(definition):
        for entry in state.store.entries(resource.key):
            state.store.remove(resource.key, namespace_of(entry.object), name_of(entry.object), now)
        state.catalog.remove(resource.group, resource.plural)


def _owned(state: ClusterState, identity: str) -> list[tuple[Resource, Entry]]:
    found = []
    for key in state.store.resources():
        for entry in state.store.entries(key):
            owners = metadata(entry.object).get("ownerReferences") or []
            if any(owner["uid"] == identity for owner in owners):
                found.append((state.catalog.by_key[key], entry))
    return found


def _collect(state: ClusterState, identity: str, policy: str, now: datetime) -> None:
    """What the garbage collector does with the dependents of an object that is gone."""
    for resource, entry in _owned(state, identity):
        if policy == "Orphan":
            owners = metadata(entry.object)["ownerReferences"]
            kept = [owner for owner in owners if owner["uid"] != identity]
            freed = {**entry.object, "metadata": {**metadata(entry.object), "ownerReferences": kept}}
            state.store.put(resource.key, freed, now)
        else:
            delete(state, resource, entry, Options(), now)


def _foreground(state: ClusterState, resource: Resource, obj: Object, now: datetime) -> None:
    """Delete the dependents first; the owner goes when none is left."""
    current = state.store.entry(resource.key, namespace_of(obj), name_of(obj))
    if current is None:
        return
    owned = _owned(state, metadata(obj)["uid"])
    for dependent, entry in owned:
        delete(state, dependent, entry, Options(policy="Foreground"), now)
    if owned:
        state.schedule.at(now + CONTROLLER_DELAY, lambda at: _foreground(state, resource, obj, at))
        return
    left = [each for each in metadata(current.object).get("finalizers") or [] if each != FOREGROUND]
    if left:
        changed = {**current.object, "metadata": {**metadata(current.object), "finalizers": left}}
        state.store.put(resource.key, changed, now)
    else:
        _gone(state, resource, current, "Background", now)


def empty_namespace(state: ClusterState, name: str, now: datetime) -> None:
    """Delete what a terminating namespace holds; it goes itself when nothing is left.

    While something is left, its controller looks again whenever something went.
    """
    namespace = state.store.entry(NAMESPACES, "", name)
    if namespace is None:
        return
    left = 0
    for key in state.store.resources():
        resource = state.catalog.by_key.get(key)
        if resource is None or not resource.namespaced:
            continue
        for entry in state.store.entries(key, name):
            left += delete(state, resource, entry, Options(), now) is not None
    if not left:
        state.store.remove(NAMESPACES, "", name, now)


def finalized(state: ClusterState, resource: Resource, entry: Entry, now: datetime) -> None:
    """After a change: what is being deleted goes as soon as no finalizer holds it."""
    meta = metadata(entry.object)
    if "deletionTimestamp" not in meta or meta.get("finalizers"):
        return
    if resource.key == "/pods" and meta.get("deletionGracePeriodSeconds"):
        return
    if resource.key == NAMESPACES and dig(entry.object, "spec", "finalizers", default=[]):
        return
    _gone(state, resource, entry, "Background", now)
