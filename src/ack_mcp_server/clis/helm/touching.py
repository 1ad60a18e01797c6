"""What a change of a release touches, as the rules of the server see it: the release, and each object that differs."""

from collections.abc import Iterator

from ack_mcp_server.clis.helm.asked import Asked
from ack_mcp_server.clis.helm.preview import Preview
from ack_mcp_server.clis.touching import touched_in
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
    for document in preview.touched:
        group, kind = str(document.get("apiVersion", "")).rpartition("/")[0], str(document.get("kind", ""))
        metadata = document.get("metadata")
        metadata = metadata if isinstance(metadata, dict) else {}
        namespace = str(metadata.get("namespace") or asked.namespace)
        yield touched_in(catalog, group, kind, namespace, str(metadata.get("name", "")))
