"""The private directory of this run: a place of its own for each kubeconfig, with kubectl's cache beside it.

Each run holds a lock on its directory. One whose owner was killed is found unlocked by the next start and removed.
"""

import fcntl
import os
import shutil
import tempfile
import time
from contextlib import suppress
from pathlib import Path

PARENT = "ack-mcp-server-{uid}"
_LOCK = "lock"
_OWNER_ONLY_DIRECTORY, _OWNER_ONLY_FILE = 0o700, 0o600
_NEW, _RUN = "new-", "run-"
_NEW_FOR_S = 60  # a directory is new for milliseconds; after this its maker is gone


class Scratch:
    """Made with the run, which also sweeps up after others, and gone at `close`."""

    def __init__(self) -> None:
        parent = _parent()
        sweep(parent)
        # It gets its name only when its lock is held, so that no other start can take it for abandoned.
        draft = Path(tempfile.mkdtemp(prefix=_NEW, dir=parent))
        self._lock = os.open(draft / _LOCK, os.O_WRONLY | os.O_CREAT, _OWNER_ONLY_FILE)
        fcntl.flock(self._lock, fcntl.LOCK_EX)
        self.root = draft.rename(draft.with_name(_RUN + draft.name.removeprefix(_NEW)))

    def place(self, name: str = "") -> Path:
        """A directory that only this user may enter: a lasting one by its name, or a new one."""
        if not name:
            return Path(tempfile.mkdtemp(dir=self.root))
        path = self.root / name
        path.mkdir(_OWNER_ONLY_DIRECTORY, exist_ok=True)
        return path

    def close(self) -> None:
        shutil.rmtree(self.root, ignore_errors=True)
        os.close(self._lock)


def write_private(path: Path, text: str) -> None:
    """A file that only this user may read."""
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, _OWNER_ONLY_FILE)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(text)


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
    for run in parent.glob(_RUN + "*"):
        with suppress(OSError):
            _remove_if_abandoned(run)
    for draft in parent.glob(_NEW + "*"):
        with suppress(OSError):
            if time.time() - draft.lstat().st_mtime > _NEW_FOR_S:
                shutil.rmtree(draft, ignore_errors=True)


def _remove_if_abandoned(run: Path) -> None:
    descriptor = os.open(run / _LOCK, os.O_WRONLY | os.O_NOFOLLOW)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        shutil.rmtree(run, ignore_errors=True)
    finally:
        os.close(descriptor)
