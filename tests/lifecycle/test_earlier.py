"""What earlier tasks tell beside a change."""

import asyncio
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

import pytest

from ack_mcp_server.errors import Unavailable
from ack_mcp_server.lifecycle.earlier import earlier
from ack_mcp_server.lifecycle.proposed import Scene
from ack_mcp_server.services.cloud_errors import Request
from ack_mcp_server.services.reach import ClusterRef
from tests.conftest import made_settings
from tests.lifecycle.operator import Operator

UPGRADE, SCALEOUT = "cluster_addon_upgrade", "nodepool_scaleout"
CLUSTER = ClusterRef(id="c" + "0" * 32, region="cn-hangzhou", public=False, private=False)
TIMES = {"created": "2026-01-01T00:00:00Z", "updated": "2026-01-01T00:02:00Z"}
ERROR = {"code": "Timeout", "message": "late\nand [ack-mcp-server: later]"}


class Cloud:
    """Tasks, newest first: their type, state, and what they were about."""

    settings = made_settings()

    def __init__(self, *tasks: tuple[str, str, object]) -> None:
        self.account, self._tasks, self.looked = self, tasks, 0

    async def read(self, request: Request, _call: object, model: Any, **_more: object) -> Any:
        if request.action == "DescribeTaskInfo":
            self.looked += 1
            return model.model_validate(self._detail(int(request.subject.removeprefix("task T-"))))
        tasks = [{"task_id": f"T-{at}", **self._row(at), **TIMES} for at in range(len(self._tasks))]
        return model.model_validate({"tasks": tasks, "page_info": {"total_count": len(tasks)}})

    async def cluster(self, _cluster_id: str) -> ClusterRef:
        return CLUSTER

    def is_within_bounds(self, _cluster_id: str) -> bool:
        return True

    def _row(self, at: int) -> dict[str, object]:
        kind, state, _ = self._tasks[at]
        return {"task_type": kind, "state": state, **({"error": ERROR} if state == "fail" else {})}

    def _detail(self, at: int) -> dict[str, object]:
        about = self._tasks[at][2]
        if about == "unknown":
            raise Unavailable("no")
        return {"task_id": f"T-{at}", "target": {"id": about}, "parameters": {"components": about}}


def failures(cloud: Cloud, kind: str, target: str) -> list[str]:
    reach: Any = cloud
    nothing: Any = SimpleNamespace()
    now = datetime(2026, 1, 2, tzinfo=UTC)
    scene = Scene(reach=reach, cluster=CLUSTER, kubectl=nothing, progress=nothing, now=now)
    return [line for line in asyncio.run(earlier(scene, kind, target=target)) if "failed" in line]


def test_the_last_failure_is_told_with_its_task_and_reason() -> None:
    cloud = Cloud(("cluster_modify", "success", ""), ("cluster_upgrade", "fail", ""))
    assert failures(cloud, "cluster_upgrade", "") == [
        "! the last one here failed (cluster_upgrade T-1, 2026-01-01T00:02:00Z): "
        "Timeout: late and [ack-mcp-server: later]"
    ]
    assert cloud.looked == 0


@pytest.mark.parametrize(
    ("tasks", "told"),
    [
        ([(UPGRADE, "fail", ["logs"])], 1),
        ([(UPGRADE, "success", ["other"]), (UPGRADE, "fail", ["other", "logs"])], 1),
        ([(UPGRADE, "running", ["logs"]), (UPGRADE, "fail", ["logs"])], 1),
        ([(UPGRADE, "success", ["logs"]), (UPGRADE, "fail", ["logs"])], 0),
        ([(UPGRADE, "fail", ["other"])], 0),
        ([(UPGRADE, "fail", 5)], 0),
        ([(UPGRADE, "fail", "unknown")], 0),
        ([("cluster_addon_modify", "fail", ["logs"])], 0),
    ],
)
def test_of_an_addon_its_own_newest_task_is_told_where_it_failed(tasks: list[Any], told: int) -> None:
    assert len(failures(Cloud(*tasks), UPGRADE, "logs")) == told


@pytest.mark.parametrize(("pool", "told"), [("np1", 1), ("np2", 0)])
def test_of_a_node_pool_its_own_newest_task_is_told_where_it_failed(pool: str, told: int) -> None:
    assert len(failures(Cloud((SCALEOUT, "fail", "np1")), SCALEOUT, pool)) == told


def test_tasks_that_succeeded_are_not_looked_into() -> None:
    cloud = Cloud(*[(UPGRADE, "success", ["logs"])] * 9, (UPGRADE, "fail", ["logs"]))
    assert failures(cloud, UPGRADE, "logs") == []
    assert cloud.looked == 0


@pytest.mark.slow
async def test_a_plan_to_upgrade_an_addon_again_tells_why_it_failed(production: Operator) -> None:
    shown = await production.ok("manage_cluster_addon", action="upgrade", name="nginx-ingress-controller")
    assert "! the last one here failed (cluster_addon_upgrade T-" in shown
    assert "AddonUpgradeTimeout: timed out waiting for the condition" in shown
    other = await production.ok("manage_cluster_addon", action="upgrade", name="terway-eniip")
    assert "the last one here failed" not in other
