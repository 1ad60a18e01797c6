"""The calls that diagnose: CreateClusterDiagnosis, GetClusterDiagnosisResult and GetClusterDiagnosisCheckItems."""

from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, Field

from ack_mcp_server.answers.clean import one_line
from ack_mcp_server.errors import UnexpectedAnswer
from ack_mcp_server.services.cloud_errors import Request
from ack_mcp_server.services.diagnosis.kinds import Subject
from ack_mcp_server.services.reach import ClusterRef, Reach
from ack_mcp_server.services.wire import EMBEDDED_JSON

LANGUAGE = "en_US"
DONE = 2  # of status; 0 is created, 1 running
_LONGEST_TIME = 40


def _as_time(value: object) -> str:
    return one_line(str(value), _LONGEST_TIME)


Time = Annotated[str, BeforeValidator(_as_time)]


class _Begun(BaseModel):
    cluster_id: str = ""
    diagnosis_id: str = Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9_-]{2,63}$")


class DiagnosisState(BaseModel):
    """`code` is 0 or 1 (failed), and means something when it is done."""

    status: int
    code: int = 0
    message: str = ""
    result: Any = None
    type: str = ""
    target: Annotated[dict[str, Any], EMBEDDED_JSON] = Field(default_factory=dict)
    created: Time = ""
    finished: Time = ""

    @property
    def is_done(self) -> bool:
        return self.status == DONE

    @property
    def has_failed(self) -> bool:
        return self.is_done and self.code != 0


class _CheckItems(BaseModel):
    check_items: list[Any] = Field(default_factory=list)


async def begin(reach: Reach, cluster: ClusterRef, subject: Subject) -> str:
    """Its id. Raises AckError; asked once only, because each time is a diagnosis more."""

    def call(client: Any, runtime: Any) -> Any:
        from alibabacloud_cs20151215.models import CreateClusterDiagnosisRequest

        body = CreateClusterDiagnosisRequest(type=subject.kind, target=dict(subject.target))
        return client.create_cluster_diagnosis_with_options(cluster.id, body, {}, runtime)

    request = Request(action="CreateClusterDiagnosis", subject=f"cluster {cluster.id}", region=cluster.region)
    begun = await reach.account.change(request, call, _Begun)
    if begun.cluster_id not in ("", cluster.id):
        raise UnexpectedAnswer(f"{request.action}: the answer is of another cluster")
    return begun.diagnosis_id


async def state(reach: Reach, cluster: ClusterRef, diagnosis_id: str) -> DiagnosisState:
    def call(client: Any, runtime: Any) -> Any:
        from alibabacloud_cs20151215.models import GetClusterDiagnosisResultRequest

        query = GetClusterDiagnosisResultRequest(language=LANGUAGE)
        return client.get_cluster_diagnosis_result_with_options(cluster.id, diagnosis_id, query, {}, runtime)

    return await reach.account.read(_about("GetClusterDiagnosisResult", cluster, diagnosis_id), call, DiagnosisState)


async def check_items(reach: Reach, cluster: ClusterRef, diagnosis_id: str) -> list[Any]:
    def call(client: Any, runtime: Any) -> Any:
        from alibabacloud_cs20151215.models import GetClusterDiagnosisCheckItemsRequest

        query = GetClusterDiagnosisCheckItemsRequest(language=LANGUAGE)
        return client.get_cluster_diagnosis_check_items_with_options(cluster.id, diagnosis_id, query, {}, runtime)

    request = _about("GetClusterDiagnosisCheckItems", cluster, diagnosis_id)
    return (await reach.account.read(request, call, _CheckItems)).check_items


def _about(action: str, cluster: ClusterRef, diagnosis_id: str) -> Request:
    return Request(
        action=action,
        subject=f"diagnosis {diagnosis_id} of cluster {cluster.id}",
        region=cluster.region,
        listed_by="",
    )
