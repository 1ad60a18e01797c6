"""The private directory of this run: kubectl's home and the kubeconfig files that it is given.

Each run holds a lock on its directory. One whose owner was killed is found unlocked by the next start and removed.
"""

import fcntl
import os
import shutil
import tempfile
from contextlib import suppress
from pathlib import Path

PARENT = "ack-mcp-server-{uid}"
_LOCK = "lock"
_OWNER_ONLY_DIRECTORY, _OWNER_ONLY_FILE = 0o700, 0o600


class Scratch:
    """Made with the run, which also sweeps up after others, and gone at `close`."""

    def __init__(self) -> None:
        parent = _parent()
        sweep(parent)
        self.root = Path(tempfile.mkdtemp(prefix="run-", dir=parent))
        self._lock = os.open(self.root / _LOCK, os.O_WRONLY | os.O_CREAT, _OWNER_ONLY_FILE)
        fcntl.flock(self._lock, fcntl.LOCK_EX)
        self.home = self.root / "home"
        self.home.mkdir(_OWNER_ONLY_DIRECTORY)

    def write(self, text: str) -> Path:
        """A new file that only this user may read."""
        descriptor, name = tempfile.mkstemp(dir=self.root)
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(text)
        return Path(name)

    def close(self) -> None:
        shutil.rmtree(self.root, ignore_errors=True)
        os.close(self._lock)


def _parent() -> Path:
    """Of this user alone; where somebody else has taken the name, a fresh one."""
    path = Path(tempfile.gettempdir()) / PARENT.format(uid=os.getuid())
    with suppress(FileExistsError):
        path.mkdir(_OWNER_ONLY_DIRECTORY)
    status = path.lstat()
    if path.is_symlink() or status.st_uid != os.getuid() or status.st_mode & 0o077:
        return Path(tempfile.mkdtemp(prefix="ack-mcp-server-"))
    return path


def sweep(parent: Path) -> None:
    """Removes the directories of runs that ended without removing them."""
    for run in parent.glob("run-*"):
        with suppress(OSError):
            descriptor = os.open(run / _LOCK, os.O_WRONLY | os.O_NOFOLLOW)
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
                shutil.rmtree(run, ignore_errors=True)
            finally:
                os.close(descriptor)
