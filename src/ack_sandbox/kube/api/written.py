"""An object on its way in: read from a body, defaulted, given what the server sets, validated."""

import secrets
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

from ack_sandbox.kube.api.negotiate import accepted
from ack_sandbox.kube.api.requests import Request
from ack_sandbox.kube.decoding import Mistyped, Reading
from ack_sandbox.kube.defaults.kinds import set_defaults
from ack_sandbox.kube.objects import Object, metadata, rfc3339
from ack_sandbox.kube.resources import Resource
from ack_sandbox.kube.schema import Schema, schema_of
from ack_sandbox.kube.state import ClusterState
from ack_sandbox.kube.status import ApiError, bad_request, invalid, invalid_fields
from ack_sandbox.kube.validation.changes import changes
from ack_sandbox.kube.validation.custom import custom_problems
from ack_sandbox.kube.validation.kinds import problems
from ack_sandbox.kube.validation.problems import required, unsupported

DIRECTIVES = ("Ignore", "Strict", "Warn")
SAFE = "bcdfghjklmnpqrstvwxz2456789"
# Deployments tell their controller of changed annotations too, which it copies to its ReplicaSets.
WATCHED_ANNOTATIONS = ("Deployment",)
# What is built in counts its generations for these only; custom resources always do.
GENERATIONS = (
    "/pods",
    "admissionregistration.k8s.io/mutatingwebhookconfigurations",
    "admissionregistration.k8s.io/validatingwebhookconfigurations",
    "apiextensions.k8s.io/customresourcedefinitions",
    "apps/daemonsets",
    "apps/deployments",
    "apps/replicasets",
    "apps/statefulsets",
    "batch/cronjobs",
    "batch/jobs",
    "discovery.k8s.io/endpointslices",
    "flowcontrol.apiserver.k8s.io/flowschemas",
    "networking.k8s.io/ingressclasses",
    "networking.k8s.io/ingresses",
    "networking.k8s.io/networkpolicies",
    "policy/poddisruptionbudgets",
    "scheduling.k8s.io/priorityclasses",
)


