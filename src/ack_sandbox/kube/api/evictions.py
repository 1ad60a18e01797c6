"""Evictions: a deletion of a pod that its disruption budgets allow."""

from collections.abc import Iterator

from ack_sandbox.kube.api import bodies
from ack_sandbox.kube.api.replies import Reply, document
from ack_sandbox.kube.api.requests import Request, Target
from ack_sandbox.kube.api.written import Write
from ack_sandbox.kube.label_selector import selects
from ack_sandbox.kube.lifecycle import Options, delete
from ack_sandbox.kube.objects import Object, condition, dig, labels_of, metadata, name_of, namespace_of
from ack_sandbox.kube.resources import Resource
from ack_sandbox.kube.state import ClusterState
from ack_sandbox.kube.status import ApiError, bad_request, conflict, not_found
from ack_sandbox.kube.users import User

BUDGETS = "policy/poddisruptionbudgets"
REFUSED = "Cannot evict pod as it would violate the pod's disruption budget."
ENDED = ("Succeeded", "Failed")


def evict(state: ClusterState, user: User, request: Request, target: Target, resource: Resource) -> Reply:
    """Raises 429 while a budget allows no disruption."""
    asked = bodies.parse(request, "Eviction")
    if asked.get("kind") not in (None, "Eviction"):
        raise bad_request(f"the object provided is a {asked['kind']} and not an Eviction")
    entry = state.store.entry(resource.key, target.namespace, target.name)
    if entry is None:
        raise not_found("pods", "", target.name)
    options = asked.get("deleteOptions") or {}
    expected = dig(options, "preconditions", "uid")
    if expected and expected != metadata(entry.object)["uid"]:
        actual = metadata(entry.object)["uid"]
        text = f"Precondition failed: UID in precondition: {expected}, UID in object meta: {actual}"
        raise conflict("pods", "", target.name, text)
    dry = Write(state, request, resource).dry_run or bool(options.get("dryRun"))
    spend(state, entry.object, dry_run=dry)
    grace = options.get("gracePeriodSeconds")
    seconds = grace if isinstance(grace, int) else None
    delete(state, resource, entry, Options(seconds, "Background", dry), state.clock.now())
    return document({"kind": "Status", "apiVersion": "v1", "metadata": {}, "status": "Success", "code": 201}, 201)


def spend(state: ClusterState, pod: Object, *, dry_run: bool) -> None:
    """Take one disruption from the budget of the pod; raises 429 while it allows none."""
    if dig(pod, "status", "phase") in (*ENDED, "Pending") or "deletionTimestamp" in metadata(pod):
        return
    budgets = list(budgets_of(state, pod))
    if len(budgets) > 1:
        raise ApiError(
            500, "This pod has more than one PodDisruptionBudget, which the eviction subresource does not support."
        )
    for budget in budgets:
        allowed = dig(budget, "status", "disruptionsAllowed", default=0)
        if not _is_ready(pod) and _tolerates_unready(budget):
            continue
        if allowed < 1:
            raise _refusal(budget)
        if not dry_run:
            _disrupt(state, budget, name_of(pod))


def budgets_of(state: ClusterState, pod: Object) -> Iterator[Object]:
    for budget in state.store.objects(BUDGETS, namespace_of(pod)):
        selector = dig(budget, "spec", "selector")
        if selector is not None and selects(selector, labels_of(pod)):
            yield budget


def _is_ready(pod: Object) -> bool:
    return bool(dig(condition(pod, "Ready") or {}, "status") == "True")


def _tolerates_unready(budget: Object) -> bool:
    """A pod that is not ready may go while enough others are healthy, or always if the budget says so."""
    if dig(budget, "spec", "unhealthyPodEvictionPolicy") == "AlwaysAllow":
        return True
    healthy, desired = (dig(budget, "status", name, default=0) for name in ("currentHealthy", "desiredHealthy"))
    return bool(healthy >= desired > 0)


def _refusal(budget: Object) -> ApiError:
    status = budget.get("status") or {}
    healthy, desired = status.get("currentHealthy", 0), status.get("desiredHealthy", 0)
    why = f"The disruption budget {name_of(budget)} needs {desired} healthy pods and has {healthy} currently"
    cause = {"reason": "DisruptionBudget", "message": why}
    return ApiError(429, REFUSED, details={"causes": [cause]})


def _disrupt(state: ClusterState, budget: Object, pod: str) -> None:
    status = {**budget["status"], "disruptionsAllowed": budget["status"]["disruptionsAllowed"] - 1}
    status["disruptedPods"] = {**(status.get("disruptedPods") or {}), pod: _now(state)}
    state.store.put(BUDGETS, {**budget, "metadata": {**metadata(budget)}, "status": status}, state.clock.now())


def _now(state: ClusterState) -> str:
    return state.clock.now().strftime("%Y-%m-%dT%H:%M:%SZ")
