"""PodDisruptionBudgets: how many of the pods they select may be evicted now."""

from dataclasses import dataclass
from datetime import datetime

from ack_sandbox.kube.controllers.conditions import is_ready
from ack_sandbox.kube.controllers.plane import Plane, is_active
from ack_sandbox.kube.controllers.templates import share
from ack_sandbox.kube.objects import Object, dig, labels_of, metadata

BUDGETS = "policy/poddisruptionbudgets"


@dataclass(eq=False)
class Budgets:
    plane: Plane

    def reconcile(self, namespace: str, name: str, at: datetime) -> None:
        made = self.plane.store.get(BUDGETS, namespace, name)
        if made is None:
            return
        pods = [pod for pod in self.plane.pods(namespace) if is_active(pod) and selects(made, labels_of(pod))]
        healthy, expected = sum(map(is_ready, pods)), len(pods)
        wanted = _wanted(made, expected)
        status = {
            **(made.get("status") or {}),
            "disruptionsAllowed": max(healthy - wanted, 0) if expected else 0,
            "currentHealthy": healthy,
            "desiredHealthy": wanted,
            "expectedPods": expected,
            "observedGeneration": metadata(made).get("generation", 1),
        }
        self.plane.status(BUDGETS, made, status, at)


def selects(made: Object, labels: dict[str, str]) -> bool:
    wanted = dig(made, "spec", "selector", "matchLabels", default={})
    return bool(wanted) and wanted.items() <= labels.items()


def _wanted(made: Object, expected: int) -> int:
    spec = made["spec"]
    if "maxUnavailable" in spec:
        return max(expected - share(spec["maxUnavailable"], expected, up=True), 0)
    return share(spec.get("minAvailable", 1), expected, up=True)
