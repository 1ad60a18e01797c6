"""Runs one kubectl command for a caller, and says what came of it."""

from ack_mcp_server import record
from ack_mcp_server.answers.answer import Answer
from ack_mcp_server.answers.budget import fit
from ack_mcp_server.answers.clean import clean
from ack_mcp_server.errors import CommandFailed
from ack_mcp_server.kube.access import KubeAccess
from ack_mcp_server.kube.parse import parse
from ack_mcp_server.kube.policy import judge
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


async def run_command(text: str, cluster_id: str, reach: Reach, access: KubeAccess) -> CommandOutput:
    """Raises AckError; a non-zero exit is CommandFailed with both streams."""
    call = record.current()
    call.decision = "refuse"
    command = parse(text)
    call.target = command.target
    judge(command, allow_write=reach.settings.allow_write)
    call.decision = "read"
    kubeconfig = await access.file_for(cluster_id, reach)
    outcome = await run_kubectl(
        command.argv, kubeconfig=kubeconfig, home=access.scratch.home, timeout_s=reach.settings.kubectl_timeout
    )
    return _answer(outcome)


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
