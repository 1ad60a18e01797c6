"""The way of a change of an application: previewed, judged by what it would make, always shown first, done once."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace

from ack_mcp_server import record
from ack_mcp_server.asking import Ask
from ack_mcp_server.clis.argocd.asked import Asked
from ack_mcp_server.clis.argocd.preview import Preview, Previewing
from ack_mcp_server.clis.argocd.runner import Runner
from ack_mcp_server.clis.documents import Json
from ack_mcp_server.clis.judging import check_privileges, decided
from ack_mcp_server.clis.touching import touched_in
from ack_mcp_server.errors import DeadlineExceeded, NotEnabled
from ack_mcp_server.kube.discovery import Catalog
from ack_mcp_server.kube.native.engine import Engine
from ack_mcp_server.kube.native.printed import Printed
from ack_mcp_server.kube.writes.approving import Approving, Proposal
from ack_mcp_server.kube.writes.change import Change, Touched
from ack_mcp_server.kube.writes.plans import Plans
from ack_mcp_server.kube.writes.rules import Rule, rules_of
from ack_mcp_server.settings import Settings

_GROUP, _KIND = "argoproj.io", "Application"


@dataclass
class Changing:
    """Lives as long as the server."""

    settings: Settings
    engine: Engine
    plans: Plans
    redact: Callable[[Json], Json]
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
        preview = await Previewing(runner, self.redact).of(asked)
        check_privileges(preview.made, self.settings, "Have it changed in Git")
        if asked.command.has("dry-run"):
            return Printed([f"{preview.text}\n"], heading=("nothing is changed: this is a rehearsal",))
        record.current().decision = "write"
        decided(self._rules, _change(asked, preview, await self.engine.catalog(kubeconfig)), asked.application)
        told = await self._approving.approved(_proposal(asked, preview), ask, plan_id)
        if told is not None:
            return told
        return await _done(replace(asked, deployment=preview.deployment), runner)


def _change(asked: Asked, preview: Preview, catalog: Catalog) -> Change:
    return Change(
        command=asked.command,
        cluster_id=asked.cluster_id,
        caller=asked.caller,
        touched=tuple(_touched(preview, catalog)),
    )


def _touched(preview: Preview, catalog: Catalog) -> Iterator[Touched]:
    application = preview.application
    yield touched_in(catalog, _GROUP, _KIND, application.namespace, application.name)
    for each in preview.touched:
        yield touched_in(catalog, each.group, each.kind, each.namespace, each.name)


def _proposal(asked: Asked, preview: Preview) -> Proposal:
    where = f"in namespace {preview.application.namespace} of {asked.cluster_id}"
    title = f"{asked.command.verb.name} on {preview.application.name} {where}"
    return Proposal(title=title, text=preview.text, binding=asked.binding, fingerprint=preview.fingerprint)


async def _done(asked: Asked, runner: Runner) -> Printed:
    printed = await runner.change(asked.words, waits=asked.waits)
    if printed.ended:
        raise DeadlineExceeded(
            f"{asked.command.verb.name} was {printed.ended}; whether it was done, or goes on, is not known",
            next_step="Look with app get before anything is repeated.",
        )
    step = f"app get {' '.join(asked.place)} shows the application."
    return printed if printed.exit_code or asked.word == "delete" else replace(printed, remarks=(step,))
