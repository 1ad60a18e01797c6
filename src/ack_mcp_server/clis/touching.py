"""Objects as the rules of the server see them, by the cluster's own discovery."""

from ack_mcp_server.kube.discovery import Catalog, Resource
from ack_mcp_server.kube.writes.change import Touched


def touched_in(catalog: Catalog, group: str, kind: str, namespace: str, name: str) -> Touched:
    resource = next((each for each in catalog.resources if (each.group, each.kind) == (group, kind)), None)
    resource = resource or _unknown(group, kind)
    return Touched(resource=resource, namespace=namespace if resource.namespaced else "", name=name)


def _unknown(group: str, kind: str) -> Resource:
    """A kind that the cluster does not serve (yet) may belong to the whole cluster."""
    return Resource(
        plural=kind.lower() + "s", group=group, kind=kind, namespaced=False, names=frozenset(), categories=()
    )
