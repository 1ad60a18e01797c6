"""A client of the HTTP API of managed Prometheus, with what ARMS says of an instance."""

from dataclasses import dataclass
from importlib import import_module
from typing import Any

import httpx

from tests.conftest import Region

_client: Any = import_module("alibabacloud_arms20190808.client")
models: Any = import_module("alibabacloud_arms20190808.models")
_openapi: Any = import_module("alibabacloud_tea_openapi.models")

# A new client for each request costs more than its answer.
_HTTP = httpx.Client(trust_env=False, verify=False, timeout=60)  # noqa: S501 - loopback, without TLS


def arms(region: Region, role: str = "administrator") -> Any:
    endpoint = region.endpoint.removeprefix("http://")
    config = _openapi.Config(**region.key(role), endpoint=endpoint, protocol="HTTP", read_timeout=5000)
    return _client.Client(config)


def instance(region: Region, role: str) -> Any:
    """As ARMS tells it of the cluster, or its failure."""
    facts = next(each for each in region.facts["clusters"] if each["role"] == role)
    request = models.GetPrometheusInstanceRequest(cluster_id=facts["id"], region_id=facts["region"])
    return (
        arms(region, "other-tenant" if role == "other-tenant" else "administrator")
        .get_prometheus_instance(request)
        .body
    )


@dataclass(frozen=True)
class Metrics:
    """Of one cluster, asked with what its instance wants."""

    url: str
    headers: dict[str, str]
    auth: tuple[str, str] | None

    def request(self, action: str, method: str = "POST", **form: Any) -> httpx.Response:
        given: dict[str, Any] = {"data": form} if method == "POST" else {"params": form}
        url = f"{self.url}/api/v1/{action}"
        return _HTTP.request(method, url, headers=self.headers, auth=self.auth, **given)

    def data(self, action: str, **form: Any) -> Any:
        answer = self.request(action, **form)
        assert answer.status_code == 200, answer.text
        return answer.json()["data"]

    def query(self, promql: str, **form: Any) -> Any:
        return self.data("query", query=promql, **form)["result"]


_KNOWN: dict[tuple[str, str], Metrics] = {}


def metrics(region: Region, role: str) -> Metrics:
    """Asks ARMS once for each region and role."""
    place = (region.endpoint, role)
    if place not in _KNOWN:
        _KNOWN[place] = _metrics(region, role)
    return _KNOWN[place]


def _metrics(region: Region, role: str) -> Metrics:
    told = instance(region, role).data
    key = region.key()
    return Metrics(
        told.http_api_inter_url or told.http_api_intra_url,
        {"Authorization": told.auth_token} if told.enable_auth_token else {},
        (key["access_key_id"], key["access_key_secret"]) if told.version == "V2" else None,
    )
