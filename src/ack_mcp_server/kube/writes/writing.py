"""The way of a change: judged, shown where the rules say so, approved by a person or by a second call, done once."""

import asyncio
import re
from collections.abc import Awaitable, Sequence
from dataclasses import dataclass, field, replace
from typing import TypeVar

from ack_mcp_server import record
from ack_mcp_server.asking import Ask
from ack_mcp_server.errors import DeadlineExceeded, InvalidInput, NotEnabled
from ack_mcp_server.identifiers import shown
from ack_mcp_server.kube.access import Access
from ack_mcp_server.kube.bounds import Bounds
from ack_mcp_server.kube.command import Command
from ack_mcp_server.kube.native.asked import Asked
from ack_mcp_server.kube.native.printed import Printed
from ack_mcp_server.kube.processes import Processes
from ack_mcp_server.kube.table.model import Grammar
from ack_mcp_server.kube.writes.approving import Approving, Proposal
from ack_mcp_server.kube.writes.change import Change, Touched
from ack_mcp_server.kube.writes.manifests import Document, read_manifest, read_patch, render, render_value
from ack_mcp_server.kube.writes.plans import Plans
from ack_mcp_server.kube.writes.pods import privileges_in_patch, privileges_of
from ack_mcp_server.kube.writes.preview import Previews
from ack_mcp_server.kube.writes.remaining import how_to_go_on
from ack_mcp_server.kube.writes.rules import Decision, Rule, decide, refused, rules_of
from ack_mcp_server.kube.writes.touching import as_they_are, named_by
from ack_mcp_server.settings import Settings

T = TypeVar("T")

_NO_ANSWER = re.compile(
    r"\bEOF\b|connection reset|connection lost|deadline exceeded|request timed out|i/o timeout"
    r"|^Unable to connect|^Error from server \((Timeout|ServerTimeout|InternalError)\)"
)
_COUNT = re.compile(r"0|[1-9][0-9]{0,8}")
_LOOK = "Look with get or events before anything is repeated."


@dataclass(frozen=True)
class Approval:
    """How this call can be approved: by a person (`ask`), or because it names a plan."""

    ask: Ask
    plan_id: str = ""


@dataclass
class Writing:
    """Lives as long as the server."""

    settings: Settings
    processes: Processes
    previews: Previews
    plans: Plans
    _rules: tuple[Rule, ...] = field(init=False)

    def __post_init__(self) -> None:
        self._rules = rules_of(self.settings.write_policy)

    async def run(self, asked: Asked, access: Access, manifest: str, approval: Approval) -> Printed:
        """Raises AckError; Refusal and UsageError as reads do."""
        change = await self._change(asked, access, manifest)
        if change.is_rehearsal:
            return await self._done(change, access)
        decision = decide(self._rules, change)
        if decision is Decision.REFUSE:
            raise NotEnabled(
                f"the rules of this server refuse {change.verb} on {_named(refused(self._rules, change))}",
                next_step="Its operator wrote them (--write-policy); describe the change to them.",
            )
        if decision is Decision.ASK or approval.plan_id:
            told = await self._approved(change, asked, access, approval)
            if told is not None:
                return told
        return await self._done(change, access)

    async def _change(self, asked: Asked, access: Access, manifest: str) -> Change:
        record.current().decision = "refuse"
        command = _with_plain_patch(asked.command)
        _check_count(command)
        documents = _documents(command, manifest)
        named = await self._in_time(named_by(asked, documents))
        bounds = Bounds.of(self.settings)
        for touched in named:
            bounds.check_change(touched.resource, touched.namespace)
        self._check_privileges(command, documents)
        change = Change(
            command=command,
            cluster_id=access.cluster_id,
            caller=access.key[0],
            touched=await self._in_time(as_they_are(asked, named, to_be_named=bool(documents))),
            documents=render(documents).encode() if documents else b"",
        )
        record.current().decision = "write"
        return change

    async def _in_time(self, looking: Awaitable[T]) -> T:
        """For what looks and changes nothing."""
        try:
            async with asyncio.timeout(self.settings.kubectl_timeout):
                return await looking
        except TimeoutError as exc:
            raise DeadlineExceeded(
                f"the API server gave no whole answer in {self.settings.kubectl_timeout:g} s; nothing was changed",
                next_step="Try again; if it lasts, the API server or the way to it is slow.",
            ) from exc

    def _check_privileges(self, command: Command, documents: Sequence[Document]) -> None:
        asked_for = [wish for document in documents for wish in privileges_of(document.body)]
        if patch := command.value("patch"):
            asked_for += privileges_in_patch(read_patch(patch), command.arguments[0])
        if asked_for and not self.settings.allow_privileged:
            raise NotEnabled(
                f"pods that ask for {', '.join(dict.fromkeys(asked_for))} are not made by this server",
                next_step="Leave it out; an operator may start the server with --allow-privileged.",
            )

    async def _approved(self, change: Change, asked: Asked, access: Access, approval: Approval) -> Printed | None:
        """None when it may be done; otherwise what to tell."""
        record.current().decision = "ask"
        text = await self._in_time(self.previews.of(change, asked, access))
        proposal = Proposal(
            title=f"{change.verb} on {_named(change.touched)}",
            where=f" in {change.cluster_id}",
            text=text,
            binding=change.binding,
            fingerprint=change.fingerprint(text),
        )
        approving = Approving(self.plans, only_people=self.settings.require_elicitation)
        return await approving.approved(proposal, approval.ask, approval.plan_id)

    async def _done(self, change: Change, access: Access) -> Printed:
        printed = await self.processes.run(change.argv(), access, change.documents)
        why = printed.ended or (_lost_answer(printed) if change.verb != "exec" else "")
        if why:
            raise DeadlineExceeded(
                f"{change.verb} was {why}; whether it was done, or a part of it, is not known\n"
                f"{printed.stdout}{printed.stderr}".strip(),
                next_step=_LOOK,
            )
        return printed if change.is_rehearsal else replace(printed, remarks=_follow_up(change, printed))


