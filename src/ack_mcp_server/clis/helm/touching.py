"""What a change of a release touches, as the rules of the server see it: the release, and each object that differs."""

from collections.abc import Iterator

from ack_mcp_server.clis.helm.asked import Asked
from ack_mcp_server.clis.helm.preview import Preview
from ack_mcp_server.kube.discovery import Catalog, Resource
from ack_mcp_server.kube.writes.change import Touched

_RELEASES = Resource(
    plural="releases", group="helm.sh", kind="Release", namespaced=True, names=frozenset(), categories=()
)
_DEFINITIONS = Resource(
    plural="customresourcedefinitions", group="apiextensions.k8s.io", kind="CustomResourceDefinition",
    namespaced=False, names=frozenset(), categories=(),
)  # fmt: skip


def touched_by(asked: Asked, preview: Preview, catalog: Catalog) -> tuple[Touched, ...]:
    return tuple(_touched(asked, preview, catalog))


def _touched(asked: Asked, preview: Preview, catalog: Catalog) -> Iterator[Touched]:
    yield Touched(resource=_RELEASES, namespace=asked.namespace, name=asked.release)
    if preview.may_bring_kinds:
        yield Touched(resource=_DEFINITIONS, namespace="", name=asked.release)
    kinds = {(each.group, each.kind): each for each in catalog.resources}
    for document in preview.touched:
        group, kind = str(document.get("apiVersion", "")).rpartition("/")[0], str(document.get("kind", ""))
        resource = kinds.get((group, kind)) or _unknown(group, kind)
        metadata = document.get("metadata")
        metadata = metadata if isinstance(metadata, dict) else {}
        namespace = str(metadata.get("namespace") or asked.namespace) if resource.namespaced else ""
        yield Touched(resource=resource, namespace=namespace, name=str(metadata.get("name", "")))


def _unknown(group: str, kind: str) -> Resource:
    """A kind that the cluster does not serve (yet) may belong to the whole cluster."""
    return Resource(
        plural=kind.lower() + "s", group=group, kind=kind, namespaced=False, names=frozenset(), categories=()
    )
