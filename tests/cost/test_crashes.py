"""Crashes are told before advice on a workload that has them."""

from dataclasses import replace
from datetime import UTC, datetime
from fractions import Fraction
from typing import Any

import pytest

from ack_mcp_server.cost.crashes import crashes
from ack_mcp_server.cost.fitness import Around
from ack_mcp_server.cost.history import Past, Used
from ack_mcp_server.cost.koordinator import Profile
from ack_mcp_server.cost.scaling_report import scaling_report
from ack_mcp_server.cost.sizes import Facts, cost_report
from ack_mcp_server.cost.subject import Subject
from ack_mcp_server.cost.workload import Asks, Container, Workload

ASKS = {"cpu": Asks(Fraction(1000), None), "memory": Asks(Fraction(512), None)}
END = datetime(2026, 11, 21, tzinfo=UTC).timestamp()
TIMES = tuple(END - 300 * number for number in range(2000, -1, -1))
USED = Used("web-0", "app", TIMES, tuple(0.5 for _ in TIMES))
PAST = Past(pods=1, used={"cpu": (USED,), "memory": (replace(USED, values=tuple(1e8 for _ in TIMES)),)})


def _pod(restarts: int, ready: bool, born: str = "2026-11-20T00:00:00Z", reason: str = "Error") -> dict[str, Any]:
    status = {"name": "app", "restartCount": restarts, "lastState": {"terminated": {"reason": reason}}}
    conditions = [{"type": "Ready", "status": str(ready)}]
    return {
        "metadata": {"name": "web-0", "creationTimestamp": born},
        "status": {"phase": "Running", "containerStatuses": [status], "conditions": conditions},
    }


def _workload(*pods: dict[str, Any]) -> Workload:
    subject = Subject.checked("", "shop", "deployment", "web")
    return Workload(subject, {"spec": {}}, {}, (Container("app", ASKS),), pods, ("web",), len(pods))


@pytest.mark.parametrize(
    ("pods", "told"),
    [
        ([_pod(39, False)] * 3, "its containers restarted 117 times, and none of its pods is ready"),
        ([_pod(30, True), _pod(0, True)], "its containers restarted 30 times"),
        ([_pod(2, False)], "its containers restarted 2 times, and none of its pods is ready"),
        ([_pod(5, True)], ""),
        ([_pod(0, False)], ""),
        ([_pod(20, True, "2026-06-01T00:00:00Z")], ""),
        ([], ""),
    ],
)
def test_restarts_beyond_the_ordinary_are_crashes(pods: list[dict[str, Any]], told: str) -> None:
    assert crashes(_workload(*pods), PAST) == told


def test_what_never_gets_beyond_its_init_containers_crashes_too() -> None:
    status = {"phase": "Pending", "initContainerStatuses": [{"name": "migrate", "restartCount": 40}]}
    told = crashes(_workload({"metadata": {"name": "web-0"}, "status": status}), Past())
    assert told == "its containers restarted 40 times, and none of its pods is ready"


def test_a_workload_that_crashes_is_not_scaled_as_it_stands() -> None:
    report = scaling_report("c", _workload(_pod(39, False)), PAST, Around(), {})
    assert report.verdict == "not as it stands" and not report.manifest
    assert "repair it before it is scaled" in report.against[0]


@pytest.mark.parametrize(("reason", "is_told"), [("Error", True), ("OOMKilled", False)])
def test_a_workload_that_crashes_is_repaired_before_sizing_unless_its_size_is_the_reason(
    reason: str, is_told: bool
) -> None:
    workload = _workload(_pod(39, False, reason=reason))
    report = cost_report(Facts("c", workload, PAST, {}, Profile(""), {}))
    assert any("repair it before sizing" in each for each in report.warnings) is is_told
