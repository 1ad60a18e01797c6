"""Log Service as its own SDK meets it: signatures, compression, refusals, faults."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest

from ack_sandbox.cloud.accounts import ADMINISTRATOR, EXPIRED_SESSION, NO_PERMISSION, OTHER_TENANT, SESSION, Key
from ack_sandbox.region import Region
from tests.sandbox.cloud.http import fetch
from tests.sandbox.cloud.sdk import control, inject
from tests.sandbox.sls.fakes import AUDIT, BARE, END, PROJECT, PROJECTS, START, RuntimeOptions, Sls, models, serving

pytestmark = pytest.mark.slow

WRONG_SECRET = Key(
    role="administrator",
    account=ADMINISTRATOR.account,
    principal="x",
    access_key_id=ADMINISTRATOR.access_key_id,
    access_key_secret="another-secret",
)


@pytest.fixture
async def logs() -> AsyncIterator[Region]:
    async with serving() as region:
        yield region


@pytest.mark.parametrize("version", ["v1", "v4"])
@pytest.mark.parametrize("key", [ADMINISTRATOR, SESSION], ids=lambda key: key.role)
async def test_both_signatures_of_the_sdk_are_accepted(logs: Region, key: Key, version: str) -> None:
    found = await Sls(logs, key, signature_version=version).logs("verb: delete")
    assert [row["verb"] for row in found.data] == ["delete"]


@pytest.mark.parametrize("version", ["v1", "v4"])
async def test_a_signed_query_string_is_accepted(logs: Region, version: str) -> None:
    request = models.GetHistogramsRequest(from_=START, to=END, query='message: "web-1 deleted" or verb: "ü &="')
    found = await Sls(logs, signature_version=version).call("get_histograms", PROJECT, AUDIT, request)
    assert sum(interval.count for interval in found) == 1


@pytest.mark.parametrize("version", ["v1", "v4"])
async def test_a_wrong_secret_does_not_match(logs: Region, version: str) -> None:
    error = await Sls(logs, WRONG_SECRET, signature_version=version).refused("*")
    assert (error.code, error.data["httpCode"]) == ("SignatureNotMatch", 401)


async def test_a_signature_for_another_region_does_not_match(logs: Region) -> None:
    client = Sls(logs, at="cn-beijing", endpoint="cn-hangzhou.log.aliyuncs.com", signature_version="v4")
    assert (await client.refused("*")).code == "SignatureNotMatch"


async def test_an_expired_session_is_told_so(logs: Region) -> None:
    error = await Sls(logs, EXPIRED_SESSION).refused("*")
    assert (error.code, "has expired" in error.message) == ("Unauthorized", True)


async def test_a_request_from_another_time_is_refused() -> None:
    tomorrow = datetime.now(UTC) + timedelta(days=1)
    async with serving(signing_clock=lambda: tomorrow) as region:
        assert (await Sls(region).refused("*")).code == "RequestTimeExpired"


async def test_a_key_without_permission_is_told_the_action_and_the_resource(logs: Region) -> None:
    error = await Sls(logs, NO_PERMISSION).refused("*")
    resource = f"acs:log:cn-hangzhou:{NO_PERMISSION.account}:project/{PROJECT}/logstore/{AUDIT}"
    message = f"denied by sts or ram, action: log:GetLogStoreLogs, resource: {resource}"
    assert (error.code, error.data["httpCode"]) == ("Unauthorized", 401)
    assert message in error.message


async def test_the_project_of_another_account_is_denied(logs: Region) -> None:
    assert (await Sls(logs, OTHER_TENANT).refused("*")).code == "Unauthorized"


async def test_a_project_does_not_exist_in_another_region(logs: Region) -> None:
    error = await Sls(logs).refusal("get_project", PROJECTS["staging"], models.GetProjectRequest())
    assert (error.code, error.data["httpCode"]) == ("ProjectNotExist", 404)


async def test_an_unknown_logstore_does_not_exist(logs: Region) -> None:
    assert (await Sls(logs).refused("*", "nothing")).code == "LogStoreNotExist"


async def test_a_logstore_without_an_index_cannot_be_searched(logs: Region) -> None:
    assert (await Sls(logs).refused("*", BARE)).code == "IndexConfigNotExist"


@pytest.mark.parametrize("encoding", ["zstd", "lz4", "gzip", "deflate", "identity"])
async def test_the_sdk_reads_every_compression(logs: Region, encoding: str) -> None:
    headers = models.GetLogsV2Headers(accept_encoding=encoding)
    request = models.GetLogsV2Request(from_=START, to=END, query="verb: create")
    found = await Sls(logs).call("get_logs_v2with_options", PROJECT, AUDIT, request, headers, RuntimeOptions())
    assert [row["verb"] for row in found.data] == ["create"]


async def test_throttling_is_said_in_the_words_of_the_service(logs: Region) -> None:
    await inject(logs, "throttling", service="sls", action="GetLogs")
    error = await Sls(logs).refused("*")
    assert (error.code, error.data["httpCode"]) == ("ReadQuotaExceed", 403)


async def test_a_fault_that_forbids_names_the_resource(logs: Region) -> None:
    await inject(logs, "forbidden", service="sls")
    assert f"project/{PROJECT}/logstore/{AUDIT}" in (await Sls(logs).refused("*")).message


async def test_a_spoiled_answer_is_compressed_like_a_good_one(logs: Region) -> None:
    await inject(logs, "wrong_shape", shape="nulls", service="sls")
    found = await Sls(logs).logs(method="get_logs_v2")
    assert (found.data, found.meta) == (None, None)


async def test_an_unsigned_request_to_the_service_is_refused_in_its_shape(logs: Region) -> None:
    reply = await fetch(logs.endpoint, "GET", "/", {"host": "cn-hangzhou.log.aliyuncs.com"})
    assert (reply.status, reply.json()["errorCode"]) == (400, "ParameterInvalid")
    assert reply.headers["x-log-requestid"]


async def test_requests_of_other_services_are_left_to_the_gateway(logs: Region) -> None:
    reply = await fetch(logs.endpoint, "GET", "/", {})
    assert "Code" in reply.json()


async def test_the_seen_requests_name_service_and_action(logs: Region) -> None:
    await Sls(logs).logs()
    seen = (await control(logs, "GET", "requests"))["requests"][-1]
    assert (seen["service"], seen["action"]) == ("sls", "GetLogs")
