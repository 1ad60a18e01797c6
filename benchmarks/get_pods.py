"""`get pods -A` by kubectl alone and by our tool, on the same clusters in one run: `python -m benchmarks.get_pods`.

kubectl alone is the floor: the time of its process on a warm discovery cache. Ours is a call through an MCP client over
stdio, so it holds the protocol, the policy, the process and the output path.
"""

import asyncio
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from fastmcp import Client
from fastmcp.client.transports import StdioTransport

from ack_sandbox.clock import Clock
from ack_sandbox.fleet import serve_region
from ack_sandbox.plan import Role, plan_region

RUNS = 20
COMMAND = ["get", "pods", "-A"]
CLUSTERS: tuple[Role, ...] = ("staging", "production")


async def main() -> None:
    plan, clock = plan_region(), Clock()
    async with serve_region(plan, clock, host="127.0.0.1", port=0) as region:
        key = region.key("administrator")
        variables = {
            "CS_ENDPOINT": region.cs_endpoint,
            "ACCESS_KEY_ID": key.access_key_id,
            "ACCESS_KEY_SECRET": key.access_key_secret,
            "FASTMCP_LOG_LEVEL": "ERROR",
        }
        server = StdioTransport(sys.executable, ["-m", "ack_mcp_server"], env={**os.environ, **variables})
        async with Client(server) as client:
            for role in CLUSTERS:
                await _compare(role, plan.cluster(role).id, client, region.cloud.store.issue_kubeconfig)


async def _compare(role: Role, cluster_id: str, client: Client[StdioTransport], issue: object) -> None:
    plan = plan_region().cluster(role)
    assert callable(issue)
    with tempfile.TemporaryDirectory() as home:
        kubeconfig = Path(home) / "config"
        await asyncio.to_thread(kubeconfig.write_text, issue(plan, False, 60)[0])
        alone, ours = [], []
        for _ in range(RUNS + 1):
            alone.append(await asyncio.to_thread(_kubectl, kubeconfig, home))
            began = time.perf_counter()
            await client.call_tool("ack_kubectl", {"command": " ".join(COMMAND), "cluster_id": cluster_id})
            ours.append((time.perf_counter() - began) * 1000)
    floor, median = statistics.median(alone[1:]), statistics.median(ours[1:])
    sys.stdout.write(
        f"{role}: kubectl alone {floor:.0f} ms, ack_kubectl {median:.0f} ms, "
        f"ratio {median / floor:.2f}, medians of {RUNS}\n"
    )


def _kubectl(kubeconfig: Path, home: str) -> float:
    began = time.perf_counter()
    environment = {"PATH": os.environ["PATH"], "HOME": home, "KUBECONFIG": str(kubeconfig)}
    subprocess.run(["kubectl", *COMMAND], check=True, capture_output=True, env=environment)  # noqa: S603, S607 - ours
    return (time.perf_counter() - began) * 1000


if __name__ == "__main__":
    asyncio.run(main())
