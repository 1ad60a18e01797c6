"""A cluster's Prometheus instance, as ARMS knows it. Sources: the API's fields (GetPrometheusInstance, 2019-08-08) and
the documentation of its HTTP API addresses: a V1 instance takes a token in Authorization where one was made, a V2
instance an AccessKey by HTTP Basic."""

from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from ack_mcp_server.answers.clean import one_line
from ack_mcp_server.errors import AckError, Forbidden, NotEnabled, NotFound, Throttled, Unavailable
from ack_mcp_server.services.account import Account
from ack_mcp_server.services.cloud_errors import Request
from ack_mcp_server.services.reach import ClusterRef

_SUCCESS = 200
_NOT_THERE = (404, 1404)
_LONGEST_MESSAGE = 300
_INSTALL = (
    "Install it in the ACK console: the cluster, Operations > Prometheus Monitoring (add-on ack-arms-prometheus); "
    "ack_kubectl top tells the current usage without it."
)


class Instance(BaseModel):
    """Its addresses and its token are secrets."""

    model_config = ConfigDict(frozen=True, hide_input_in_errors=True)

    public: str = Field("", validation_alias="HttpApiInterUrl", repr=False)
    vpc: str = Field("", validation_alias="HttpApiIntraUrl", repr=False)
    token: str = Field("", validation_alias="AuthToken", repr=False)
    takes_token: bool = Field(False, validation_alias="EnableAuthToken")  # a text or a boolean
    free_read: bool = Field(False, validation_alias="EnableAuthFreeRead")
    version: str = Field("", validation_alias="Version")
    account: str = Field("", validation_alias="UserId")
    ways: tuple[str, ...] = Field((), validation_alias="SupportAuthTypes")

    @property
    def takes_keys(self) -> bool:
        """Whether it is asked with an AccessKey (V2)."""
        if self.version:
            return self.version.lower().lstrip("v").startswith("2")
        return any("basic" in way.lower() or way.lower() == "ak" for way in self.ways) and not self.takes_token


class _Answer(BaseModel):
    model_config = ConfigDict(hide_input_in_errors=True)

    code: int = Field(validation_alias="Code")
    message: str = Field("", validation_alias="Message")
    data: Instance | None = Field(None, validation_alias="Data")


async def find_instance(account: Account, cluster: ClusterRef, deadline: float | None = None) -> Instance:
    """Raises AckError; NotEnabled where the cluster has none."""
    request = Request(
        action="GetPrometheusInstance",
        subject=f"the Prometheus instance of cluster {cluster.id}",
        region=cluster.region,
        listed_by="",
        service="arms",
    )

    def call(client: Any, runtime: Any) -> Any:
        from alibabacloud_arms20190808.models import GetPrometheusInstanceRequest

        query = GetPrometheusInstanceRequest(cluster_id=cluster.id, region_id=cluster.region)
        return client.get_prometheus_instance_with_options(query, runtime)

    try:
        answer = await account.read(request, call, _Answer, deadline=deadline)
    except NotFound as exc:
        raise _none(cluster, exc.message) from exc
    if answer.code == _SUCCESS and answer.data is not None:
        return answer.data
    raise _refusal(answer, cluster)


def _refusal(answer: _Answer, cluster: ClusterRef) -> AckError:
    """ARMS tells business errors with HTTP status 200 and a code of its own in the body."""
    said = f"GetPrometheusInstance: {answer.code}: {one_line(answer.message, _LONGEST_MESSAGE) or 'no reason given'}"
    if answer.code in (_SUCCESS, *_NOT_THERE):
        return _none(cluster, said)
    if answer.code in (401, 403):
        return Forbidden(said, next_step="Have arms:GetPrometheusInstance added to a RAM policy of this key.")
    if answer.code == 429:
        return Throttled(said, next_step="Wait some seconds, then try again.")
    if answer.code >= 500:
        return Unavailable(said, next_step="Try again in a while.")
    return NotEnabled(
        f"cluster {cluster.id}: ARMS names no Prometheus instance ({said})",
        next_step=f"If none is installed: {_INSTALL}",
    )


def _none(cluster: ClusterRef, said: str) -> NotEnabled:
    return NotEnabled(f"cluster {cluster.id} has no Prometheus instance ({said})", next_step=_INSTALL)
