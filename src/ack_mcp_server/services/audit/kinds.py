"""Words of the audit log: resources by their plural, as it has them, whatever they are called otherwise; and verbs."""

import difflib
import re
from collections.abc import Iterable

from ack_mcp_server.errors import InvalidInput
from ack_mcp_server.identifiers import shown

# Short names that API servers and add-ons of ACK serve.
_SHORT = {
    "cm": "configmaps", "cs": "componentstatuses", "ep": "endpoints", "ev": "events", "limits": "limitranges",
    "no": "nodes", "ns": "namespaces", "po": "pods", "pv": "persistentvolumes", "pvc": "persistentvolumeclaims",
    "quota": "resourcequotas", "rc": "replicationcontrollers", "sa": "serviceaccounts", "svc": "services",
    "ds": "daemonsets", "deploy": "deployments", "rs": "replicasets", "sts": "statefulsets",
    "cj": "cronjobs", "hpa": "horizontalpodautoscalers", "vpa": "verticalpodautoscalers",
    "ing": "ingresses", "netpol": "networkpolicies", "pdb": "poddisruptionbudgets", "pc": "priorityclasses",
    "sc": "storageclasses", "crd": "customresourcedefinitions", "crds": "customresourcedefinitions",
    "csr": "certificatesigningrequests", "vs": "volumesnapshots",
}  # fmt: skip
_PLURAL = frozenset(
    {*_SHORT.values(), "jobs", "secrets", "roles", "rolebindings", "clusterroles", "clusterrolebindings", "leases"}
)
VERBS = ("get", "list", "watch", "create", "update", "patch", "delete", "deletecollection")
READS = frozenset(VERBS[:3])
# Those that the API server and add-ons of ACK serve; words that no resource is called by.
_SUBRESOURCES = frozenset({
    "approval", "attach", "binding", "ephemeralcontainers", "eviction", "exec", "finalize", "log", "portforward",
    "proxy", "resize", "scale", "status", "token",
})  # fmt: skip
# What is done to pods, as it is called elsewhere, and where the audit log has it.
_DONE = {"connect": "exec", "evict": "eviction", "logs": "log", "port-forward": "portforward"}
_ON_PODS = frozenset({"attach", "eviction", "exec", "log", "portforward"})
_RESOURCE = re.compile(r"[a-z0-9][a-z0-9.-]{0,80}")
_MOST = 20  # words of one list


def split(values: list[str]) -> tuple[str, ...]:
    """A list, or one text with commas, or a JSON array in a text, which some callers send. Raises InvalidInput."""
    words = [word.strip(" \t\n[]\"'") for value in values for word in value.split(",")]
    found = tuple(dict.fromkeys(word for word in words if word))
    if len(found) > _MOST:
        raise InvalidInput(f"there are {len(found)} words where {_MOST} are the most", next_step="Ask for fewer.")
    return found


def verb(word: str) -> str:
    """Raises InvalidInput for one that the API server does not have."""
    if word.lower() in VERBS:
        return word.lower()
    raise InvalidInput(f"{shown(word)} is not a verb of the audit log", next_step=_instead_of(word.lower()))


def _instead_of(word: str) -> str:
    """The API server has a verb of its own for few things that are done."""
    usual = f"Use {', '.join(VERBS)}."
    if (name := _DONE.get(word, word)) not in _SUBRESOURCES:
        return usual
    if name not in _ON_PODS:
        return f'Use resource_types=["{name}"] for that. {usual}'
    return f'Use resource_types=["pods/{name}"]; its verbs are create or get. {usual}'


def resource(word: str) -> str:
    """The plural without its group; words that are not known pass as they are, for kinds of the cluster's own. Raises
    InvalidInput for what cannot be one."""
    name = word.lower().partition("/")[0].partition(".")[0]
    if not _RESOURCE.fullmatch(name):
        raise InvalidInput(f"{shown(word)} is not a resource", next_step="Use plurals such as pods, deployments.")
    if name in _SHORT:
        return _SHORT[name]
    plurals = (name, f"{name}s", f"{name}es", f"{name[:-1]}ies")
    return next((plural for plural in plurals if plural in _PLURAL), name)


def asked(word: str) -> str:
    """A plural with its subresource where one is asked for: `pods/exec`; `/exec` of any resource, for `exec` and
    `*/exec`. Raises as `resource`."""
    name, _, rest = word.strip().lower().partition("/")
    subresource = rest.partition("/")[0]
    if not subresource:
        return f"/{name}" if name in _SUBRESOURCES else resource(word)
    if not _RESOURCE.fullmatch(subresource):
        raise InvalidInput(f"{shown(word)} is not a resource", next_step="Write subresources as in pods/exec.")
    return f"/{subresource}" if name in ("", "*") else f"{resource(name)}/{subresource}"


def is_subresource(word: str) -> bool:
    """Whether it is a known one; APIs of others may have more."""
    return word in _SUBRESOURCES


def plurals(word: str) -> tuple[str, ...]:
    """What the audit log may call a kind; several where it is one of the cluster's own. Raises as `resource`."""
    found = resource(word)
    return (found,) if found in _PLURAL else tuple(sorted(_forms(found)))


def is_among(word: str, denied: Iterable[str]) -> bool:
    """Whether a kind or resource is one of these, singular or plural: kinds of the cluster's own are not known here.
    Takes any text."""
    name = word.lower().partition("/")[0].partition(".")[0]
    forms = {form for each in (name, _SHORT.get(name, name)) for form in _forms(each)}
    return any(not forms.isdisjoint(_forms(each)) for each in denied)


def _forms(name: str) -> set[str]:
    return {name, f"{name}s", f"{name}es", f"{name[:-1]}ies"} if name else set()


def kind(word: str) -> str:
    """The kind, in lower case, of whatever it is called; what is not known stays as it is. Raises InvalidInput."""
    plural = resource(word)
    if plural not in _PLURAL:
        return word.lower()
    if plural.endswith("ies"):
        return f"{plural[:-3]}y"
    if plural.endswith("sses"):
        return plural[:-2]
    return plural if plural == "endpoints" else plural.removesuffix("s")


def like(word: str) -> str:
    """A known resource that is spelled nearly so, for an empty answer; empty when it is known or none is near."""
    if word in _PLURAL:
        return ""
    return next(iter(difflib.get_close_matches(word, sorted(_PLURAL), 1, 0.8)), "")
