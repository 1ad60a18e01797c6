"""The objects of one cluster: every change is stamped with a version, kept in a history, and wakes the watchers."""

import asyncio
import json
from bisect import bisect_left, insort
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cached_property
from typing import Literal

from ack_sandbox.kube.objects import Object, metadata

ChangeType = Literal["ADDED", "MODIFIED", "DELETED"]

# etcd is compacted every five minutes; an older version can no longer be watched or continued.
HISTORY_KEPT = timedelta(minutes=5)


@dataclass(frozen=True)
class Entry:
    """One version of one object. It is never changed in place, so its JSON is made once."""

    key: str  # "namespace/name", or "name" for cluster-scoped objects
    version: int
    object: Object
    cells: tuple[int, bytes] = field(default=(-1, b""), compare=False, repr=False)  # its table cells at one second

    @cached_property
    def json(self) -> bytes:
        return json.dumps(self.object, separators=(",", ":"), ensure_ascii=False).encode()

    @cached_property
    def item_json(self) -> bytes:
        """As an item of a list, where the server leaves out kind and apiVersion."""
        bare = {name: value for name, value in self.object.items() if name not in ("kind", "apiVersion")}
        return json.dumps(bare, separators=(",", ":"), ensure_ascii=False).encode()

    @cached_property
    def partial(self) -> Object:
        return {
            "kind": "PartialObjectMetadata",
            "apiVersion": "meta.k8s.io/v1",
            "metadata": self.object.get("metadata", {}),
        }

    @cached_property
    def partial_json(self) -> bytes:
        return json.dumps(self.partial, separators=(",", ":"), ensure_ascii=False).encode()


@dataclass(frozen=True)
class Change:
    type: ChangeType
    resource: str
    entry: Entry
    previous: Entry | None
    at: datetime


@dataclass
class Collection:
    """The objects of one resource, in the order etcd would list them."""

    entries: dict[str, Entry] = field(default_factory=dict)
    keys: list[str] = field(default_factory=list)

    def put(self, entry: Entry) -> None:
        if entry.key not in self.entries:
            insort(self.keys, entry.key)
        self.entries[entry.key] = entry

    def drop(self, key: str) -> None:
        del self.entries[key]
        self.keys.pop(bisect_left(self.keys, key))

    def range(self, namespace: str | None) -> list[Entry]:
        if not namespace:
            return [self.entries[key] for key in self.keys]
        first = bisect_left(self.keys, f"{namespace}/")
        last = bisect_left(self.keys, f"{namespace}0")  # "0" follows "/"
        return [self.entries[key] for key in self.keys[first:last]]


def key_of(namespace: str, name: str) -> str:
    return f"{namespace}/{name}" if namespace else name


class Store:
    def __init__(self, version: int = 0) -> None:
        self.version = version
        self.oldest = version  # the version before the first change that history still holds
        self._collections: dict[str, Collection] = {}
        self._history: deque[Change] = deque()
        self._wakers: set[asyncio.Event] = set()
        self._subscribers: list[Callable[[Change], None]] = []

    def subscribe(self, reaction: Callable[[Change], None]) -> None:
        """Call `reaction` after each change, in the order of changes; it must not change the store itself.

        A change made from within would overtake this one for later subscribers: reactions schedule theirs.
        """
        self._subscribers.append(reaction)

    def load(self, resource: str, obj: Object, version: int) -> None:
        """Put an object in without history: for what existed before the server started."""
        self.version = self.oldest = max(self.version, version)
        self._put(resource, obj, version)

    def get(self, resource: str, namespace: str, name: str) -> Object | None:
        entry = self.entry(resource, namespace, name)
        return entry.object if entry else None

    def entry(self, resource: str, namespace: str, name: str) -> Entry | None:
        collection = self._collections.get(resource)
        return collection.entries.get(key_of(namespace, name)) if collection else None

    def entries(self, resource: str, namespace: str | None = None) -> list[Entry]:
        collection = self._collections.get(resource)
        return collection.range(namespace) if collection else []

    def objects(self, resource: str, namespace: str | None = None) -> Iterator[Object]:
        return (entry.object for entry in self.entries(resource, namespace))

    def resources(self) -> Iterable[str]:
        return tuple(self._collections)

    def put(self, resource: str, obj: Object, now: datetime) -> Entry:
        """Create or replace; the caller passes an object that nobody else holds."""
        self.version += 1
        previous = self.entry(resource, str(metadata(obj).get("namespace") or ""), obj["metadata"]["name"])
        entry = self._put(resource, obj, self.version)
        self._record(Change("MODIFIED" if previous else "ADDED", resource, entry, previous, now))
        return entry

    def remove(self, resource: str, namespace: str, name: str, now: datetime) -> Entry | None:
        previous = self.entry(resource, namespace, name)
        if previous is None:
            return None
        self.version += 1
        last = {**previous.object, "metadata": {**metadata(previous.object), "resourceVersion": str(self.version)}}
        self._collections[resource].drop(previous.key)
        self._record(Change("DELETED", resource, Entry(previous.key, self.version, last), previous, now))
        return previous

    def since(self, version: int) -> list[Change]:
        """The changes after `version`, oldest first."""
        later: list[Change] = []
        for change in reversed(self._history):
            if change.entry.version <= version:
                break
            later.append(change)
        return later[::-1]

    def snapshot(self, resource: str, namespace: str | None, version: int) -> list[Entry]:
        """The collection as it was at `version`, made by undoing the changes since."""
        found = {entry.key: entry for entry in self.entries(resource, namespace)}
        for change in reversed(self.since(version)):
            if change.resource != resource or (namespace and not change.entry.key.startswith(f"{namespace}/")):
                continue
            if change.previous is None:
                found.pop(change.entry.key, None)
            else:
                found[change.entry.key] = change.previous
        return [found[key] for key in sorted(found)]

    def compact(self, before: datetime | None = None) -> None:
        """Forget history, as etcd does: all of it, or what is older than `before`."""
        while self._history and (before is None or self._history[0].at < before):
            self.oldest = self._history.popleft().entry.version

    @contextmanager
    def waking(self) -> Iterator[asyncio.Event]:
        """An event that is set at each change while the caller watches."""
        event = asyncio.Event()
        self._wakers.add(event)
        try:
            yield event
        finally:
            self._wakers.discard(event)

    @property
    def watchers(self) -> int:
        return len(self._wakers)

    def _put(self, resource: str, obj: Object, version: int) -> Entry:
        meta = obj["metadata"]
        meta["resourceVersion"] = str(version)
        entry = Entry(key_of(meta.get("namespace") or "", meta["name"]), version, obj)
        self._collections.setdefault(resource, Collection()).put(entry)
        return entry

    def _record(self, change: Change) -> None:
        self._history.append(change)
        self.compact(change.at - HISTORY_KEPT)
        for event in self._wakers:
            event.set()
        for reaction in self._subscribers:
            reaction(change)
