"""The resources of a cluster: group, version and kind of each, how it is addressed, and what can be done with it."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from ack_sandbox.kube.objects import Object

ALL_VERBS = ("create", "delete", "deletecollection", "get", "list", "patch", "update", "watch")
CUSTOM_VERBS = ("delete", "deletecollection", "get", "list", "patch", "create", "update", "watch")
STATUS_VERBS = ("get", "patch", "update")


@dataclass(frozen=True, kw_only=True)
class Subresource:
    name: str
    kind: str
    verbs: tuple[str, ...] = STATUS_VERBS
    group: str = ""
    version: str = ""


@dataclass(frozen=True, kw_only=True)
class Resource:
    group: str
    version: str
    kind: str
    plural: str
    namespaced: bool = True
    singular: str = ""
    short_names: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    verbs: tuple[str, ...] = ALL_VERBS
    subresources: tuple[Subresource, ...] = ()
    custom: bool = False
    stored_as: str = ""  # "group/plural" of the resource whose objects this one shows in another version

    @property
    def api_version(self) -> str:
        return f"{self.group}/{self.version}" if self.group else self.version

    @property
    def key(self) -> str:
        """Where the store keeps the objects: the same for every version of a resource."""
        return self.stored_as or f"{self.group}/{self.plural}"

    @property
    def is_stored(self) -> bool:
        return "list" in self.verbs and self.group != "metrics.k8s.io" and self.plural != "componentstatuses"

    def subresource(self, name: str) -> Subresource | None:
        return next((found for found in self.subresources if found.name == name), None)


@dataclass
class Catalog:
    """The resources served now: the built-in ones, and those that CustomResourceDefinitions add."""

    resources: list[Resource] = field(default_factory=list)
    by_path: dict[tuple[str, str, str], Resource] = field(default_factory=dict)
    by_kind: dict[tuple[str, str], Resource] = field(default_factory=dict)
    by_key: dict[str, Resource] = field(default_factory=dict)

    def add(self, resource: Resource) -> None:
        self.resources.append(resource)
        self.by_path[(resource.group, resource.version, resource.plural)] = resource
        self.by_kind.setdefault((resource.api_version, resource.kind), resource)
        self.by_key.setdefault(resource.key, resource)

    def remove(self, group: str, plural: str) -> None:
        kept = [known for known in self.resources if (known.group, known.plural) != (group, plural)]
        self.resources.clear()
        for index in (self.by_path, self.by_kind, self.by_key):
            index.clear()
        for resource in kept:
            self.add(resource)

    def find(self, group: str, version: str, plural: str) -> Resource | None:
        return self.by_path.get((group, version, plural))

    def of(self, obj: Object) -> Resource:
        return self.by_kind[(obj["apiVersion"], obj["kind"])]

    def group_versions(self) -> dict[str, list[str]]:
        """Groups in the order of discovery, each with its versions, the preferred one first."""
        found: dict[str, list[str]] = {}
        for resource in self.resources:
            versions = found.setdefault(resource.group, [])
            if resource.version not in versions:
                versions.append(resource.version)
        return found

    def within(self, group: str, version: str) -> Iterator[Resource]:
        return (known for known in self.resources if (known.group, known.version) == (group, version))


def catalog(resources: Iterable[Resource]) -> Catalog:
    made = Catalog()
    for resource in resources:
        made.add(resource)
    return made
