"""`rollout history`: the revisions of a workload, from the objects that its controller keeps of them."""

import re
from collections.abc import Sequence

from ack_mcp_server.kube.discovery import Resource
from ack_mcp_server.kube.native.asked import Asked, Json
from ack_mcp_server.kube.native.printed import Printed, text_of
from ack_mcp_server.kube.native.refusal import Refusal
from ack_mcp_server.kube.native.rollout.progress import group_kind
from ack_mcp_server.kube.native.rollout.revisions import Revision, revisions_of
from ack_mcp_server.kube.native.rollout.template import describe_template
from ack_mcp_server.kube.native.rollout.visits import Failures, RolloutError, revision_of, visited
from ack_mcp_server.kube.native.said import NotUnderstood
from ack_mcp_server.kube.printing.table import render_rows

_HEADERS = ("REVISION", "CHANGE-CAUSE")
_BREAKS = re.compile(r"[\t\n\v\f]")  # a cell with these changes the layout of the table
_OTHERS = {  # kinds that kubectl visits without having anything to tell
    ("apps", "ReplicaSet"), ("extensions", "ReplicaSet"), ("batch", "Job"), ("batch", "CronJob"), ("", "Pod"),
    ("", "ReplicationController"),
}  # fmt: skip


async def history(asked: Asked) -> Printed:
    """Raises NotUnderstood (for formats that show whole objects: kubectl makes them anew from types of its own
    version), UsageError, Refusal, AckError."""
    form, revision = asked.command.value("output"), revision_of(asked)
    if form not in ("", "name"):
        raise NotUnderstood
    printed, failures = Printed(), Failures()
    async for resource, item in visited(asked, await asked.targets(), failures):
        try:
            found = _selected(await _revisions(asked, resource, item), revision)
            printed.blocks.append(_names(resource, item, found) if form else _text(resource, item, found, revision))
        except (RolloutError, Refusal) as exc:
            failures.objects.append(exc)
    printed.complaints[:0] = asked.warnings
    failures.tell(printed)
    return printed


async def _revisions(asked: Asked, resource: Resource, item: Json) -> list[Revision]:
    found = await revisions_of(asked, resource, item)
    if found is not None:
        return found
    kind = group_kind(resource)
    if (resource.group, resource.kind) in _OTHERS:
        raise RolloutError(f'no history viewer has been implemented for "{kind}"')
    element = f"{{{resource.group} {resource.kind}}}"
    raise RolloutError(f'error retrieving history for "{kind}", no visitor method exists for {element}')


def _selected(found: list[Revision], revision: int) -> list[Revision]:
    if not revision or not found:
        return found
    same = [each for each in found if each.number == revision]
    if not same:
        raise RolloutError("unable to find the specified revision")
    return same


def _names(resource: Resource, item: Json, found: Sequence[Revision]) -> str:
    """Of what kubectl has for each revision: a ReplicaSet, or the workload as it was."""
    workload = f"{resource.group_kind}/{item['metadata']['name']}"
    return text_of([each.replica_set or workload for each in found])


def _text(resource: Resource, item: Json, found: Sequence[Revision], revision: int) -> str:
    about = f"{resource.group_kind}/{item['metadata']['name']} "
    if not found:
        told = "No rollout history found."
    elif revision:
        told = describe_template(found[0].template)
    else:
        if any(_BREAKS.search(each.cause) for each in found):
            raise NotUnderstood
        rows = [(str(each.number), each.cause or "<none>") for each in found]
        told = text_of(render_rows([_HEADERS, *rows], minwidth=0, padding=2))
    return f"{about}{f'with revision #{revision}' if revision else ''}\n{told}\n"
