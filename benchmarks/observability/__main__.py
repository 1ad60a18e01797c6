"""What the tools of metrics and logs add to their backends' own time, and whether slow queries hold up others.

`python -m benchmarks.observability` starts the sandbox and our server over HTTP. Each question is asked of the tool,
and the same requests to its backends are sent raw, in turns; medians are compared. Then 64 queries hang at once, and
the time of `get_current_time` beside them is taken.
"""

import asyncio
import statistics
import tempfile
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.conftest import Region, door_to, running_sandbox, settings_in

from benchmarks.kube.servers import Running, our_server
from benchmarks.kube.wire import Connection, Era, connect, request, result
from benchmarks.observability.captured import capturing, replay_ms

ERA: Era = "2026-07-28"
ROUNDS = 40
SLOW = 64
SLOW_S = 6.0
PACE_S = 0.02
CPU = 'sum by (namespace) (rate(container_cpu_usage_seconds_total{container!=""}[5m]))'
QUESTIONS: tuple[tuple[str, str, Mapping[str, object]], ...] = (
    ("instant, 8 series", "query_prometheus", {"promql": CPU}),
    ("range, 6 h", "query_prometheus", {"promql": CPU, "start_time": "6h"}),
    ("instant, 343 series", "query_prometheus", {"promql": "kube_pod_info"}),
    ("audit, deletes", "query_audit_log", {"verbs": ["delete"], "resource_types": ["services"], "start_time": "6h"}),
    ("scheduler log", "query_controlplane_logs", {"component": "scheduler", "start_time": "1h", "limit": 20}),
    ("events", "query_cluster_events", {"namespace": "payments", "type": "Warning", "start_time": "1h"}),
)


@dataclass(frozen=True)
class Asked:
    name: str
    raw_ms: float
    tool_ms: float
    requests: int


async def main() -> None:
    with running_sandbox() as region, tempfile.TemporaryDirectory() as folder:
        key = region.key()
        endpoints = dict.fromkeys(("CS_ENDPOINT", "ARMS_ENDPOINT", "SLS_ENDPOINT"), region.endpoint)
        mine = {"ACCESS_KEY_ID": key["access_key_id"], "ACCESS_KEY_SECRET": key["access_key_secret"]}
        more = {**endpoints, **mine, "KUBECONFIG_MODE": "ACK_PUBLIC", "TOOLSETS": "all"}
        with our_server(Path(folder) / "none", "ack_mcp_server", 1, more) as server:
            await _overheads(region, server)
            await _beside_slow_ones(region, server)


async def _overheads(region: Region, server: Running) -> None:
    print(f"{'question':<22}{'requests':>9}{'raw':>9}{'tool':>9}{'more':>9}   (ms, p50 of {ROUNDS})")  # noqa: T201
    for name, tool, arguments in QUESTIONS:
        asked = await _overhead(region, server, name, tool, {**arguments, "cluster_id": region.cluster("production")})
        more = asked.tool_ms - asked.raw_ms
        print(f"{asked.name:<22}{asked.requests:>9}{asked.raw_ms:>9.2f}{asked.tool_ms:>9.2f}{more:>9.2f}")  # noqa: T201


async def _overhead(region: Region, server: Running, name: str, tool: str, arguments: Mapping[str, object]) -> Asked:
    sent = await _captured(region, tool, arguments)
    raw, ours = await connect(region.endpoint), await connect(server.url)
    message = request(server.url, ERA, tool, arguments)
    result(await ours.exchange(message))  # what is only looked up once is looked up now
    raws, tools = [], []
    for _ in range(ROUNDS):
        raws.append(await replay_ms(raw, sent))
        tools.append(await replay_ms(ours, [message]))
    raw.close()
    ours.close()
    return Asked(name, statistics.median(raws), statistics.median(tools), len(sent))


async def _captured(region: Region, tool: str, arguments: Mapping[str, object]) -> list[bytes]:
    """Of a second call, which knows its cluster already."""
    async with door_to(settings_in(region, TOOLSETS="all")) as door:
        await door.ok(tool, **dict(arguments))
        with capturing() as found:
            await door.ok(tool, **dict(arguments))
        return found.requests


async def _beside_slow_ones(region: Region, server: Running) -> None:
    alone = await _current_time(server, 3.0)
    region.fault("slow", service="prometheus", action="query", seconds=SLOW_S)
    message = request(server.url, ERA, "query_prometheus", {"promql": CPU, "cluster_id": region.cluster("production")})
    connections = [await connect(server.url) for _ in range(SLOW)]
    slow = [asyncio.create_task(each.exchange(message)) for each in connections]
    await asyncio.sleep(0.5)
    beside = await _current_time(server, SLOW_S - 1.5)
    await _end(slow, connections)
    print(f"get_current_time p50/p99 alone {_told(alone)}, beside {SLOW} slow queries {_told(beside)} (ms)")  # noqa: T201


async def _current_time(server: Running, seconds: float) -> list[float]:
    connection = await connect(server.url)
    message = request(server.url, ERA, "get_current_time", {})
    times, end = [], time.perf_counter() + seconds
    while time.perf_counter() < end:
        times.append(await replay_ms(connection, [message]))
        await asyncio.sleep(PACE_S)
    connection.close()
    return sorted(times)


async def _end(tasks: list["asyncio.Task[Any]"], connections: list[Connection]) -> None:
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    for connection in connections:
        connection.close()


def _told(times: list[float]) -> str:
    return f"{times[len(times) // 2]:.1f}/{times[int(len(times) * 0.99)]:.1f}"


if __name__ == "__main__":
    asyncio.run(main())
