"""A tour of the server in its sandbox, through a real MCP client: what was asked, and what came back.

`make demo`, or `python -m demo`. Nothing here talks to Alibaba Cloud.
"""

import asyncio
import os
import sys
import textwrap
from collections.abc import Callable
from typing import Any

from fastmcp import Client
from fastmcp.client.transports import StdioTransport

SHOWN_LINES = 14
SERVER = ["-m", "ack_mcp_server", "--sandbox"]


class Tour:
    """One client session; each step says why, what is asked, and the answer as a model reads it."""

    def __init__(self, client: Client[Any], say: Callable[[str], object]) -> None:
        self._client = client
        self._say = say

    async def ask(self, why: str, tool: str, **arguments: Any) -> str:
        self._say(f"\n# {why}\n> {tool}({', '.join(f'{name}={value!r}' for name, value in arguments.items())})\n")
        result = await self._client.call_tool(tool, arguments, raise_on_error=False)
        text = "".join(part.text for part in result.content if hasattr(part, "text"))
        lines = text.splitlines()
        shown = [line[:160] for line in lines[:SHOWN_LINES]]
        if len(lines) > SHOWN_LINES:
            shown.append(f"… {len(lines) - SHOWN_LINES} more lines")
        self._say(textwrap.indent("\n".join(shown), "  error │ " if result.is_error else "  │ ") + "\n")
        return text


async def tour(client: Client[Any], say: Callable[[str], object]) -> None:
    tools = await client.list_tools()
    say(f"{len(tools)} tools: {', '.join(tool.name for tool in tools)}\n")
    step = Tour(client, say).ask
    clusters = await step("Which clusters are there?", "list_clusters")
    production, _, private = [line.split()[1] for line in clusters.splitlines()[2:5]]
    await step("What is production?", "describe_cluster", cluster_id=production)
    await step("Its machines, by pool", "list_cluster_nodepools", cluster_id=production)
    await step("One of its nodes is not ready: which?", "list_cluster_nodes", cluster_id=production)
    tasks = await step("What went wrong lately?", "list_cluster_tasks", cluster_id=production, state="failed")
    await step("Why?", "describe_task_info", task_id=tasks.splitlines()[2].split()[0], cluster_id=production)
    await _inside(step, production, private)
    await step("A wrong argument is told apart from a wrong cluster", "list_clusters", regoin="cn-hangzhou")
    await step("A change is refused by a server that only reads", "ack_kubectl", command="delete ns default")


async def _inside(step: Callable[..., Any], production: str, private: str) -> None:
    where = {"cluster_id": production}
    await step("A cluster without a public endpoint", "ack_kubectl", command="get pods", cluster_id=private)
    await step("Everything that runs there: what is unwell comes first", "ack_kubectl", command="get pods -A", **where)
    pods = await step("What runs in payments?", "ack_kubectl", command="get pods -n payments", **where)
    broken = [("payments", line.split()[0]) for line in pods.splitlines() if " CrashLoopBackOff " in line]
    for namespace, pod in broken[:1]:
        one = f"-n {namespace} {pod}"
        await step("One of them crashes: its last words", "ack_kubectl", command=f"logs -p {one} --tail=8", **where)
        await step("And its events", "ack_kubectl", command=f"events -n {namespace} --for pod/{pod}", **where)
    hidden = "get secret -n payments db-credentials -o yaml"
    await step("A Secret keeps what it holds", "ack_kubectl", command=hidden, **where)
    await step("The busiest nodes", "ack_kubectl", command="top nodes --sort-by=cpu", **where)


async def repair(client: Client[Any], say: Callable[[str], object]) -> None:
    """From a container that is killed for its memory to a rollout that is complete."""
    step = Tour(client, say).ask
    clusters = await step("Where?", "list_clusters")
    where = {"cluster_id": clusters.splitlines()[2].split()[1]}
    killed = '.items[?(@.status.containerStatuses[0].lastState.terminated.reason=="OOMKilled")].metadata.labels.app'
    question = f"get pods -n shop -o 'jsonpath={{{killed}}}'"
    told = await step("Whose containers are killed for their memory?", "ack_kubectl", command=question, **where)
    app = told.split()[-1]
    change = f"set resources deploy {app} -n shop --limits=memory=2Gi"
    shown = await step("More memory would help; what would that change?", "ack_kubectl", command=change, **where)
    plan = shown.partition('plan_id="')[2].partition('"')[0]
    await step("Do it", "ack_kubectl", command=change, plan_id=plan, **where)
    await step("A plan is good once", "ack_kubectl", command=change, plan_id=plan, **where)
    status = f"rollout status deploy/{app} -n shop"
    await step("It takes effect in a quarter of a minute", "ack_kubectl", command=status, **where)
    await step("Repaired?", "ack_kubectl", command=f"get pods -n shop -l app={app}", **where)


async def main() -> None:
    say = sys.stdout.write
    say("A simulated region starts on loopback, and a client connects to the server over stdio.\n")
    quiet = {**os.environ, "FASTMCP_LOG_LEVEL": "WARNING"}  # its line about each call would stand between the answers
    async with Client(StdioTransport(sys.executable, SERVER, env=quiet)) as client:
        await tour(client, say)
    say("\nAnother server may write, and shows every change first.\n")
    writing = [*SERVER, "--allow-write", "--write-policy", "confirm-all"]
    async with Client(StdioTransport(sys.executable, writing, env=quiet)) as client:
        await repair(client, say)
    say("\nTry it with your own client: .venv/bin/ack-mcp-server --sandbox\n")


if __name__ == "__main__":
    asyncio.run(main())
