"""From a word of a command to the kind it means, in the order in which kubectl looks."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from ack_mcp_server.kube.discovery import Catalog, Resource
from ack_mcp_server.kube.native.said import NoSuchType


@dataclass(frozen=True)
class Resolver:
    """`warnings` are what kubectl says beside: short names that several kinds have."""

    catalog: Catalog
    warnings: list[str] = field(default_factory=list)

    def expanded(self, words: Iterable[str]) -> list[Resource]:
        """Of type words, categories unfolded, each kind once. Raises NoSuchType for a word that means nothing here."""
        found: dict[tuple[str, str, str], Resource] = {}
        for word in words:
            for resource in self._category(word) or [self.one(word)]:
                found.setdefault((resource.plural, resource.group, resource.version), resource)
        return list(found.values())

    def _category(self, word: str) -> list[Resource]:
        members = [resource for resource in self.catalog.resources if word in resource.categories]
        return [self.one(resource.label) for resource in members]

    def one(self, word: str) -> Resource:
        """Raises NoSuchType."""
        name, _, rest = word.partition(".")
        version, _, group = rest.partition(".")
        found = (version and self._find(name, group, version)) or self._find(name, rest) or self._kind(word)
        if not found:
            raise NoSuchType(f'error: the server doesn\'t have a resource type "{name}"')
        return found

    def _find(self, name: str, group: str, version: str = "") -> Resource | None:
        name, group = self._unshortened(name, group)
        lower = name.lower()
        matches = [found for found in self.catalog.resources if lower in (found.plural, found.singular)]
        if version:
            return _first(matches, lambda found: found.group == group and found.version == version)
        if not group:
            return _first(matches, lambda found: True)
        return _first(matches, lambda found: found.group == group) or _first(
            matches, lambda found: found.group.startswith(group)
        )

    def _unshortened(self, name: str, group: str) -> tuple[str, str]:
        same = [found for found in self.catalog.resources if not group or found.group == group]
        if any(name in (found.plural, found.singular) for found in same):
            return name, group
        matches = [found for found in same if name in found.short_names]
        if not matches and group:
            matches = [
                found for found in self.catalog.resources if found.group.startswith(group) and name in found.short_names
            ][:1]
        if not matches:
            return name, group
        first = matches[0]
        self._warn(name, first, matches[1:])
        return first.plural, first.group

    def _warn(self, name: str, first: Resource, others: list[Resource]) -> None:
        for other in others:
            if other.label == first.label:
                continue
            warning = f'short name "{name}" could also match lower priority resource {other.label}'
            if warning not in self.warnings:
                self.warnings.append(warning)

    def _kind(self, word: str) -> Resource | None:
        """`Deployment`, `Deployment.apps`, `Deployment.v1.apps`: by the kind's own spelling."""
        name, _, rest = word.partition(".")
        version, _, group = rest.partition(".")
        matches = [found for found in self.catalog.resources if found.kind == name]
        return _first(matches, lambda found: bool(version) and (found.version, found.group) == (version, group)) or (
            _first(matches, lambda found: found.group == rest)
        )


def _first(matches: list[Resource], wanted: Callable[[Resource], bool]) -> Resource | None:
    return next((found for found in matches if wanted(found)), None)
