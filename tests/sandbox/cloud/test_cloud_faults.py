"""Faults: each kind does on the wire what it says, for as many requests as it was told, and no longer."""

import asyncio
import json
from typing import Any

import pytest

from ack_sandbox.region import Region
from tests.sandbox.cloud.http import Reply
from tests.sandbox.cloud.sdk import Sdk, control, darabonba_exceptions, exceptions, inject, models, signed_fetch

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")  # the SDK calls datetime.utcnow


async def clusters(region: Region, patience: float = 5.0) -> Reply:
    return await signed_fetch(region, "DescribeClustersV1", "/api/v1/clusters", patience=patience)


async def sdk_refusal(region: Region) -> Any:
    return await Sdk(region, read_timeout=300).refusal("describe_clusters_v1", models.DescribeClustersV1Request())


async def test_throttling_without_a_header_is_a_code(region: Region) -> None:
    await inject(region, "throttling", status=400)

    error = await sdk_refusal(region)

    assert type(error) is exceptions.ClientException
    assert (error.status_code, error.code) == (400, "Throttling.User")


async def test_throttling_with_a_header_says_when_to_come_back(region: Region) -> None:
    await inject(region, "throttling", retry_after_ms=1500)

    error = await sdk_refusal(region)

    assert type(error) is exceptions.ThrottlingException
    assert (error.status_code, error.retry_after) == (429, 1500)


async def test_unavailable_is_json(region: Region) -> None:
    await inject(region, "unavailable")

    error = await sdk_refusal(region)

    assert type(error) is exceptions.ServerException
    assert (error.status_code, error.code) == (503, "ServiceUnavailable")


async def test_a_bad_gateway_is_a_page(region: Region) -> None:
    await inject(region, "bad_gateway", times=1)

    reply = await clusters(region)

    assert (reply.status, reply.headers["content-type"]) == (502, "text/html")
    assert b"502 Bad Gateway" in reply.body


async def test_a_truncated_answer_is_whole_http_and_half_json(region: Region) -> None:
    whole = (await clusters(region)).body
    await inject(region, "truncated", keep_percent=40)

    reply = await clusters(region)

    assert int(reply.headers["content-length"]) == len(reply.body) == len(whole) * 40 // 100
    assert whole.startswith(reply.body)


async def test_a_cut_off_answer_ends_before_its_length(region: Region) -> None:
    await inject(region, "cut_off")

    reply = await clusters(region)

    assert int(reply.headers["content-length"]) == 2 * len(reply.body) + int(reply.headers["content-length"]) % 2
    assert reply.ending == "closed"
    assert isinstance(await sdk_refusal(region), Exception)


async def test_an_empty_answer_has_no_body(region: Region) -> None:
    await inject(region, "empty")

    reply = await clusters(region)

    assert (reply.status, reply.body) == (200, b"")


async def test_a_slow_answer_comes_in_the_end(region: Region) -> None:
    await inject(region, "slow", seconds=0.2)
    loop = asyncio.get_running_loop()
    begun = loop.time()

    reply = await clusters(region)

    assert reply.json()["page_info"]["total_count"] == 3
    assert loop.time() - begun >= 0.2


async def test_a_drip_never_ends_until_the_client_leaves(region: Region) -> None:
    await inject(region, "drip", seconds=0.02)

    reply = await clusters(region, patience=0.3)

    assert (reply.status, reply.ending) == (200, "silent")
    assert reply.body.count(b" ") > 3
    await nothing_left(region)


async def test_a_hanging_request_is_in_flight_until_the_client_leaves(region: Region) -> None:
    await inject(region, "hang")
    waiting = asyncio.create_task(clusters(region, patience=0.3))
    await asyncio.sleep(0.1)
    meanwhile = await control(region, "GET", "requests")

    reply = await waiting

    assert (meanwhile["in_flight"], reply.status, reply.ending) == (1, 0, "silent")
    await nothing_left(region)


async def nothing_left(region: Region) -> None:
    async with asyncio.timeout(2):
        while (await control(region, "GET", "requests"))["in_flight"]:
            pass  # each question gives the region its turn


async def test_the_sdk_gives_up_on_a_hanging_request(region: Region) -> None:
    await inject(region, "hang")

    error = await sdk_refusal(region)

    assert isinstance(error, darabonba_exceptions.UnretryableException)
    await nothing_left(region)


async def test_a_reset_answers_nothing(region: Region) -> None:
    await inject(region, "reset")

    reply = await clusters(region)

    assert (reply.status, reply.ending) == (0, "reset")


@pytest.mark.parametrize(
    ("shape", "clusters_are"),
    [
        ("object_for_list", dict),
        ("wrong_items", list),
        ("null_items", list),
        ("nulls", type(None)),
        ("wrong_fields", str),
    ],
)
async def test_a_wrong_shape_is_json_that_nobody_promised(
    region: Region, shape: str, clusters_are: type[object]
) -> None:
    await inject(region, "wrong_shape", shape=shape)

    found = (await clusters(region)).json()["clusters"]

    assert type(found) is clusters_are
    assert not (isinstance(found, list) and any(isinstance(item, dict) for item in found))


@pytest.mark.parametrize(("shape", "body_is"), [("list", list), ("string", str), ("number", int), ("null", type(None))])
async def test_a_wrong_shape_can_be_the_whole_body(region: Region, shape: str, body_is: type[object]) -> None:
    await inject(region, "wrong_shape", shape=shape)

    assert type((await clusters(region)).json()) is body_is


async def test_a_huge_answer_is_good_and_large(region: Region) -> None:
    await inject(region, "huge", mib=3)

    reply = await clusters(region)

    assert len(reply.body) > 3 * 1024 * 1024
    assert reply.json()["page_info"]["total_count"] == 3


async def test_a_redirect_points_elsewhere(region: Region) -> None:
    await inject(region, "redirect", url="http://127.0.0.1:9/elsewhere", status=307)

    reply = await clusters(region)

    assert (reply.status, reply.headers["location"]) == (307, "http://127.0.0.1:9/elsewhere")


async def test_not_found_and_forbidden_look_like_real_ones(region: Region) -> None:
    await inject(region, "not_found", times=1)
    await inject(region, "forbidden", times=1)

    first, second = await sdk_refusal(region), await sdk_refusal(region)

    assert (first.status_code, first.code) == (404, "ErrorClusterNotFound")
    assert second.data["accessDeniedDetail"]["AuthAction"] == "cs:DescribeClustersV1"


async def test_a_fault_hits_only_its_actions_and_its_share_of_them(region: Region) -> None:
    await inject(region, "unavailable", service="cs", action="DescribeClusters*", after=1, times=2)
    statuses = [(await clusters(region)).status for _ in range(5)]
    other = await signed_fetch(region, "DescribeRegions", "/regions")
    rule = (await control(region, "GET", "faults"))["faults"][0]

    assert (statuses, other.status) == ([200, 503, 503, 200, 200], 200)
    assert (rule["seen"], rule["fired"]) == (5, 2)


async def test_cleared_faults_are_gone(region: Region) -> None:
    await inject(region, "hang")
    await inject(region, "reset")

    assert await control(region, "DELETE", "faults") == {"cleared": 2}
    assert (await clusters(region)).status == 200


async def test_a_spoiled_body_needs_a_good_answer(region: Region) -> None:
    await inject(region, "wrong_shape", shape="nulls")

    reply = await signed_fetch(region, "DescribeClusterDetail", "/clusters/unknown")

    assert json.loads(reply.body)["code"] == "ErrorClusterNotFound"
