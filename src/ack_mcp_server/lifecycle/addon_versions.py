"""Whether an addon has the version that was asked for, and whether it is an older one."""

import re

from ack_mcp_server.errors import AckError, InvalidInput
from ack_mcp_server.identifiers import shown
from ack_mcp_server.lifecycle.proposed import Scene
from ack_mcp_server.services.addon_versions import newer_versions

_MOST = 10
_NUMBERS = re.compile(r"v?(\d{1,9}(?:\.\d{1,9})*)(?:-aliyun\.(\d{1,9}))?", re.ASCII)


async def check_offered(scene: Scene, name: str, version: str, now: str = "") -> tuple[str, ...]:
    """The versions after it, as far as they are told; `now` is the one that is installed. Raises InvalidInput."""
    try:
        return await newer_versions(scene.reach, scene.cluster, name, version)
    except InvalidInput:
        raise InvalidInput(
            f"addon {name} has no version {shown(version)}{await _others(scene, name, now)}",
            next_step="Leave version out for the newest; list_cluster_addons shows that one.",
        ) from None
    except AckError:
        return ()  # the change itself finds out


async def _others(scene: Scene, name: str, now: str) -> str:
    if not now:
        return ""
    try:
        newer = await newer_versions(scene.reach, scene.cluster, name, now)
    except AckError:
        return f"; {now} is installed"
    return f"; {now} is installed, newer: {', '.join(newer[:_MOST]) or 'none'}"


def is_older(one: str, other: str) -> bool:
    """False also where it cannot be told."""
    old, new = _NUMBERS.match(one), _NUMBERS.match(other)
    return old is not None and new is not None and _order(old) < _order(new)


def _order(found: re.Match[str]) -> tuple[list[int], int]:
    return [int(number) for number in found[1].split(".")], int(found[2] or 0)
