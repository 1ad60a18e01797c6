"""The catalogue of add-ons, and what one consists of: ListAddons, DescribeAddon, ListClusterAddonInstanceResources."""

from collections.abc import Iterator
from dataclasses import dataclass

from ack_sandbox.cloud import errors
from ack_sandbox.cloud.addons import CATALOGUE, Addon
from ack_sandbox.cloud.calls import Call
from ack_sandbox.cloud.versions import VERSIONS
from ack_sandbox.cloud.wire import Json, json_text
from ack_sandbox.kube.objects import Object, name_of, namespace_of

ACTIONS = ("Install", "Upgrade", "Modify", "Uninstall")
SYSTEM = "kube-system"
RESOURCES = ("apps/deployments", "apps/daemonsets", "/services", "/serviceaccounts", "/configmaps")


@dataclass(frozen=True)
class Kind:
    """What an add-on is: its category, and the names that its objects begin with where they differ from its own."""

    category: str
    by_default: bool = True
    namespace: str = SYSTEM
    objects: tuple[str, ...] = ()


KINDS = {
    "coredns": Kind("core", objects=("coredns", "kube-dns")),
    "terway-eniip": Kind("network"),
    "csi-plugin": Kind("storage"),
    "csi-provisioner": Kind("storage"),
    "metrics-server": Kind("core"),
    "ack-node-problem-detector": Kind("monitor"),
    "arms-prometheus": Kind("monitor", False, "arms-prom", ("arms-prometheus", "arms-prom", "kube-state", "node-exp")),
    "logtail-ds": Kind("monitor", False, objects=("logtail-ds", "alibaba-log-controller")),
    "nginx-ingress-controller": Kind("network", False, objects=("nginx-ingress",)),
}
OTHER = Kind("", False)


def list_addons(call: Call) -> Json:
    _check_cluster(call)
    return {"addons": [_listed(addon) for addon in CATALOGUE]}


def describe_addon(call: Call) -> Json:
    _check_cluster(call)
    name = call.path["addon_name"]
    addon = next((each for each in CATALOGUE if each.name == name), None)
    if addon is None:
        raise errors.addon_unknown(name)
    version = call.wanted("version") or addon.newest
    if version not in (addon.version, addon.newest):
        raise errors.addon_version_unknown(name, version)
    return {**_listed(addon), "version": version, "newer_versions": _newer(addon, version)}


def list_cluster_addon_instance_resources(call: Call) -> Json:
    record = call.cluster()
    addon = record.addon(call.path["instance_name"])
    kind = KINDS.get(addon.name, OTHER)
    chart = {"chart_name": addon.name, "chart_version": addon.version.removeprefix("v")}
    objects = [_reference(obj, resource) for resource, obj in _objects(call, addon, kind)]
    return {
        "helm_release": {**chart, "namespace": kind.namespace, "release_name": addon.name},
        "kubernetes_objects": objects,
    }


def _check_cluster(call: Call) -> None:
    """A cluster that the request names must be one of the caller's."""
    if call.wanted("cluster_id") is not None:
        call.store.cluster(call.key.account, call.required("cluster_id"))


def _listed(addon: Addon) -> dict[str, Json]:
    kind = KINDS.get(addon.name, OTHER)
    return {
        "architecture": ["amd64", "arm64"],
        "category": kind.category,
        "config_schema": json_text(_schema(addon)),
        "install_by_default": kind.by_default,
        "managed": addon.config.get("ComponentType") == "managed",
        "name": addon.name,
        "supported_actions": list(ACTIONS),
        "version": addon.newest,
    }


def _schema(addon: Addon) -> Json:
    properties = {
        name: {"type": "object" if isinstance(value, dict) else "string"} for name, value in addon.config.items()
    }
    return {"$schema": "https://json-schema.org/draft-07/schema#", "type": "object", "properties": properties}


def _newer(addon: Addon, version: str) -> list[Json]:
    if version == addon.newest:
        return []
    oldest = VERSIONS[-1].version
    return [{"minimum_cluster_version": oldest, "upgradable": True, "version": addon.newest}]


def _objects(call: Call, addon: Addon, kind: Kind) -> Iterator[tuple[str, Object]]:
    state = call.store.live(call.path["cluster_id"])
    beginnings = kind.objects or (addon.name,)
    for resource in RESOURCES:
        for obj in state.store.objects(resource, kind.namespace):
            if name_of(obj).startswith(beginnings):
                yield resource, obj


def _reference(obj: Object, resource: str) -> Json:
    version = str(obj["apiVersion"]).rpartition("/")[2]
    return {
        "group": resource.partition("/")[0],
        "kind": obj["kind"],
        "name": name_of(obj),
        "namespace": namespace_of(obj),
        "version": version,
    }
