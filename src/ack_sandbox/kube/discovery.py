"""The discovery documents, aggregated and legacy, computed from the catalog."""

import base64
import hashlib

from ack_sandbox.kube.objects import Object
from ack_sandbox.kube.resources import Catalog, Resource, Subresource

CORE_GROUP = ""


def aggregated(catalog: Catalog, *, core: bool, version: str = "v2") -> Object:
    """The APIGroupDiscoveryList of `/api` (core) or `/apis` (every other group)."""
    groups = catalog.group_versions()
    items = [_aggregated_group(catalog, group, groups[group]) for group in groups if (group == CORE_GROUP) == core]
    return {
        "kind": "APIGroupDiscoveryList",
        "apiVersion": f"apidiscovery.k8s.io/{version}",
        "metadata": {},
        "items": items,
    }


def _aggregated_group(catalog: Catalog, group: str, versions: list[str]) -> Object:
    return {
        "metadata": {"name": group} if group else {},
        "versions": [
            {
                "version": version,
                "resources": [_aggregated_resource(resource) for resource in catalog.within(group, version)],
                "freshness": "Current",
            }
            for version in versions
        ],
    }


def _aggregated_resource(resource: Resource) -> Object:
    entry: Object = {
        "resource": resource.plural,
        "responseKind": _response_kind(resource, resource.kind),
        "scope": "Namespaced" if resource.namespaced else "Cluster",
        "singularResource": resource.singular,
        "verbs": list(resource.verbs),
    }
    if resource.short_names:
        entry["shortNames"] = list(resource.short_names)
    if resource.categories:
        entry["categories"] = list(resource.categories)
    if resource.subresources:
        entry["subresources"] = [_aggregated_subresource(resource, sub) for sub in resource.subresources]
    return entry


def _aggregated_subresource(resource: Resource, sub: Subresource) -> Object:
    kind = {"group": sub.group, "version": sub.version, "kind": sub.kind}
    if not sub.group:
        kind = _response_kind(resource, sub.kind)
    return {"subresource": sub.name, "responseKind": kind, "verbs": list(sub.verbs)}


def _response_kind(resource: Resource, kind: str) -> Object:
    # Built-in resources leave group and version empty, meaning "those of the parent".
    if resource.custom:
        return {"group": resource.group, "version": resource.version, "kind": kind}
    return {"group": "", "version": "", "kind": kind}


def api_versions(server_address: str) -> Object:
    return {
        "kind": "APIVersions",
        "versions": ["v1"],
        "serverAddressByClientCIDRs": [{"clientCIDR": "0.0.0.0/0", "serverAddress": server_address}],
    }


def group_list(catalog: Catalog) -> Object:
    groups = [_group(name, versions) for name, versions in catalog.group_versions().items() if name]
    return {"kind": "APIGroupList", "apiVersion": "v1", "groups": groups}


def group(catalog: Catalog, name: str) -> Object | None:
    versions = catalog.group_versions().get(name)
    if not name or versions is None:
        return None
    return {"kind": "APIGroup", "apiVersion": "v1", **_group(name, versions)}


def _group(name: str, versions: list[str]) -> Object:
    entries = [{"groupVersion": f"{name}/{version}", "version": version} for version in versions]
    return {"name": name, "versions": entries, "preferredVersion": entries[0]}


def resource_list(catalog: Catalog, group_name: str, version: str) -> Object | None:
    entries = [entry for resource in catalog.within(group_name, version) for entry in _resource_entries(resource)]
    if not entries:
        return None
    group_version = f"{group_name}/{version}" if group_name else version
    document: Object = {"kind": "APIResourceList"}
    if group_name:
        document["apiVersion"] = "v1"
    return {**document, "groupVersion": group_version, "resources": entries}


def _resource_entries(resource: Resource) -> list[Object]:
    entry: Object = {
        "name": resource.plural,
        "singularName": resource.singular,
        "namespaced": resource.namespaced,
        "kind": resource.kind,
        "verbs": list(resource.verbs),
    }
    if resource.short_names:
        entry["shortNames"] = list(resource.short_names)
    if resource.categories:
        entry["categories"] = list(resource.categories)
    if resource.is_stored:
        entry["storageVersionHash"] = _storage_version_hash(resource)
    return [entry, *(_subresource_entry(resource, sub) for sub in resource.subresources)]


def _subresource_entry(resource: Resource, sub: Subresource) -> Object:
    entry: Object = {
        "name": f"{resource.plural}/{sub.name}",
        "singularName": "",
        "namespaced": resource.namespaced,
        "kind": sub.kind,
        "verbs": list(sub.verbs),
    }
    if sub.group:
        entry |= {"group": sub.group, "version": sub.version}
    return entry


def _storage_version_hash(resource: Resource) -> str:
    identity = f"{resource.group}/{resource.version}/{resource.kind}".encode()
    return base64.b64encode(hashlib.sha256(identity).digest()[:8]).decode()
