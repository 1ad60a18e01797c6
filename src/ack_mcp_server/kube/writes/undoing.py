"""What `rollout undo` would do: the pod template of an earlier revision in the place of the present one."""

from collections.abc import Sequence

from ack_mcp_server.errors import NotFound
from ack_mcp_server.kube.native.asked import Asked
from ack_mcp_server.kube.native.rollout.revisions import Revision, revisions_of
from ack_mcp_server.kube.native.rollout.visits import RolloutError
from ack_mcp_server.kube.native.said import NotUnderstood
from ack_mcp_server.kube.writes.change import Change, Json, Touched
from ack_mcp_server.kube.writes.diff import readable_diff

_HASH = "pod-template-hash"  # which the controller adds to the template of a ReplicaSet


async def undone(change: Change, asked: Asked) -> str:
    """Raises NotFound for a revision that is not kept, AckError."""
    wanted = int(change.command.value("to-revision") or 0)
    parts = [await _of(touched, asked, wanted) for touched in change.touched]
    return "\n".join(parts)


async def _of(touched: Touched, asked: Asked, wanted: int) -> str:
    name = touched.reference
    if touched.before is None:
        raise NotFound(f"{name} does not exist", next_step="List what there is with get.")
    try:
        kept = await revisions_of(asked, touched.resource, touched.before)
    except (NotUnderstood, RolloutError):
        kept = None
    if not kept:
        return f"~ {name}\n  an earlier revision, which rollout history tells"
    target = _chosen(kept, wanted, name)
    before = asked.redact(touched.before)
    after = {**before, "spec": {**before["spec"], "template": _template(target)}}
    return f"revision {target.number}\n{readable_diff(before, after, redact=asked.redact)}"


def _chosen(kept: Sequence[Revision], wanted: int, name: str) -> Revision:
    found = [revision for revision in kept if revision.number == wanted] if wanted else list(kept[:-1])[-1:]
    if not found:
        numbers = ", ".join(str(revision.number) for revision in kept)
        raise NotFound(f"{name} has no such earlier revision", next_step=f"It has {numbers}; rollout history tells.")
    return found[0]


def _template(revision: Revision) -> Json:
    metadata = dict(revision.template.get("metadata") or {})
    if labels := metadata.get("labels"):
        metadata["labels"] = {key: value for key, value in labels.items() if key != _HASH}
    if not metadata.get("annotations"):
        metadata.pop("annotations", None)
    return {**revision.template, "metadata": metadata}
