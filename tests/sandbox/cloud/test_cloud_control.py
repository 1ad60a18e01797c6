"""The control endpoint: what it tells, what it refuses, and to whom."""

import json

import pytest

from ack_sandbox.cloud.accounts import ADMINISTRATOR, NO_PERMISSION
from ack_sandbox.region import Region
from tests.sandbox.cloud.http import fetch
from tests.sandbox.cloud.sdk import ask_control, control, signed_fetch

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")  # the SDK calls datetime.utcnow


async def test_the_region_tells_what_it_is(region: Region) -> None:
    facts = await control(region, "GET", "region")

    assert facts["seed"] == 1
    assert facts["cs_endpoint"] == region.cs_endpoint
    assert [cluster["role"] for cluster in facts["clusters"]] == ["production", "staging", "private", "other-tenant"]
    assert facts["keys"]["administrator"]["access_key_id"] == ADMINISTRATOR.access_key_id


async def test_health_tells_the_regions_time(region: Region) -> None:
    await control(region, "POST", "clock", {"advance_s": 90.5})

    assert await control(region, "GET", "health") == {
        "status": "ok",
        "now": "2026-03-02T12:01:30Z",
        "opened": "2026-03-02T12:00:00Z",
    }


async def test_requests_are_written_down_without_secrets(region: Region) -> None:
    await signed_fetch(region, "DescribeRegions", "/regions", {"acceptLanguage": "secret"}, key=NO_PERMISSION)

    reply = await ask_control(region, "GET", "requests")

    seen = json.loads(reply.body)["requests"][-1]
    expected = {
        "service": "cs",
        "action": "DescribeRegions",
        "account_role": "no-permission",
        "method": "GET",
        "path": "/regions",
        "status": 403,
        "finished": True,
    }
    assert seen | expected == seen
    assert b"secret" not in reply.body
    assert b"DO-NOT-LEAK" not in reply.body


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"kind": "unknown"},
        {"kind": "slow"},
        {"kind": "slow", "seconds": 0},
        {"kind": "slow", "seconds": "1"},
        {"kind": "slow", "seconds": 10**400},
        {"kind": "hang", "times": 0},
        {"kind": "hang", "times": True},
        {"kind": "hang", "after": False},
        {"kind": "hang", "service": "ecs"},
        {"kind": "hang", "action": 7},
        {"kind": "hang", "extra": 1},
        {"kind": "redirect", "url": "file:///etc/hostname"},
        {"kind": "redirect", "url": "http://a\r\nx: y"},
        {"kind": "wrong_shape", "shape": "round"},
        {"kind": "throttling", "status": 200},
        [],
        "hang",
    ],
)
async def test_a_fault_that_cannot_be_is_refused_with_what_can(region: Region, body: object) -> None:
    reply = await ask_control(region, "POST", "faults", body)

    assert reply.status == 400
    assert reply.json()["allowed"]
    assert (await control(region, "GET", "faults"))["faults"] == []


@pytest.mark.parametrize("text", [b"", b"{", b"\xff", b"[" * 100_000, b'{"advance_s": NaN}', b'{"advance_s": 1e999}'])
async def test_a_body_that_is_no_json_object_is_refused(region: Region, text: bytes) -> None:
    reply = await fetch(region.endpoint, "POST", "/_sandbox/clock", {}, text)

    assert (reply.status, bool(reply.json()["allowed"])) == (400, True)


async def test_the_clock_goes_neither_back_nor_out_of_range(region: Region) -> None:
    year = 365 * 24 * 3600
    refused = [await ask_control(region, "POST", "clock", {"advance_s": by}) for by in (-1, 11 * year)]
    await control(region, "POST", "clock", {"advance_s": 9 * year})
    refused.append(await ask_control(region, "POST", "clock", {"advance_s": 9 * year}))

    assert {reply.status for reply in refused} == {400}
    assert (await control(region, "GET", "clock"))["now"].startswith("2035-")


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"host": "sandbox.example.com"}, 403),
        ({"host": "127.0.0.1.example.com:80"}, 403),
        ({"host": ""}, 403),
        ({"origin": "http://127.0.0.1"}, 403),
        ({"origin": "null"}, 403),
        ({"host": "localhost:1"}, 200),
        ({"host": "[::1]:1"}, 200),
    ],
)
async def test_only_loopback_programs_drive_the_region(region: Region, headers: dict[str, str], status: int) -> None:
    reply = await fetch(region.endpoint, "GET", "/_sandbox/health", headers)

    assert reply.status == status


@pytest.mark.parametrize("path", ["/_sandbox", "/_sandbox/", "/_sandbox/nothing"])
async def test_an_unknown_control_endpoint_names_the_known_ones(region: Region, path: str) -> None:
    reply = await fetch(region.endpoint, "GET", path, {})

    assert reply.status == 404
    assert "GET /_sandbox/health" in reply.json()["allowed"]


async def test_what_is_not_control_is_the_cloud(region: Region) -> None:
    reply = await fetch(region.endpoint, "GET", "/_sandboxes", {})

    assert reply.json()["Code"] == "MissingAuthorization"
