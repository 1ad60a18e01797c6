"""One HTTPS API server per cluster on a loopback port: start, stop, start again, and issue kubeconfigs."""

import asyncio
import logging
import socket
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from datetime import datetime
from typing import cast

from uvicorn._types import ASGISendEvent
from uvicorn.config import Config
from uvicorn.protocols.http.h11_impl import H11Protocol
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from uvicorn.server import ServerState

from ack_sandbox.clock import Clock
from ack_sandbox.draws import Draws
from ack_sandbox.kube import pulse
from ack_sandbox.kube.api.app import ApiServer
from ack_sandbox.kube.authority import Authority
from ack_sandbox.kube.controllers import begin as controllers
from ack_sandbox.kube.faults import Faults
from ack_sandbox.kube.kubeconfig import Credential, kubeconfig
from ack_sandbox.kube.population.build import populate
from ack_sandbox.kube.population.world import Population
from ack_sandbox.kube.state import ClusterState
from ack_sandbox.kube.store import Store
from ack_sandbox.kube.users import Users
from ack_sandbox.plan import ClusterPlan

HOST = "127.0.0.1"
TICK_SECONDS = 0.1
STOP_SECONDS = 2.0

log = logging.getLogger(__name__)


class _Connection(H11Protocol):
    """Tells the application who presented which certificate, and lets a fault cut the wire."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        secured = cast(ssl.SSLObject | None, transport.get_extra_info("ssl_object"))
        peer = secured.getpeercert(binary_form=True) if secured else None
        self.app_state = {**self.app_state, "peer": peer, "abort": cast(asyncio.Transport, transport).abort}
        super().connection_made(cast(asyncio.Transport, transport))

    def _get_upgrade(self) -> bytes | None:
        # The older streaming protocol asks for one too, and is answered as an ordinary request.
        upgrade = super()._get_upgrade()
        return upgrade if upgrade == b"websocket" else None


class _Socket(WebSocketsSansIOProtocol):
    """Knows that a refused upgrade is a whole answer."""

    async def send(self, message: ASGISendEvent) -> None:
        await super().send(message)
        self.handshake_complete |= message["type"] == "websocket.http.response.body"


class ClusterServer:
    """A running API server; `url`, `kubeconfig` and `faults` are what its users need."""

    def __init__(self, state: ClusterState, population: Population | None = None) -> None:
        self.state = state
        self.population = population
        self.port = 0
        self._context = state.users.authority.server_context()
        self._listener: asyncio.Server | None = None
        self._connections = ServerState()
        self._ticker: asyncio.Task[None] | None = None

    @property
    def is_listening(self) -> bool:
        return self._listener is not None

    @property
    def url(self) -> str:
        return f"https://{HOST}:{self.port}"

    @property
    def running(self) -> int:
        """How many requests are being answered now."""
        return len(self._connections.tasks)

    @property
    def faults(self) -> Faults:
        return self.state.faults

    @property
    def certificate_authority(self) -> bytes:
        return self.state.users.authority.certificate_pem

    def kubeconfig(
        self, *, user: str = "admin", private: bool = False, minutes: int = 60, credential: Credential = "token"
    ) -> tuple[str, datetime]:
        # Both endpoints are this listener; the other name shows which one a client was given.
        server = f"https://localhost:{self.port}" if private else self.url
        return kubeconfig(self.state.plan, self.state.users, server, user=user, minutes=minutes, credential=credential)

    async def start(self) -> None:
        """Listen; the first start draws a free port, later ones take the same again."""
        config = Config(
            ApiServer(self.state),
            log_config=None,
            access_log=False,
            lifespan="off",
            ws=_Socket,
            loop="none",
            timeout_keep_alive=90,
        )
        config.load()
        loop = asyncio.get_running_loop()
        listening = _listening(self.port)
        self.port = listening.getsockname()[1]
        self._connections = ServerState()
        self._listener = await loop.create_server(
            lambda: _Connection(config, self._connections, {}, loop), sock=listening, ssl=self._context, backlog=512
        )
        self._ticker = asyncio.create_task(self._tick())

    async def stop(self) -> None:
        """Cut every connection and let go of the port."""
        if self._listener is None or self._ticker is None:
            return
        self._listener.close()
        self._ticker.cancel()
        for connection in list(self._connections.connections):
            cast(_Connection, connection).transport.abort()
        running = set(self._connections.tasks)
        for task in running:
            task.cancel()
        await asyncio.gather(self._ticker, *running, return_exceptions=True)
        with suppress(TimeoutError):
            await asyncio.wait_for(self._listener.wait_closed(), STOP_SECONDS)
        self._listener = self._ticker = None

    async def _tick(self) -> None:
        while True:
            await asyncio.sleep(TICK_SECONDS)
            try:
                self.state.now()
            except Exception as error:  # noqa: BLE001 - one failing reaction must not stop the others
                log.error("a scheduled change failed: %r", error)


def _listening(port: int) -> socket.socket:
    # asyncio turns Nagle's algorithm off only on sockets that name TCP; otherwise each call costs 40 ms.
    listening = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listening.bind((HOST, port))
    return listening


def cluster_state(plan: ClusterPlan, clock: Clock, draws: Draws, population: Population) -> ClusterState:
    state = ClusterState(
        plan=plan,
        clock=clock,
        draws=draws,
        store=Store(),
        catalog=population.catalog,
        users=Users(clock, Authority(plan.id)),
        logs=population.logs,
        usages=population.usages,
        images=population.images,
        population=population,
    )
    population.load(state.store, draws.at("versions"))
    state.store.subscribe(state.hearing.changed)
    return state


@asynccontextmanager
async def serve_cluster(
    plan: ClusterPlan, clock: Clock, draws: Draws, *, pods: int | None = None
) -> AsyncIterator[ClusterServer]:
    """Populate a cluster and serve it while the context is open; `pods` scales production up."""
    population = populate(plan, clock, draws, pods=pods)
    state = cluster_state(plan, clock, draws, population)
    pulse.begin(state)
    controllers.begin(state)
    server = ClusterServer(state, population)
    await server.start()
    try:
        yield server
    finally:
        await server.stop()
