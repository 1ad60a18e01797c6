"""What the calls of all programs have in common: the call's wishes, its room, and reading once more with a new
kubeconfig."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from ack_mcp_server.answers.room import Room
from ack_mcp_server.asking import Ask
from ack_mcp_server.errors import DeadlineExceeded
from ack_mcp_server.kube.access import Access, KubeAccess
from ack_mcp_server.kube.command import Command
from ack_mcp_server.kube.native.printed import Printed
from ack_mcp_server.kube.output import CommandOutput, answer_to
from ack_mcp_server.kube.table.model import Effect
from ack_mcp_server.services.reach import Reach
from ack_mcp_server.settings import Settings

# In the words of client-go and of the API server, which all these programs print.
_NOT_KNOWN = ("asked for the client to provide credentials", "code = Unauthenticated", "Unauthorized")


@dataclass(frozen=True, kw_only=True)
class Wish:
    """What a call says besides the command."""

    ask: Ask
    values: str = ""
    plan_id: str = ""
    max_bytes: int = 0
    token: str = ""  # where an earlier answer is continued


def room_of(command: Command, cluster_id: str, wish: Wish, settings: Settings) -> Room:
    return Room.of(
        wish.max_bytes,
        wish.token,
        budget=settings.output_budget,
        ceiling=settings.output_ceiling,
        call=[command.verb.name, *command.arguments, *map("=".join, command.flags), cluster_id],
        repeatable=command.verb.effect is not Effect.WRITE,
    )


async def read_by(
    access: KubeAccess, cluster_id: str, reach: Reach, read: Callable[[Access], Awaitable[Printed]]
) -> Printed:
    """Raises AckError. A kubeconfig can end early, when somebody revokes it; a command that reads may be repeated."""
    used = await access.to(cluster_id, reach)
    printed = await read(used)
    known = not (printed.exit_code and any(words in printed.stderr for words in _NOT_KNOWN))
    if known or not access.forget(used):
        return printed
    return await read(await access.to(cluster_id, reach))


def answered(command: Command, printed: Printed, room: Room) -> CommandOutput:
    """Raises CommandFailed, DeadlineExceeded."""
    if printed.ended and not printed.stdout.strip():
        raise DeadlineExceeded(
            f"{command.verb.name} was {printed.ended} without having printed anything",
            next_step="Try again; if it lasts, the API server or the way to it is slow.",
        )
    return answer_to(command, printed, room)
