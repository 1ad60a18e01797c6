"""Credentials that a request brings: whole or refused, never completed from the environment."""

from collections.abc import Callable
from typing import Any

import httpx
import pytest

from ack_mcp_server.settings import Settings
from tests.conftest import CANARY, Region, http_site, tool_call

ID, SECRET, TOKEN = "X-Aliyun-Access-Key-Id", "X-Aliyun-Access-Key-Secret", "X-Aliyun-Security-Token"

Headers = list[tuple[str, str]]


def call(url: str, headers: Headers | dict[str, str], tool: str = "list_clusters", **arguments: Any) -> dict[str, Any]:
    answer = httpx.post(url + "/mcp", json=tool_call(tool, **arguments), headers=headers, trust_env=False, timeout=30)
    assert answer.status_code == 200
    result: dict[str, Any] = answer.json()["result"]
    return result


def text(result: dict[str, Any]) -> str:
    return str(result["content"][0]["text"])


def test_a_request_acts_with_its_own_key(site: str, region: Region) -> None:
    assert "tenant-b-web" in text(call(site, region.headers("other-tenant")))


def test_a_request_without_a_key_acts_with_the_servers(site: str) -> None:
    assert "production" in text(call(site, {}))


def test_a_temporary_key_with_its_token_works(site: str, region: Region) -> None:
    assert "production" in text(call(site, region.headers("session")))


def test_a_region_alone_is_fine(site: str) -> None:
    assert "3 clusters" in text(call(site, {"X-Aliyun-Region": "cn-shanghai"}))


@pytest.mark.parametrize(
    ("headers", "why"),
    [
        ([(ID, "LTAI5tSomething")], "half a credential: X-Aliyun-Access-Key-Id without X-Aliyun-Access-Key-Secret"),
        ([(SECRET, "s3cret")], "half a credential"),
        ([(TOKEN, "t0ken")], "half a credential"),
        ([(ID, "LTAI5tSomething"), (TOKEN, "t0ken")], "half a credential"),
        ([(ID, ""), (SECRET, "s3cret")], "X-Aliyun-Access-Key-Id is empty"),
        ([(ID, "LTAI5tSomething"), (SECRET, "")], "X-Aliyun-Access-Key-Secret is empty"),
        ([(ID, "LTAI5tSomething"), (SECRET, "s3cret"), (TOKEN, "")], "X-Aliyun-Security-Token is empty"),
        ([(ID, "a"), (ID, "b"), (SECRET, "s3cret")], "X-Aliyun-Access-Key-Id is repeated"),
        ([(ID, "a"), (SECRET, "s3cret"), (SECRET.lower(), "s3cret")], "X-Aliyun-Access-Key-Secret is repeated"),
        ([(ID, "a b"), (SECRET, "s3cret")], "holds characters that no key has"),
        ([(ID, "a" * 200), (SECRET, "s3cret")], "is longer than 128 characters"),
    ],
)
def test_anything_but_a_whole_key_is_refused(site: str, headers: Headers, why: str) -> None:
    result = call(site, headers)
    assert result["isError"]
    assert text(result).startswith("Unauthenticated: ")
    assert why in text(result)
    assert "s3cret" not in text(result)
    assert "t0ken" not in text(result)


def test_half_a_key_is_refused_by_a_tool_that_needs_none(site: str) -> None:
    assert call(site, [(ID, "LTAI5tSomething")], "get_current_time")["isError"]


@pytest.mark.parametrize("region_id", ["", "cn_hangzhou", "../x", "evil.example.com/", "CN-HANGZHOU", "x" * 65])
def test_a_region_that_is_none_is_refused(site: str, region_id: str) -> None:
    result = call(site, {"X-Aliyun-Region": region_id})
    assert text(result).startswith("InvalidInput: ")


def test_a_region_twice_is_refused(site: str) -> None:
    result = call(site, [("X-Aliyun-Region", "cn-hangzhou"), ("X-Aliyun-Region", "cn-beijing")])
    assert text(result).startswith("InvalidInput: the header X-Aliyun-Region is repeated")


def test_an_expired_token_says_so(site: str, region: Region) -> None:
    told = text(call(site, region.headers("expired-session")))
    assert told.startswith("Unauthenticated: ")
    assert "Next: The STS token has expired; send a fresh one." in told


@pytest.mark.parametrize(
    "change",
    [
        {ID: "LTAI5tNobodysKey000001"},
        {SECRET: "wrong-" + CANARY},
        {TOKEN: "CAISwrong+" + CANARY},
    ],
    ids=["unknown id", "wrong secret", "token of nobody"],
)
def test_a_key_that_the_cloud_refuses_is_named_as_that(site: str, region: Region, change: dict[str, str]) -> None:
    told = text(call(site, {**region.headers("administrator"), **change}))
    assert told.startswith("Unauthenticated: DescribeClustersV1: the key was refused: ")
    assert CANARY not in told


def test_headers_only_refuses_a_request_without_a_key(settings: Callable[..., Settings], region: Region) -> None:
    with http_site(settings(MCP_TRANSPORT="http", HEADERS_ONLY=True)) as url:
        refused = text(call(url, {}))
        allowed = text(call(url, region.headers("other-tenant")))
    assert refused == (
        "Unauthenticated: this server acts only with a key that the request brings\n"
        "Next: Send X-Aliyun-Access-Key-Id and X-Aliyun-Access-Key-Secret with each HTTP request."
    )
    assert "tenant-b-web" in allowed
