"""The MCP conformance suites, whole, against the real server; what needs a fixture server is named in a file."""

import re
from pathlib import Path

import pytest

from tests.node_tools import CONFORMANCE, needs_node_tools, node

FOLDER = Path(__file__).parent

# What a server without fixtures must pass, by name: a suite that stopped running them would fail here.
MUST_PASS = {
    "legacy": {
        "server-initialize", "logging-set-level", "ping", "tools-list", "tools-call-simple-text", "tools-call-error",
        "resources-list", "prompts-list", "dns-rebinding-protection",
    },
    "modern": {
        "server-initialize", "server-session-lifecycle", "logging-set-level", "ping", "tools-list",
        "tools-call-simple-text", "tools-call-error", "resources-list", "sep-2164-resource-not-found", "prompts-list",
        "dns-rebinding-protection", "caching", "http-header-validation",
        "input-required-result-unsupported-methods",
    },
}  # fmt: skip


@pytest.mark.slow
@needs_node_tools
@pytest.mark.parametrize("suite", ["legacy", "modern"])
def test_everything_that_needs_no_fixture_passes(site: str, suite: str, tmp_path: Path) -> None:
    expected = FOLDER / f"expected-failures-{suite}.yml"
    arguments = ["server", "--url", site + "/mcp", "--suite", "all", "--expected-failures", str(expected)]
    result = node(CONFORMANCE[suite], *arguments, home=tmp_path, timeout=120)
    passed = set(re.findall(r"✓ ([\w-]+): \d+ passed, 0 failed", result.stdout))
    assert result.returncode == 0, result.stdout[-4000:]
    assert MUST_PASS[suite] <= passed
