"""The sizes of a workload as an answer: a table of what is asked for, used and advised, and how that was computed."""

from pydantic import Field

from ack_mcp_server.answers.answer import Answer
from ack_mcp_server.answers.marks import composed
from ack_mcp_server.answers.table import table

_HEADERS = (
    "CONTAINER", "RESOURCE", "REQUEST", "LIMIT", "NOW", "P50", "P95", "P99", "MAX",
    "ADVISED REQUEST", "ADVISED LIMIT", "KOORDINATOR",
)  # fmt: skip


class SizeReport(Answer):
    """Amounts as a manifest holds them; empty is unset or unknown."""

    container: str
    resource: str
    request: str = ""
    limit: str = ""
    now: str = Field("", description="Mean of the pods that run.")
    p50: str = ""
    p95: str = ""
    p99: str = ""
    max: str = ""
    advised_request: str = ""
    advised_limit: str = ""
    koordinator: str = Field("", description="Its target times 1.3.")
    throttled: float | None = Field(None, description="Share of CPU periods.")
    oom_killed: int = Field(0, description="Pods whose container ran out of memory.")
    restarts: int = 0
    how: str = ""

    def row(self) -> tuple[str, ...]:
        used = (self.now, self.p50, self.p95, self.p99, self.max)
        return (
            self.container, self.resource, self.request, self.limit, *used,
            self.advised_request, self.advised_limit, self.koordinator,
        )  # fmt: skip


def counted(replicas: int) -> str:
    return f"{replicas} replica{'s' * (replicas != 1)}"


class CostReport(Answer):
    cluster_id: str
    workload: str
    replicas: int
    history: str
    history_seconds: float
    sizes: tuple[SizeReport, ...]
    changes: tuple[str, ...] = Field((), description="What the advised requests free or add, for all replicas.")
    cpu_change_cores: float | None = None
    memory_change_gib: float | None = None
    koordinator: str = ""
    warnings: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    rules: str = ""

    def text(self) -> str:
        above = (f"{self.workload} in cluster {self.cluster_id}: {counted(self.replicas)}; {self.history}",)
        below = [f"not read, so nothing is said of it: {'; '.join(self.missing)}"] if self.missing else []
        return composed("\n".join(self._lines()), above=above, below=below)

    def _lines(self) -> list[str]:
        lines = [table(_HEADERS, (size.row() for size in self.sizes))]
        lines += [f"koordinator: {self.koordinator}"] if self.koordinator else []
        lines += [f"{s.container} {s.resource}: {_told(s)}" for s in self.sizes]
        lines += [f"({self.rules})"] if self.rules else []
        lines += list(self.changes)
        return [*lines, *(f"warning: {each}" for each in self.warnings)]


def _told(size: SizeReport) -> str:
    parts = [size.how]
    if size.throttled is not None:
        parts.append(f"throttled in {size.throttled:.0%} of periods")
    if size.resource == "memory":
        parts.append(f"restarts {size.restarts}, pods OOM-killed {size.oom_killed}")
    return "; ".join(part for part in parts if part)
