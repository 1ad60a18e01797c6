"""What is answered to a change: what it does, and where to look at it."""

from pydantic import Field

from ack_mcp_server.answers.answer import Answer
from ack_mcp_server.answers.marks import composed
from ack_mcp_server.kube.native.printed import Printed
from ack_mcp_server.lifecycle.proposed import Proposed
from ack_mcp_server.services.orders import Begun

_REPEATED = 10  # lines of a change


class ChangeAnswer(Answer):
    """`notes` are this server's own words: what became of the change, and the next call."""

    changed: bool
    shown: str = Field(description="What is changed, or would be.")
    task_id: str = ""
    cluster_id: str = ""
    nodepool_id: str = ""
    heading: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()

    def text(self) -> str:
        return composed(self.shown, above=self.heading, below=self.notes)


def nothing_to_do(proposed: Proposed) -> ChangeAnswer:
    return ChangeAnswer(changed=False, shown=proposed.text, heading=("nothing is changed: it is so already",))


def not_yet(printed: Printed) -> ChangeAnswer:
    """A plan, or that a person said no."""
    return ChangeAnswer(changed=False, shown=printed.stdout, heading=printed.heading, notes=printed.remarks)


def begun(proposed: Proposed, told: Begun, cluster_id: str, *, is_shown: bool) -> ChangeAnswer:
    """What was shown before is not told again at length."""
    cluster_id = told.cluster_id or cluster_id
    return ChangeAnswer(
        changed=True,
        shown=_briefly(proposed) if is_shown else proposed.text,
        task_id=told.task_id,
        cluster_id=cluster_id,
        nodepool_id=told.nodepool_id,
        heading=(_heading(proposed, told),),
        notes=(_next(proposed, told, cluster_id),),
    )


def _briefly(proposed: Proposed) -> str:
    """The first line of what is done; what it heads, where it is a heading."""
    first, *rest = proposed.text.splitlines()[: len(proposed.what)]
    if not first.endswith(":"):
        return first
    more = (f"  … and {len(rest) - _REPEATED} more lines",) if len(rest) > _REPEATED else ()
    return "\n".join((first, *rest[:_REPEATED], *more))


def _heading(proposed: Proposed, told: Begun) -> str:
    made = f", node pool {told.nodepool_id}" if told.nodepool_id and told.nodepool_id not in proposed.subject else ""
    made += f", cluster {told.cluster_id}" if told.cluster_id and told.cluster_id not in proposed.subject else ""
    task = f": task {told.task_id}" if told.task_id else ""
    return f"begun on {proposed.subject}{task}{made}"


def _next(proposed: Proposed, told: Begun, cluster_id: str) -> str:
    if not told.task_id:
        return f"Next: {proposed.look} tells how it goes on."
    return (
        f'Next: wait_for_task(task_id="{told.task_id}", cluster_id="{cluster_id}") until it is over, or '
        "describe_task_info to look once. The change is not done before its task has succeeded."
    )
