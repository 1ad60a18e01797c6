"""`cluster-info`: where the API server and the cluster's own services are."""

from collections.abc import Iterator
from typing import Any

from ack_mcp_server.kube.native.asked import Asked, Json
from ack_mcp_server.kube.native.pages import one
from ack_mcp_server.kube.native.printed import Printed, text_of
from ack_mcp_server.kube.native.refusal import Refusal

_SELECTOR = "kubernetes.io/cluster-service=true"
_NAME = "kubernetes.io/name"
_HINT = "\nTo further debug and diagnose cluster problems, use 'kubectl cluster-info dump'.\n"


async def cluster_info(asked: Asked) -> Printed:
    """Raises AckError. A refusal leaves the hint. Without the colours of kubectl before 1.32, which an answer would not
    keep anyway."""
    path = f"/api/v1/namespaces/{asked.command.namespace or 'kube-system'}/services"
    printed = Printed()
    try:
        page = await one(asked, path, {"labelSelector": _SELECTOR}, "application/json", small=True)
        services = [asked.redact(service) for service in page.content.get("items") or ()]
        host = asked.connection.server
        places = [("Kubernetes control plane", host), *(_place(service, host) for service in services)]
        printed.blocks.append(text_of([f"{name} is running at {link}" for name, link in places]))
    except Refusal as exc:
        printed.fail(exc.line)
    printed.complaints[:0] = asked.warnings
    printed.blocks.append(_HINT)
    return printed


def _place(service: Json, host: str) -> tuple[str, str]:
    metadata = service["metadata"]
    name = (metadata.get("labels") or {}).get(_NAME) or metadata["name"]
    outside = (service.get("status", {}).get("loadBalancer") or {}).get("ingress") or ()
    ports: list[dict[str, Any]] = service.get("spec", {}).get("ports") or []
    if outside:
        return name, "".join(_links(outside[0].get("ip") or outside[0].get("hostname", ""), ports))
    target = _target(metadata["name"], ports)
    return name, f"{host}/api/v1/namespaces/{metadata['namespace']}/services/{target}/proxy"


def _links(address: str, ports: list[dict[str, Any]]) -> Iterator[str]:
    for port in ports:
        yield f"http://{address}:{port['port']} "


def _target(name: str, ports: list[dict[str, Any]]) -> str:
    """`scheme:name:port`, parts that are not known left out."""
    if not ports:
        return name
    port = ports[0].get("name", "")
    if port == "https" or ports[0]["port"] == 443:
        return f"https:{name}:{port}"
    return f"{name}:{port}" if port else name
