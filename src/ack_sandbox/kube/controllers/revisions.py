"""ControllerRevisions: the templates that StatefulSets and DaemonSets have had, each with a number."""

from datetime import datetime

from ack_sandbox.kube.controllers import templates
from ack_sandbox.kube.controllers.plane import REVISIONS, Plane, reference_to
from ack_sandbox.kube.objects import Object, dig, metadata, name_of, namespace_of


def current(plane: Plane, owner: Object, at: datetime) -> tuple[Object, list[Object]]:
    """The revision of the owner's present template, made or renumbered when it is new, and all of them."""
    known = sorted(plane.owned(REVISIONS, owner), key=number)
    template = owner["spec"]["template"]
    found = next((each for each in known if templates.same(_template(each), template)), None)
    latest = number(known[-1]) if known else 0
    if found is None:
        found = _new(plane, owner, latest + 1, at)
        return found, [*known, found]
    if number(found) < latest:
        found = plane.put(REVISIONS, {**found, "revision": latest + 1}, at)
    return found, known


def forget(plane: Plane, owner: Object, known: list[Object], used: set[str], at: datetime) -> None:
    """Remove the oldest revisions that no pod has, beyond the limit of the history."""
    limit = int(dig(owner, "spec", "revisionHistoryLimit", default=10))
    idle = [each for each in known if digits(each) not in used]
    for each in idle[: max(len(idle) - limit, 0)]:
        plane.store.remove(REVISIONS, namespace_of(each), name_of(each), at)


def number(revision: Object) -> int:
    return int(revision.get("revision") or 0)


def digits(revision: Object) -> str:
    """What pods carry as their revision: a StatefulSet's whole name, a DaemonSet's last part."""
    owner = metadata(revision)["ownerReferences"][0]
    name = name_of(revision)
    return name if owner["kind"] == "StatefulSet" else name.removeprefix(f"{owner['name']}-")


def _template(revision: Object) -> Object:
    found: Object = dig(revision, "data", "spec", "template", default={})
    return found


def _new(plane: Plane, owner: Object, count: int, at: datetime) -> Object:
    template = owner["spec"]["template"]
    name = f"{name_of(owner)}-{templates.digest(template, metadata(owner)['uid'])}"
    meta: Object = {"name": name, "namespace": namespace_of(owner), "ownerReferences": [reference_to(owner)]}
    meta["labels"] = dict(dig(template, "metadata", "labels", default={}))
    data = {"spec": {"template": {**template, "$patch": "replace"}}}
    made = {"kind": "ControllerRevision", "apiVersion": "apps/v1", "metadata": meta, "data": data, "revision": count}
    return plane.create(REVISIONS, made, at)
