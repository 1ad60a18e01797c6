"""From a target and a verb to the function that answers it."""

from collections.abc import Callable
from dataclasses import replace

from ack_sandbox.kube.api import deletes, evictions, pod_logs, reads, reviews, scale, tokens, writes
from ack_sandbox.kube.api import exec as execution
from ack_sandbox.kube.api.replies import Reply, Stream, page_not_found
from ack_sandbox.kube.api.requests import Request, Target, resource_of, verb_of
from ack_sandbox.kube.api.watch import watch
from ack_sandbox.kube.deprecations import warning
from ack_sandbox.kube.resources import Resource
from ack_sandbox.kube.state import ClusterState
from ack_sandbox.kube.status import ApiError, method_not_allowed, no_such_path
from ack_sandbox.kube.users import User

Answer = Callable[[ClusterState, Request, Target, Resource], Reply | Stream]

ANSWERS: dict[str, Answer] = {
    "get": reads.get,
    "list": reads.list_,
    "watch": watch,
    "delete": deletes.delete_one,
    "deletecollection": deletes.delete_collection,
}
Writing = Callable[[ClusterState, User, Request, Target, Resource], Reply]

WRITES: dict[str, Writing] = {"create": writes.create, "update": writes.replace, "patch": writes.patch}
SUBRESOURCE_WRITES: dict[tuple[str, str], Writing] = {
    ("/pods", "eviction"): evictions.evict,
    ("/serviceaccounts", "token"): tokens.request_token,
    ("/namespaces", "finalize"): tokens.finalize,
}
REVIEW_GROUPS = ("authentication.k8s.io", "authorization.k8s.io")


def serve(state: ClusterState, user: User, request: Request, target: Target) -> Reply | Stream:
    resource = resource_of(state.catalog, target)
    if resource is None:
        return _unknown(state, target)
    warned = warning(resource, state.plan.version)
    try:
        answer = _answer(state, user, request, target, resource)
    except ApiError as error:
        error.headers.update(warned)
        raise
    return replace(answer, headers={**answer.headers, **warned}) if warned else answer


def _unknown(state: ClusterState, target: Target) -> Reply:
    """Only the groups that the server serves itself answer with a Status."""
    if any(not known.custom for known in state.catalog.within(target.group, target.version)):
        raise no_such_path()
    return page_not_found()


def _answer(state: ClusterState, user: User, request: Request, target: Target, resource: Resource) -> Reply | Stream:
    verb = verb_of(request, target)
    if target.subresource:
        return _subresource(state, user, request, target, resource, verb)
    everywhere = resource.namespaced and not target.namespace
    if verb == "create" and target.name:
        raise method_not_allowed()
    if verb not in resource.verbs or (everywhere and verb in ("create", "deletecollection")):
        raise method_not_allowed()
    if verb == "create" and resource.group in REVIEW_GROUPS:
        return reviews.review(state, user, request, target, resource)
    if verb in WRITES and resource.is_stored:
        return WRITES[verb](state, user, request, target, resource)
    answer = ANSWERS.get(verb)
    if answer is None:
        raise method_not_allowed()
    return answer(state, request, target, resource)


def _subresource(
    state: ClusterState, user: User, request: Request, target: Target, resource: Resource, verb: str
) -> Reply | Stream:
    found = resource.subresource(target.subresource)
    if found is None:
        raise no_such_path()
    if verb not in found.verbs:
        raise method_not_allowed()
    if resource.key == "/pods" and target.subresource == "log":
        return pod_logs.pod_log(state, request, target)
    if resource.key == "/pods" and target.subresource == "exec":
        return execution.plain(state, request, target)
    if found.kind == "Scale" and verb == "get":
        return reads.get_scale(state, request, target, resource)
    if target.subresource == "status" and verb == "get":
        return reads.get(state, request, target, resource)
    writing = _writing(resource, target.subresource, verb)
    if writing is None:
        raise no_such_path()
    return writing(state, user, request, target, resource)


def _writing(resource: Resource, subresource: str, verb: str) -> Writing | None:
    if verb not in ("create", "update", "patch"):
        return None
    if subresource == "scale":
        return scale.write
    if subresource in ("status", "resize", "approval"):
        return WRITES[verb]
    return SUBRESOURCE_WRITES.get((resource.key, subresource))
