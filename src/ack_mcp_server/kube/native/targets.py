"""What the words after `get` ask for: whole kinds, or objects by name."""

from collections.abc import Sequence
from dataclasses import dataclass

from ack_mcp_server.kube.discovery import Resource
from ack_mcp_server.kube.native.resolve import Resolver
from ack_mcp_server.kube.native.said import UsageError

_MIXED = (
    "error: there is no need to specify a resource type as a separate argument when passing arguments in "
    "resource/name form (e.g. 'kubectl get resource/<resource_name>' instead of "
    "'kubectl get resource resource/<resource_name>'"
)
_SELECTED_NAME = "error: name cannot be provided when a selector is specified"
_SELECTED_SLASH = "error: selectors and the all flag cannot be used when passing resource/name arguments"


@dataclass(frozen=True)
class Target:
    """A kind; with a name one object of it."""

    resource: Resource
    name: str = ""


@dataclass(frozen=True)
class Targets:
    """`single`: one object is asked for by name, so it is printed as itself and not as a list."""

    all: tuple[Target, ...]
    single: bool

    @property
    def named(self) -> bool:
        return bool(self.all and self.all[0].name)


def targets_of(
    arguments: Sequence[str], resolver: Resolver, *, everywhere: bool = False, selected: bool = False
) -> Targets:
    """`everywhere`: in all namespaces; `selected`: by label or field. Raises UsageError."""
    pairs = _pairs(arguments)
    if not pairs:
        return Targets(tuple(Target(found) for found in resolver.expanded(arguments[0].split(","))), single=False)
    if selected:
        raise UsageError(_SELECTED_SLASH if "/" in arguments[0] else _SELECTED_NAME)
    found = tuple(Target(resolver.one(word), name) for word, name in pairs)
    if everywhere and any(target.resource.namespaced for target in found):
        raise UsageError("error: a resource cannot be retrieved by name across all namespaces")
    return Targets(found, single=len(found) == 1)


def _pairs(arguments: Sequence[str]) -> list[tuple[str, str]]:
    """Of type word and name; empty when no name is given."""
    slashed = ["/" in argument for argument in arguments]
    if all(slashed):
        return [(word, name) for word, _, name in (argument.partition("/") for argument in arguments)]
    if any(slashed):
        raise UsageError(_MIXED)
    types, *names = arguments
    return [(word, name) for word in types.split(",") for name in names]
