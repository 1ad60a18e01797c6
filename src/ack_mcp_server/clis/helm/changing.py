"""The way of a change of a release: previewed, judged by what it would make, approved, done once."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

from ack_mcp_server import record
from ack_mcp_server.asking import Ask
from ack_mcp_server.clis.helm.asked import Asked
from ack_mcp_server.clis.helm.preview import Preview, Previewing
from ack_mcp_server.clis.helm.runner import Runner
from ack_mcp_server.clis.helm.touching import touched_by
from ack_mcp_server.clis.judging import check_privileges, decided
from ack_mcp_server.errors import DeadlineExceeded, NotEnabled
from ack_mcp_server.kube.discovery import Catalog
from ack_mcp_server.kube.native.engine import Engine
from ack_mcp_server.kube.native.printed import Printed
from ack_mcp_server.kube.writes.approving import Approving, Proposal
from ack_mcp_server.kube.writes.change import Change
from ack_mcp_server.kube.writes.plans import Plans
from ack_mcp_server.kube.writes.rules import Decision, Rule, rules_of
from ack_mcp_server.settings import Settings

_ALWAYS_SHOWN = ("uninstall", "rollback")


@dataclass
class Changing:
    """Lives as long as the server. To its rules a release is of the kind releases.helm.sh."""

    settings: Settings
    engine: Engine
    plans: Plans
    redact: Callable[[dict[str, Any]], dict[str, Any]]
    _rules: tuple[Rule, ...] = field(init=False)
    _approving: Approving = field(init=False)

    def __post_init__(self) -> None:
        self._rules = rules_of(self.settings.write_policy)
        self._approving = Approving(self.plans, self.settings.require_elicitation)

    async def run(self, asked: Asked, runner: Runner, ask: Ask, plan_id: str) -> Printed:
        """Raises AckError."""
        kubeconfig = runner.access.kubeconfig
        if kubeconfig is None:
            raise NotEnabled(
                "this server only reads with a kubeconfig that needs a program or a proxy",
                next_step="Give it one with a token or a client certificate.",
            )
        previewing = Previewing(runner, self.redact)
        preview = await previewing.of(asked)
        check_privileges(preview.made, self.settings, "Set the chart's values otherwise")
        if asked.command.has("dry-run"):
            return Printed([f"{preview.text}\n"], heading=("nothing is changed: this is a rehearsal",))
        record.current().decision = "write"
        if self._decision(asked, preview, await self.engine.catalog(kubeconfig)) is Decision.ASK or plan_id:
            told = await self._approving.approved(_proposal(asked, preview), ask, plan_id)
            if told is not None:
                return told
        return await _done(replace(asked, revision=preview.revision), runner)

    def _decision(self, asked: Asked, preview: Preview, catalog: Catalog) -> Decision:
        change = Change(
            command=asked.command,
            cluster_id=asked.cluster_id,
            caller=asked.caller,
            touched=touched_by(asked, preview, catalog),
        )
        decision = decided(self._rules, change, asked.release)
        shown_first = asked.word in _ALWAYS_SHOWN or asked.command.has("force")
        removes = preview.removes and self.settings.write_policy != "direct"
        return Decision.ASK if shown_first or removes else decision


def _proposal(asked: Asked, preview: Preview) -> Proposal:
    title = f"{asked.command.verb.name} on {asked.release} in namespace {asked.namespace} of {asked.cluster_id}"
    return Proposal(title=title, text=preview.text, binding=asked.binding, fingerprint=preview.fingerprint)


async def _done(asked: Asked, runner: Runner) -> Printed:
    printed = await runner.change(asked.words, asked.values)
    if printed.ended:
        raise DeadlineExceeded(
            f"{asked.command.verb.name} was {printed.ended}; whether it was done, or a part of it, is not known",
            next_step="Look with status and history before anything is repeated.",
        )
    step = f"status {asked.release} -n {asked.namespace} shows the release."
    return printed if printed.exit_code or asked.word in ("uninstall", "test") else replace(printed, remarks=(step,))
