"""A change that was asked for: what it would touch, and how the objects are now."""

import hashlib
import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from ack_mcp_server.kube.command import Command
from ack_mcp_server.kube.discovery import Resource

Json = dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class Touched:
    """`namespace` is empty for what belongs to the whole cluster, `name` where the object is yet to be named.
    `before` is None for what is not there."""

    resource: Resource
    namespace: str
    name: str
    before: Json | None = field(default=None, repr=False)

    @property
    def reference(self) -> str:
        """As kubectl writes it: deployment.apps/web."""
        return f"{self.resource.group_kind}/{self.name}"

    @property
    def title(self) -> str:
        return f"{self.reference} ({self.namespace})" if self.namespace else self.reference

    @property
    def identity(self) -> tuple[str, ...]:
        """Another object of the same name has another uid; a changed one another generation, or other contents where
        its kind counts none. A status changes by itself."""
        before = self.before or {}
        metadata = before.get("metadata") or {}
        contents = {name: value for name, value in before.items() if name not in ("metadata", "status")}
        state = metadata.get("generation") or digest([json.dumps(contents, sort_keys=True)])
        return (self.resource.label, self.namespace, self.name, str(metadata.get("uid", "")), str(state))


@dataclass(frozen=True, kw_only=True)
class Change:
    """`documents` is the manifest as kubectl is given it."""

    command: Command
    cluster_id: str
    caller: str
    touched: tuple[Touched, ...]
    documents: bytes = field(default=b"", repr=False)

    @property
    def verb(self) -> str:
        return self.command.verb.name

    @cached_property
    def bodies(self) -> Mapping[tuple[str, str, str], Sequence[Json]]:
        """Of the documents, by group, kind and name."""
        found: defaultdict[tuple[str, str, str], list[Json]] = defaultdict(list)
        for line in self.documents.splitlines():
            body = json.loads(line)
            group = str(body.get("apiVersion", "")).rpartition("/")[0]
            found[group, str(body.get("kind")), str((body.get("metadata") or {}).get("name"))].append(body)
        return found

    def argv(self) -> list[str]:
        """For kubectl: a manifest comes by stdin, and everything is written under our name."""
        words, tail = self.command.argv, len(self.command.tail) + 1
        end = len(words) - tail if self.command.tail else len(words)
        return [*words[:end], *self._added(), *words[end:]]

    def _added(self) -> list[str]:
        manager = self.command.verb.field_manager
        return [
            *(["--filename=-"] if self.documents else []),
            *(["--server-side"] if self.verb == "apply" else []),
            # Whether it is gone is asked with get: a pod takes its time, and a finalizer any time.
            *(["--wait=false"] if self.verb == "delete" and not self.command.value("wait") else []),
            *([f"--field-manager={manager}"] if manager else []),
        ]

    @property
    def is_rehearsal(self) -> bool:
        return self.command.value("dry-run") in ("server", "client")

    @property
    def binding(self) -> str:
        """What a plan is good for: this caller, cluster, command and manifest."""
        manifest = hashlib.sha256(self.documents).hexdigest()
        return digest([self.caller, self.cluster_id, *self.command.argv, manifest])

    def fingerprint(self, shown: str) -> str:
        """Of what would happen: the objects as they are, and what was shown."""
        return digest([*map(repr, sorted(touched.identity for touched in self.touched)), shown])


def digest(parts: Sequence[str]) -> str:
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()
