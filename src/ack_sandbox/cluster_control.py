"""What the control endpoint can do to a cluster's API server: faults, an outage, a restart, a revoked identity."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import cast

from ack_sandbox.cloud.faults.parameters import BadControlRequest, integer, one_of, parameter, read, seconds, text
from ack_sandbox.cloud.wire import Json
from ack_sandbox.kube.faults import FaultKind
from ack_sandbox.kube.server import ClusterServer

CODES = (401, 403, 429, 500, 503)
METHODS = ("DELETE", "GET", "PATCH", "POST", "PUT")


@dataclass(frozen=True)
class ClusterOrder:
    """One order to one API server. `path` is the beginning of the paths that a fault is for.

    `method` and `how` belong to `lose`, which lets a request have its effect and withholds the answer.
    """

    cluster: str = parameter(text())
    kind: str = parameter(one_of("status", "hang", "reset", "slow", "lose", "clear", "stop", "start", "revoke"))
    path: str = parameter(text(), "/")
    code: int = parameter(one_of(*CODES), 500)
    method: str = parameter(one_of("", *METHODS), "")
    how: str = parameter(one_of("reset", "hang", "slow", "status"), "reset")
    times: int = parameter(integer(1, 1_000_000), 1)
    retry_after: int | None = parameter(integer(0, 3600), None)
    seconds: float = parameter(seconds(0.001, 3600), 1.0)


async def carry_out(servers: Mapping[str, ClusterServer], given: Mapping[str, object]) -> Json:
    """Raises BadControlRequest for anything but an order."""
    order = read(ClusterOrder, given)
    server = servers.get(order.cluster)
    if server is None:
        raise BadControlRequest(f"unknown cluster {order.cluster!r}", sorted(servers))
    await _ORDERS[order.kind](server, order)
    return {"cluster": order.cluster, "listening": server.is_listening, "in_flight": server.running}


async def _status(server: ClusterServer, order: ClusterOrder) -> None:
    server.faults.answer(order.path, order.code, times=order.times, retry_after=order.retry_after)


async def _hang(server: ClusterServer, order: ClusterOrder) -> None:
    server.faults.hang(order.path, times=order.times)


async def _reset(server: ClusterServer, order: ClusterOrder) -> None:
    server.faults.reset(order.path, times=order.times)


async def _slow(server: ClusterServer, order: ClusterOrder) -> None:
    server.faults.slow(order.path, order.seconds, times=order.times)


async def _lose(server: ClusterServer, order: ClusterOrder) -> None:
    """What the next requests of `method` ask for happens, and their answers are lost `how` the order says."""
    how = cast(FaultKind, order.how)
    server.faults.lose(order.path, how, method=order.method, times=order.times, code=order.code, seconds=order.seconds)


async def _clear(server: ClusterServer, _order: ClusterOrder) -> None:
    server.faults.clear()


async def _stop(server: ClusterServer, _order: ClusterOrder) -> None:
    await server.stop()


async def _start(server: ClusterServer, _order: ClusterOrder) -> None:
    if not server.is_listening:
        await server.start()


async def _revoke(server: ClusterServer, _order: ClusterOrder) -> None:
    """Every kubeconfig issued so far is unknown from now on."""
    server.state.users.revoke_issued()


_ORDERS: Mapping[str, Callable[[ClusterServer, ClusterOrder], Awaitable[None]]] = {
    "status": _status,
    "hang": _hang,
    "reset": _reset,
    "slow": _slow,
    "lose": _lose,
    "clear": _clear,
    "stop": _stop,
    "start": _start,
    "revoke": _revoke,
}
