"""Inspector's command line, as a person would use it: through mcp.json over stdio, and over HTTP."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import Region
from tests.node_tools import INSPECTOR, NODE, needs_node_tools
from tests.process import environment

ROOT = Path(__file__).parents[2]
CLI = INSPECTOR / "clients" / "launcher" / "build" / "index.js"

pytestmark = [needs_node_tools, pytest.mark.slow]


def inspect(*arguments: str, region: Region, home: Path) -> Any:
    path = f"{NODE.parent}{os.pathsep}{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    result = subprocess.run(
        [str(NODE), str(CLI), "--cli", *arguments, "--format", "json"],
        capture_output=True,
        text=True,
        timeout=60,
        env={**environment(region), "HOME": str(home), "PATH": path},
        cwd=ROOT,
    )
    assert result.returncode == 0, result.stderr
    return json.loads(result.stdout)


def test_inspector_lists_and_calls_through_the_configuration_of_the_repository(region: Region, tmp_path: Path) -> None:
    configured = ["--config", str(ROOT / "mcp.json"), "--server", "ack-mcp-server"]
    call = ["--method", "tools/call", "--tool-name", "get_current_time"]
    listed = inspect(*configured, "--method", "tools/list", region=region, home=tmp_path)
    called = inspect(*configured, *call, region=region, home=tmp_path)
    assert "ack_kubectl" in {tool["name"] for tool in listed["result"]["tools"]}
    assert "(unix " in json.dumps(called)


def test_inspector_calls_with_a_key_in_the_configuration(region: Region, tmp_path: Path) -> None:
    """Inspector hands a server only the variables that its configuration names."""
    config = json.loads((ROOT / "mcp.json").read_text())
    names = ("CS_ENDPOINT", "ACCESS_KEY_ID", "ACCESS_KEY_SECRET")
    config["mcpServers"]["ack-mcp-server"]["env"] = {name: environment(region)[name] for name in names}
    with_key = tmp_path / "mcp.json"
    with_key.write_text(json.dumps(config))
    configured = ["--config", str(with_key), "--server", "ack-mcp-server"]
    call = ["--method", "tools/call", "--tool-name", "list_clusters"]
    assert "3 clusters in all regions" in json.dumps(inspect(*configured, *call, region=region, home=tmp_path))


def test_inspector_finds_the_schemas_portable(region: Region, tmp_path: Path) -> None:
    configured = ["--config", str(ROOT / "mcp.json"), "--server", "ack-mcp-server"]
    inspect(*configured, "--method", "tools/list", "--strict", region=region, home=tmp_path)


def test_inspector_calls_over_http_in_the_modern_era(site: str, region: Region, tmp_path: Path) -> None:
    reached = ["--server-url", site + "/mcp", "--transport", "http", "--protocol-era", "modern", "--stored-auth-only"]
    called = inspect(*reached, "--method", "tools/call", "--tool-name", "list_clusters", region=region, home=tmp_path)
    assert "3 clusters in all regions" in json.dumps(called)
