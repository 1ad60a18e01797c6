"""What a change of a release would do: found out with helm, without changing anything."""

import asyncio
import json
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from ack_mcp_server.clis.documents import Json
from ack_mcp_server.clis.helm.asked import Asked
from ack_mcp_server.clis.helm.release import Release, read_release
from ack_mcp_server.clis.helm.runner import Runner
from ack_mcp_server.errors import CommandFailed, DeadlineExceeded, NotFound
from ack_mcp_server.identifiers import shown
from ack_mcp_server.kube.native.printed import Printed
from ack_mcp_server.kube.writes.change import digest
from ack_mcp_server.kube.writes.diff import readable_diff
from ack_mcp_server.kube.writes.wording import object_name
from ack_mcp_server.redaction.texts import redact_text

_NOT_FOUND = "release: not found"
_NO_SERVER_REHEARSAL = 'invalid argument "server" for "--dry-run"'  # helm before 3.13
_KEEP = "helm.sh/resource-policy"
_BY_LOT = re.compile(r"<redacted: [^<>\n]{1,60}>|[0-9a-f]{32,}")
_COMPLAINT_CHARS = 4000
_KINDS = "custom resource definitions may come with the chart, which helm does not show (--skip-crds leaves them out)"
_GROUPS = {"install": ("pre-install", "post-install"), "upgrade": ("pre-upgrade", "post-upgrade")}


@dataclass(frozen=True, kw_only=True)
class Preview:
    """`made` are the objects of the release afterwards, hooks that would run too, `touched` those that differ;
    `removes` says that some would go, `may_bring_kinds` that custom resource definitions may come."""

    text: str
    fingerprint: str
    made: Sequence[Json] = field(repr=False)
    touched: Sequence[Json] = field(repr=False)
    removes: bool
    may_bring_kinds: bool = False
    revision: str = ""  # to which a rollback would return


@dataclass(frozen=True)
class Previewing:
    runner: Runner
    redact: Callable[[Json], Json]

    async def of(self, asked: Asked) -> Preview:
        """Raises AckError."""
        before = await self._release(asked)
        if before is None and asked.word in ("rollback", "uninstall", "test"):
            raise NotFound(
                f"there is no release {shown(asked.release)} in namespace {asked.namespace}",
                next_step="list names them.",
            )
        if asked.word in ("install", "upgrade"):
            after: Release | None = await self._rehearsed(asked)
        else:
            after = await self._earlier(asked, before) if asked.word == "rollback" else None
        return await asyncio.to_thread(self._compared, asked, before, after)

    async def _release(self, asked: Asked, revision: str = "") -> Release | None:
        words = ["status", asked.release, f"--namespace={asked.namespace}", "--output=json"]
        printed = await self.runner.look([*words, *([f"--revision={revision}"] if revision else [])])
        if printed.exit_code and _NOT_FOUND in printed.stderr:
            return None
        return await _read(printed)

    async def _earlier(self, asked: Asked, before: Release | None) -> Release:
        earlier = await self._release(asked, asked.revision_after(before.revision if before else 0))
        if earlier is None:
            raise NotFound("there is no such revision of the release", next_step="history lists them.")
        return earlier

    async def _rehearsed(self, asked: Asked) -> Release:
        words = [*asked.words, "--output=json"]
        printed = await self.runner.look([*words, "--dry-run=server"], asked.values)
        if printed.exit_code and _NO_SERVER_REHEARSAL in printed.stderr:
            printed = await self.runner.look([*words, "--dry-run=true"], asked.values)
        return await _read(printed)

    def _compared(self, asked: Asked, before: Release | None, after: Release | None) -> Preview:
        there = before if before and not before.is_gone else None
        old = {object_name(each): each for each in there.objects} if there else {}
        new = {object_name(each): each for each in after.objects} if after else {}
        gone = asked.word == "uninstall"
        hooks = _hooks_of(asked, before, after)
        titles = {**old, **new} if asked.word != "test" else {}
        differences = {title: self._difference(title, old.get(title), new.get(title)) for title in titles}
        differing = {title: text for title, text in differences.items() if text}
        brings = after is not None and after.may_bring_kinds and not asked.command.has("skip-crds") and there is None
        lines = [*([_KINDS] if brings else []), *differing.values()]
        lines += [f"runs at {', '.join(sorted(events))}: {object_name(hook)}" for events, hook in hooks]
        made = [*(after.objects if after else ()), *(hook for _, hook in hooks)]
        return Preview(
            text="\n".join([_headline(asked, before, after), *lines]),
            fingerprint=self._fingerprint(before, [*made, *(old.values() if gone else ())]),
            made=made,
            touched=[*(titles[title] for title in differing), *(hook for _, hook in hooks)],
            may_bring_kinds=brings,
            removes=gone or (after is not None and not old.keys() <= new.keys()),
            revision=str(after.revision) if after and asked.word == "rollback" else "",
        )

    def _difference(self, title: str, old: Json | None, new: Json | None) -> str:
        if new is None:
            annotations = ((old or {}).get("metadata") or {}).get("annotations") or {}
            return f"- {title}{' (stays: it is marked to be kept)' if annotations.get(_KEEP) == 'keep' else ''}"
        return f"+ {title}" if old is None else readable_diff(old, new, redact=self.redact)

    def _fingerprint(self, before: Release | None, objects: Sequence[Json]) -> str:
        """Charts may draw passwords by lot at each rendering: what is redacted, and checksums, are left out."""
        state = [str(before.revision), before.status, before.deployed] if before else []
        seen = [_BY_LOT.sub("*", json.dumps(self.redact(each), sort_keys=True)) for each in objects]
        return digest([*state, *seen])


async def _read(printed: Printed) -> Release:
    if printed.ended:
        raise DeadlineExceeded(
            f"helm was {printed.ended}; nothing was changed", next_step="Try again; if it lasts, look with list."
        )
    if printed.exit_code:
        complaint = redact_text(printed.stderr)[:_COMPLAINT_CHARS].strip()
        raise CommandFailed(f"nothing was changed; helm says:\n{complaint}", next_step="Correct what it names.")
    return await asyncio.to_thread(read_release, printed.stdout)


def _hooks_of(asked: Asked, before: Release | None, after: Release | None) -> list[tuple[frozenset[str], Json]]:
    """Those that this change would run."""
    if asked.command.has("no-hooks"):
        return []
    word = asked.word
    stages = {
        "uninstall": ("pre-delete", "post-delete"),
        "test": ("test", "test-success"),
        "upgrade": (*_GROUPS["upgrade"], *(() if before and not before.is_gone else _GROUPS["install"])),
    }
    wanted = frozenset(stages.get(word, (f"pre-{word}", f"post-{word}")))
    source = after or before
    return [hook for hook in (source.hooks if source else ()) if hook[0] & wanted]


def _headline(asked: Asked, before: Release | None, after: Release | None) -> str:
    now = f", now revision {before.revision} ({before.status})" if before else ", which is not there yet"
    chart = f" to {after.chart}" if after and after.chart else ""
    earlier = f" to the objects of revision {after.revision}" if after and asked.word == "rollback" else chart
    return f"release {asked.release} in namespace {asked.namespace}{now}: {asked.word}{earlier}"
