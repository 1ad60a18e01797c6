"""The live objects of a cluster at one moment, and the questions that several probes ask of them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property

from ack_sandbox.kube.label_selector import selects
from ack_sandbox.kube.measured import node_metrics
from ack_sandbox.kube.objects import Object, condition, dig, labels_of, metadata, name_of, namespace_of, parse_time
from ack_sandbox.kube.quantities import whole_bytes
from ack_sandbox.kube.state import ClusterState

LATELY = timedelta(minutes=10)
WORKLOADS = ("apps/deployments", "apps/statefulsets", "apps/daemonsets")


@dataclass(frozen=True)
class View:
    state: ClusterState
    now: datetime

    def all(self, resource: str, namespace: str | None = None) -> list[Object]:
        return list(self.state.store.objects(resource, namespace))

    def get(self, resource: str, namespace: str, name: str) -> Object | None:
        return self.state.store.get(resource, namespace, name)

    @cached_property
    def pods(self) -> list[Object]:
        return self.all("/pods")

    @cached_property
    def nodes(self) -> list[Object]:
        return self.all("/nodes")

    @cached_property
    def lost_nodes(self) -> frozenset[str]:
        return frozenset(name_of(node) for node in self.nodes if not is_true(node, "Ready"))

    @cached_property
    def _events(self) -> dict[tuple[str, str, str], list[Object]]:
        found: dict[tuple[str, str, str], list[Object]] = {}
        for event in sorted(self.all("/events"), key=_last_seen, reverse=True):
            about = event.get("involvedObject") or {}
            key = (about.get("kind", ""), about.get("namespace", ""), about.get("name", ""))
            found.setdefault(key, []).append(event)
        return found

    def events(self, obj: Object, *reasons: str, within: timedelta = LATELY) -> list[Object]:
        """What was said of the object in that time, the newest first; of any reason where none is named."""
        said = self._events.get((obj["kind"], namespace_of(obj), name_of(obj)), [])
        lately = [event for event in said if self.now - parse_time(_last_seen(event)) <= within]
        return [event for event in lately if not reasons or event.get("reason") in reasons]

    @cached_property
    def _by_node(self) -> dict[str, list[Object]]:
        found: dict[str, list[Object]] = {}
        for pod in self.pods:
            found.setdefault(dig(pod, "spec", "nodeName", default=""), []).append(pod)
        return found

    def pods_on(self, node: str) -> list[Object]:
        return self._by_node.get(node, [])

    def pods_of(self, namespace: str, labels: dict[str, str]) -> list[Object]:
        """The pods that a Service with these labels as its selector finds, while they are wanted."""
        chosen = {"matchLabels": labels}
        return [pod for pod in self.all("/pods", namespace) if selects(chosen, labels_of(pod)) and is_wanted(pod)]

    def workloads(self) -> Iterable[Object]:
        return (made for resource in WORKLOADS for made in self.all(resource))

    @cached_property
    def node_usage(self) -> dict[str, Object]:
        """By node, as metrics-server reports it; a lost node has none."""
        measured = node_metrics(self.state.store, self.state.usages, self.now)
        return {name_of(each): each["usage"] for each in measured}

    def memory_share(self, pod: Object, container: Object) -> float:
        """Of the container's limit, 0 to 1; 0 for one without a limit."""
        limit = whole_bytes(dig(container, "resources", "limits", "memory"))
        return self.state.usages.container(pod, container, self.now)[1] / limit if limit else 0.0

    def is_older(self, moment: str | None, than: timedelta) -> bool:
        return moment is not None and (self.now - parse_time(moment)) > than


def look(state: ClusterState) -> View:
    return View(state, state.now())


def is_true(obj: Object, kind: str) -> bool:
    return str(dig(condition(obj, kind) or {}, "status")) == "True"


def is_wanted(pod: Object) -> bool:
    """Neither ended nor being deleted."""
    return dig(pod, "status", "phase") not in ("Succeeded", "Failed") and "deletionTimestamp" not in metadata(pod)


def title(obj: Object) -> str:
    """ "shop/cart" or "node-1"."""
    namespace = namespace_of(obj)
    return f"{namespace}/{name_of(obj)}" if namespace else name_of(obj)


def _last_seen(event: Object) -> str:
    last = event.get("lastTimestamp") or event.get("eventTime") or metadata(event).get("creationTimestamp")
    return str(last)
