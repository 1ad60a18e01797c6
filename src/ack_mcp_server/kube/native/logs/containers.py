"""The containers of pods whose logs are asked for, chosen as kubectl chooses."""

from collections.abc import Iterator
from dataclasses import dataclass

from ack_mcp_server.kube.native.asked import Json
from ack_mcp_server.kube.native.said import UsageError

_DEFAULT = "kubectl.kubernetes.io/default-container"
_IN_ORDER = ("initContainers", "containers", "ephemeralContainers")
_TOLD = (("containers", ""), ("ephemeralContainers", " (ephem)"), ("initContainers", " (init)"))


@dataclass(frozen=True)
class Source:
    namespace: str
    pod: str
    container: str

    @property
    def label(self) -> str:
        return f"{self.pod}/{self.container}"


def sources_of(pod: Json, wanted: str, *, all_containers: bool, quiet: bool, complaints: list[str]) -> list[Source]:
    """`wanted` is a container's name or nothing; `quiet` does not tell which one was chosen. Raises UsageError."""
    namespace, name = pod["metadata"]["namespace"], pod["metadata"]["name"]
    if all_containers:
        return [Source(namespace, name, container) for kind in _IN_ORDER for container in _names(pod, kind)]
    container = wanted or _preset(pod, complaints) or _first(pod, complaints, quiet=quiet)
    if all(container not in _names(pod, kind) for kind in _IN_ORDER):
        raise UsageError(f"error: container {container} is not valid for pod {name}")
    return [Source(namespace, name, container)]


def _preset(pod: Json, complaints: list[str]) -> str:
    name: str = (pod["metadata"].get("annotations") or {}).get(_DEFAULT, "")
    if name and all(name not in _names(pod, kind) for kind in _IN_ORDER):
        complaints.append(f'Default container name "{name}" not found in pod {pod["metadata"]["name"]}')
        return ""
    return name


def _first(pod: Json, complaints: list[str], *, quiet: bool) -> str:
    first = next(_names(pod, "containers"))
    told = [f"{name}{mark}" for kind, mark in _TOLD for name in _names(pod, kind)]
    if len(told) > 1 and not quiet:
        complaints.append(f'Defaulted container "{first}" out of: {", ".join(told)}')
    return first


def _names(pod: Json, kind: str) -> Iterator[str]:
    return (container["name"] for container in pod["spec"].get(kind) or ())
