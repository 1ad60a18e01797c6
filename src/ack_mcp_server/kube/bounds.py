"""What an operator bounds commands to: namespaces, and kinds that are never touched. Kinds are known by discovery."""

import logging
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache

from ack_mcp_server.errors import NotEnabled
from ack_mcp_server.identifiers import shown
from ack_mcp_server.kube.command import Command
from ack_mcp_server.kube.discovery import Catalog, Resource
from ack_mcp_server.kube.grammars import types_of
from ack_mcp_server.kube.table.model import Grammar
from ack_mcp_server.settings import Settings

# Cluster-scoped kinds that say nothing about the insides of other namespaces.
READABLE = frozenset(
    {
        "nodes",
        "persistentvolumes",
        "storageclasses.storage.k8s.io",
        "ingressclasses.networking.k8s.io",
        "priorityclasses.scheduling.k8s.io",
        "runtimeclasses.node.k8s.io",
        "customresourcedefinitions.apiextensions.k8s.io",
    }
)
_NODE_METRICS = "nodes.metrics.k8s.io"
_LOG = logging.getLogger(__name__)
_WITHOUT_OBJECTS = frozenset({"explain", "api-resources", "api-versions", "version", "auth can-i", "auth whoami"})


@dataclass(frozen=True)
class Bounds:
    """Empty means unbounded."""

    namespaces: tuple[str, ...]
    deny_kinds: tuple[str, ...]

    @classmethod
    def of(cls, settings: Settings) -> "Bounds":
        return cls(settings.namespaces, settings.deny_kinds)

    def __bool__(self) -> bool:
        return bool(self.namespaces or self.deny_kinds)

    def check(self, command: Command, catalog: Catalog) -> None:
        """Raises NotEnabled for a command that reaches beyond."""
        if command.verb.name in _WITHOUT_OBJECTS:
            return
        self._warn_of_unknown(catalog)
        if command.verb.name == "cluster-info" and self.namespaces:
            raise self._beyond("cluster-info looks into kube-system")
        for word in types_of(command):
            resources = catalog.named(word)
            if not resources:
                raise NotEnabled(
                    f"{shown(word)} is no kind that the cluster serves", next_step="api-resources lists the kinds."
                )
            for resource in resources:
                self._check_kind(resource)
                self._check_scope(resource, command)

    def spread(self, command: Command, default_namespace: str) -> tuple[str, ...]:
        """The namespaces to run in, one after the other; empty when the command runs as it is. Raises NotEnabled."""
        if not self.namespaces or command.verb.long("namespace") is None or command.verb.name in _WITHOUT_OBJECTS:
            return ()
        if command.has("all-namespaces"):
            return self.namespaces
        wanted = command.namespace or default_namespace or (self.namespaces[0] if len(self.namespaces) == 1 else "")
        if wanted in self.namespaces:
            return (wanted,)
        what = f"namespace {shown(wanted)}" if wanted else "a command without a namespace"
        raise self._beyond(what)

    def check_change(self, resource: Resource, namespace: str) -> None:
        """Raises NotEnabled for an object that a change must not touch."""
        self._check_kind(resource)
        if not self.namespaces:
            return
        if not resource.namespaced:
            raise self._beyond(f"{resource.label} belong to the whole cluster")
        if namespace not in self.namespaces:
            raise self._beyond(f"namespace {shown(namespace)}")

    def _warn_of_unknown(self, catalog: Catalog) -> None:
        """A kind that is spelled wrongly denies nothing; one of a definition may be missing in this cluster only."""
        for name in self.deny_kinds:
            if not any(name.lower() in resource.called for resource in catalog.resources):
                _warn_of(name)

    def _check_kind(self, resource: Resource) -> None:
        if any(name.lower() in resource.called for name in self.deny_kinds):
            raise NotEnabled(
                f"{resource.label} are not touched by this server",
                next_step="Leave them out; --deny-kinds of the server names them.",
            )

    def _check_scope(self, resource: Resource, command: Command) -> None:
        if not self.namespaces or resource.namespaced:
            return
        if resource.label == "namespaces" and self._names_only_ours(command):
            return
        # `describe node` lists the pods of all namespaces.
        if resource.label in READABLE and command.verb.name != "describe":
            return
        if resource.label == _NODE_METRICS or command.verb.grammar is Grammar.USAGE:
            return
        raise self._beyond(f"{resource.label} belong to the whole cluster")

    def _names_only_ours(self, command: Command) -> bool:
        names = [argument.rpartition("/")[2] for argument in _names(command)]
        return bool(names) and set(names) <= set(self.namespaces)

    def _beyond(self, what: str) -> NotEnabled:
        return NotEnabled(
            f"{what}: this server is bound to the namespaces {', '.join(self.namespaces)}",
            next_step=f"Name one of them with -n: {', '.join(self.namespaces)}.",
        )


@cache
def _warn_of(name: str) -> None:
    """Once."""
    _LOG.warning("--deny-kinds names %s, and a cluster serves no kind that is called so", shown(name))


def _names(command: Command) -> Iterable[str]:
    return command.arguments if command.arguments and "/" in command.arguments[0] else command.arguments[1:]