def _lost_answer(printed: Printed) -> str:
    """kubectl tells in many words that an answer did not come, and in no other way."""
    lost = printed.exit_code and any(_NO_ANSWER.search(line) for line in printed.complaints)
    return "sent, and the API server's answer did not come" if lost else ""


def _documents(command: Command, manifest: str) -> tuple[Document, ...]:
    grammar = command.verb.grammar
    if grammar is Grammar.MANIFEST or (grammar is Grammar.RESOURCES_OR_MANIFEST and not command.arguments):
        if not manifest.strip():
            raise InvalidInput(
                f"{command.verb.name} has no manifest", next_step="Send the objects in the argument manifest."
            )
        return _in_namespace(command, read_manifest(manifest))
    if manifest:
        raise InvalidInput(f"{command.verb.name} {' '.join(command.arguments)} takes no manifest",
                           next_step="Leave it out, or use apply.")  # fmt: skip
    return ()


def _in_namespace(command: Command, documents: tuple[Document, ...]) -> tuple[Document, ...]:
    """kubectl refuses a document of another namespace than its -n; so it is told before anything is asked."""
    for document in documents:
        if command.namespace and document.namespace not in ("", command.namespace):
            raise InvalidInput(
                f"document {document.index} is of namespace {shown(document.namespace)}, the command of "
                f"{command.namespace}",
                next_step="Leave -n out, or the documents of other namespaces.",
            )
    return documents


def _with_plain_patch(command: Command) -> Command:
    """The patch as it was judged: kubectl reads `y` as true where other readers do not."""
    if not command.value("patch"):
        return command
    patch = render_value(read_patch(command.value("patch")))
    return replace(command, flags=tuple((name, patch if name == "patch" else value) for name, value in command.flags))


def _check_count(command: Command) -> None:
    """kubectl reads 00, 0x0 and -0 as none, and 010 as eight."""
    count = command.value("replicas")
    if count and not _COUNT.fullmatch(count):
        raise InvalidInput(f"--replicas={shown(count)} is no plain number", next_step="Write it as in --replicas=3.")


def _named(objects: Sequence[Touched]) -> str:
    names = [touched.title for touched in objects]
    return ", ".join(names[:5]) + (f" and {len(names) - 5} more" if len(names) > 5 else "")


_ROLLED_OUT = ("set image", "set env", "set resources", "rollout restart", "rollout undo", "rollout resume", "scale")
_WORKLOADS = ("deployments.apps", "statefulsets.apps", "daemonsets.apps")


def _follow_up(change: Change, printed: Printed) -> tuple[str, ...]:
    if printed.exit_code:
        return _after_failure(change, printed) if len(change.touched) > 1 else ()
    workload = next((touched for touched in change.touched if touched.resource.label in _WORKLOADS), None)
    if workload is None or change.verb not in (*_ROLLED_OUT, "apply", "patch", "create", "replace"):
        return ()
    where = f"{workload.resource.group_kind.partition('.')[0]}/{workload.name} -n {workload.namespace}"
    return (f"rollout status {where} tells when it has taken effect.",)


def _after_failure(change: Change, printed: Printed) -> tuple[str, ...]:
    told = how_to_go_on(change.touched, printed.stdout) if change.documents else ""
    return (told or f"A part of it may have been done. {_LOOK}",)
