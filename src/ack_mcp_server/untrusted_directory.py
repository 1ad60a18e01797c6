"""A server that an agent starts in a project's directory reads the `.env` there, which may be a stranger's.

A kubeconfig can name programs to run, so one that lies in that directory is not taken from its own `.env`.
"""

import os
from pathlib import Path

from dotenv import dotenv_values

from ack_mcp_server.errors import ConfigurationError

_NAMES = ("KUBECONFIG_PATH", "KUBECONFIG")


def check_kubeconfig_of(env_file: Path | None) -> None:
    """Raises ConfigurationError."""
    if env_file is None or not env_file.is_file():
        return
    values = dotenv_values(env_file, encoding="utf-8")
    here = env_file.absolute().parent.resolve()
    for name in _NAMES:
        for part in (values.get(name) or "").split(os.pathsep):
            if part and _lies_in(here, Path(part).expanduser()):
                raise ConfigurationError(
                    f"{name} of {env_file} names a file of the same directory",
                    next_step=f"Set {name} in the environment, use --kubeconfig-path, or keep the file elsewhere.",
                )


def _lies_in(directory: Path, path: Path) -> bool:
    return not path.is_absolute() or path.resolve().is_relative_to(directory)
