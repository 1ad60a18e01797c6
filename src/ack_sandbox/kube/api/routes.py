"""From a target and a verb to the function that answers it."""

from collections.abc import Callable
from dataclasses import replace

from ack_sandbox.kube.api import bodies, deletes, pod_logs, reads, reviews
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
        return _subresource(state, request, target, resource, verb)
    everywhere = resource.namespaced and not target.namespace
    if verb not in resource.verbs or (everywhere and verb in ("create", "deletecollection")):
        raise method_not_allowed()
    if verb == "create":
        return _create(state, user, request, target, resource)
    answer = ANSWERS.get(verb)
    if answer is None:
        raise method_not_allowed()
    return answer(state, request, target, resource)


def _create(state: ClusterState, user: User, request: Request, target: Target, resource: Resource) -> Reply:
    if resource.group in REVIEW_GROUPS:
        return reviews.review(state, user, request, target, resource)
    bodies.parse(request, resource.kind)
    raise method_not_allowed()


def _subresource(
    state: ClusterState, request: Request, target: Target, resource: Resource, verb: str
) -> Reply | Stream:
    found = resource.subresource(target.subresource)
    if found is None:
        raise no_such_path()
    if verb not in found.verbs:
        raise method_not_allowed()
    if resource.key == "/pods" and target.subresource == "log":
        return pod_logs.pod_log(state, request, target)
    if found.kind == "Scale" and verb == "get":
        return reads.get_scale(state, request, target, resource)
    if target.subresource == "status" and verb == "get":
        return reads.get(state, request, target, resource)
    raise no_such_path()
