"""What a server of some version warns of when a deprecated API is used."""

from ack_sandbox.kube.resources import Resource

# By API version and kind: the minor version since which it is deprecated, and what to use.
DEPRECATED = {
    ("v1", "ComponentStatus"): (19, ""),
    ("v1", "Endpoints"): (33, "; use discovery.k8s.io/v1 EndpointSlice"),
}


def warning(resource: Resource, server: str) -> dict[str, str]:
    """The Warning header of an answer; nothing for what is not deprecated at the version "1.33.3-…"."""
    since, instead = DEPRECATED.get((resource.api_version, resource.kind), (0, ""))
    if not since or int(server.split(".")[1]) < since:
        return {}
    text = f"{resource.api_version} {resource.kind} is deprecated in v1.{since}+{instead}"
    return {"warning": f'299 - "{text}"'}
