"""Namespaces: what each new one gets, and how one that is deleted tells what keeps it."""

from dataclasses import dataclass
from datetime import datetime

from ack_sandbox.kube.controllers.conditions import set_condition
from ack_sandbox.kube.controllers.plane import Plane, is_deleting
from ack_sandbox.kube.lifecycle import NAMESPACES, empty_namespace
from ack_sandbox.kube.objects import Object, dig, metadata

ROOT = "kube-root-ca.crt"
DISCOVERED = "All resources successfully discovered"
PARSED = "All legacy kube types successfully parsed"
DELETED = "All content successfully deleted, may be waiting on finalization"
REMAINING = "Some content in the namespace has finalizers remaining: "


@dataclass(eq=False)
class Namespaces:
    plane: Plane

    def reconcile(self, _: str, name: str, at: datetime) -> None:
        namespace = self.plane.store.get(NAMESPACES, "", name)
        if namespace is None:
            return
        if is_deleting(namespace):
            empty_namespace(self.plane.state, name, at)
            self._tell(name, at)
            return
        self._give("/serviceaccounts", {"kind": "ServiceAccount", "apiVersion": "v1"}, name, "default", at)
        original = self.plane.store.get("/configmaps", "kube-system", ROOT) or {}
        body = {"kind": "ConfigMap", "apiVersion": "v1", "data": original.get("data", {})}
        self._give("/configmaps", body, name, ROOT, at)

    def _tell(self, name: str, at: datetime) -> None:
        """Say in the conditions what is left, and which finalizers hold it."""
        namespace = self.plane.store.get(NAMESPACES, "", name)
        if namespace is None:
            return
        remaining, finalizers = self._left(name)
        kinds = ", ".join(f"{kind} has {count} resource instances" for kind, count in sorted(remaining.items()))
        holders = ", ".join(f"{each} in {count} resource instances" for each, count in sorted(finalizers.items()))
        rows = (
            ("NamespaceDeletionDiscoveryFailure", False, "ResourcesDiscovered", DISCOVERED),
            ("NamespaceDeletionGroupVersionParsingFailure", False, "ParsedGroupVersions", PARSED),
            ("NamespaceDeletionContentFailure", False, "ContentDeleted", DELETED),
            ("NamespaceContentRemaining", True, "SomeResourcesRemain", f"Some resources are remaining: {kinds}"),
            ("NamespaceFinalizersRemaining", bool(holders), *_held(holders)),
        )
        conditions: list[Object] = dig(namespace, "status", "conditions", default=[])
        for kind, holds, reason, message in rows:
            conditions = set_condition(conditions, kind, holds, at, reason, message)
        self.plane.status(NAMESPACES, namespace, {**namespace["status"], "conditions": conditions}, at)

    def _left(self, name: str) -> tuple[dict[str, int], dict[str, int]]:
        """How many objects of which resource are left, and how many each finalizer holds."""
        remaining: dict[str, int] = {}
        finalizers: dict[str, int] = {}
        for key, resource in self.plane.state.catalog.by_key.items():
            for obj in self.plane.store.objects(key, name) if resource.namespaced else ():
                shown = f"{resource.plural}.{resource.group}"
                remaining[shown] = remaining.get(shown, 0) + 1
                for each in metadata(obj).get("finalizers") or []:
                    finalizers[each] = finalizers.get(each, 0) + 1
        return remaining, finalizers

    def _give(self, resource: str, body: Object, namespace: str, name: str, at: datetime) -> None:
        if self.plane.store.get(resource, namespace, name) is None:
            self.plane.create(resource, {**body, "metadata": {"name": name, "namespace": namespace}}, at)


def _held(holders: str) -> tuple[str, str]:
    if not holders:
        return "ContentHasNoFinalizers", "All content-preserving finalizers finished"
    return "SomeFinalizersRemain", REMAINING + holders
