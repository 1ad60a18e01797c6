"""The kinds that a cluster serves, as kubectl learns them: for rules that speak of kinds and not of spellings."""

from collections.abc import Iterable
from dataclasses import dataclass

from ack_mcp_server.errors import UnexpectedAnswer


@dataclass(frozen=True, kw_only=True)
class Resource:
    """`group` is empty for the core group; `names` are all that kubectl takes for it, in lower case."""

    plural: str
    group: str
    kind: str
    namespaced: bool
    names: frozenset[str]
    categories: frozenset[str]

    @property
    def label(self) -> str:
        return f"{self.plural}.{self.group}" if self.group else self.plural


@dataclass(frozen=True)
class Catalog:
    resources: tuple[Resource, ...]

    def named(self, word: str) -> tuple[Resource, ...]:
        """What a word of a command means: plural, singular, short name or kind, with or without version and group, or
        a category. Empty when the cluster serves nothing of that name."""
        lower = word.lower()
        if found := self._by_name(lower):
            return found
        name, _, rest = lower.partition(".")
        groups = {rest, rest.partition(".")[2]}  # deployments.apps, deployments.v1.apps, secrets.v1.
        return tuple(found for found in self._by_name(name) if found.group in groups)

    def _by_name(self, name: str) -> tuple[Resource, ...]:
        return tuple(r for r in self.resources if name in r.names or name in r.categories)


def read_catalog(table: str) -> Catalog:
    """From `kubectl api-resources -o wide`. Raises UnexpectedAnswer when it is not that table."""
    header, *rows = table.splitlines() or [""]
    columns = ("NAME", "SHORTNAMES", "APIVERSION", "NAMESPACED", "KIND", "VERBS", "CATEGORIES")
    starts = [header.find(column) for column in columns]
    if -1 in starts or not rows:
        raise UnexpectedAnswer(
            "the list of the cluster's kinds could not be read", next_step="Try again; check kubectl's version."
        )
    ends = [*starts[1:], None]
    cells = ([row[start:end].strip() for start, end in zip(starts, ends, strict=True)] for row in rows)
    return Catalog(tuple(_resources(cells)))


def _resources(rows: Iterable[list[str]]) -> Iterable[Resource]:
    for plural, short, version, namespaced, kind, _, categories in rows:
        group = version.partition("/")[0] if "/" in version else ""
        yield Resource(
            plural=plural,
            group=group,
            kind=kind,
            namespaced=namespaced == "true",
            names=frozenset({plural, kind.lower(), *filter(None, short.split(","))}),
            categories=frozenset(filter(None, categories.split(","))),
        )
