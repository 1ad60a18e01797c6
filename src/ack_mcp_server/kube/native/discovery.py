"""The kinds of a cluster, from the API server's own discovery: aggregated where it offers that, else group by group."""

import asyncio
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from ack_mcp_server.errors import UnexpectedAnswer
from ack_mcp_server.kube.discovery import Catalog, Resource
from ack_mcp_server.kube.native.connection import Connection
from ack_mcp_server.kube.native.refusal import Refusal

_AGGREGATED = ",".join(
    [*(f"application/json;g=apidiscovery.k8s.io;v={v};as=APIGroupDiscoveryList" for v in ("v2", "v2beta1")),
     "application/json"]
)  # fmt: skip
_Json = dict[str, Any]


async def discover(connection: Connection) -> Catalog:
    """Core first, then the groups in the server's order. Raises Refusal, AckError."""
    core, named = await asyncio.gather(
        *(connection.get(path, accept=_AGGREGATED, small=True) for path in ("/api", "/apis"))
    )
    try:
        documents = core.parsed(), named.parsed()
        if all(document.get("kind") == "APIGroupDiscoveryList" for document in documents):
            return _catalog(list(_aggregated(item for document in documents for item in document["items"])))
        return _catalog(await _legacy(connection, *documents))
    except (ValueError, LookupError, TypeError, AttributeError) as exc:
        raise UnexpectedAnswer(
            f"the kinds of the cluster could not be read ({type(exc).__name__})",
            next_step="Check that the address is an API server's.",
        ) from exc


@dataclass(frozen=True)
class _Version:
    """Of one group; `failure` says why its resources are not known."""

    group: str
    version: str
    resources: tuple[Resource, ...]
    failure: str = ""

    @property
    def name(self) -> str:
        return f"{self.group}/{self.version}" if self.group else self.version


def _catalog(versions: list[_Version]) -> Catalog:
    return Catalog(
        tuple(resource for version in versions for resource in version.resources),
        tuple(version.name for version in versions),
        tuple(f"{version.name}: {version.failure}" for version in versions if version.failure),
    )


def _aggregated(groups: Iterable[_Json]) -> Iterator[_Version]:
    """What the API server calls stale is left out without a word, as kubectl does."""
    for group in groups:
        name = group.get("metadata", {}).get("name", "")
        fresh = (entry for entry in group["versions"] if entry.get("freshness") != "Stale")
        for place, entry in enumerate(fresh):
            yield _Version(name, entry["version"], tuple(_resources(name, entry, preferred=place == 0)))


def _resources(group: str, entry: _Json, *, preferred: bool) -> Iterator[Resource]:
    for found in entry.get("resources") or ():
        kind = (found.get("responseKind") or {}).get("kind")
        if not kind:
            continue  # it only carries subresources
        namespaced = found["scope"] == "Namespaced"
        yield _resource(
            found["resource"], group, entry["version"], found, preferred=preferred, kind=kind, namespaced=namespaced
        )


async def _legacy(connection: Connection, core: _Json, named: _Json) -> list[_Version]:
    """Each version of each group is a request of its own; a group whose server is away is left out."""
    places = [("", version, place == 0) for place, version in enumerate(core["versions"])]
    for group in named["groups"]:
        first = group["preferredVersion"]["version"]
        versions = sorted((entry["version"] for entry in group["versions"]), key=lambda version: version != first)
        places += [(group["name"], version, version == first) for version in versions]
    return await asyncio.gather(
        *(_listed(connection, group, version, preferred=preferred) for group, version, preferred in places)
    )


async def _listed(connection: Connection, group: str, version: str, *, preferred: bool) -> _Version:
    path = f"/apis/{group}/{version}" if group else f"/api/{version}"
    try:
        entries: list[_Json] = (await connection.get(path, small=True)).parsed()["resources"]
    except Refusal as exc:
        if exc.code not in (404, 503):
            raise
        return _Version(group, version, (), exc.message)
    resources = (
        _resource(
            found["name"], group, version, found, preferred=preferred, kind=found["kind"],
            namespaced=found["namespaced"],
        )
        for found in entries
        if "/" not in found["name"]
    )  # fmt: skip
    return _Version(group, version, tuple(resources))


def _resource(
    plural: str, group: str, version: str, found: _Json, *, kind: str, namespaced: bool, preferred: bool
) -> Resource:
    singular = found.get("singularResource") or found.get("singularName") or kind.lower()
    short = tuple(found.get("shortNames") or ())
    return Resource(
        plural=plural,
        group=group,
        version=version,
        kind=kind,
        namespaced=namespaced,
        names=frozenset({plural, kind.lower(), singular, *short}),
        categories=tuple(found.get("categories") or ()),
        singular=singular,
        short_names=short,
        verbs=tuple(found.get("verbs") or ()),
        preferred=preferred,
    )
