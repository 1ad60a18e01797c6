"""Pods made by controllers: from a template, as admission completes them, unless a quota or the namespace refuses."""

from dataclasses import dataclass
from datetime import datetime

from ack_sandbox.kube.controllers.events import emit
from ack_sandbox.kube.controllers.limits import limited
from ack_sandbox.kube.controllers.plane import PODS, Plane, reference_to
from ack_sandbox.kube.controllers.quotas import Quotas
from ack_sandbox.kube.objects import Object, dig, metadata, name_of, namespace_of
from ack_sandbox.kube.population.managed import entry, fields
from ack_sandbox.kube.population.pods import DEFAULT_TOLERATIONS, token_volume
from ack_sandbox.kube.population.templates import quality_of_service

TOKEN_PATH = "/var/run/secrets/kubernetes.io/serviceaccount"


class Refused(Exception):
    """The pod cannot be created; the text is what the API server would say."""


@dataclass(eq=False)
class Pods:
    plane: Plane
    quotas: Quotas

    def make(
        self,
        owner: Object,
        template: Object,
        at: datetime,
        *,
        component: str,
        name: str = "",
        labels: dict[str, str] | None = None,
        spec: Object | None = None,
    ) -> Object:
        """Create a pod of the owner; raises Refused, with an event, when it may not be."""
        space = namespace_of(owner)
        name = name or f"{name_of(owner)}-{self.plane.suffix()}"
        meta = _meta(owner, template, name, labels)
        made: Object = {"kind": "Pod", "apiVersion": "v1", "metadata": meta}
        made["spec"] = self._completed(space, {**template["spec"], **(spec or {})})
        made["status"] = {"phase": "Pending", "qosClass": quality_of_service(made["spec"])}
        why = self._refusal(space, made)
        if why:
            text = f'pods "{name}" is forbidden: {why}'
            emit(self.plane, owner, "FailedCreate", f"Error creating: {text}", at, component=component, warning=True)
            raise Refused(text)
        stored = self.plane.create(PODS, made, at)
        emit(self.plane, owner, "SuccessfulCreate", f"Created pod: {name}", at, component=component)
        return stored

    def _refusal(self, space: str, pod: Object) -> str:
        namespace = self.plane.store.get("/namespaces", "", space)
        if namespace is None or dig(namespace, "status", "phase") == "Terminating":
            return f"unable to create new content in namespace {space} because it is being terminated"
        account = pod["spec"]["serviceAccountName"]
        if self.plane.store.get("/serviceaccounts", space, account) is None:
            return f'error looking up service account {space}/{account}: serviceaccount "{account}" not found'
        return self.quotas.refusal(space, pod)

    def _completed(self, space: str, spec: Object) -> Object:
        """The specification with what admission adds: the account's token and logins, priority, tolerations."""
        volume = f"kube-api-access-{self.plane.suffix()}"
        mount = {"name": volume, "readOnly": True, "mountPath": TOKEN_PATH}
        account = spec.get("serviceAccountName") or "default"
        made = {**spec, "volumes": [*(spec.get("volumes") or []), token_volume(volume)]}
        for kind in ("initContainers", "containers"):
            if spec.get(kind):
                mounted = [{**each, "volumeMounts": [*each.get("volumeMounts", []), mount]} for each in spec[kind]]
                made[kind] = [limited(self.plane.store, space, each) for each in mounted]
        made |= {"serviceAccountName": account, "serviceAccount": account}
        holder = self.plane.store.get("/serviceaccounts", space, account) or {}
        if not spec.get("imagePullSecrets") and holder.get("imagePullSecrets"):
            made["imagePullSecrets"] = holder["imagePullSecrets"]
        made["tolerations"] = [*(spec.get("tolerations") or []), *DEFAULT_TOLERATIONS]
        made |= {"enableServiceLinks": True, "preemptionPolicy": "PreemptLowerPriority"}
        return made | {"priority": self._priority(spec.get("priorityClassName", ""))}

    def _priority(self, name: str) -> int:
        found = self.plane.store.get("scheduling.k8s.io/priorityclasses", "", name)
        return int(found["value"]) if found else 0


def _meta(owner: Object, template: Object, name: str, labels: dict[str, str] | None) -> Object:
    given = metadata(template)
    meta: Object = {"name": name, "namespace": namespace_of(owner), "generateName": f"{name_of(owner)}-"}
    meta["labels"] = {**(given.get("labels") or {}), **(labels or {})}
    if given.get("annotations"):
        meta["annotations"] = dict(given["annotations"])
    meta["ownerReferences"] = [reference_to(owner)]
    owned = {"f:metadata": {"f:labels": fields(meta["labels"])}, "f:spec": fields(template["spec"])}
    moment = metadata(owner).get("creationTimestamp", "")
    return {**meta, "managedFields": [entry("kube-controller-manager", "v1", moment, owned)]}
