"""The Ingress controller's log: it warns of backends that do not exist, as long as they do not."""

from dataclasses import dataclass, replace
from datetime import datetime

from ack_sandbox.kube.controllers.endpoints import SERVICES
from ack_sandbox.kube.controllers.plane import Plane
from ack_sandbox.kube.objects import Object, dig, labels_of, name_of, namespace_of
from ack_sandbox.kube.population.system import INGRESS, INGRESS_CONTROLLER, SYSTEM

INGRESSES = "networking.k8s.io/ingresses"


@dataclass(eq=False)
class Ingresses:
    plane: Plane

    def reconcile(self, _: str, __: str, at: datetime) -> None:
        """Have the controller's pods write what is true now."""
        warnings = tuple(
            f'W {{ts}} 7 controller.go:1229] Service "{name}" does not exist.' for name in sorted(self._absent())
        )
        script = replace(INGRESS, steady=(*INGRESS.steady, *warnings))
        for pod in self.plane.pods(SYSTEM):
            if labels_of(pod).get("app") == INGRESS_CONTROLLER:
                self.plane.state.logs.write(SYSTEM, name_of(pod), INGRESS_CONTROLLER, script)

    def _absent(self) -> set[str]:
        found = set()
        for ingress in self.plane.store.objects(INGRESSES):
            space = namespace_of(ingress)
            absent = [each for each in _backends(ingress) if self.plane.store.get(SERVICES, space, each) is None]
            found |= {f"{space}/{each}" for each in absent}
        return found


def _backends(ingress: Object) -> set[str]:
    rules = dig(ingress, "spec", "rules", default=[])
    paths = [path for rule in rules for path in dig(rule, "http", "paths", default=[])]
    backends = [dig(path, "backend", "service", "name") for path in paths]
    return {each for each in [*backends, dig(ingress, "spec", "defaultBackend", "service", "name")] if each}
