"""What was shown of a change is approved: by a person who is asked, or by a second call that names its plan."""

from dataclasses import dataclass

from ack_mcp_server import record
from ack_mcp_server.asking import Ask, Verdict
from ack_mcp_server.errors import Conflict, NotEnabled
from ack_mcp_server.kube.native.printed import Printed
from ack_mcp_server.kube.writes.plans import GOOD_FOR, Plans

_DECLINED = "Nothing was changed: the person who was asked did not agree.\n"


@dataclass(frozen=True, kw_only=True)
class Proposal:
    """`text` is what is shown; `binding` what a plan of it is good for; `fingerprint` stays the same exactly while the
    same would happen. A person who is asked is also told `where`."""

    title: str
    text: str
    binding: str
    fingerprint: str
    where: str = ""


@dataclass(frozen=True)
class Approving:
    """`only_people` says that a second call is not enough."""

    plans: Plans
    only_people: bool

    async def approved(self, proposal: Proposal, ask: Ask, plan_id: str) -> Printed | None:
        """None when it may be done; otherwise what to tell. Raises AckError."""
        record.current().decision = "ask"
        if plan_id:
            self._check(proposal, plan_id)
            return None
        verdict = await ask(f"{proposal.title}{proposal.where}\n\n{proposal.text}", proposal.fingerprint)
        if verdict is Verdict.ACCEPTED:
            return None
        if verdict is Verdict.DECLINED:
            return Printed([_DECLINED])
        if self.only_people:
            raise NotEnabled(
                "this server changes things only where a person can be asked, and this client cannot ask one",
                next_step="Use a client with elicitation, or describe the change to a person.",
            )
        return self._planned(proposal)

    def _check(self, proposal: Proposal, plan_id: str) -> None:
        if self.only_people:
            raise NotEnabled("this server takes no plan ids", next_step="Leave plan_id out; a person is asked.")
        if self.plans.take(plan_id, proposal.binding).fingerprint != proposal.fingerprint:
            raise Conflict(
                "things have changed since the plan was made, so it would do something else now; nothing was changed",
                next_step="Repeat the call without plan_id to see what it would do now.",
            )

    def _planned(self, proposal: Proposal) -> Printed:
        plan_id = self.plans.keep(proposal.binding, proposal.fingerprint)
        minutes = GOOD_FOR.seconds // 60
        return Printed(
            [f"{proposal.text}\n"],
            heading=(f"nothing is changed yet; {proposal.title} would do this",),
            remarks=(
                f'To do it: the same call with plan_id="{plan_id}", within {minutes} minutes, once. A plan is a second '
                "look, not a person's consent: ask the person first where you can.",
            ),
        )
