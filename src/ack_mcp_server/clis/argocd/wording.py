"""What a change of an application would do, in the words that a person reads."""

from collections.abc import Iterable

from ack_mcp_server.clis.argocd.application import Application, Deployment
from ack_mcp_server.clis.argocd.asked import Asked
from ack_mcp_server.clis.argocd.difference import redacted

_MOST_LINES = 400  # of a comparison; a person reads no more
_FORCEFUL = ("force", "replace")


def named(asked: Asked) -> tuple[str, ...]:
    revision = asked.command.value("revision")
    return (revision,) if revision else ()


def shortened(text: str) -> str:
    lines = redacted(text).strip().splitlines() or ["no difference to what runs"]
    left = len(lines) - _MOST_LINES
    return "\n".join([*lines[:_MOST_LINES], *([f"… and {left} more lines; app diff shows them"] if left > 0 else [])])


def headline(asked: Asked, now: Application) -> str:
    state = f"now {now.sync} and {now.health}"
    return f"application {now.name} in namespace {now.namespace}, {state}, deploys to {now.destination}: {asked.word}"


def target(asked: Asked, now: Application, earlier: Deployment | None) -> list[str]:
    if earlier:
        return [f"to deployment {earlier.id}, of revision {', '.join(earlier.revisions)}"]
    revision = ", ".join(named(asked) or now.revisions)
    only = [value for name, value in asked.command.flags if name == "resource"]
    return [f"to revision {revision}", *([f"of it only {', '.join(only)}"] if only else [])]


def pruned(asked: Asked, now: Application) -> Iterable[str]:
    for each in now.objects:
        if each.to_prune:
            yield f"- {each.title}" if asked.command.has("prune") else f"stays without --prune: {each.title}"


def cautions(asked: Asked) -> list[str]:
    used = [f"--{name}" for name in _FORCEFUL if asked.command.has(name)]
    return [f"{' and '.join(used)}: objects may be deleted and made anew"] if used else []
