"""Authorization: roles and bindings as stored in the cluster decide, as the RBAC authorizer does."""

from collections.abc import Iterator
from dataclasses import dataclass

from ack_sandbox.kube.objects import Object
from ack_sandbox.kube.store import Store
from ack_sandbox.kube.users import User

GROUP = "rbac.authorization.k8s.io"
SUPERUSERS = "system:masters"


@dataclass(frozen=True, kw_only=True)
class Attributes:
    """What a request wants to do."""

    verb: str
    group: str = ""
    resource: str = ""  # "pods" or "pods/log"
    namespace: str = ""
    name: str = ""
    path: str = ""  # for requests that address no resource


def _is_subject(subject: Object, user: User) -> bool:
    if subject["kind"] == "User":
        return bool(subject["name"] == user.name)
    if subject["kind"] == "Group":
        return subject["name"] in user.groups
    return user.name == f"system:serviceaccount:{subject.get('namespace', '')}:{subject['name']}"


def _bound(store: Store, bindings: str, namespace: str, user: User) -> Iterator[Object]:
    for binding in store.objects(f"{GROUP}/{bindings}", namespace or None):
        if any(_is_subject(subject, user) for subject in binding.get("subjects") or []):
            yield binding


def _role_rules(store: Store, reference: Object, namespace: str) -> list[Object]:
    if reference["kind"] == "ClusterRole":
        role = store.get(f"{GROUP}/clusterroles", "", reference["name"])
    else:
        role = store.get(f"{GROUP}/roles", namespace, reference["name"])
    return list((role or {}).get("rules") or [])


def rules_of(store: Store, user: User, namespace: str) -> Iterator[Object]:
    """Every policy rule that applies to `user`, cluster-wide or in `namespace`."""
    if SUPERUSERS in user.groups:
        yield {"verbs": ["*"], "apiGroups": ["*"], "resources": ["*"]}
        yield {"verbs": ["*"], "nonResourceURLs": ["*"]}
    for binding in _bound(store, "clusterrolebindings", "", user):
        yield from _role_rules(store, binding["roleRef"], "")
    if namespace:
        for binding in _bound(store, "rolebindings", namespace, user):
            yield from _role_rules(store, binding["roleRef"], namespace)


def _covers(rule: Object, wanted: Attributes) -> bool:
    if not {"*", wanted.verb} & set(rule.get("verbs") or []):
        return False
    if wanted.path:
        return any(_path_matches(url, wanted.path) for url in rule.get("nonResourceURLs") or [])
    if not {"*", wanted.group} & set(rule.get("apiGroups") or []):
        return False
    _, _, subresource = wanted.resource.partition("/")
    if not {"*", wanted.resource, f"*/{subresource}"} & set(rule.get("resources") or []):
        return False
    names = rule.get("resourceNames") or []
    return not names or wanted.name in names


def _path_matches(url: str, path: str) -> bool:
    return path.startswith(url[:-1]) if url.endswith("*") else url == path


def is_allowed(store: Store, user: User, wanted: Attributes) -> bool:
    return any(_covers(rule, wanted) for rule in rules_of(store, user, wanted.namespace))


def refusal(user: User, wanted: Attributes) -> str:
    """The reason a 403 gives, word for word."""
    if wanted.path:
        return f'User "{user.name}" cannot {wanted.verb} path "{wanted.path}"'
    where = f'in the namespace "{wanted.namespace}"' if wanted.namespace else "at the cluster scope"
    return f'User "{user.name}" cannot {wanted.verb} resource "{wanted.resource}" in API group "{wanted.group}" {where}'
