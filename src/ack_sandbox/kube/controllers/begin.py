"""The beginning: what the registries have is taken from what runs, and from then on each change is answered."""

from collections.abc import Iterator

from ack_sandbox.kube.controllers.parts import Controllers, controllers
from ack_sandbox.kube.controllers.plane import DAEMON_SETS, JOBS, REPLICA_SETS, STATEFUL_SETS
from ack_sandbox.kube.controllers.triggers import Triggers
from ack_sandbox.kube.objects import Object, dig
from ack_sandbox.kube.state import ClusterState
from ack_sandbox.kube.store import Store


def begin(state: ClusterState) -> Controllers:
    """Have every change of the store answered from now on."""
    state.images.publish(_images(state.store))
    parts = controllers(state)
    state.store.subscribe(Triggers(parts).react)
    return parts


def _images(store: Store) -> Iterator[str]:
    for resource in (REPLICA_SETS, STATEFUL_SETS, DAEMON_SETS, JOBS):
        for made in store.objects(resource):
            spec: Object = dig(made, "spec", "template", "spec", default={})
            yield from (each["image"] for each in [*spec.get("initContainers", []), *spec["containers"]])
