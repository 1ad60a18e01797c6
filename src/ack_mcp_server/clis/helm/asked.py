"""One change of a release, as it is asked of helm."""

from dataclasses import dataclass, field

from ack_mcp_server.kube.command import Command
from ack_mcp_server.kube.writes.change import digest

_OURS = ("namespace", "dry-run")


@dataclass(frozen=True, kw_only=True)
class Asked:
    """`chart` are the words that name it for helm; `values` come by stdin, as JSON."""

    command: Command
    namespace: str
    cluster_id: str
    caller: str
    chart: tuple[str, ...] = ()
    values: bytes = field(default=b"", repr=False)
    revision: str = ""  # to which a rollback returns

    @property
    def word(self) -> str:
        return self.command.verb.name.removeprefix("helm ")

    @property
    def release(self) -> str:
        return self.command.arguments[0]

    def revision_after(self, current: int) -> str:
        """The revision that a rollback means: the one that is named, or the one before the current."""
        named = self.command.arguments[1:]
        return named[0] if named and int(named[0]) else str(current - 1)

    @property
    def words(self) -> list[str]:
        """For helm."""
        flags = [f"--{name}={value}" for name, value in self.command.flags if name not in _OURS]
        revision = [self.revision] if self.revision else []
        given = ["--values=-"] if self.values else []
        return [self.word, self.release, *revision, *self.chart, f"--namespace={self.namespace}", *flags, *given]

    @property
    def binding(self) -> str:
        """What a plan is good for: this caller, cluster, command and values."""
        return digest([self.caller, self.cluster_id, *self.words, self.values.decode()])
