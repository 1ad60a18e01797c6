"""Which entries are wanted, as values and as a search."""

from dataclasses import dataclass

from ack_mcp_server.errors import NotEnabled
from ack_mcp_server.identifiers import shown
from ack_mcp_server.services.audit import kinds
from ack_mcp_server.services.audit.entries import AuditEntry
from ack_mcp_server.services.sls import search
from ack_mcp_server.services.sls.search import Search
from ack_mcp_server.settings import Settings

_STATUS = search.field("objectRef.subresource", "status")


@dataclass(frozen=True, kw_only=True)
class AuditFilter:
    """What is empty is not asked for. `resources` may have subresources, as `kinds.asked` writes them. `name` may end
    with `*`; `user` is found by its words, so that `ci` finds `system:serviceaccount:shop:ci`. `besides`: resources of
    any name, wanted as those are that `resources` and `name` tell. `failed` wants answers of 400 and above; `writes`
    what may have changed something, without the statuses that controllers write.
    """

    namespaces: tuple[str, ...] = ()
    verbs: tuple[str, ...] = ()
    resources: tuple[str, ...] = ()
    name: str = ""
    user: str = ""
    failed: bool = False
    writes: bool = False
    besides: tuple[str, ...] = ()
    denied: tuple[str, ...] = ()  # resources that the operator keeps from this server

    @classmethod
    def of(
        cls, settings: Settings, *, namespace: str, verbs: list[str], resources: list[str], name: str, user: str
    ) -> "AuditFilter":
        """What a caller asks for, within what the operator allows. Raises InvalidInput, NotEnabled."""
        denied = tuple(kinds.resource(kind) for kind in settings.deny_kinds)
        wanted = tuple(dict.fromkeys(kinds.asked(word) for word in kinds.split(resources)))
        if beyond := [word for word in wanted if kinds.is_among(word, denied)]:
            raise NotEnabled(f"{beyond[0]} are not touched by this server", next_step="An operator sets --deny-kinds.")
        return cls(
            namespaces=allowed_namespaces(settings, namespace),
            verbs=tuple(map(kinds.verb, kinds.split(verbs))),
            resources=wanted,
            name=name.strip(),
            user=user.strip(),
            denied=denied,
        )

    def search(self) -> Search:
        """Raises InvalidInput."""
        parts = [
            search.any_of(search.field("objectRef.namespace", each) for each in self.namespaces),
            search.any_of(search.field("verb", each) for each in self.verbs),
            *self._objects(),
            *([search.field_or_prefix("user.username", self.user)] if self.user else []),
            *([search.number("responseStatus.code", ">=", 400)] if self.failed else []),
            *([search.negated(_reads()), search.negated(_STATUS)] if self.writes else []),
            *(search.negated(search.field("objectRef.resource", each)) for each in self._denied_of_these),
        ]
        found = search.all_of(parts)
        search.check_size(found)
        return found

    @property
    def _denied_of_these(self) -> tuple[str, ...]:
        """All of them where no resource is named: SLS takes few conditions."""
        asked = self.resources + self.besides
        of_any = not asked or any(each.startswith("/") for each in asked)
        return tuple(each for each in self.denied if of_any or kinds.is_among(each, asked))

    def _objects(self) -> list[Search]:
        of_name = [search.field_or_prefix("objectRef.name", self.name)] if self.name else []
        those = [_any_resource(self.resources), *of_name]
        if not self.besides:
            return those
        together = search.all_of(those)
        return [search.any_of([Search(f"({together})", together.conditions), _any_resource(self.besides)])]

    def allows(self, entry: AuditEntry) -> bool:
        """Whether an entry is within the operator's bounds, which do not hang on how an index finds words."""
        if kinds.is_among(entry.resource, self.denied):
            return False
        return not self.namespaces or entry.namespace in self.namespaces


def allowed_namespaces(settings: Settings, namespace: str) -> tuple[str, ...]:
    """Those to look into; empty means all. Raises NotEnabled."""
    wanted = namespace.strip()
    if not settings.namespaces:
        return (wanted,) if wanted else ()
    if wanted and wanted not in settings.namespaces:
        raise NotEnabled(
            f"namespace {shown(wanted)} is beyond what this server may reach",
            next_step=f"Use one of {', '.join(settings.namespaces)}.",
        )
    return (wanted,) if wanted else settings.namespaces


def _any_resource(resources: tuple[str, ...]) -> Search:
    return search.any_of(map(_resource, resources))


def _resource(word: str) -> Search:
    """In parentheses where it is two conditions."""
    resource, _, subresource = word.partition("/")
    if not subresource:
        return search.field("objectRef.resource", resource)
    of_any = search.field("objectRef.subresource", subresource)
    if not resource:
        return of_any
    both = search.all_of([search.field("objectRef.resource", resource), of_any])
    return Search(f"({both})", both.conditions)


def _reads() -> Search:
    return search.any_of(search.field("verb", each) for each in sorted(kinds.READS))
