"""What the metrics API says of nodes and pods."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from ack_mcp_server.errors import UnexpectedAnswer
from ack_mcp_server.kube.discovery import Resource
from ack_mcp_server.kube.native.asked import Asked, Json
from ack_mcp_server.kube.native.order import places_in_order
from ack_mcp_server.kube.native.pages import one
from ack_mcp_server.kube.native.quantities import BILLION, billionths, rounded_up
from ack_mcp_server.kube.native.refusal import Refusal
from ack_mcp_server.kube.native.requests import selection
from ack_mcp_server.kube.native.said import NotUnderstood, UsageError

GROUP = "metrics.k8s.io"
VERSIONS = ("v1", "v1beta1")
NOT_YET = "error: metrics not available yet"
_NONE = "error: Metrics API not available"
_MILLI, _MIB = BILLION // 1000, 1024 * 1024


@dataclass(frozen=True, slots=True)
class Use:
    """In billionths of a core and of a byte, so that sums are exact."""

    cpu: int = 0
    memory: int = 0

    @classmethod
    def of(cls, quantities: Json | None) -> "Use":
        """Raises ValueError."""
        found = quantities or {}
        return cls(billionths(found.get("cpu", "0")), billionths(found.get("memory", "0")))

    @classmethod
    def sum(cls, uses: Iterable["Use"]) -> "Use":
        cpu = memory = 0
        for use in uses:
            cpu, memory = cpu + use.cpu, memory + use.memory
        return cls(cpu, memory)

    @property
    def millicores(self) -> int:
        return rounded_up(self.cpu, _MILLI)

    @property
    def bytes(self) -> int:
        return rounded_up(self.memory, BILLION)

    @property
    def cells(self) -> list[str]:
        return [f"{self.millicores}m", f"{self.bytes // _MIB}Mi"]


@dataclass(frozen=True, slots=True)
class Measured:
    """A node, a pod or a container."""

    name: str
    use: Use
    namespace: str = ""
    parts: tuple["Measured", ...] = ()


def in_order(measured: list[Measured], sort_by: str, *, with_namespace: bool = False) -> list[Measured]:
    """As kubectl sorts them: the heaviest first, or by name."""
    keys: dict[str, list[Any]] = {
        "cpu": [-one.use.millicores for one in measured],
        "memory": [-one.use.bytes for one in measured],
    }
    names = [(one.namespace if with_namespace else "", one.name) for one in measured]
    return [measured[place] for place in places_in_order(keys.get(sort_by) or names)]


def check(asked: Asked, name: str, *, selectors: tuple[str, ...], told: str) -> None:
    """Raises UsageError."""
    if asked.command.value("sort-by") not in ("", "cpu", "memory"):
        raise UsageError("error: --sort-by accepts only cpu or memory")
    if name and any(asked.command.value(selector) for selector in selectors):
        raise UsageError(f"error: only one of NAME or {told} can be provided")


async def measured_items(asked: Asked, plural: str, name: str) -> list[Json]:
    """Raises UsageError where there is no metrics API, Refusal, NotUnderstood, AckError."""
    resource = await _resource(asked, plural)
    path = resource.path("" if asked.everywhere else asked.namespace, name)
    query = {} if name else selection(asked)
    try:
        content = (await one(asked, path, query, "application/json", small=True)).content
    except Refusal as exc:
        if exc.code == 400 and query:
            raise NotUnderstood from exc  # kubectl reads selectors itself, and says so in other words
        raise
    return [content] if name else list(content.get("items") or ())


async def _resource(asked: Asked, plural: str) -> Resource:
    for again in (False, True):
        if again and not await asked.kinds.refreshed():
            break
        found = [r for r in (await asked.kinds.now()).resources if (r.group, r.plural) == (GROUP, plural)]
        for version in VERSIONS:
            if match := next((r for r in found if r.version == version), None):
                return match
    raise UsageError(_NONE)


def unreadable(exc: Exception) -> UnexpectedAnswer:
    return UnexpectedAnswer(
        f"what the metrics API said could not be read ({type(exc).__name__})",
        next_step="Check the metrics server with get pods -n kube-system.",
    )
