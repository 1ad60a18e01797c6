"""A release as helm tells of it in JSON: what it is made of, and what its hooks would make."""

import json
from dataclasses import dataclass, field
from typing import Any

from ack_mcp_server.clis.documents import Json, read_documents
from ack_mcp_server.errors import InvalidInput, UnexpectedAnswer


@dataclass(frozen=True, kw_only=True)
class Release:
    """`hooks` are pairs of the events at which one runs and its object. Definitions of kinds that the chart brings, or
    one that it depends on, are not among `objects`."""

    revision: int
    status: str
    deployed: str
    chart: str
    may_bring_kinds: bool
    objects: tuple[Json, ...] = field(repr=False)
    hooks: tuple[tuple[frozenset[str], Json], ...] = field(repr=False)

    @property
    def is_gone(self) -> bool:
        """Uninstalled, with its history kept: to helm an upgrade of it is an install."""
        return self.status == "uninstalled"


def read_release(text: str) -> Release:
    """Raises UnexpectedAnswer, also when its objects cannot be read, because then they cannot be judged."""
    try:
        return _release(json.loads(text))
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError, InvalidInput):
        raise UnexpectedAnswer(
            "what helm says of the release, or the objects of its chart, cannot be read",
            next_step="Look at it with get manifest and history; a person may change it with helm itself.",
        ) from None


def _release(told: dict[str, Any]) -> Release:
    info = told.get("info") or {}
    hooks = told.get("hooks") or []
    return Release(
        revision=int(told["version"]),
        status=str(info.get("status", "")),
        deployed=str(info.get("last_deployed", "")),
        chart=_chart(told),
        may_bring_kinds=_may_bring_kinds(told.get("chart") or {}),
        objects=tuple(_objects(told.get("manifest"))),
        hooks=tuple(
            (frozenset(map(str, hook.get("events") or [])), document)
            for hook in hooks
            for document in _objects(hook.get("manifest"))
        ),
    )


def _objects(manifest: str | None) -> list[Json]:
    """Raises InvalidInput, ValueError."""
    found = read_documents(manifest or "")
    for each in found:
        metadata = each.get("metadata", {})
        if not isinstance(metadata, dict) or not isinstance(metadata.get("annotations") or {}, dict):
            raise ValueError("an object without readable metadata")
    return found


def _chart(told: dict[str, Any]) -> str:
    """Empty where helm leaves the chart out, as `status` does."""
    metadata = (told.get("chart") or {}).get("metadata") or {}
    return f"{metadata['name']}-{metadata['version']}" if metadata else ""


def _may_bring_kinds(chart: dict[str, Any]) -> bool:
    """What charts that it depends on hold is not told."""
    names = [str(file.get("name", "")) for file in chart.get("files") or []]
    depends = (chart.get("metadata") or {}).get("dependencies")
    return bool(depends) or any(name.startswith("crds/") for name in names)