@dataclass
class Write:
    """One request to write: what it may do, and what it was warned of."""

    state: ClusterState
    request: Request
    resource: Resource
    warnings: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.accept = accepted(self.request.accept, single=True)
        self.schema: Schema = schema_of(self.state.store, self.resource)
        query = self.request.query
        if query.get("dryRun", "All") != "All":
            raise _bad_option(self.request, "dryRun", query["dryRun"], ["All"])
        if query.get("fieldValidation", "Warn") not in DIRECTIVES:
            raise _bad_option(self.request, "fieldValidation", query["fieldValidation"], list(DIRECTIVES))

    @property
    def dry_run(self) -> bool:
        return bool(self.request.query.get("dryRun"))

    @property
    def directive(self) -> str:
        return self.request.query.get("fieldValidation") or "Warn"

    @property
    def manager(self) -> str:
        """Who writes: as it says, or as its user agent begins."""
        agent = self.request.headers.get("user-agent", "").partition("/")[0]
        return self.request.query.get("fieldManager") or agent or "unknown"

    def read(self, obj: Object) -> Object:
        """The object of a body, typed; raises the 400 of the decoder."""
        kind, version = self.resource.kind, self.resource.version
        opening = f'{kind} in version "{version}" cannot be handled as a {kind}: '
        try:
            made, found = self.typed(obj)
        except (Mistyped, ValueError) as error:
            raise bad_request(opening + str(error)) from None
        if found and self.directive == "Strict":
            raise bad_request(f"{opening}strict decoding error: {', '.join(found)}")
        self.warn(found)
        return made

    def warn(self, found: list[str]) -> None:
        if self.directive == "Warn":
            self.warnings += found

    def typed(self, obj: Object, *, keeps_nulls: bool = False) -> tuple[Object, list[str]]:
        """The object by its schema, and what strict decoding would refuse. Raises Mistyped and ValueError."""
        reading = Reading(keeps_nulls)
        made = reading.read(self.schema, obj, self.resource.kind)
        made.setdefault("metadata", {})
        made |= {"kind": self.resource.kind, "apiVersion": self.resource.api_version}
        return made, reading.problems

    def headers(self) -> dict[str, str]:
        told = (text.replace("\\", "\\\\").replace('"', '\\"') for text in self.warnings)
        return {"warning": ", ".join(f'299 - "{text}"' for text in told)} if self.warnings else {}

    def defaulted(self, obj: Object) -> Object:
        if not self.resource.custom:
            set_defaults(obj)
        return obj

    def check(self, obj: Object, old: Object | None = None) -> None:
        """Raises the 422 that tells everything that is wrong."""
        found = problems(self.resource, obj)
        if self.resource.custom:
            found += custom_problems(self.schema, obj)
        elif old is not None:
            found += changes(old, obj)
        if found:
            raise invalid_fields(self.resource.kind, self.resource.group, str(metadata(obj).get("name", "")), found)

    def born(self, obj: Object) -> None:
        """What the server sets of a new object, whatever the client said."""
        meta = obj["metadata"]
        if not meta.get("name") and meta.get("generateName"):
            meta["name"] = meta["generateName"][:58] + suffix()
        meta["uid"] = str(uuid4())
        meta["creationTimestamp"] = rfc3339(self.state.clock.now())
        for name in ("resourceVersion", "selfLink", "deletionTimestamp", "deletionGracePeriodSeconds", "generation"):
            meta.pop(name, None)
        if self.resource.custom or self.resource.key in GENERATIONS:
            meta["generation"] = 1

    def grown(self, old: Object, new: Object) -> None:
        """The generation after a change: it counts the changes of what is wanted."""
        was = metadata(old).get("generation")
        new["metadata"].pop("generation", None)
        if was is None:
            return
        wanted = _wanted(old) != _wanted(new)
        if self.resource.kind in WATCHED_ANNOTATIONS:
            wanted = wanted or metadata(old).get("annotations") != metadata(new).get("annotations")
        new["metadata"]["generation"] = was + 1 if wanted else was


def _wanted(obj: Object) -> Object:
    if "spec" in obj:
        spec: Object = obj["spec"]
        return spec
    return {name: value for name, value in obj.items() if name not in ("metadata", "status")}


def of_kind(resource: Resource, body: Object) -> None:
    """Raises the 400 for a body that says to be something else."""
    kind, version = body.get("kind"), body.get("apiVersion")
    if version not in (None, "", resource.api_version):
        why = f"the API version in the data ({version}) does not match the expected API version"
        raise bad_request(f"{why} ({resource.api_version})")
    if kind not in (None, "", resource.kind):
        opening = f'{kind} in version "{resource.version}" cannot be handled as a {resource.kind}'
        raise bad_request(f"{opening}: converting ({kind}) to ({resource.kind}): unknown conversion")


def suffix() -> str:
    return "".join(secrets.choice(SAFE) for _ in range(5))


def _bad_option(request: Request, name: str, value: str, allowed: list[str]) -> ApiError:
    kind = {"PUT": "UpdateOptions", "PATCH": "PatchOptions"}.get(request.method, "CreateOptions")
    return invalid_fields(kind, "meta.k8s.io", "", [unsupported(name, value, allowed)])


def manager_required() -> ApiError:
    field_name, message = required("fieldManager", "is required for apply patch")
    return invalid("PatchOptions", "meta.k8s.io", "", field_name, message)


def same(old: Object, new: Object) -> bool:
    """Whether nothing changed but the bookkeeping of who owns what since when."""
    return _compared(old) == _compared(new)


def _compared(obj: Object) -> Object:
    meta = {name: value for name, value in metadata(obj).items() if name != "resourceVersion"}
    managed: list[Any] = meta.get("managedFields") or []
    meta["managedFields"] = [{**each, "time": None} for each in managed]
    return {**obj, "metadata": meta}
