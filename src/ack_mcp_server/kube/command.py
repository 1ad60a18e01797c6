"""One kubectl command as a typed request: read once, and rendered to an argument list of our own making."""

from dataclasses import dataclass

from ack_mcp_server.kube.table.model import Verb


@dataclass(frozen=True, kw_only=True)
class Command:
    """`flags` hold canonical names in the order given; a switch's value is "true" or "false"."""

    verb: Verb
    arguments: tuple[str, ...]
    flags: tuple[tuple[str, str], ...]
    tail: tuple[str, ...] = ()  # what `exec` runs: the words after `--`

    @property
    def argv(self) -> list[str]:
        """For kubectl. No argument begins with a dash, so none can be read as a flag."""
        ours = {flag.name for flag in self.verb.flags if flag.ours}
        theirs = (f"--{name}={value}" for name, value in self.flags if name not in ours)
        return [*self.verb.name.split(), *self.arguments, *theirs, *(("--", *self.tail) if self.tail else ())]

    @property
    def target(self) -> str:
        """What the command is about, for the log: a kind or kind/name."""
        if len(self.arguments) > 1 and "/" not in self.arguments[0]:
            return f"{self.arguments[0]}/{self.arguments[1]}"
        return self.arguments[0] if self.arguments else "-"

    def value(self, name: str) -> str:
        """Of a flag; empty when it was not given."""
        return next((value for flag, value in self.flags if flag == name), "")

    def has(self, name: str) -> bool:
        """Whether a switch is on."""
        return self.value(name) == "true"

    @property
    def is_endless(self) -> bool:
        """Whether it goes on until somebody stops it."""
        return any(self.has(name) for name in ("watch", "watch-only", "follow")) or self.verb.name == "wait"

    @property
    def namespace(self) -> str:
        return self.value("namespace")
