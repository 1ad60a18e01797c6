"""Which kubeconfig a command runs with."""

import os
from pathlib import Path

from ack_mcp_server.errors import ConfigurationError, NotEnabled
from ack_mcp_server.settings import Settings


def local_kubeconfig(settings: Settings) -> str:
    """The operator's own file (or files, as KUBECONFIG allows). Raises when this server has none to use."""
    if settings.kubeconfig_mode != "LOCAL":
        raise NotEnabled(
            f"ack_kubectl does not work in kubeconfig mode {settings.kubeconfig_mode} yet",
            next_step="Start the server with --kubeconfig-mode LOCAL and --kubeconfig-path FILE.",
        )
    paths = [Path(part).expanduser() for part in settings.kubeconfig_path.split(os.pathsep) if part]
    if not any(path.is_file() for path in paths):
        raise ConfigurationError(
            "the server's kubeconfig file does not exist",
            next_step="Set KUBECONFIG_PATH or --kubeconfig-path to a file that the server can read.",
        )
    return os.pathsep.join(str(path.absolute()) for path in paths)
