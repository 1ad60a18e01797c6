"""`--sandbox`: a region of its own, its keys only, and not one packet beyond loopback."""

import ipaddress
import json
import os
import sys
from pathlib import Path

import pytest
from fastmcp import Client
from fastmcp.client.transports import StdioTransport

from tests.conftest import Door, until
from tests.process import MODULE, environment

# Seen by every Python process of the server through PYTHONPATH.
AUDIT = """
import os, sys, json
log = os.open(@LOG@, os.O_WRONLY | os.O_APPEND | os.O_CREAT)
def watch(event, args):
    if event == "socket.connect" and isinstance(args[1], tuple):
        os.write(log, (json.dumps(args[1][0]) + "\\n").encode())
    if event == "socket.getaddrinfo" and args[0] is not None:
        os.write(log, (json.dumps(args[0] if isinstance(args[0], str) else args[0].decode()) + "\\n").encode())
sys.addaudithook(watch)
"""


@pytest.mark.slow
async def test_nothing_leaves_loopback_and_no_other_key_is_used(tmp_path: Path) -> None:
    log = tmp_path / "audit.log"
    (tmp_path / "sitecustomize.py").write_text(AUDIT.replace("@LOG@", repr(str(log))))
    (tmp_path / ".env").write_text("REGION_ID=cn-from-env-file\nCS_ENDPOINT=http://192.0.2.1:80\nTOOLSETS=nonsense\n")
    profile = tmp_path / "home" / ".aliyun" / "config.json"
    profile.parent.mkdir(parents=True, exist_ok=True)
    profile.write_text(json.dumps({"current": "x", "profiles": [{"name": "x", "mode": "AK", "access_key_id": "LTAI"}]}))
    foreign = {
        "PYTHONPATH": str(tmp_path),
        "ACCESS_KEY_ID": "LTAI5tTheOperatorsOwn",
        "ALIBABA_CLOUD_ACCESS_KEY_ID": "LTAI5tAnotherHalf",
        "HTTP_PROXY": "http://192.0.2.1:3128",
        "HTTPS_PROXY": "http://192.0.2.1:3128",
        "ALIBABA_CLOUD_ECS_METADATA_DISABLED": "false",
        "KUBECONFIG_MODE": "LOCAL",
        "KUBECONFIG_PATH": str(tmp_path / "of-a-real-cluster"),
        "DEFAULT_CLUSTER_ID": "c" + "0" * 32,
    }
    (tmp_path / "ack_sandbox.py").write_text("raise SystemExit('a file of the directory was run')")
    transport = StdioTransport(
        MODULE[0], [*MODULE[1:], "--sandbox"], env=environment(None, **foreign), cwd=str(tmp_path)
    )
    async with Client(transport) as client:
        door = Door(client)
        clusters = (await door.ok("list_clusters")).text
        for line in clusters.splitlines()[2:]:
            assert (await door.ok("list_cluster_nodes", cluster_id=line.split()[1])).text
    assert clusters.startswith("3 clusters")
    reached = {json.loads(line) for line in log.read_text().splitlines()}
    assert reached
    assert {host for host in reached if not _is_loopback(host)} == set()


def _is_loopback(host: str) -> bool:
    return host == "localhost" or ipaddress.ip_address(host).is_loopback


@pytest.mark.slow
async def test_the_sandbox_ends_with_the_server() -> None:
    transport = StdioTransport(MODULE[0], [*MODULE[1:], "--sandbox"], env=environment(), keep_alive=False)
    async with Client(transport) as client:
        await Door(client).ok("list_clusters")
        running = _sandboxes_of(os.getpid())
        assert running
    assert await until(lambda: not any(Path(f"/proc/{pid}").exists() for pid in running))


def _sandboxes_of(ancestor: int) -> list[int]:
    """Processes below this test that run the sandbox for a server."""
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit() and _is_below(int(entry.name), ancestor):
            words = (entry / "cmdline").read_bytes().split(b"\0")
            parent = (entry / "stat").read_text().rsplit(")", 1)[1].split()[1]
            if b"ack_sandbox" in words and int(parent) != ancestor:
                found.append(int(entry.name))
    return found


def _is_below(pid: int, ancestor: int) -> bool:
    try:
        while pid > 1:
            if pid == ancestor:
                return True
            pid = int(Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[1])
    except OSError:
        pass
    return False


assert sys.platform == "linux", "the process table is read from /proc"
