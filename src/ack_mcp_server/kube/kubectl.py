"""Runs one kubectl command for a caller, and says what came of it."""

from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory

from ack_mcp_server import record
from ack_mcp_server.answers.answer import Answer
from ack_mcp_server.answers.budget import fit
from ack_mcp_server.answers.clean import clean
from ack_mcp_server.errors import CommandFailed, NotEnabled
from ack_mcp_server.kube.command import parse
from ack_mcp_server.kube.kubeconfig import local_kubeconfig
from ack_mcp_server.kube.process import Outcome, run_kubectl
from ack_mcp_server.services.reach import Reach

_NOTHING = "(no output)"


class CommandOutput(Answer):
    """What kubectl printed. `notes` say what a reader must know about it."""

    stdout: str
    stderr: str = ""
    notes: tuple[str, ...] = ()

    def text(self) -> str:
        return "\n".join([self.stdout.rstrip("\n") or self.stderr.rstrip("\n") or _NOTHING, *self.notes])


@dataclass
class Kubectl:
    """Lives as long as the server; its private home holds kubectl's discovery cache and nothing of the operator's."""

    _home: TemporaryDirectory[str] | None = field(default=None, init=False)

    async def run(self, text: str, cluster_id: str, reach: Reach) -> CommandOutput:
        """Raises AckError; a non-zero exit is CommandFailed with both streams."""
        call = record.current()
        call.decision = "refuse"
        command = parse(text, allow_write=reach.settings.allow_write)
        call.verb, call.target, call.decision = command.verb, command.target, "read"
        _check_cluster(reach, cluster_id)
        outcome = await run_kubectl(
            command.argv,
            kubeconfig=local_kubeconfig(reach.settings),
            home=self._directory(),
            timeout_s=reach.settings.kubectl_timeout,
        )
        return _answer(outcome)

    def _directory(self) -> Path:
        if self._home is None:
            self._home = TemporaryDirectory(prefix="ack-mcp-server-")
        return Path(self._home.name)

    def close(self) -> None:
        if self._home is not None:
            self._home.cleanup()
            self._home = None


def _check_cluster(reach: Reach, cluster_id: str) -> None:
    if reach.account.identity.brings_key:
        raise NotEnabled(
            "a request with credentials of its own does not use the server's kubeconfig",
            next_step="Leave the X-Aliyun headers out for ack_kubectl.",
        )
    reach.is_local(cluster_id)


def _answer(outcome: Outcome) -> CommandOutput:
    stdout, cut = fit(clean(outcome.stdout), how="Narrow it with a namespace, a name, -l, --tail or --since.")
    stderr, _ = fit(clean(outcome.stderr), how="", limit=4000)
    if outcome.exit_code:
        raise CommandFailed(
            f"kubectl ended with exit code {outcome.exit_code}\n{stderr.strip()}\n{stdout.strip()}".strip(),
            next_step="Correct the command by what kubectl says above.",
        )
    notes = tuple(note for note in (cut, f"[{outcome.ended}; this is what came]" if outcome.ended else "") if note)
    return CommandOutput(stdout=stdout, stderr=stderr, notes=notes)
