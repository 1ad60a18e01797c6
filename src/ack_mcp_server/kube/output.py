"""What a command printed, as an answer: clean, within the budget, and honest about what is missing."""

import re
from collections.abc import Sequence

from ack_mcp_server.answers.answer import Answer
from ack_mcp_server.answers.budget import MAX_BYTES, fit
from ack_mcp_server.answers.clean import clean
from ack_mcp_server.errors import CommandFailed, DeadlineExceeded
from ack_mcp_server.kube.process import Outcome

_NOTHING = "(no output)"
_NARROW = "Narrow it with a namespace, a name, -l, --tail or --since."


# kubectl has no channel but its text; the reason in brackets is the API server's own word.
_REASON = re.compile(r"^Error from server \((\w+)\)", re.MULTILINE)
_NOT_LOGGED_IN = "error: You must be logged in to the server"
_UNREACHABLE = ("Unable to connect to the server", "The connection to the server")

_STEPS = {
    "Unauthorized": "The cluster does not know this identity (any more). Try again; if it lasts, check the kubeconfig.",
    "Forbidden": "Have the RBAC role that allows it granted; auth can-i --list shows what is allowed now.",
    "NotFound": "List what there is with get, in this namespace or with -A.",
    "TooManyRequests": "Wait some seconds, then try again.",
    "InternalError": "Try again in a while; the API server failed.",
    "ServiceUnavailable": "Try again in a while; the API server, or one behind it, is not available.",
    "Unreachable": "The API server could not be reached: check its endpoint, the network and its certificate.",
}


def reason_of(stderr: str) -> str:
    """Why the API server refused, as it says; `Unreachable` when it was not reached; empty for anything else."""
    if found := _REASON.search(stderr):
        return found.group(1)
    if _NOT_LOGGED_IN in stderr:
        return "Unauthorized"
    return "Unreachable" if any(words in stderr for words in _UNREACHABLE) else ""


class CommandOutput(Answer):
    """What kubectl printed. `notes` say what a reader must know about it."""

    stdout: str
    stderr: str = ""
    notes: tuple[str, ...] = ()

    def text(self) -> str:
        out, err = self.stdout.rstrip("\n"), self.stderr.rstrip("\n")
        said = [out, f"[kubectl also said: {err}]"] if out and err else [out or err or _NOTHING]
        return "\n".join([*said, *self.notes])


def output_of(outcome: Outcome, limit: int | None = MAX_BYTES, *, endless: bool = False) -> CommandOutput:
    """Raises CommandFailed with both streams when the exit code is not zero, and DeadlineExceeded when nothing came in
    time; a command that is `endless` by nature (a watch) may have had nothing to say."""
    stdout, cut = fit(clean(outcome.stdout), how=_NARROW, limit=limit or len(outcome.stdout) + 1)
    stderr, _ = fit(clean(outcome.stderr), how="", limit=4000)
    if outcome.exit_code:
        parts = (f"kubectl ended with exit code {outcome.exit_code}", stderr.strip(), stdout.strip(), cut)
        raise CommandFailed(
            "\n".join(part for part in parts if part),
            next_step=_STEPS.get(reason_of(stderr), "Correct the command by what kubectl says above."),
        )
    if outcome.ended and not stdout.strip() and not endless:
        raise DeadlineExceeded(
            f"kubectl was {outcome.ended} without having printed anything\n{stderr.strip()}".strip(),
            next_step="Ask for less, or try again; if it lasts, the API server or the way to it is slow.",
        )
    what_came = "this is what came" if stdout.strip() else "nothing came"
    notes = tuple(note for note in (cut, f"[{outcome.ended}; {what_came}]" if outcome.ended else "") if note)
    return CommandOutput(stdout=stdout, stderr=stderr, notes=notes)


def joined(namespaces: Sequence[str], outputs: Sequence[CommandOutput]) -> CommandOutput:
    """One namespace after the other, each under its name when there are several."""
    if len(outputs) == 1:
        return outputs[0]
    parts = [f"# namespace {name}\n{output.text()}\n" for name, output in zip(namespaces, outputs, strict=True)]
    text, cut = fit("".join(parts), how=_NARROW)
    return CommandOutput(stdout=text, notes=(cut,) if cut else ())
