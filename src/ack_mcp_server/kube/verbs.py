"""The kubectl verbs that are offered, with the flags and output formats of each. What is not here is refused."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, kw_only=True)
class Flag:
    """`value` says that the flag takes one; without it the flag is a switch, with an optional `=true|false`."""

    name: str
    short: str = ""
    value: bool = False


@dataclass(frozen=True, kw_only=True)
class Verb:
    flags: tuple[Flag, ...]
    formats: frozenset[str] = field(default=frozenset())
    summary: str = ""

    def flag(self, name: str) -> Flag | None:
        return next((flag for flag in self.flags if name and name in (flag.name, flag.short)), None)


def _switches(*names: str) -> tuple[Flag, ...]:
    return tuple(Flag(name=name) for name in names)


def _values(*names: str) -> tuple[Flag, ...]:
    return tuple(Flag(name=name, value=True) for name in names)


NAMESPACE = Flag(name="namespace", short="n", value=True)
ALL_NAMESPACES = Flag(name="all-namespaces", short="A")
SELECTOR = Flag(name="selector", short="l", value=True)
OUTPUT = Flag(name="output", short="o", value=True)
CONTAINER = Flag(name="container", short="c", value=True)

CHANGING = frozenset(
    {
        *("annotate", "apply", "attach", "autoscale", "cordon", "cp", "create", "debug", "delete", "drain", "edit"),
        *("exec", "expose", "label", "patch", "replace", "rollout", "run", "scale", "set", "taint", "uncordon"),
    }
)
"""Verbs that change something; `rollout status` and `rollout history` do not, but are not offered yet either."""

_PRINTED = frozenset({"wide", "name", "json", "yaml"})
_TEMPLATED = frozenset({"jsonpath", "jsonpath-as-json", "custom-columns"})

VERBS: Mapping[str, Verb] = {
    "get": Verb(
        summary="list objects or show them",
        flags=(
            NAMESPACE,
            ALL_NAMESPACES,
            SELECTOR,
            OUTPUT,
            Flag(name="label-columns", short="L", value=True),
            *_values("field-selector", "sort-by", "chunk-size", "subresource"),
            *_switches("show-labels", "show-kind", "no-headers", "ignore-not-found", "show-managed-fields"),
        ),
        formats=_PRINTED | _TEMPLATED,
    ),
    "describe": Verb(
        summary="details and events of objects",
        flags=(NAMESPACE, ALL_NAMESPACES, SELECTOR, *_switches("show-events"), *_values("chunk-size")),
    ),
    "logs": Verb(
        summary="log lines of a pod or workload",
        flags=(
            NAMESPACE,
            SELECTOR,
            CONTAINER,
            Flag(name="previous", short="p"),
            *_values("tail", "since", "since-time", "limit-bytes", "max-log-requests"),
            *_switches("all-containers", "all-pods", "prefix", "timestamps", "ignore-errors"),
        ),
    ),
    "top": Verb(
        summary="CPU and memory in use by nodes or pods",
        flags=(
            NAMESPACE,
            ALL_NAMESPACES,
            SELECTOR,
            *_values("field-selector", "sort-by"),
            *_switches("containers", "no-headers", "sum", "show-capacity"),
        ),
    ),
    "version": Verb(
        summary="version of the client and the API server",
        flags=(OUTPUT, *_switches("client")),
        formats=frozenset({"json", "yaml"}),
    ),
}
