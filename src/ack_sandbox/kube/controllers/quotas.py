"""Resource quotas: what a namespace's pods take, and what one more would be refused for."""

from dataclasses import dataclass
from datetime import datetime

from ack_sandbox.kube.controllers.fit import amount
from ack_sandbox.kube.controllers.plane import QUOTAS, Plane, is_finished
from ack_sandbox.kube.objects import Object, dig, name_of
from ack_sandbox.kube.quantities import cpu, memory

CPU = ("cpu", "requests.cpu", "limits.cpu")
MEMORY = ("memory", "requests.memory", "limits.memory")


@dataclass(eq=False)
class Quotas:
    plane: Plane

    def reconcile(self, namespace: str, name: str, at: datetime) -> None:
        """Write down what is used now."""
        quota = self.plane.store.get(QUOTAS, namespace, name)
        if quota is None:
            return
        hard = dig(quota, "spec", "hard", default={})
        used = dict(dig(quota, "status", "used", default={}))
        used |= {key: _written(key, self._used(namespace, key)) for key in hard if _is_counted(key)}
        status = {"hard": hard, "used": {key: used.get(key, "0") for key in hard}}
        self.plane.status(QUOTAS, quota, status, at)

    def refusal(self, namespace: str, pod: Object) -> str:
        """Why the quota refuses the pod, as the API server says it; empty when it does not."""
        for quota in self.plane.store.objects(QUOTAS, namespace):
            hard = {key: text for key, text in dig(quota, "spec", "hard", default={}).items() if _is_counted(key)}
            short = [key for key in sorted(hard) if self._exceeds(namespace, pod, key, hard[key])]
            if short:
                asked = ",".join(f"{key}={_written(key, _taken(pod, key))}" for key in short)
                used = ",".join(f"{key}={_written(key, self._used(namespace, key))}" for key in short)
                limited = ",".join(f"{key}={hard[key]}" for key in short)
                return f"exceeded quota: {name_of(quota)}, requested: {asked}, used: {used}, limited: {limited}"
        return ""

    def _exceeds(self, namespace: str, pod: Object, key: str, hard: str) -> bool:
        asked = _taken(pod, key)
        return asked > 0 and self._used(namespace, key) + asked > amount(str(hard))

    def _used(self, namespace: str, key: str) -> int:
        return sum(_taken(pod, key) for pod in self.plane.pods(namespace) if not is_finished(pod))


def _is_counted(key: str) -> bool:
    return key in ("pods", "count/pods", *CPU, *MEMORY)


def _taken(pod: Object, key: str) -> int:
    """What one pod takes of a quota's resource, in thousandths."""
    if key in ("pods", "count/pods"):
        return 1000
    side, _, name = key.rpartition(".")
    containers = pod["spec"]["containers"]
    return sum(amount(str(dig(each, "resources", side or "requests", name, default="0"))) for each in containers)


def _written(key: str, thousandths: int) -> str:
    if key in CPU:
        return cpu(thousandths)
    return memory(thousandths // 1000) if key in MEMORY else str(thousandths // 1000)
