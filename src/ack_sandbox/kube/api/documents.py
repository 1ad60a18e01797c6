"""The paths that address no resource: version, health, and the discovery documents."""

import hashlib

from ack_sandbox.kube import discovery, gnostic, openapi, swagger
from ack_sandbox.kube.api.replies import JSON, Reply, document, page_not_found
from ack_sandbox.kube.api.requests import Request
from ack_sandbox.kube.objects import Object
from ack_sandbox.kube.state import ClusterState

HEALTH = ("/healthz", "/livez", "/readyz")
AGGREGATED = "as=APIGroupDiscoveryList"
AGGREGATED_TYPE = "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList"
# The type that clients ask for has an "@", which no media type may have; the answer names it without.
SWAGGER_PROTOBUF = "application/com.github.proto-openapi.spec.v2.v1.0+protobuf"
CHECKS = ("ping", "log", "etcd", "poststarthook/start-apiextensions-controllers", "poststarthook/rbac/bootstrap-roles")


def serve(state: ClusterState, request: Request) -> Reply:
    path = request.path.rstrip("/") or "/"
    if path == "/version":
        return document(version(state.plan.version))
    if f"{path}/".startswith(tuple(f"{health}/" for health in HEALTH)):
        return _health(request, path)
    if path == "/":
        return document({"paths": _paths(state)})
    if path == "/openapi/v2":
        return _swagger(state, request)
    if path.startswith("/openapi/v3"):
        return _openapi(state, request, path.removeprefix("/openapi/v3").strip("/"))
    return _discovery(state, request, path)


def _swagger(state: ClusterState, request: Request) -> Reply:
    found = swagger.document(state.catalog, state.store, f"v{state.plan.version}")
    if "proto-openapi.spec.v2" in request.accept.partition(",")[0]:
        return _tagged(request, gnostic.encode(found), SWAGGER_PROTOBUF)
    return _cached(request, found, JSON)


def _openapi(state: ClusterState, request: Request, path: str) -> Reply:
    if not path:
        return _cached(request, openapi.index(state.catalog, state.store), "text/plain; charset=utf-8")
    found: Object | None
    match path.split("/"):
        case ["api", version_name]:
            found = openapi.document(state.catalog, state.store, "", version_name)
        case ["apis", group, version_name]:
            found = openapi.document(state.catalog, state.store, group, version_name)
        case _:
            found = None
    if found is None:
        return page_not_found()
    return _cached(request, found, JSON)


def version(text: str) -> Object:
    major, minor, *_ = text.split(".")
    digest = hashlib.sha256(text.encode()).hexdigest()
    return {
        "major": major,
        "minor": minor + "+",
        "gitVersion": f"v{text}",
        "gitCommit": digest[:40],
        "gitTreeState": "clean",
        "buildDate": "2026-08-11T03:24:17Z",
        "goVersion": "go1.24.6",
        "compiler": "gc",
        "platform": "linux/amd64",
    }


def _health(request: Request, path: str) -> Reply:
    if "verbose" not in request.query:
        return Reply(b"ok", 200, "text/plain; charset=utf-8")
    checks = "".join(f"[+]{check} ok\n" for check in CHECKS)
    return Reply(f"{checks}{path.strip('/')} check passed\n".encode(), 200, "text/plain; charset=utf-8")


def _paths(state: ClusterState) -> list[str]:
    found = ["/api", "/api/v1", "/apis"]
    for group, versions in state.catalog.group_versions().items():
        if group:
            found += [f"/apis/{group}", *(f"/apis/{group}/{version}" for version in versions)]
    return [*found, *HEALTH, "/openapi/v2", "/openapi/v3", "/version"]


def _discovery(state: ClusterState, request: Request, path: str) -> Reply:
    if path in ("/api", "/apis") and AGGREGATED in request.accept:
        # Clients before 1.30 know only the beta version of this document.
        version_name = "v2" if "v=v2;" in request.accept else "v2beta1"
        groups = discovery.aggregated(state.catalog, core=path == "/api", version=version_name)
        return _cached(request, groups, AGGREGATED_TYPE.replace("v=v2;", f"v={version_name};"))
    found = _legacy(state, path)
    if found is None:
        return page_not_found()
    return document(found)


def _legacy(state: ClusterState, path: str) -> Object | None:
    if path == "/api":
        return discovery.api_versions("127.0.0.1:6443")
    if path == "/apis":
        return discovery.group_list(state.catalog)
    match path.strip("/").split("/"):
        case ["api", version_name]:
            return discovery.resource_list(state.catalog, "", version_name)
        case ["apis", name]:
            return discovery.group(state.catalog, name)
        case ["apis", name, version_name]:
            return discovery.resource_list(state.catalog, name, version_name)
    return None


def _cached(request: Request, found: Object, content_type: str) -> Reply:
    return _tagged(request, document(found).body, content_type)


def _tagged(request: Request, body: bytes, content_type: str) -> Reply:
    etag = f'"{hashlib.sha512(body).hexdigest().upper()}"'
    headers = {"etag": etag, "vary": "Accept", "cache-control": "public"}
    if request.headers.get("if-none-match") == etag:
        return Reply(b"", 304, "", headers)
    return Reply(body, 200, content_type, headers)
