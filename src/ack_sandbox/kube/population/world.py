"""The cluster under construction: a growing list of objects whose names, uids and addresses come from the seed."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TypeVar

from ack_sandbox.clock import wall_clock
from ack_sandbox.draws import SAFE_SUFFIX, Draws
from ack_sandbox.kube.builtin import BUILTIN
from ack_sandbox.kube.logs import Logs
from ack_sandbox.kube.objects import Object, dig, name_of, namespace_of, rfc3339
from ack_sandbox.kube.population.incident import Incident, LookAlike
from ack_sandbox.kube.programs import Images
from ack_sandbox.kube.resources import Catalog, catalog
from ack_sandbox.kube.store import Store
from ack_sandbox.kube.usage import Usages
from ack_sandbox.plan import ClusterPlan, NodePlan

T = TypeVar("T")


@dataclass
class Population:
    """Everything a cluster starts with, and what a grader should know about it."""

    catalog: Catalog
    logs: Logs
    usages: Usages
    objects: list[Object] = field(default_factory=list)
    incidents: list[Incident] = field(default_factory=list)
    look_alikes: list[LookAlike] = field(default_factory=list)
    images: Images = field(default_factory=Images)
    now: datetime = field(default_factory=wall_clock)  # the moment that all ages are counted from

    def load(self, store: Store, draws: Draws) -> None:
        """Put the objects into the store, with versions that grow with their age as etcd's do."""
        rng = draws.rng()
        version = rng.randint(20_000_000, 90_000_000)
        for obj in sorted(self.objects, key=lambda each: str(dig(each, "metadata", "creationTimestamp", default=""))):
            version += rng.randint(1, 40)
            store.load(self.catalog.of(obj).key, obj, version)


@dataclass
class World:
    plan: ClusterPlan
    now: datetime
    draws: Draws
    population: Population
    _pod_addresses: int = 0
    _service_addresses: int = 10
    _load: dict[str, int] = field(default_factory=dict)

    def digest(self, *path: object) -> str:
        """64 hexadecimal digits that depend on the seed and the path alone."""
        text = "\x1f".join((str(self.draws.seed), self.plan.id, *map(str, path)))
        return hashlib.sha256(text.encode()).hexdigest()

    def uid(self, *path: object) -> str:
        digits = self.digest("uid", *path)
        return f"{digits[:8]}-{digits[8:12]}-4{digits[13:16]}-a{digits[17:20]}-{digits[20:32]}"

    def suffix(self, length: int, *path: object) -> str:
        number = int(self.digest("suffix", *path), 16)
        letters = []
        for _ in range(length):
            number, index = divmod(number, len(SAFE_SUFFIX))
            letters.append(SAFE_SUFFIX[index])
        return "".join(letters)

    def number(self, low: int, high: int, *path: object) -> int:
        return low + int(self.digest("number", *path)[:12], 16) % (high - low + 1)

    def pick(self, options: Sequence[T], *path: object) -> T:
        return options[self.number(0, len(options) - 1, "pick", *path)]

    def ago(self, before: timedelta) -> str:
        return rfc3339(self.now - before)

    def add(self, obj: Object) -> Object:
        self.population.objects.append(obj)
        return obj

    def metadata(
        self,
        kind: str,
        name: str,
        namespace: str = "",
        *,
        age: timedelta,
        labels: dict[str, str] | None = None,
        annotations: dict[str, str] | None = None,
        owner: Object | None = None,
    ) -> Object:
        meta: Object = {"name": name}
        if namespace:
            meta["namespace"] = namespace
        meta |= {"uid": self.uid(kind, namespace, name), "creationTimestamp": self.ago(age)}
        if labels:
            meta["labels"] = dict(labels)
        if annotations:
            meta["annotations"] = dict(annotations)
        if owner is not None:
            meta["ownerReferences"] = [owner_reference(owner)]
        return meta

    def pod_address(self) -> str:
        # Terway gives pods addresses of the VPC, from vSwitches of their own.
        self._pod_addresses += 1
        high, low = divmod(self._pod_addresses, 250)
        return f"10.0.{128 + high}.{low + 2}"

    def service_address(self) -> str:
        self._service_addresses += 1
        high, low = divmod(self._service_addresses * 37, 250)
        return f"172.21.{high % 16}.{low + 2}"

    @property
    def has_room(self) -> bool:
        """A new cluster may have no node yet."""
        return any(node.ready for node in self.plan.nodes)

    def place(self, millicores: int) -> NodePlan:
        """The ready node with the most room."""
        ready = [node for node in self.plan.nodes if node.ready]
        node = min(ready, key=lambda each: (self._load.get(each.name, 0) / each.instance_type.cpu, each.name))
        self.reserve(node, millicores)
        return node

    def reserve(self, node: NodePlan, millicores: int) -> None:
        self._load[node.name] = self._load.get(node.name, 0) + millicores

    def node(self, name: str) -> NodePlan:
        return next(node for node in self.plan.nodes if node.name == name)


def new_world(plan: ClusterPlan, now: datetime, draws: Draws) -> World:
    now = now.replace(microsecond=0)
    population = Population(catalog(BUILTIN), Logs(draws.at("logs")), Usages(draws.at("usage")), now=now)
    return World(plan, now, draws, population)


def owner_reference(owner: Object) -> Object:
    return {
        "apiVersion": owner["apiVersion"],
        "kind": owner["kind"],
        "name": name_of(owner),
        "uid": owner["metadata"]["uid"],
        "controller": True,
        "blockOwnerDeletion": True,
    }


def object_reference(obj: Object, field_path: str = "") -> Object:
    reference = {
        "kind": obj["kind"],
        "namespace": namespace_of(obj),
        "name": name_of(obj),
        "uid": dig(obj, "metadata", "uid", default=""),
        "apiVersion": obj["apiVersion"],
        "fieldPath": field_path,
    }
    return {key: value for key, value in reference.items() if value}
