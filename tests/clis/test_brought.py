"""The programs with a kubeconfig that a call brings: its identity, by the one way that was judged."""

import base64
from collections.abc import Callable
from pathlib import Path

import httpx
import pytest

from ack_mcp_server.kube import pinning
from ack_mcp_server.settings import Settings
from tests.clis.conftest import standing_in
from tests.conftest import Region, http_site, kubeconfig_of, needs, tool_call

pytestmark = [pytest.mark.slow, needs("kubectl")]

READS = {"helm": "list -A", "istioctl": "proxy-status", "argocd": "app list"}
# What client-go does with the kubeconfig that the program is given, by its flag or by the variable.
ASKING = """
for word in "$@"; do case "$word" in --kubeconfig=*) KUBECONFIG="${word#--kubeconfig=}";; esac; done
cat "$KUBECONFIG" > "$here/kubeconfig"
kubectl "--kubeconfig=$KUBECONFIG" get namespaces -o name
"""


@pytest.mark.parametrize("program", READS)
def test_a_program_reaches_the_cluster_that_the_call_brings_and_by_the_gate_alone(
    program: str, region: Region, settings: Callable[..., Settings], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pinning, "_LOOPBACK", [])  # the sandbox's clusters are there
    stand_in = standing_in(program, tmp_path / program, monkeypatch)
    key = "app.list" if program == "argocd" else READS[program].split()[0]
    stand_in.runs(key, ASKING)
    kubeconfig = kubeconfig_of(region, "staging")
    headers = {"X-Kubeconfig": base64.b64encode(kubeconfig.encode()).decode()}
    made = settings(MCP_TRANSPORT="http", TOOLSETS="clis", **{"--allow-kubeconfig-header": True})
    with http_site(made) as url:
        message = tool_call(program, command=READS[program])
        answer = httpx.post(url + "/mcp", json=message, headers=headers, trust_env=False, timeout=30)
    assert "namespace/kube-system" in answer.json()["result"]["content"][0]["text"]
    given = stand_in.noted("kubeconfig")
    assert '"proxy-url": "http://kubectl:' in given
    assert "https://127.0.0.1:" in given


@pytest.mark.parametrize("program", READS)
def test_a_kubeconfig_that_leads_to_this_machine_starts_no_program(
    program: str, region: Region, settings: Callable[..., Settings], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stand_in = standing_in(program, tmp_path / program, monkeypatch)
    headers = {"X-Kubeconfig": base64.b64encode(kubeconfig_of(region, "staging").encode()).decode()}
    made = settings(MCP_TRANSPORT="http", TOOLSETS="clis", **{"--allow-kubeconfig-header": True})
    with http_site(made) as url:
        message = tool_call(program, command=READS[program])
        answer = httpx.post(url + "/mcp", json=message, headers=headers, trust_env=False, timeout=30)
    assert "loopback" in answer.json()["result"]["content"][0]["text"]
    assert stand_in.calls == []
