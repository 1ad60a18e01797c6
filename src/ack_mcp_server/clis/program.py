"""A program that is not part of this server: where it is, and what it is told of its surroundings."""

import shutil
from pathlib import Path

from ack_mcp_server.errors import NotEnabled
from ack_mcp_server.kube.access import Access
from ack_mcp_server.kube.processes import Surroundings


def find_program(name: str, how_to_get: str) -> str:
    """Its path. Raises NotEnabled when there is none on the PATH."""
    path = shutil.which(name)
    if path is None:
        raise NotEnabled(f"{name} is not installed where this server runs", next_step=how_to_get)
    return path


def surroundings(
    name: str, access: Access, *, timeout_s: float, grace_s: float = 0, home: Path | None = None
) -> Surroundings:
    """Where no `home` is named, one beside the kubeconfig, in the private directory of the run. The names of its parts
    begin with a dot, so that none can be taken for a chart or a file that a command names."""
    home = home or access.home / f".{name}"
    return Surroundings(home=home, variables=_folders(name, home), timeout_s=timeout_s, grace_s=grace_s)


def _folders(name: str, home: Path) -> dict[str, str]:
    parts = {"CACHE": home / ".cache", "CONFIG": home / ".config", "DATA": home / ".data"}
    shared = {f"XDG_{part}_HOME": str(path) for part, path in parts.items()}
    own = {f"{name.upper()}_{part}_HOME": str(path / name) for part, path in parts.items()}
    return {**shared, **own, f"{name.upper()}_PLUGINS": str(home / ".no-plugins")}
