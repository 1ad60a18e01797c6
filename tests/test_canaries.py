"""Secrets are planted everywhere; none of them comes out of any tool, error or log line."""

import logging
from collections.abc import Callable
from typing import Any

import httpx
import pytest

from ack_mcp_server.auth.credentials import Credentials
from ack_mcp_server.auth.headers import RequestHeaders, read
from ack_mcp_server.settings import Settings
from tests.conftest import CANARY, Region, door_to, http_site, tool_call
from tests.test_results import arguments_of

FAULTS: list[dict[str, Any]] = [
    {"kind": "forbidden"},
    {"kind": "bad_gateway"},
    {"kind": "truncated"},
    {"kind": "reset"},
    {"kind": "wrong_shape", "shape": "wrong_items"},
    {"kind": "hang"},
]


@pytest.mark.parametrize("result_format", ["text", "structured"])
async def test_no_answer_holds_a_planted_secret(
    settings: Callable[..., Settings], region: Region, result_format: str
) -> None:
    """The API's own answers hold them: login passwords and user data of node pools."""
    async with door_to(settings(RESULT_FORMAT=result_format)) as door:
        for tool, arguments in arguments_of(region).items():
            reply = await door.ok(tool, **arguments)
            assert CANARY not in f"{reply.text}{reply.structured}", tool


@pytest.mark.parametrize(
    "fault",
    # Each asks every tool over HTTP; the others run in CI.
    [pytest.param(fault, marks=[pytest.mark.slow] if number % 2 else []) for number, fault in enumerate(FAULTS)],
    ids=lambda fault: fault["kind"],
)
def test_no_error_and_no_log_line_holds_a_key(
    region: Region, settings: Callable[..., Settings], caplog: pytest.LogCaptureFixture, fault: dict[str, Any]
) -> None:
    caplog.set_level(logging.DEBUG)
    region.fault(**fault)
    with http_site(settings(MCP_TRANSPORT="http", DEVELOPMENT="true", API_TIMEOUT=0.3)) as url:
        for tool, arguments in arguments_of(region).items():
            answer = httpx.post(
                url + "/mcp", json=tool_call(tool, **arguments), headers=region.headers("session"), trust_env=False
            )
            assert CANARY not in answer.text
    assert CANARY not in caplog.text
    assert all(CANARY not in str(record.__dict__) for record in caplog.records)


def test_a_credential_does_not_show_itself() -> None:
    credentials = Credentials(access_key_id="LTAI5tId", access_key_secret=CANARY, security_token=CANARY)
    shown = f"{credentials!r} {credentials} {RequestHeaders(credentials=credentials)!r}"
    assert CANARY not in shown
    assert "LTAI5tId" not in shown
    assert credentials.fingerprint in shown


def test_headers_that_cannot_be_used_are_not_repeated() -> None:
    for value in (f"{CANARY} x", CANARY * 100):
        with pytest.raises(Exception, match="X-Aliyun") as refused:
            read([(b"x-aliyun-access-key-secret", value.encode()), (b"x-aliyun-access-key-id", b"x")])
        assert CANARY not in str(refused.value)


def test_fingerprints_tell_keys_apart_and_tokens_too() -> None:
    made = {
        Credentials(access_key_id=id, access_key_secret=secret, security_token=token).fingerprint
        for id, secret, token in [("ab", "c", ""), ("a", "bc", ""), ("ab", "c", "t"), ("ab", "", "ct"), ("a", "b", "c")]
    }
    assert len(made) == 5
