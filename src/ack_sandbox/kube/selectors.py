"""Label and field selectors, parsed as the API server parses them and refused with its messages."""

import re
from collections.abc import Callable
from dataclasses import dataclass

from ack_sandbox.kube.objects import Object, dig, labels_of
from ack_sandbox.kube.status import bad_request

Labels = dict[str, str]

_TERM = re.compile(
    r"""\s*(?:
      (?P<set_key>[A-Za-z0-9_./-]+)\s+(?P<set_op>in|notin)\s*\((?P<values>[^()]*)\)
    | (?P<absent>!)\s*(?P<absent_key>[A-Za-z0-9_./-]+)
    | (?P<key>[A-Za-z0-9_./-]+)\s*(?P<op>==|=|!=|>|<)\s*(?P<value>[A-Za-z0-9_.-]*)
    | (?P<exists>[A-Za-z0-9_./-]+)
    )\s*(?:,|$)""",
    re.VERBOSE,
)


@dataclass(frozen=True)
class Requirement:
    key: str
    operator: str
    values: tuple[str, ...] = ()

    def matches(self, labels: Labels) -> bool:
        return OPERATORS[self.operator](labels.get(self.key), self.values)


def _compare(value: str | None, bound: str, larger: bool) -> bool:
    try:
        return value is not None and ((int(value) > int(bound)) if larger else (int(value) < int(bound)))
    except ValueError:
        return False


OPERATORS: dict[str, Callable[[str | None, tuple[str, ...]], bool]] = {
    "in": lambda value, values: value is not None and value in values,
    "notin": lambda value, values: value not in values,
    "exists": lambda value, values: value is not None,
    "absent": lambda value, values: value is None,
    ">": lambda value, values: _compare(value, values[0], True),
    "<": lambda value, values: _compare(value, values[0], False),
}
EQUALITY = {"=": "in", "==": "in", "!=": "notin", ">": ">", "<": "<"}


def parse_labels(text: str) -> tuple[Requirement, ...]:
    requirements = []
    position = 0
    while position < len(text):
        match = _TERM.match(text, position)
        if match is None:
            raise bad_request(f"unable to parse requirement: found {_found(text[position:])}, expected: identifier")
        requirements.append(_requirement(match))
        position = match.end()
    return tuple(requirements)


def _found(rest: str) -> str:
    return f"'{rest.strip()[:20]}'"


def _requirement(match: re.Match[str]) -> Requirement:
    if match["set_key"]:
        values = tuple(value.strip() for value in match["values"].split(","))
        return Requirement(match["set_key"], match["set_op"], values)
    if match["absent"]:
        return Requirement(match["absent_key"], "absent")
    if match["key"]:
        return Requirement(match["key"], EQUALITY[match["op"]], (match["value"],))
    return Requirement(match["exists"], "exists")


def labels_match(requirements: tuple[Requirement, ...], labels: Labels) -> bool:
    return all(requirement.matches(labels) for requirement in requirements)


# The fields each resource can be selected by, beside metadata.name and metadata.namespace.
FIELDS: dict[str, tuple[str, ...]] = {
    "/pods": (
        "spec.nodeName",
        "spec.restartPolicy",
        "spec.schedulerName",
        "spec.serviceAccountName",
        "spec.hostNetwork",
        "status.phase",
        "status.podIP",
        "status.podIPs",
        "status.nominatedNodeName",
    ),
    "/events": (
        "involvedObject.kind",
        "involvedObject.namespace",
        "involvedObject.name",
        "involvedObject.uid",
        "involvedObject.apiVersion",
        "involvedObject.resourceVersion",
        "involvedObject.fieldPath",
        "reason",
        "reportingComponent",
        "source",
        "type",
    ),
    "/nodes": ("spec.unschedulable",),
    "/namespaces": ("status.phase",),
    "/secrets": ("type",),
    "/services": ("spec.clusterIP", "spec.type"),
    "/replicationcontrollers": ("status.replicas",),
    "apps/replicasets": ("status.replicas",),
    "batch/jobs": ("status.successful",),
    "certificates.k8s.io/certificatesigningrequests": ("spec.signerName",),
}
READERS: dict[tuple[str, str], Callable[[Object], object]] = {
    ("/events", "source"): lambda event: dig(event, "source", "component", default=event.get("reportingComponent")),
    ("/pods", "status.podIPs"): lambda pod: dig(pod, "status", "podIP"),
    ("/pods", "spec.hostNetwork"): lambda pod: dig(pod, "spec", "hostNetwork", default=False),
    ("/nodes", "spec.unschedulable"): lambda node: dig(node, "spec", "unschedulable", default=False),
    ("batch/jobs", "status.successful"): lambda job: dig(job, "status", "succeeded", default=0),
}


@dataclass(frozen=True)
class FieldTerm:
    path: str
    equal: bool
    value: str
    read: Callable[[Object], object]

    def matches(self, obj: Object) -> bool:
        return (_text(self.read(obj)) == self.value) is self.equal


def _text(value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    return "" if value is None else str(value)


def parse_fields(text: str, resource: str) -> tuple[FieldTerm, ...]:
    terms = []
    for part in re.split(r"(?<!\\),", text):
        if not part:
            continue
        match = re.fullmatch(r"([^=!]*)(==|=|!=)(.*)", part)
        if match is None:
            raise bad_request(f"invalid selector: '{text}'; can't understand '{part}'")
        path = match[1].strip()
        terms.append(FieldTerm(path, match[2] != "!=", match[3], _reader(resource, path)))
    return tuple(terms)


def _reader(resource: str, path: str) -> Callable[[Object], object]:
    if path not in ("metadata.name", "metadata.namespace", *FIELDS.get(resource, ())):
        if resource in FIELDS:
            raise bad_request(f"field label not supported: {path}")
        raise bad_request(f'"{path}" is not a known field selector: only "metadata.name", "metadata.namespace"')
    special = READERS.get((resource, path))
    if special is not None:
        return special
    steps = path.split(".")
    return lambda obj: dig(obj, *steps)


def matcher(label_selector: str, field_selector: str, resource: str) -> Callable[[Object], bool] | None:
    """A test of both selectors, or None when neither restricts anything."""
    requirements = parse_labels(label_selector)
    fields = parse_fields(field_selector, resource)
    if not requirements and not fields:
        return None
    return lambda obj: labels_match(requirements, labels_of(obj)) and all(term.matches(obj) for term in fields)
