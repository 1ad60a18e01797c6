"""The instances of managed Prometheus behind the cloud's listener."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from functools import partial

from ack_sandbox.cloud.acs3 import RawRequest
from ack_sandbox.cloud.arms.instances import PrometheusInstance
from ack_sandbox.cloud.errors import CloudError
from ack_sandbox.cloud.fronts import Asked
from ack_sandbox.cloud.wire import Answer
from ack_sandbox.metrics.monitored import Monitored
from ack_sandbox.prometheus.access import admit, basic_key
from ack_sandbox.prometheus.answers import Told, answer, failed, refused
from ack_sandbox.prometheus.backends import Backend
from ack_sandbox.prometheus.lookups import looked_up
from ack_sandbox.prometheus.orders import Orders
from ack_sandbox.prometheus.questions import Question, question
from ack_sandbox.promql.model import QueryError

SERVICE = "prometheus"


class PrometheusFront:
    """`clusters` tells which clusters are observed now, by id."""

    def __init__(self, clusters: Callable[[], Mapping[str, Monitored]], backend: Backend) -> None:
        self._clusters = clusters
        self.backend = backend
        self.orders = Orders(clusters)

    @property
    def services(self) -> Sequence[str]:
        return (SERVICE,)

    def read(self, request: RawRequest) -> Asked | None:
        asked = question(request)
        if asked is None:
            return None
        return Asked(
            service=SERVICE,
            action=asked.action,
            key=basic_key(request),
            respond=partial(self._answer, request, asked),
            refuse=refused,
        )

    async def _answer(self, request: RawRequest, asked: Question, request_id: str) -> Answer:
        monitored = self._monitored(asked)
        admit(PrometheusInstance(monitored.state.plan), request)
        if asked.action == "unknown" or request.method not in ("GET", "POST"):
            raise CloudError(404, "NotFound", "no such path")
        told = self.orders.changed(asked, await self._told(asked, monitored))
        packed = "gzip" in request.header("accept-encoding")
        return await asyncio.to_thread(answer, told, request_id, packed=packed)

    def _monitored(self, asked: Question) -> Monitored:
        found = self._clusters().get(asked.cluster)
        if found is None or PrometheusInstance(found.state.plan).path != asked.path:
            raise CloudError(404, "NotFound", "no such instance")
        return found

    async def _told(self, asked: Question, monitored: Monitored) -> Told:
        source = monitored.source()
        try:
            if (own := self.orders.own(asked, source.scene.now)) is not None:
                return own
            if asked.action in self.backend.answers:
                return await self.backend.query(asked, source)
            return Told(200, await asyncio.to_thread(looked_up, asked, source))
        except QueryError as error:
            return failed(error)
