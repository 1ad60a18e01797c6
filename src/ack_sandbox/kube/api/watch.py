"""Watch: the changes of a collection as they happen, with bookmarks, in the shape the client accepts."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass, field

from ack_sandbox.kube.api import sources
from ack_sandbox.kube.api.negotiate import Accepted, accepted
from ack_sandbox.kube.api.paging import parsed_version
from ack_sandbox.kube.api.reads import include_object
from ack_sandbox.kube.api.replies import Stream
from ack_sandbox.kube.api.requests import Request, Target, store_namespace, whole_number
from ack_sandbox.kube.objects import Object
from ack_sandbox.kube.resources import Resource
from ack_sandbox.kube.selectors import matcher
from ack_sandbox.kube.state import ClusterState
from ack_sandbox.kube.status import ApiError, invalid, too_old
from ack_sandbox.kube.store import Change, Entry
from ack_sandbox.kube.tables.render import IncludeObject, table

BOOKMARK_SECONDS = 60.0
# A real server ends a watch without timeoutSeconds after half an hour to an hour.
LONGEST_SECONDS = 2700.0
INITIAL_EVENTS_END = {"k8s.io/initial-events-end": "true"}

Matches = Callable[[Object], bool] | None


@dataclass
class Encoder:
    """Watch events as lines of JSON; only the first Table carries the column definitions."""

    state: ClusterState
    resource: Resource
    accept: Accepted
    include: IncludeObject
    headers: bool = field(default=True)

    def line(self, kind: str, entry: Entry) -> bytes:
        return b'{"type":"' + kind.encode() + b'","object":' + self._shown(entry) + b"}\n"

    def _shown(self, entry: Entry) -> bytes:
        if self.accept.shape == "PartialObjectMetadata":
            return entry.partial_json
        if self.accept.shape == "plain":
            return sources.shown(self.resource, entry).json
        headers, self.headers = self.headers, False
        return table(
            sources.printer(self.state, self.resource),
            [entry],
            self.state.clock.now(),
            metadata={"resourceVersion": str(entry.version)},
            include=self.include,
            version=self.accept.version,
            headers=headers,
        )

    def bookmark(self, version: int, annotations: dict[str, str] | None = None) -> bytes:
        meta: Object = {"resourceVersion": str(version)}
        if annotations:
            meta["annotations"] = annotations
        shown: Object = {"kind": self.resource.kind, "apiVersion": self.resource.api_version, "metadata": meta}
        if self.accept.shape == "PartialObjectMetadata":
            shown |= {"kind": "PartialObjectMetadata", "apiVersion": self.accept.meta_version}
        if self.accept.shape == "Table":
            opening = {"kind": "Table", "apiVersion": self.accept.meta_version}
            rows = [{"cells": [], "object": {**shown}}]
            shown = {**opening, "metadata": meta, "columnDefinitions": None, "rows": rows}
        return json.dumps({"type": "BOOKMARK", "object": shown}, separators=(",", ":")).encode() + b"\n"


def error_line(error: ApiError) -> bytes:
    return json.dumps({"type": "ERROR", "object": error.status()}, separators=(",", ":")).encode() + b"\n"


@dataclass(frozen=True)
class Watch:
    state: ClusterState
    resource: Resource
    namespace: str
    matches: Matches
    encoder: Encoder
    version: int
    initial: bool
    bookmarks: bool
    marks_initial_end: bool
    seconds: float

    async def lines(self) -> AsyncIterator[bytes]:
        store = self.state.store
        deadline = asyncio.get_running_loop().time() + self.seconds
        with store.waking() as wake:
            if not self.initial and self.version < store.oldest:
                yield error_line(too_old(self.version, store.oldest))
                return
            cursor = store.version if self.initial else self.version
            if self.initial:
                for line in self._existing():
                    yield line
            while True:
                wake.clear()
                if cursor < store.oldest:
                    yield error_line(too_old(cursor, store.oldest))
                    return
                for change in store.since(cursor):
                    for line in self._seen(change):
                        yield line
                cursor = max(cursor, store.version)
                left = deadline - asyncio.get_running_loop().time()
                if left <= 0:
                    return
                if not await _woken(wake, min(left, BOOKMARK_SECONDS)) and self.bookmarks:
                    yield self.encoder.bookmark(cursor)

    def _existing(self) -> Iterator[bytes]:
        store = self.state.store
        for entry in store.entries(self.resource.key, self.namespace):
            if self.matches is None or self.matches(entry.object):
                yield self.encoder.line("ADDED", entry)
        if self.marks_initial_end:
            yield self.encoder.bookmark(store.version, INITIAL_EVENTS_END)

    def _seen(self, change: Change) -> Iterator[bytes]:
        """A change as this watch sees it: leaving the selection is a deletion, entering it an addition."""
        if change.resource != self.resource.key:
            return
        if self.namespace and not change.entry.key.startswith(f"{self.namespace}/"):
            return
        before = change.previous is not None and self._selects(change.previous)
        after = change.type != "DELETED" and self._selects(change.entry)
        if before and not after:
            yield self.encoder.line("DELETED", change.entry)
        elif after:
            yield self.encoder.line("MODIFIED" if before else "ADDED", change.entry)

    def _selects(self, entry: Entry) -> bool:
        return self.matches is None or self.matches(entry.object)


async def _woken(wake: asyncio.Event, seconds: float) -> bool:
    try:
        await asyncio.wait_for(wake.wait(), seconds)
    except TimeoutError:
        return False
    return True


def watch(state: ClusterState, request: Request, target: Target, resource: Resource) -> Stream:
    accept = accepted(request.accept)
    version = parsed_version(request)
    sends_initial = _sends_initial(request)
    matches = matcher(request.query.get("labelSelector", ""), request.query.get("fieldSelector", ""), resource.key)
    bookmarks = request.flag("allowWatchBookmarks")
    made = Watch(
        state=state,
        resource=resource,
        namespace=store_namespace(resource, target),
        matches=matches,
        encoder=Encoder(state, resource, accept, include_object(request)),
        version=version,
        initial=version == 0 if sends_initial is None else sends_initial,
        bookmarks=bookmarks,
        marks_initial_end=bool(sends_initial) and bookmarks,
        seconds=_seconds(request),
    )
    return Stream(made.lines(), "application/json" if accept.shape == "plain" else accept.media_type)


def _sends_initial(request: Request) -> bool | None:
    if "sendInitialEvents" not in request.query:
        if request.query.get("resourceVersionMatch"):
            message = "Forbidden: resourceVersionMatch is forbidden for watch unless sendInitialEvents is provided"
            raise invalid("ListOptions", "meta.k8s.io", "", "resourceVersionMatch", message)
        return None
    if request.query.get("resourceVersionMatch") != "NotOlderThan":
        message = "Forbidden: sendInitialEvents requires setting resourceVersionMatch to NotOlderThan"
        raise invalid("ListOptions", "meta.k8s.io", "", "resourceVersionMatch", message)
    return request.flag("sendInitialEvents")


def _seconds(request: Request) -> float:
    text = request.query.get("timeoutSeconds", "")
    return float(whole_number(text) or 0) or LONGEST_SECONDS
