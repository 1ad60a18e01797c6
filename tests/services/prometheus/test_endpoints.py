"""Which Prometheus is asked, with which credential, and that neither gets anywhere else."""

import base64
import logging
from typing import Any

import pytest

from tests.conftest import door_to
from tests.services.prometheus.scripted import KEY, PATH, TOKEN, Backend
from tests.services.prometheus.scripted import backend as listening
from tests.services.scripted import CLUSTER

BASIC = f"Basic {base64.b64encode(':'.join(KEY.values()).encode()).decode()}"


async def asked(cloud: Backend, expect: str = "", **values: Any) -> str:
    async with door_to(cloud.settings(**values)) as door:
        reply = await door.call("query_prometheus", promql="up", cluster_id=CLUSTER)
    assert reply.text.startswith(expect or "[ack-mcp-server: 3 series"), reply.text
    return reply.text


async def test_a_v1_instance_is_asked_with_its_token(cloud: Backend) -> None:
    await asked(cloud)
    path, authorization, form = cloud.asked[0]
    assert (path, authorization, form["query"]) == (f"{PATH}/api/v1/query", TOKEN, "up")


@pytest.mark.slow
async def test_without_token_authentication_nothing_is_sent(cloud: Backend) -> None:
    cloud.instance["EnableAuthToken"] = "false"
    await asked(cloud)
    assert cloud.asked[0][1] == ""


async def test_a_v2_instance_is_asked_with_the_callers_key(cloud: Backend) -> None:
    cloud.instance |= {"Version": "V2", "EnableAuthToken": None}
    await asked(cloud)
    assert cloud.asked[0][1] == BASIC


async def test_a_temporary_key_is_not_sent_to_a_v2_instance(cloud: Backend) -> None:
    cloud.instance |= {"Version": "V2", "EnableAuthToken": None}
    names = {"ALIBABA_CLOUD_ACCESS_KEY_ID": "STS.x", "ALIBABA_CLOUD_ACCESS_KEY_SECRET": "s", "ACCESS_KEY_ID": ""}
    settings = {**names, "ACCESS_KEY_SECRET": "", "ALIBABA_CLOUD_SECURITY_TOKEN": "sts"}
    told = await asked(cloud, "Unauthenticated: ", **settings)
    assert "STS" in told
    assert cloud.asked == []


async def test_a_missing_public_address_is_an_error_that_names_the_other_mode(cloud: Backend) -> None:
    cloud.instance |= {"HttpApiInterUrl": "", "HttpApiIntraUrl": cloud.url + PATH}
    told = await asked(cloud, "NotEnabled: ")
    assert "ARMS_PRIVATE" in told
    assert cloud.asked == []


@pytest.mark.slow
async def test_private_mode_uses_the_vpc_address_alone(cloud: Backend) -> None:
    cloud.instance |= {"HttpApiInterUrl": "https://public.aliyuncs.com/x", "HttpApiIntraUrl": cloud.url + "/vpc"}
    await asked(cloud, PROMETHEUS_ENDPOINT_MODE="ARMS_PRIVATE")
    assert cloud.asked[0][0] == "/vpc/api/v1/query"


@pytest.mark.slow
@pytest.mark.parametrize("code", [404, 500, 403])
async def test_what_arms_refuses_is_told(cloud: Backend, code: int) -> None:
    cloud.code, cloud.instance = code, {}
    told = await asked(cloud, {404: "NotEnabled: ", 500: "Unavailable: ", 403: "Forbidden: "}[code], API_TIMEOUT=5)
    assert "what ARMS says" in told


@pytest.mark.slow
async def test_arms_is_asked_once_for_a_key(cloud: Backend) -> None:
    async with door_to(cloud.settings()) as door:
        for _ in range(2):
            await door.ok("query_prometheus", promql="up", cluster_id=CLUSTER)
    assert cloud.arms_calls == 1


async def test_an_evil_address_is_not_contacted(cloud: Backend) -> None:
    async with listening() as evil:
        host = evil.url.removeprefix("http://")
        for url in (f"http://a.aliyuncs.com@{host}/x", f"http://{host.replace('127.0.0.1', '[::ffff:127.0.0.1]')}/x"):
            cloud.instance["HttpApiInterUrl"] = url
            told = await asked(cloud, "UnexpectedAnswer: ", CACHE_TTL=0)
            assert "@" not in told
        assert evil.asked == []


async def test_a_redirect_is_not_followed(cloud: Backend) -> None:
    async with listening() as evil:
        cloud.says(307, "", Location=f"{evil.url}/x")
        told = await asked(cloud, "UnexpectedAnswer: ")
        assert "redirect" in told
        assert evil.asked == []


@pytest.mark.slow
@pytest.mark.parametrize("status", [200, 302, 401, 403, 404, 422, 429, 500, 503])
async def test_no_error_and_no_log_holds_a_secret(
    cloud: Backend, status: int, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    cloud.says(status, "<html>", Location="http://a.aliyuncs.com/")
    async with door_to(cloud.settings()) as door:
        told = await door.error("query_prometheus", promql="up", cluster_id=CLUSTER)
    shown = told + caplog.text
    assert "DO-NOT-LEAK" not in shown
    assert BASIC not in shown


@pytest.mark.slow
async def test_a_server_that_is_gone_is_unavailable_without_its_path(cloud: Backend) -> None:
    async with listening() as gone:
        cloud.instance["HttpApiInterUrl"] = gone.url + PATH
    told = await asked(cloud, "Unavailable: ")
    assert "DO-NOT-LEAK" not in told
    assert "ARMS_PRIVATE" in told


@pytest.mark.slow
async def test_an_operators_own_that_is_gone_is_named_by_its_variable(cloud: Backend) -> None:
    async with listening() as gone:
        local = cloud.local(PROMETHEUS_HTTP_API=gone.url)
    async with door_to(local) as door:
        told = await door.error("query_prometheus", promql="up")
    assert told.endswith("Next: An operator checks PROMETHEUS_HTTP_API and the network.")


async def test_local_mode_needs_no_key(cloud: Backend) -> None:
    async with door_to(cloud.local(PROMETHEUS_TOKEN="operators")) as door:
        await door.ok("query_prometheus", promql="up")
    assert cloud.asked[0][:2] == ("/api/v1/query", "Bearer operators")


@pytest.mark.slow
async def test_a_cluster_has_a_prometheus_of_its_own(cloud: Backend) -> None:
    values = {"PROMETHEUS_HTTP_API": "http://127.0.0.1:9/", f"PROMETHEUS_HTTP_API_{CLUSTER}": f"{cloud.url}/own"}
    settings = cloud.settings(PROMETHEUS_ENDPOINT_MODE="LOCAL").model_copy(
        update={"prometheus_http_api": values["PROMETHEUS_HTTP_API"],
                "prometheus_by_cluster": {CLUSTER: f"{cloud.url}/own"}}
    )  # fmt: skip
    async with door_to(settings) as door:
        await door.ok("query_prometheus", promql="up", cluster_id=CLUSTER)
    assert cloud.asked[0][:2] == ("/own/api/v1/query", "")


async def test_in_an_arms_mode_a_bare_kubeconfig_is_told_of_local_mode(cloud: Backend) -> None:
    async with door_to(cloud.local(PROMETHEUS_ENDPOINT_MODE="ARMS_PUBLIC")) as door:
        told = await door.error("query_prometheus", promql="up")
    assert "--prometheus-endpoint-mode LOCAL" in told
