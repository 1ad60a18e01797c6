"""What the rules and switches of the server say of a change by a program."""

from collections.abc import Iterable, Sequence

from ack_mcp_server.clis.documents import Json
from ack_mcp_server.errors import NotEnabled
from ack_mcp_server.kube.writes.change import Change
from ack_mcp_server.kube.writes.pods import privileges_of
from ack_mcp_server.kube.writes.rules import Decision, Rule, decide
from ack_mcp_server.settings import Settings


def check_privileges(made: Iterable[Json], settings: Settings, next_step: str) -> None:
    """Raises NotEnabled for pods that ask for more than this server makes."""
    wishes = [wish for document in made for wish in privileges_of(document)]
    if wishes and not settings.allow_privileged:
        raise NotEnabled(
            f"pods that ask for {', '.join(dict.fromkeys(wishes))} are not made by this server",
            next_step=f"{next_step}; an operator may start the server with --allow-privileged.",
        )


def decided(rules: Sequence[Rule], change: Change, what: str) -> Decision:
    """RUN or ASK. Raises NotEnabled for what the rules refuse."""
    decision = decide(rules, change)
    if decision is Decision.REFUSE:
        raise NotEnabled(
            f"the rules of this server refuse {change.verb} on {what}",
            next_step="Its operator wrote them (--write-policy); describe the change to them.",
        )
    return decision
