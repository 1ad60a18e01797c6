"""Which entries are wanted, as values and as a search."""

from dataclasses import dataclass

from ack_mcp_server.errors import NotEnabled
from ack_mcp_server.identifiers import shown
from ack_mcp_server.services.audit import kinds
from ack_mcp_server.services.audit.entries import AuditEntry
from ack_mcp_server.services.sls import search
from ack_mcp_server.services.sls.search import Search
from ack_mcp_server.settings import Settings


@dataclass(frozen=True, kw_only=True)
class AuditFilter:
    """What is empty is not asked for. `name` may end with `*`; `user` is found by its words, so that `ci` finds
    `system:serviceaccount:shop:ci`. `failed` wants answers of 400 and above; `writes` what may have changed something.
    """

    namespaces: tuple[str, ...] = ()
    verbs: tuple[str, ...] = ()
    resources: tuple[str, ...] = ()
    name: str = ""
    user: str = ""
    failed: bool = False
    writes: bool = False
    denied: tuple[str, ...] = ()  # resources that the operator keeps from this server

    @classmethod
    def of(
        cls, settings: Settings, *, namespace: str, verbs: list[str], resources: list[str], name: str, user: str
    ) -> "AuditFilter":
        """What a caller asks for, within what the operator allows. Raises InvalidInput, NotEnabled."""
        denied = tuple(kinds.resource(kind) for kind in settings.deny_kinds)
        wanted = tuple(dict.fromkeys(kinds.resource(word) for word in kinds.split(resources)))
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
            search.any_of(search.field("objectRef.resource", each) for each in self.resources),
            *([search.field_or_prefix("objectRef.name", self.name)] if self.name else []),
            *([search.field_or_prefix("user.username", self.user)] if self.user else []),
            *([search.number("responseStatus.code", ">=", 400)] if self.failed else []),
            *([search.negated(_reads())] if self.writes else []),
            *(search.negated(search.field("objectRef.resource", each)) for each in self.denied),
        ]
        found = search.all_of(parts)
        search.check_size(found)
        return found

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


def _reads() -> Search:
    return search.any_of(search.field("verb", each) for each in sorted(kinds.READS))
