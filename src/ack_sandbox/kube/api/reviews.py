"""Questions about access: who am I, may I, what may I; answered from the same rules that decide requests."""

from collections.abc import Callable

from ack_sandbox.kube.api import bodies
from ack_sandbox.kube.api.replies import Reply, document
from ack_sandbox.kube.api.requests import Request, Target
from ack_sandbox.kube.objects import Object, rfc3339
from ack_sandbox.kube.rbac import Attributes, is_allowed, rules_of
from ack_sandbox.kube.resources import Resource
from ack_sandbox.kube.state import ClusterState
from ack_sandbox.kube.status import ApiError, bad_request, method_not_allowed
from ack_sandbox.kube.users import User

Answer = Callable[[ClusterState, User, Object], Object]


def _attributes(spec: Object) -> Attributes:
    found = spec.get("resourceAttributes")
    if found is None:
        wanted = spec.get("nonResourceAttributes") or {}
        return Attributes(verb=wanted.get("verb", ""), path=wanted.get("path", ""))
    resource = found.get("resource", "")
    if found.get("subresource"):
        resource = f"{resource}/{found['subresource']}"
    return Attributes(
        verb=found.get("verb", ""),
        group=found.get("group", ""),
        resource=resource,
        namespace=found.get("namespace", ""),
        name=found.get("name", ""),
    )


def _self_access(state: ClusterState, user: User, spec: Object) -> Object:
    return {"allowed": is_allowed(state.store, user, _attributes(spec))}


def _access(state: ClusterState, user: User, spec: Object) -> Object:
    subject = User(spec.get("user", ""), tuple(spec.get("groups") or ()))
    return _self_access(state, subject, spec)


def _rules(state: ClusterState, user: User, spec: Object) -> Object:
    rules = list(rules_of(state.store, user, spec.get("namespace", "")))
    return {
        "resourceRules": [rule for rule in rules if "resources" in rule],
        "nonResourceRules": [rule for rule in rules if "nonResourceURLs" in rule],
        "incomplete": False,
    }


def _self(state: ClusterState, user: User, spec: Object) -> Object:
    info: Object = {"username": user.name, "groups": list(user.groups)}
    if user.extra:
        info["extra"] = {name: [value] for name, value in user.extra}
    return {"userInfo": info}


def _token(state: ClusterState, user: User, spec: Object) -> Object:
    try:
        found = state.users.authenticate(f"Bearer {spec.get('token', '')}", None)
    except ApiError:
        return {"user": {}, "error": "invalid bearer token"}
    return {"authenticated": True, "user": {"username": found.name, "groups": list(found.groups)}}


def _is_spec(spec: object) -> bool:
    """Whether every field has the type its reader relies on."""
    if not isinstance(spec, dict):
        return False
    nested = [spec[name] for name in ("resourceAttributes", "nonResourceAttributes") if spec.get(name) is not None]
    if not all(isinstance(each, dict) for each in nested):
        return False
    texts = [value for each in nested for value in each.values() if not isinstance(value, dict)]
    texts += [spec[name] for name in ("user", "token", "namespace") if name in spec]
    return all(isinstance(text, str) for text in texts) and isinstance(spec.get("groups", []), list)


ANSWERS: dict[str, Answer] = {
    "SelfSubjectAccessReview": _self_access,
    "SubjectAccessReview": _access,
    "LocalSubjectAccessReview": _access,
    "SelfSubjectRulesReview": _rules,
    "SelfSubjectReview": _self,
    "TokenReview": _token,
}


def review(state: ClusterState, user: User, request: Request, target: Target, resource: Resource) -> Reply:
    answer = ANSWERS.get(resource.kind)
    if answer is None:
        raise method_not_allowed()
    asked = bodies.parse(request, resource.kind)
    spec = {} if asked.get("spec") is None else asked["spec"]
    if not _is_spec(spec):
        raise bad_request(f"json: cannot unmarshal spec into Go struct field {resource.kind}.spec")
    made: Object = {"kind": resource.kind, "apiVersion": resource.api_version}
    made["metadata"] = {
        "creationTimestamp": rfc3339(state.clock.now()) if resource.kind == "SelfSubjectReview" else None
    }
    if spec:
        made["spec"] = spec
    return document({**made, "status": answer(state, user, spec)}, 201)
