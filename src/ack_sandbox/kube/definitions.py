"""CustomResourceDefinitions as resources: what each version of a definition adds to the catalog."""

from ack_sandbox.kube.objects import Object, dig
from ack_sandbox.kube.resources import CUSTOM_VERBS, Resource, Subresource

DEFINITIONS = "apiextensions.k8s.io/customresourcedefinitions"


def defined_resources(definition: Object) -> list[Resource]:
    versions: list[Object] = dig(definition, "spec", "versions", default=[])
    return [_resource(definition["spec"], version) for version in versions if version.get("served")]


def _resource(spec: Object, version: Object) -> Resource:
    names, group = spec["names"], spec["group"]
    kind, plural = names["kind"], names["plural"]
    stored = next(each["name"] for each in spec["versions"] if each.get("storage"))
    status = "status" in (version.get("subresources") or {})
    return Resource(
        group=group,
        version=version["name"],
        kind=kind,
        plural=plural,
        namespaced=spec["scope"] == "Namespaced",
        singular=names.get("singular") or kind.lower(),
        short_names=tuple(names.get("shortNames") or ()),
        categories=tuple(names.get("categories") or ()),
        verbs=CUSTOM_VERBS,
        subresources=(Subresource(name="status", kind=kind),) if status else (),
        custom=True,
        stored_as="" if version["name"] == stored else f"{group}/{plural}",
    )
