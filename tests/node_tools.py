"""Clients from npm that the tests drive the server with; `make node-tools` installs them."""

import subprocess
from pathlib import Path

import pytest

MODULES = Path(__file__).parent / "node" / "node_modules"
NODE = MODULES / "node" / "bin" / "node"
INSPECTOR = MODULES / "@modelcontextprotocol" / "inspector"
CONFORMANCE = {
    "legacy": MODULES / "@modelcontextprotocol" / "conformance" / "dist" / "index.js",
    "modern": MODULES / "conformance-modern" / "dist" / "index.js",
}

needs_node_tools = pytest.mark.skipif(not NODE.exists(), reason="make node-tools has not been run")


def node(script: Path, *arguments: str, home: Path, timeout: float = 60) -> subprocess.CompletedProcess[str]:
    """Runs a script of a package, with nothing of the caller's environment but a place to write to."""
    environment = {"HOME": str(home), "PATH": f"{NODE.parent}:/usr/bin:/bin", "NO_COLOR": "1"}
    return subprocess.run(
        [str(NODE), str(script), *arguments],
        capture_output=True,
        text=True,
        timeout=timeout,
        env=environment,
        cwd=home,
    )
