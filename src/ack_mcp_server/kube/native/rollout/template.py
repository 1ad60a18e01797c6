"""A pod template in the words of `describe`. What is rare, or differs by kubectl's version, is left to kubectl."""

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from ack_mcp_server.kube.native.asked import Json
from ack_mcp_server.kube.native.printed import text_of
from ack_mcp_server.kube.native.rollout.containers import container_lines
from ack_mcp_server.kube.native.rollout.volumes import volume_lines
from ack_mcp_server.kube.native.said import NotUnderstood

LONGEST_ANNOTATION = 140
_NOT_SHOWN = "kubectl.kubernetes.io/last-applied-configuration"
_NOT_OURS = ("topologySpreadConstraints", "schedulingGroup")
_SORTED_STABLY = 12  # Go's sort keeps the order of equal keys up to here
_CHANGED = re.compile(r"[\x1b\r]")  # kubectl writes these in another way


def describe_template(template: Json) -> str:
    """Raises NotUnderstood."""
    spec = template["spec"]
    if any(spec.get(name) for name in _NOT_OURS):
        raise NotUnderstood
    text = text_of(list(_lines(template.get("metadata") or {}, spec)))
    if _CHANGED.search(text):
        raise NotUnderstood
    return text


def _lines(metadata: Json, spec: Json) -> Iterator[str]:
    yield "Pod Template:"
    yield from _pairs("  Labels", metadata.get("labels") or {})
    if annotations := metadata.get("annotations"):
        yield from _annotations(annotations)
    if account := spec.get("serviceAccountName"):
        yield f"  Service Account:\t{account}"
    for label, containers in (("Init Containers", spec.get("initContainers")), ("Containers", spec["containers"])):
        if containers:
            yield f"  {label}:"
            yield from (line for container in containers for line in container_lines(container))
    yield from volume_lines(spec.get("volumes") or [])
    if priority := spec.get("priorityClassName"):
        yield f"  Priority Class Name:\t{priority}"
    yield from _pairs("  Node-Selectors", spec.get("nodeSelector") or {})
    yield from _titled("  Tolerations", _tolerations(spec.get("tolerations") or []))


def _titled(title: str, lines: Iterable[str]) -> Iterator[str]:
    """The first line beside the title, the others below it."""
    for place, line in enumerate(list(lines) or ["<none>"]):
        yield f"{title}:\t{line}" if place == 0 else f"\t{line}"


def _pairs(title: str, pairs: Mapping[str, str]) -> Iterator[str]:
    return _titled(title, (f"{key}={pairs[key]}" for key in sorted(pairs)))


def _annotations(annotations: Mapping[str, str]) -> Iterator[str]:
    pairs = {key: value.removesuffix("\n") for key, value in annotations.items() if key != _NOT_SHOWN}
    if any(len(f"{key}{value}".encode()) + 2 > LONGEST_ANNOTATION or "\n" in value for key, value in pairs.items()):
        raise NotUnderstood
    return _titled("  Annotations", (f"{key}: {pairs[key]}" for key in sorted(pairs)))


def _tolerations(tolerations: list[dict[str, Any]]) -> list[str]:
    if len(tolerations) > _SORTED_STABLY:
        raise NotUnderstood
    return [_toleration(each) for each in sorted(tolerations, key=lambda each: each.get("key") or "")]


def _toleration(each: dict[str, Any]) -> str:
    key, value, effect = (each.get(name) or "" for name in ("key", "value", "effect"))
    text = key + (f"={value}" if value else "") + (f":{effect}" if effect else "")
    if each.get("operator") == "Exists" and not value:
        text += " op=Exists" if text else "op=Exists"
    seconds = each.get("tolerationSeconds")
    return text if seconds is None else f"{text} for {seconds}s"
