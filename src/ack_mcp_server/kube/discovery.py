"""The kinds that a cluster serves, as kubectl learns them: for rules that speak of kinds and not of spellings."""

from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import quote

from ack_mcp_server.errors import UnexpectedAnswer


@dataclass(frozen=True, kw_only=True)
class Resource:
    """`group` is empty for the core group; `names` are all that kubectl takes for it, in lower case.

    One per version that serves it, the group's preferred version first.
    """

    plural: str
    group: str
    kind: str
    namespaced: bool
    names: frozenset[str]
    categories: tuple[str, ...]
    version: str = ""
    singular: str = ""
    short_names: tuple[str, ...] = ()
    verbs: tuple[str, ...] = ()
    preferred: bool = True

    @property
    def label(self) -> str:
        return f"{self.plural}.{self.group}" if self.group else self.plural

    @property
    def called(self) -> frozenset[str]:
        """All that an operator may call it in bounds and rules: by its kind, whatever a caller asks for it by."""
        return self.names | {self.kind.lower(), self.plural, self.label}

    @property
    def group_version(self) -> str:
        return f"{self.group}/{self.version}" if self.group else self.version

    @property
    def group_kind(self) -> str:
        """As kubectl prints it before a name: `pod`, `deployment.apps`."""
        return f"{self.kind}.{self.group}".lower() if self.group else self.kind.lower()

    def path(self, namespace: str = "", name: str = "", subresource: str = "") -> str:
        """Of a list, or of one object; `namespace` is left out for what belongs to the whole cluster."""
        root = f"/apis/{self.group}/{self.version}" if self.group else f"/api/{self.version}"
        place = f"/namespaces/{quote(namespace, safe='')}" if namespace and self.namespaced else ""
        tail = "".join(f"/{quote(part, safe='')}" for part in (name, subresource) if part)
        return f"{root}{place}/{self.plural}{tail}"


@dataclass(frozen=True)
class Catalog:
    """`versions` are all group versions, also those without resources; `failures` tell of those that did not answer."""

    resources: tuple[Resource, ...]
    versions: tuple[str, ...] = ()
    failures: tuple[str, ...] = ()

    def named(self, word: str) -> tuple[Resource, ...]:
        """What a word of a command means: plural, singular, short name or kind, with or without version and group, or
        a category. Empty when the cluster serves nothing of that name."""
        lower = word.lower()
        if found := self._by_name(lower):
            return found
        name, _, rest = lower.partition(".")
        groups = {rest, rest.partition(".")[2]}  # deployments.apps, deployments.v1.apps, secrets.v1.
        # kubectl also takes the beginning of a group.
        return tuple(
            found for found in self._by_name(name) if found.group in groups or (rest and found.group.startswith(rest))
        )

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
            categories=tuple(filter(None, categories.split(","))),
        )
