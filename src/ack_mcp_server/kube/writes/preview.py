"""What a change would do, as a person can read it: a server-side dry run as a diff, or the objects that would go."""

import json
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from ack_mcp_server.errors import CommandFailed
from ack_mcp_server.kube.access import Access
from ack_mcp_server.kube.native.asked import Asked
from ack_mcp_server.kube.native.pages import pages
from ack_mcp_server.kube.native.refusal import Refusal
from ack_mcp_server.kube.native.resolve import Resolver
from ack_mcp_server.kube.native.said import NoSuchType
from ack_mcp_server.kube.processes import Processes
from ack_mcp_server.kube.writes.change import Change, Json, Touched
from ack_mcp_server.kube.writes.deletion import describe_deletion
from ack_mcp_server.kube.writes.diff import readable_diff
from ack_mcp_server.kube.writes.effects import UNHELD, effects
from ack_mcp_server.kube.writes.undoing import undone

_REHEARSAL = ["--dry-run=server", "--output=json"]
_GOING = ("delete", "drain", "exec")
_MOST_OBJECTS = 2000  # pods or claims of a namespace that are looked through


@dataclass(frozen=True)
class Previews:
    processes: Processes
    redact: Callable[[Json], Json]

    async def of(self, change: Change, asked: Asked, access: Access) -> str:
        """Raises CommandFailed for what the API server would refuse, AckError."""
        if change.verb in _GOING:
            return await _going(change, asked)
        if change.verb == "scale":
            return _scaled(change)
        if change.verb == "rollout undo":
            return await undone(change, asked)
        if change.command.verb.long("dry-run") is None or change.command.verb.long("output") is None:
            return _in_words(change)
        after = await self._after(change, access)
        if change.command.value("subresource") == "scale":
            return "\n".join(_rescaled(change, after))
        known = {_place(touched.before): touched.before for touched in change.touched if touched.before}
        diffs = [readable_diff(known.get(_place(found)), found, redact=self.redact) for found in after]
        told = "\n".join((*filter(None, diffs), *_unheld(change))) or "no difference"
        part = change.command.value("subresource")
        return f"{told}, but for the {part}, which is not compared" if part == "status" else told

    async def _after(self, change: Change, access: Access) -> list[Json]:
        printed = await self.processes.run([*change.argv(), *_REHEARSAL], access, change.documents)
        if printed.exit_code or printed.ended:
            raise CommandFailed(
                "\n".join(["the API server would not do this:", *printed.complaints]),
                next_step="Correct it by what is said above; nothing was changed.",
            )
        return [item for found in _documents(printed.stdout) for item in _unfolded(found)]


def _unheld(change: Change) -> Iterator[str]:
    """kubectl's dry run ends no deletion."""
    for touched in change.touched:
        if UNHELD in effects(change, touched):
            holding = ", ".join(((touched.before or {}).get("metadata") or {}).get("finalizers") or ())
            yield (
                f"! {touched.title} is being deleted and waits for {holding}: where this takes them away, it is gone "
                "at once, and what they stand for is not done"
            )


def _scaled(change: Change) -> str:
    """In words of ours, because kubectl's dry run prints the object as it was."""
    wanted = change.command.value("replicas")
    return "\n".join(
        f"~ {touched.title}\n  spec.replicas: {_replicas(touched)} -> {wanted}" for touched in change.touched
    )


def _rescaled(change: Change, after: Sequence[Json]) -> Iterator[str]:
    """A Scale is a part of the object, and of another kind."""
    for touched, found in zip(change.touched, after, strict=False):
        yield f"~ {touched.title}\n  spec.replicas: {_replicas(touched)} -> {(found.get('spec') or {}).get('replicas')}"


def _replicas(touched: Touched) -> object:
    return ((touched.before or {}).get("spec") or {}).get("replicas", "none")


def _place(found: Json | None) -> tuple[str, str, str]:
    metadata = (found or {}).get("metadata") or {}
    return str((found or {}).get("kind")), str(metadata.get("namespace", "")), str(metadata.get("name", ""))


def _documents(text: str) -> Iterator[Json]:
    """kubectl prints one JSON document after the other."""
    decoder, place = json.JSONDecoder(), 0
    while place < len(text):
        document, place = decoder.raw_decode(text, place)
        yield document
        while place < len(text) and text[place].isspace():
            place += 1


def _unfolded(found: Json) -> list[Json]:
    return list(found.get("items") or ()) if found.get("kind") == "List" else [found]


def _in_words(change: Change) -> str:
    """For verbs without a dry run, which do one well-known thing."""
    objects = "\n".join(touched.reference for touched in change.touched)
    return f"{change.verb} {change.command.verb.about}:\n{objects}"


async def _going(change: Change, asked: Asked) -> str:
    """The objects, and what goes or suffers with them."""
    objects = [touched.before for touched in change.touched if touched.before]
    if not objects:
        missing = change.touched[0] if change.touched else None
        what = f'{missing.resource.label} "{missing.name}"' if missing else "what it names"
        raise Refusal(404, "NotFound", f"{what} not found")
    spaces = sorted({space for touched in change.touched if (space := _space(touched))})
    if change.verb == "exec":
        return f"runs in {_names(change.touched)}: {' '.join(change.command.tail)}"
    if change.verb == "drain":
        pods = [pod async for pod in _listed(asked, "pods", [""]) if _node(pod) in _node_names(change.touched)]
        spaces = sorted({_place(pod)[1] for pod in pods})
    else:
        pods = [pod async for pod in _listed(asked, "pods", spaces)]
    claims = [claim async for claim in _listed(asked, "persistentvolumeclaims", spaces)]
    budgets = [budget async for budget in _listed(asked, "poddisruptionbudgets", spaces)]
    return describe_deletion(objects, pods, claims, budgets)


def _space(touched: Touched) -> str:
    """A namespace goes with everything in it."""
    return touched.name if touched.resource.label == "namespaces" else touched.namespace


def _names(touched: Sequence[Touched]) -> str:
    return ", ".join(one.title for one in touched)


def _node(pod: Json) -> str:
    return str((pod.get("spec") or {}).get("nodeName", ""))


def _node_names(touched: Sequence[Touched]) -> set[str]:
    return {one.name for one in touched}


async def _listed(asked: Asked, word: str, spaces: Sequence[str]) -> AsyncIterator[Json]:
    """What may not be listed is not shown; the change itself will be judged by the API server."""
    try:
        resource = Resolver(await asked.kinds.now()).one(word)
        for space in spaces:
            number = 0
            async for page in pages(asked, resource.path(space), {}, "application/json", small=False):
                for item in page.content.get("items") or ():
                    number += 1
                    yield _typed(item, resource.kind, resource.group_version)
                if number > _MOST_OBJECTS:
                    break
    except (Refusal, NoSuchType):
        return


def _typed(item: dict[str, Any], kind: str, version: str) -> Json:
    return {"apiVersion": version, "kind": kind, **item}
