"""What a change of an application would do: found out with argocd, without changing anything."""

import asyncio
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from ack_mcp_server.clis.argocd.application import Application, Deployment, Managed, read_application
from ack_mcp_server.clis.argocd.asked import Asked
from ack_mcp_server.clis.argocd.runner import Runner
from ack_mcp_server.clis.argocd.wording import cautions, headline, named, pruned, shortened, target
from ack_mcp_server.clis.documents import Json, read_documents
from ack_mcp_server.errors import CommandFailed, Conflict, DeadlineExceeded, InvalidInput, NotFound, UnexpectedAnswer
from ack_mcp_server.kube.native.printed import Printed
from ack_mcp_server.kube.writes.change import digest
from ack_mcp_server.kube.writes.diff import readable_diff
from ack_mcp_server.kube.writes.wording import value_of
from ack_mcp_server.redaction.texts import redact_text

_COMPLAINT_CHARS = 4000


@dataclass(frozen=True, kw_only=True)
class Preview:
    """`made` are the objects that Git says, `touched` those that would change or go; `deployment` is the one to which a
    rollback returns."""

    text: str
    fingerprint: str
    application: Application
    touched: Sequence[Managed] = ()
    made: Sequence[Json] = field(default=(), repr=False)
    deployment: str = ""


@dataclass(frozen=True)
class Previewing:
    runner: Runner
    redact: Callable[[Json], Json]

    async def of(self, asked: Asked) -> Preview:
        """Raises AckError."""
        now = read_application(await self._told(["app", "get", *asked.place, "--output=json"]))
        if asked.word == "terminate-op":
            return _terminated(asked, now)
        if asked.word == "delete":
            return _deleted(asked, now)
        if now.is_busy:
            raise Conflict(
                f"an operation of {now.name} is {now.phase}", next_step="Wait for it with app get, or use terminate-op."
            )
        return await self._deployed(asked, now)

    async def _deployed(self, asked: Asked, now: Application) -> Preview:
        """A sync, or a rollback, which is the sync of an earlier deployment."""
        earlier = _earlier(asked, now) if asked.word == "rollback" else None
        revision = _revision_words(earlier.revisions if earlier else named(asked))
        compared = await self._told(["app", "diff", *asked.place, "--exit-code=false", *revision])
        manifests = await self._told(["app", "manifests", *asked.place, "--source=git", *revision])
        made = await asyncio.to_thread(_read_manifests, manifests)
        lines = [*target(asked, now, earlier), *self._sources(now, earlier), *pruned(asked, now), *cautions(asked)]
        shown = await asyncio.to_thread(shortened, compared)
        touched = [each for each in now.objects if each.differs or earlier]
        return Preview(
            text="\n".join([headline(asked, now), *lines, shown]),
            fingerprint=digest([*_state(now), repr(earlier), *revision, *lines, compared, manifests]),
            application=now,
            touched=touched,
            made=made,
            deployment=str(earlier.id) if earlier else "",
        )

    def _sources(self, now: Application, earlier: Deployment | None) -> list[str]:
        """What also differs between the settings of then and now."""
        if earlier is None or earlier.sources is None or earlier.sources == now.sources:
            return []
        then, today = ({"kind": "Source", "metadata": {"name": now.name}, "spec": each} for each in
                       (earlier.sources, now.sources))  # fmt: skip
        told = readable_diff(today, then, redact=self.redact)
        return ["its settings are taken from then, which the comparison below does not know:", told] if told else []

    async def _told(self, words: list[str]) -> str:
        printed = await self.runner.look(words)
        _check(printed)
        return printed.stdout


def _check(printed: Printed) -> None:
    if printed.ended:
        raise DeadlineExceeded(
            f"argocd was {printed.ended}; nothing was changed", next_step="Try again; if it lasts, look with app get."
        )
    if printed.exit_code:
        complaint = redact_text(printed.stderr)[:_COMPLAINT_CHARS].strip()
        if "NotFound" in complaint or "not found" in complaint:
            raise NotFound(f"nothing was changed; argocd says:\n{complaint}", next_step="app list names applications.")
        raise CommandFailed(f"nothing was changed; argocd says:\n{complaint}", next_step="Correct what it names.")


def _earlier(asked: Asked, now: Application) -> Deployment:
    found = now.before(asked.command.arguments[1] if len(asked.command.arguments) > 1 else "")
    if found is None:
        raise NotFound(f"{now.name} has no such earlier deployment", next_step="app history lists them.")
    if (now.spec.get("syncPolicy") or {}).get("automated") is not None:
        raise Conflict(
            f"{now.name} syncs by itself, so argocd does not roll it back",
            next_step="Have the change undone in Git, or spec.syncPolicy.automated taken away first.",
        )
    return found


def _revision_words(revisions: Sequence[str]) -> list[str]:
    """Of one source, or of each of several."""
    if len(revisions) <= 1:
        return [f"--revision={each}" for each in revisions]
    places = enumerate(revisions, start=1)
    return [word for place, each in places for word in (f"--revisions={each}", f"--source-positions={place}")]


def _read_manifests(text: str) -> list[Json]:
    try:
        return read_documents(text)
    except InvalidInput:
        raise UnexpectedAnswer(
            "the objects of the application cannot be read", next_step="Look at them with app manifests."
        ) from None


def _state(now: Application) -> list[str]:
    return [now.uid, json.dumps(now.spec, sort_keys=True), *now.revisions, *(each.title for each in now.objects)]


def _terminated(asked: Asked, now: Application) -> Preview:
    if not now.is_busy:
        raise Conflict(f"no operation of {now.name} runs", next_step="app get shows how it is.")
    running = f"stops the operation that is {now.phase} since {now.started}: {value_of(redact_text(now.message))}"
    return Preview(
        text=f"{headline(asked, now)}\n{running}\nwhat it has done so far stays",
        fingerprint=digest([now.uid, now.started]),
        application=now,
    )


def _deleted(asked: Asked, now: Application) -> Preview:
    stay = asked.command.value("cascade") == "false"
    lines = [f"{'stays: ' if stay else '- '}{each.title}" for each in now.objects]
    return Preview(
        text="\n".join([headline(asked, now), f"- application.argoproj.io/{now.name} ({now.namespace})", *lines]),
        fingerprint=digest([now.uid, json.dumps(now.spec, sort_keys=True), *lines]),
        application=now,
        touched=() if stay else now.objects,
    )
