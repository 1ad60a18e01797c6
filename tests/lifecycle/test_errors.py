"""Refusals of changes, by code; and whether something may have been sent."""

import pytest

from ack_mcp_server.errors import Conflict, Forbidden, Unavailable
from ack_mcp_server.services.attempt import Attempt
from ack_mcp_server.services.cloud_errors import NotReached, Request, from_sdk

REQUEST = Request(action="ScaleClusterNodePool", subject="node pool np1", region="cn-hangzhou")


class Refused(Exception):
    """As the SDK tells a refusal."""

    def __init__(self, code: str, status: int) -> None:
        self.code, self.data = code, {"statusCode": status, "message": "no"}


@pytest.mark.parametrize(
    ("code", "status", "words"),
    [
        ("QuotaExceeded.Node", 403, "Raise the quota"),
        ("InvalidAccountStatus.NotEnoughBalance", 403, "topped up"),
        ("InvalidOperation.DeletionProtection", 403, "deletion_protection=off"),
        ("OperationConflict", 409, "wait_for_task"),
        ("OperationDenied.NoStock", 400, "another instance type"),
        ("ErrorClusterState", 409, "until the cluster is running"),
    ],
)
def test_a_refusal_by_state_quota_or_money_says_what_to_do(code: str, status: int, words: str) -> None:
    error = from_sdk(Refused(code, status), REQUEST, Attempt())
    assert isinstance(error, Conflict)
    assert words in error.next_step


def test_a_refusal_by_permission_stays_one() -> None:
    assert isinstance(from_sdk(Refused("StatusForbidden", 403), REQUEST, Attempt()), Forbidden)


def test_only_a_call_without_a_connection_was_surely_not_sent() -> None:
    unreached, broken = Attempt(), Attempt()
    broken.reached = True
    assert isinstance(from_sdk(ConnectionRefusedError(), REQUEST, unreached), NotReached)
    told = from_sdk(ConnectionResetError(), REQUEST, broken)
    assert isinstance(told, Unavailable) and not isinstance(told, NotReached)
    assert "broke before the answer" in told.message
