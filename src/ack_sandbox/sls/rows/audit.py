"""Rows of the audit log: what a request is, and the fields that a collector makes of its audit event."""

import json
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from time import gmtime, strftime

from ack_sandbox.kube.objects import Object
from ack_sandbox.sls.rows.actors import Actor
from ack_sandbox.sls.rows.plans import Row
from ack_sandbox.sls.rows.timeline import SECOND, Planted, Recipe, micros

METHODS_OF_READING = ("get", "list", "watch")
# Of these only metadata is logged; where a body is, somebody changed the policy.
SECRETIVE = ("secrets", "serviceaccounts/token", "tokenreviews")
REASONS = {403: "Forbidden", 404: "NotFound", 409: "Conflict", 422: "Invalid", 429: "TooManyRequests"}


@dataclass(frozen=True, kw_only=True)
class Call:
    """One request to the API server; `path` replaces the resource for those that address none."""

    actor: Actor
    verb: str
    resource: str = ""
    namespace: str = ""
    name: str = ""
    group: str = ""
    version: str = "v1"
    subresource: str = ""
    query: str = ""
    path: str = ""
    code: int = 200
    message: str = ""  # of the Status of a failure
    sent: Object | None = None
    answered: Object | None = None
    level: str = ""  # "" is what the policy says

    @property
    def uri(self) -> str:
        if self.path:
            return self.path
        parts = ["/apis", self.group, self.version] if self.group else ["/api", self.version]
        if self.namespace and self.resource != "namespaces":
            parts += ["namespaces", self.namespace]
        parts += filter(None, (self.resource, self.name if self.verb != "create" or self.subresource else ""))
        return "/".join([*parts, *filter(None, (self.subresource,))]) + (f"?{self.query}" if self.query else "")


@dataclass(frozen=True)
class Deed:
    """A request that was made once; `after` are microseconds, because objects keep whole seconds only."""

    at: datetime
    call: Call
    after: int = 0

    def planted(self) -> Planted:
        return Planted(micros(self.at) + self.after, recipe(self.call))


def recipe(call: Call) -> Recipe:
    shared = fields(call)

    def row(at: int, mix: int) -> Row:
        received = at - 1500 - mix % 60_000
        stamps = {"requestReceivedTimestamp": stamp(received), "stageTimestamp": stamp(at)}
        opening = {"__time__": str(at // SECOND), "__source__": "10.0.0.11", "__topic__": "", "auditID": audit_id(mix)}
        return {**opening, **shared, **stamps}

    return row


def fields(call: Call) -> dict[str, str]:
    level = call.level or _level(call)
    made = {
        "kind": "Event",
        "apiVersion": "audit.k8s.io/v1",
        "level": level,
        "stage": "ResponseStarted" if call.verb == "watch" else "ResponseComplete",
        "requestURI": call.uri,
        "verb": call.verb,
        "user": user_text(call.actor),
        "sourceIPs": compact([call.actor.source]),
        "userAgent": call.actor.agent,
        "responseStatus": _status(call),
        "annotations": decision("forbid" if call.code == 403 and "quota" not in call.message else "allow"),
    }
    if call.resource:
        made["objectRef"] = _reference(call)
    if call.sent is not None and level in ("Request", "RequestResponse"):
        made["requestObject"] = compact(call.sent)
    if call.answered is not None and level == "RequestResponse":
        made["responseObject"] = compact(call.answered)
    return made


def _level(call: Call) -> str:
    full = f"{call.resource}/{call.subresource}" if call.subresource else call.resource
    if full in SECRETIVE or not call.resource or call.verb in METHODS_OF_READING:
        return "Metadata"
    return "RequestResponse" if call.answered is not None else "Request" if call.sent is not None else "Metadata"


@lru_cache(maxsize=2048)
def user_text(actor: Actor) -> str:
    made: Object = {"username": actor.name, "groups": list(actor.groups)}
    if actor.extra:
        made["extra"] = {key: [value] for key, value in actor.extra}
    return compact(made)


@lru_cache(maxsize=16)
def decision(what: str) -> str:
    return compact({"authorization.k8s.io/decision": what, "authorization.k8s.io/reason": ""})


def _status(call: Call) -> str:
    made: Object = {"metadata": {}, "code": call.code}
    if call.code >= 400:
        made |= {"status": "Failure", "message": call.message, "reason": REASONS.get(call.code, "")}
    return compact(made)


def _reference(call: Call) -> str:
    parts = {
        "resource": call.resource,
        "namespace": call.namespace,
        "name": call.name,
        "apiGroup": call.group,
        "apiVersion": call.version,
        "subresource": call.subresource,
    }
    return compact({key: value for key, value in parts.items() if value})


def compact(value: object) -> str:
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False)


def audit_id(mix: int) -> str:
    digits = f"{mix:016x}{mix * 0x9E3779B97F4A7C15 & 0xFFFFFFFFFFFFFFFF:016x}"
    return f"{digits[:8]}-{digits[8:12]}-4{digits[13:16]}-a{digits[17:20]}-{digits[20:]}"


def stamp(at: int) -> str:
    """RFC 3339 in microseconds."""
    return f"{_second(at // SECOND)}.{at % SECOND:06d}Z"


@lru_cache(maxsize=4096)
def _second(at: int) -> str:
    return strftime("%Y-%m-%dT%H:%M:%S", gmtime(at))
