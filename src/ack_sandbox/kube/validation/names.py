"""The rules of names, labels and annotations."""

import re
from collections.abc import Callable, Iterator

from ack_sandbox.kube.objects import Object, metadata
from ack_sandbox.kube.resources import Resource
from ack_sandbox.kube.validation.problems import Problem, forbidden, invalid, required

LABEL = r"[a-z0-9]([-a-z0-9]*[a-z0-9])?"
SUBDOMAIN = rf"{LABEL}(\.{LABEL})*"
EARLY_LABEL = "[a-z]([-a-z0-9]*[a-z0-9])?"
QUALIFIED = "([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]"
VALUE = f"({QUALIFIED})?"
ENDS = "must start and end with an alphanumeric character"
LABEL_RULE = f"a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and {ENDS}"
SUBDOMAIN_RULE = (
    f"a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and {ENDS}"
)
EARLY_RULE = (
    "a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an alphabetic character,"
    " and end with an alphanumeric character"
)
PART_RULE = f"name part must consist of alphanumeric characters, '-', '_' or '.', and {ENDS}"
VALUE_RULE = (
    "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and"
    " end with an alphanumeric character"
)


def _by(rule: str, pattern: str, longest: int, *examples: str) -> Callable[[str], list[str]]:
    shown = ",  or ".join(f"'{each}'" for each in examples)
    text = f"{rule} (e.g. {shown}, regex used for validation is '{pattern}')"

    def check(name: str) -> list[str]:
        found = [f"must be no more than {longest} bytes"] if len(name) > longest else []
        return found if re.fullmatch(pattern, name) else [*found, text]

    return check


label = _by(LABEL_RULE, LABEL, 63, "my-name", "123-abc")
subdomain = _by(SUBDOMAIN_RULE, SUBDOMAIN, 253, "example.com")
early_label = _by(EARLY_RULE, EARLY_LABEL, 63, "my-name", "abc-123")
name_part = _by(PART_RULE, QUALIFIED, 63, "MyName", "my.name", "123-abc")
label_value = _by(VALUE_RULE, VALUE, 63, "MyValue", "my_value", "12345")


def path_segment(name: str) -> list[str]:
    """Names of RBAC objects may hold anything that a path may."""
    if name in (".", ".."):
        return [f"may not be '{name}'"]
    return [f"may not contain '{each}'" for each in "/%" if each in name]


RULES: dict[str, Callable[[str], list[str]]] = {
    "/namespaces": label,
    "/services": early_label,
    "apiregistration.k8s.io/apiservices": path_segment,
    **{
        f"rbac.authorization.k8s.io/{plural}": path_segment
        for plural in ("roles", "rolebindings", "clusterroles", "clusterrolebindings")
    },
}
ANNOTATIONS_LIMIT = 256 * 1024


def metadata_problems(resource: Resource, obj: Object) -> Iterator[Problem]:
    meta = metadata(obj)
    rule = RULES.get(resource.key, subdomain)
    prefix = str(meta.get("generateName") or "")
    if prefix:
        yield from (invalid("metadata.generateName", prefix, text) for text in rule(prefix.rstrip("-.") or "-"))
    name = str(meta.get("name") or "")
    if not name:
        yield required("metadata.name", "name or generateName is required")
    else:
        yield from (invalid("metadata.name", name, text) for text in rule(name))
    if meta.get("namespace") and not resource.namespaced:
        yield forbidden("metadata.namespace", "not allowed on this type")
    yield from labels_problems(meta.get("labels") or {}, "metadata.labels")
    yield from _annotations(meta.get("annotations") or {})


def labels_problems(labels: Object, field: str) -> Iterator[Problem]:
    for key, value in labels.items():
        yield from (invalid(field, key, text) for text in qualified_name(key))
        yield from (invalid(field, value, text) for text in label_value(str(value)))


def _annotations(annotations: Object) -> Iterator[Problem]:
    for key in annotations:
        yield from (invalid("metadata.annotations", key, text) for text in qualified_name(key.lower()))
    if sum(len(key.encode()) + len(str(value).encode()) for key, value in annotations.items()) > ANNOTATIONS_LIMIT:
        yield "metadata.annotations", f"Too long: may not be more than {ANNOTATIONS_LIMIT} bytes"


def qualified_name(key: str) -> list[str]:
    prefix, slash, name = key.rpartition("/")
    found = [f"prefix part {text}" for text in subdomain(prefix)] if slash else []
    if not name:
        found.append("name part must be non-empty")
    return found + name_part(name)
