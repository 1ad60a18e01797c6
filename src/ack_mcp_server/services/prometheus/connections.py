"""HTTP to a Prometheus, and how errors speak of it."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from ack_mcp_server.services.http.pools import Pools, Reply, Request, Words, within
from ack_mcp_server.services.prometheus.endpoint import Endpoint

_UNREACHABLE = "Check the network and the endpoint mode (ARMS_PRIVATE works within the cluster's VPC only)."


@dataclass
class Connections:
    """Lives as long as the event loop that serves."""

    _pools: Pools = field(default_factory=Pools)

    async def post(self, endpoint: Endpoint, name: str, form: Mapping[str, str], timeout_s: float) -> Reply:
        """Raises Unavailable, DeadlineExceeded and TooLarge; every status is a reply."""
        return await within(timeout_s, self._post(endpoint, name, form), _words(endpoint))

    async def get(self, endpoint: Endpoint, name: str, query: Mapping[str, str], timeout_s: float) -> Reply:
        """The same, for what cannot be asked by POST."""
        url = endpoint.address.api(name).with_query(dict(query))
        request = Request(url=url, asker=endpoint.asker, headers=endpoint.headers)
        words = _words(endpoint)
        return await within(timeout_s, self._pools.send(request, words), words)

    async def _post(self, endpoint: Endpoint, name: str, form: Mapping[str, str]) -> Reply:
        request = Request(url=endpoint.address.api(name), asker=endpoint.asker, headers=endpoint.headers, form=form)
        return await self._pools.send(request, _words(endpoint))

    async def close(self) -> None:
        await self._pools.close()


def _words(endpoint: Endpoint) -> Words:
    return Words(
        name="Prometheus",
        told=f"the Prometheus of cluster {endpoint.cluster_id} at {endpoint.address.host}",
        too_large="Ask for less: topk(20, …), sum by (…), a narrower selector, a shorter time or a larger step.",
        too_slow="Ask for fewer series, a shorter time or a larger step; API_TIMEOUT sets the limit.",
        unreachable=f"An operator checks {endpoint.variable} and the network." if endpoint.variable else _UNREACHABLE,
    )
