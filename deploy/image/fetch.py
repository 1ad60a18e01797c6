"""Fetches one file of a known SHA-256 while the image is built: `fetch.py URL SHA256 PATH`.

The base image has neither curl nor wget. Nothing is left at PATH unless the checksum is right.
"""

import hashlib
import sys
import urllib.request
from pathlib import Path

TIMEOUT_S = 60
BLOCK_BYTES = 1 << 20
MOST_BYTES = 512 << 20


def fetch(url: str, sha256: str, path: Path) -> None:
    """Makes PATH an executable file. Exits when the file cannot be had, is too large or is another one."""
    partial = path.with_name(path.name + ".partial")
    found = _download(url, partial)
    if found != sha256.lower():
        partial.unlink()
        sys.exit(f"{url} has the SHA-256 {found}, not {sha256}")
    partial.chmod(0o755)
    partial.rename(path)


def _download(url: str, path: Path) -> str:
    digest, size = hashlib.sha256(), 0
    # The operator of the build names the URL.
    with urllib.request.urlopen(url, timeout=TIMEOUT_S) as answer, path.open("wb") as file:  # noqa: S310
        while block := answer.read(BLOCK_BYTES):
            size += len(block)
            if size > MOST_BYTES:
                sys.exit(f"{url} is larger than {MOST_BYTES} bytes")
            digest.update(block)
            file.write(block)
    return digest.hexdigest()


if __name__ == "__main__":
    fetch(sys.argv[1], sys.argv[2], Path(sys.argv[3]))
