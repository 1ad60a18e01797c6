"""One change of an application, as it is asked of argocd."""

from dataclasses import dataclass

from ack_mcp_server.kube.command import Command
from ack_mcp_server.kube.writes.change import digest

_OURS = ("dry-run",)
_WAITING = ("sync", "rollback")


@dataclass(frozen=True, kw_only=True)
class Asked:
    command: Command
    cluster_id: str
    caller: str
    deployment: str = ""  # to which a rollback returns

    @property
    def word(self) -> str:
        return self.command.verb.name.rpartition(" ")[2]

    @property
    def application(self) -> str:
        return self.command.arguments[0]

    @property
    def place(self) -> list[str]:
        """Words that name the application for any verb."""
        own = self.command.value("app-namespace")
        return [self.application, *([f"--app-namespace={own}"] if own else [])]

    @property
    def waits(self) -> bool:
        return self.word in _WAITING and not self.command.has("async")

    @property
    def words(self) -> list[str]:
        """For argocd."""
        flags = [f"--{name}={value}" for name, value in self.command.flags if name not in _OURS]
        named = [self.deployment] if self.deployment else []
        agreed = ["--yes"] if self.word == "delete" else []
        return ["app", self.word, self.application, *named, *flags, *agreed]

    @property
    def binding(self) -> str:
        """What a plan is good for: this caller, cluster and command."""
        return digest([self.caller, self.cluster_id, *self.command.arguments, *self.words])
