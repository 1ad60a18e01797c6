"""Codes of the cloud become our errors by code and status, never by words."""

from typing import Any

import pytest

from ack_mcp_server.errors import AckError
from ack_mcp_server.services.attempt import Attempt
from ack_mcp_server.services.cloud_errors import Request, from_sdk

REQUEST = Request(action="DescribeClusterDetail", subject="cluster c1")


class SdkError(Exception):
    """In the shape of the SDK's: a code, the body with the status, and perhaps a wait in milliseconds."""

    def __init__(self, code: str, status: int, retry_after: float | None = None, **data: Any) -> None:
        super().__init__("signed-headers")
        self.code = code
        self.data = {"statusCode": status, "message": "said by the cloud", "requestId": "R1", **data}
        self.retry_after = retry_after


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (SdkError("Throttling.User", 400), "Throttled: "),
        (SdkError("Anything", 429), "Throttled: "),
        (SdkError("Anything", 503, retry_after=1500), "Wait 1.5 s"),
        (SdkError("InvalidAccessKeyId.NotFound", 404), "Unauthenticated: "),
        (SdkError("SignatureDoesNotMatch", 400), "Unauthenticated: "),
        (SdkError("InvalidTimeStamp.Expired", 400), "clock is wrong"),
        (SdkError("Anything", 401), "Unauthenticated: "),
        (SdkError("StatusForbidden", 403), "Forbidden: this key may not cs:DescribeClusterDetail"),
        (SdkError("Forbidden.RAM", 400), "Forbidden: "),
        (SdkError("ErrorClusterNotFound", 404), "NotFound: cluster c1"),
        (SdkError("AddonVersionNotFound", 404), "InvalidInput: "),
        (SdkError("ErrorCheckState", 409), "Conflict: "),
        (SdkError("InvalidParameter", 400), "InvalidInput: "),
        (SdkError("InternalError", 500), "Unavailable: "),
        (SdkError("Odd", 0), "Unavailable: "),
        (SdkError("E", 404, message="a\nb   c"), "E: a b c (request id R1)"),
        (SdkError("SignatureDoesNotMatch", 400, message="no. server string to sign is:GET secret"), "no. (request id"),
    ],
)
def test_a_code_becomes_our_error(error: Exception, expected: str) -> None:
    ours = from_sdk(error, REQUEST, Attempt())
    assert isinstance(ours, AckError)
    told = f"{ours.code}: {ours.message} Next: {ours.next_step}"
    assert expected in told
    assert "signed-headers" not in told
    assert "secret" not in told


def test_the_denied_principal_is_named() -> None:
    detail = {
        "AuthAction": "cs:DescribeClusterDetail",
        "AuthPrincipalType": "SubUser",
        "AuthPrincipalDisplayName": "2001",
    }
    ours = from_sdk(SdkError("StatusForbidden", 403, accessDeniedDetail=detail), REQUEST, Attempt())
    assert ours.message.startswith("SubUser 2001 may not cs:DescribeClusterDetail on cluster c1")
    assert ours.next_step == "Have cs:DescribeClusterDetail added to a RAM policy of SubUser 2001."


@pytest.mark.parametrize("status", ["403", 403, "x", None, "4" * 5000, True, 99])
def test_a_status_is_read_from_text_or_else_from_the_wire(status: Any) -> None:
    attempt = Attempt()
    attempt.status = 500 if status in ("403", 403) else 403
    assert from_sdk(SdkError("Odd", status), REQUEST, attempt).code == "Forbidden"


def test_our_own_error_passes_as_it_is() -> None:
    ours = AckError("x")
    assert from_sdk(ours, REQUEST, Attempt()) is ours


def test_a_call_that_was_aborted_is_not_called_unreachable() -> None:
    attempt = Attempt()
    attempt.abort()
    assert from_sdk(OSError("reset"), REQUEST, attempt).code == "DeadlineExceeded"


def test_no_sdk_exception_is_one_of_ours() -> None:
    from alibabacloud_tea_openapi.exceptions import ClientException
    from darabonba.exceptions import UnretryableException

    assert not issubclass(AckError, (ClientException, UnretryableException))
    assert not issubclass(ClientException, AckError)
