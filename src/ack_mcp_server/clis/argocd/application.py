"""An application as argocd tells of it in JSON (argoproj.io/v1alpha1 Application)."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from ack_mcp_server.clis.documents import Json
from ack_mcp_server.errors import UnexpectedAnswer
from ack_mcp_server.kube.writes.wording import object_name

_ENDED = ("Succeeded", "Failed", "Error", "")


@dataclass(frozen=True, kw_only=True)
class Managed:
    """An object that belongs to an application."""

    group: str
    kind: str
    namespace: str
    name: str
    differs: bool
    to_prune: bool

    @property
    def title(self) -> str:
        version = f"{self.group}/v1" if self.group else "v1"
        metadata = {"name": self.name, "namespace": self.namespace}
        return object_name({"apiVersion": version, "kind": self.kind, "metadata": metadata})


@dataclass(frozen=True, kw_only=True)
class Deployment:
    id: int
    revisions: tuple[str, ...]
    sources: Any


@dataclass(frozen=True, kw_only=True)
class Application:
    """`operation` is what runs, or ran last: its phase, its start and what it says."""

    name: str
    namespace: str
    uid: str
    spec: Json = field(repr=False)
    sync: str
    health: str
    revisions: tuple[str, ...]
    objects: tuple[Managed, ...]
    history: tuple[Deployment, ...]
    phase: str
    started: str
    message: str

    @property
    def is_busy(self) -> bool:
        return self.phase not in _ENDED

    @property
    def destination(self) -> str:
        told = self.spec.get("destination") or {}
        where = f"{told.get('name') or told.get('server') or '?'}, namespace {told.get('namespace') or '-'}"
        return " ".join(where.split())

    @property
    def sources(self) -> Any:
        return self.spec.get("sources") or self.spec.get("source")

    def before(self, named: str) -> Deployment | None:
        """The deployment of that id, or the one before the last."""
        if not named or not int(named):
            return self.history[-2] if len(self.history) > 1 else None
        return next((each for each in self.history if each.id == int(named)), None)


def read_application(text: str) -> Application:
    """Raises UnexpectedAnswer."""
    try:
        return _application(json.loads(text))
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        raise UnexpectedAnswer(
            "what argocd says of the application cannot be read",
            next_step="Look at it with app get -o yaml; a person may change it with argocd itself.",
        ) from None


def _application(told: Json) -> Application:
    metadata, status = told["metadata"], told.get("status") or {}
    sync, operation = status.get("sync") or {}, status.get("operationState") or {}
    return Application(
        name=str(metadata["name"]),
        namespace=str(metadata.get("namespace", "")),
        uid=str(metadata.get("uid", "")),
        spec=dict(told["spec"]),
        sync=str(sync.get("status", "Unknown")),
        health=str((status.get("health") or {}).get("status", "Unknown")),
        revisions=_revisions(sync),
        objects=tuple(_managed(each) for each in status.get("resources") or ()),
        history=tuple(_deployment(each) for each in status.get("history") or ()),
        phase=str(operation.get("phase", "")),
        started=str(operation.get("startedAt", "")),
        message=str(operation.get("message", "")),
    )


def _revisions(told: Mapping[str, Any]) -> tuple[str, ...]:
    several = told.get("revisions") or ([told["revision"]] if told.get("revision") else [])
    return tuple(map(str, several))


def _managed(told: Mapping[str, Any]) -> Managed:
    return Managed(
        group=str(told.get("group", "")),
        kind=str(told["kind"]),
        namespace=str(told.get("namespace", "")),
        name=str(told["name"]),
        differs=told.get("status") != "Synced",
        to_prune=bool(told.get("requiresPruning")),
    )


def _deployment(told: Mapping[str, Any]) -> Deployment:
    return Deployment(id=int(told["id"]), revisions=_revisions(told), sources=told.get("sources") or told.get("source"))
