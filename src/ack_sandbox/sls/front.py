"""Log Service behind the region's listener: its requests, its signatures, and its way of refusing."""

import asyncio
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from functools import partial

from ack_sandbox.clock import Clock, wall_clock
from ack_sandbox.cloud.accounts import NO_PERMISSION, Key
from ack_sandbox.cloud.acs3 import RawRequest
from ack_sandbox.cloud.fronts import Asked
from ack_sandbox.cloud.wire import Answer
from ack_sandbox.sls import errors
from ack_sandbox.sls.calls import Call
from ack_sandbox.sls.encoding import compressed
from ack_sandbox.sls.hosts import SlsHost, is_public, read_host
from ack_sandbox.sls.progress import Progress
from ack_sandbox.sls.refusals import Denial, refused
from ack_sandbox.sls.routes import Route, route
from ack_sandbox.sls.signature import claimed_key, is_signed_for_sls, verify
from ack_sandbox.sls.source import Source, Stores

THREADS = 4  # rows are made, searched and counted in them, never on the loop
SERVICE = "sls"


class SlsFront:
    """`signing_clock` is what clients sign by, which does not follow the region's when a test advances it."""

    def __init__(self, source: Source, clock: Clock, signing_clock: Callable[[], datetime] = wall_clock) -> None:
        self._stores = Stores(source)
        self._clock = clock
        self._signing_clock = signing_clock
        self._pool = ThreadPoolExecutor(THREADS, thread_name_prefix="sls")
        self.progress = Progress()

    def close(self) -> None:
        """Waits for nothing: what runs ends by its own deadline."""
        self._pool.shutdown(wait=False, cancel_futures=True)

    @property
    def services(self) -> Sequence[str]:
        return (SERVICE,)

    def read(self, request: RawRequest) -> Asked | None:
        name = request.header("host")
        if not is_public(name) and not is_signed_for_sls(request):
            return None
        host = read_host(name)
        found = route(request, host)
        key = claimed_key(request)
        denial = _denial(found, host, key)
        may_compress = found.operation is not None and found.operation.is_compressed
        return Asked(
            service=SERVICE,
            action=found.action,
            key=key,
            respond=partial(self._respond, request, host, found, denial),
            refuse=partial(refused, denial),
            encode=partial(compressed, accept_encoding=request.header("accept-encoding") if may_compress else ""),
        )

    async def _respond(
        self, request: RawRequest, host: SlsHost | None, found: Route, denial: Denial, request_id: str
    ) -> Answer:
        if host is None:
            raise errors.invalid_host(request.header("host"))
        key = verify(request, self._signing_clock())
        operation = found.operation
        if operation is None:
            raise errors.unknown_operation(request.method, request.raw_path)
        if not key.permitted:
            raise denial.error()
        call = Call(
            stores=self._stores,
            progress=self.progress,
            key=key,
            host=host,
            request_id=request_id,
            now=self._clock.now(),
            logstore_name=found.logstore,
            query=found.query,
            request=request,
        )
        return await asyncio.get_running_loop().run_in_executor(self._pool, operation.answer, call)


def _denial(found: Route, host: SlsHost | None, key: Key | None) -> Denial:
    asked = key or NO_PERMISSION
    permission = found.operation.permission if found.operation else "log:Unknown"
    region = host.region if host and host.region else "*"
    resource = f"acs:log:{region}:{asked.account}:{_resource(found, host)}"
    return Denial(permission, resource, asked, found.logstore, host.project if host else None)


def _resource(found: Route, host: SlsHost | None) -> str:
    if host is None or host.project is None:
        return "*"
    logstore = found.logstore or ("*" if found.action == "ListLogStores" else None)
    return f"project/{host.project}" + (f"/logstore/{logstore}" if logstore else "")
