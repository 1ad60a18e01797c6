"""The way of a change of the cloud: looked up, judged, shown where the rules say so, approved, sent once."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import NoReturn

from ack_mcp_server import record
from ack_mcp_server.errors import AckError, Conflict, NotEnabled
from ack_mcp_server.kube.kubectl import Kubectl
from ack_mcp_server.kube.writes.approving import Approving, Proposal
from ack_mcp_server.kube.writes.change import digest
from ack_mcp_server.kube.writes.plans import Plans
from ack_mcp_server.kube.writes.rules import Decision, Rule, judge, rules_of
from ack_mcp_server.lifecycle.lately import ClientTokens, Lately, may_be_done
from ack_mcp_server.lifecycle.proposed import Asked, Proposed, Scene, Wish
from ack_mcp_server.lifecycle.told import ChangeAnswer, begun, not_yet, nothing_to_do
from ack_mcp_server.services.orders import Begun, Order
from ack_mcp_server.services.reach import Reach
from ack_mcp_server.settings import Settings


@dataclass
class Changing:
    """Lives as long as the server. To its rules the kinds are clusters, nodepools, addons and tasks."""

    settings: Settings
    kubectl: Kubectl
    plans: Plans
    now: Callable[[], datetime]
    _rules: tuple[Rule, ...] = field(init=False)
    _approving: Approving = field(init=False)
    _lately: Lately = field(init=False)
    _tokens: ClientTokens = field(init=False)

    def __post_init__(self) -> None:
        self._rules = rules_of(self.settings.write_policy)
        self._lately = Lately(self.now, self.settings.api_timeout)
        self._tokens = ClientTokens(self.now)
        self._approving = Approving(self.plans, self.settings.require_elicitation)

    async def run(self, asked: Asked, cluster_id: str, reach: Reach, wish: Wish) -> ChangeAnswer:
        """Raises AckError; what is not known to be done or undone is said so."""
        call = record.current()
        call.verb, call.decision = asked.tool, "refuse"
        check_unbounded(self.settings, asked.tool)
        asked.check()
        cluster = await asked.where(reach, cluster_id)
        scene = Scene(reach=reach, cluster=cluster, kubectl=self.kubectl, progress=wish.progress, now=self.now())
        proposed = await asked.proposed(scene)
        call.decision = "read"
        if proposed.order is None:
            return nothing_to_do(proposed)
        call.target = proposed.kind
        is_shown = self._decision(asked, proposed, cluster.id) is Decision.ASK or bool(wish.plan_id)
        if is_shown and (told := await self._approved(asked, proposed, scene, wish)):
            return told
        call.decision = "write"
        answer = await self._sent_once(asked, proposed, proposed.order, scene)
        return begun(proposed, answer, cluster.id, is_shown=is_shown)

    def _decision(self, asked: Asked, proposed: Proposed, cluster_id: str) -> Decision:
        decision = judge(self._rules, [proposed.deed(asked.tool, cluster_id)])
        if decision is Decision.REFUSE:
            record.current().decision = "refuse"
            raise NotEnabled(
                f"the rules of this server refuse {asked.tool} on {proposed.subject}",
                next_step="Its operator wrote them (--write-policy); describe the change to them.",
            )
        return Decision.ASK if proposed.always_asks else decision

    async def _approved(self, asked: Asked, proposed: Proposed, scene: Scene, wish: Wish) -> ChangeAnswer | None:
        """None when it may be done; otherwise what to tell."""
        proposal = Proposal(
            title=f"{asked.tool} on {proposed.subject}",
            text=proposed.text,
            binding=await _binding(asked, scene),
            fingerprint=proposed.fingerprint,
        )
        told = await self._approving.approved(proposal, wish.ask, wish.plan_id)
        if told is not None:
            return not_yet(told)
        if not wish.plan_id and (await asked.proposed(scene)).fingerprint != proposed.fingerprint:
            raise Conflict(
                "things have changed while the person was asked, and it would do something else now; nothing was done",
                next_step="Call again to see, and to ask, what it would do now.",
            )
        return None

    async def _sent_once(self, asked: Asked, proposed: Proposed, order: Order, scene: Scene) -> Begun:
        """Two approvals of the same, or a call that is repeated because it got no answer, begin it once."""
        if proposed.takes_token:  # by which the cloud knows it
            return await self._sent(proposed, order, scene)
        same = digest([await _binding(asked, scene), proposed.fingerprint])
        with self._lately.once(same, proposed.subject, proposed.look):
            return await self._sent(proposed, order, scene)

    async def _sent(self, proposed: Proposed, order: Order, scene: Scene) -> Begun:
        if proposed.takes_token:
            order = order.with_token(await self._token(proposed, scene))
        request = order.request(proposed.subject, scene.cluster.region, proposed.listed_by)
        try:
            return await scene.reach.account.change(request, order.call, Begun)
        except AckError as exc:
            if not may_be_done(exc):
                raise
            _raise_unknown(exc, proposed)

    async def _token(self, proposed: Proposed, scene: Scene) -> str:
        who = (await scene.reach.account.principal()).credentials.fingerprint
        return self._tokens.of(digest([who, proposed.fingerprint]))


def _raise_unknown(exc: AckError, proposed: Proposed) -> NoReturn:
    raise type(exc)(
        f"{exc.message}. Whether the change of {proposed.subject} was begun is not known; it was sent once and is not "
        "repeated here",
        next_step=f"Look at {proposed.look} before anything is repeated.",
    ) from exc


async def _binding(asked: Asked, scene: Scene) -> str:
    """What a plan is good for: this caller, tool, cluster, and all that was asked for."""
    who = (await scene.reach.account.principal()).credentials.fingerprint
    return digest([who, asked.tool, scene.cluster.id, repr(asked)])


def check_unbounded(settings: Settings, tool: str) -> None:
    """A node, an addon or a cluster serves all namespaces and holds all kinds: no such bound could be kept."""
    for name, names in (("--namespaces", settings.namespaces), ("--deny-kinds", settings.deny_kinds)):
        if names:
            raise NotEnabled(
                f"{tool} is off on a server with {name}: it would change what is outside of that bound",
                next_step="Use a server without this bound, or describe the change to its operator.",
            )
