"""The runs of CronJobs in the day before the cluster opened; the cluster keeps only the last of them."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from ack_sandbox.draws import SAFE_SUFFIX, Draws
from ack_sandbox.kube.objects import Object, name_of, namespace_of, parse_time
from ack_sandbox.sls.rows.scene import Scene

DAY = timedelta(hours=24)
PERIODS = {"*/15": 15, "*/30": 30}  # minutes, by the first word of a schedule


@dataclass(frozen=True)
class CronRun:
    cron: Object
    at: datetime
    job: str
    pod: str
    node: str


def runs(scene: Scene) -> Iterator[CronRun]:
    nodes = [each for each in scene.plan.nodes if each.ready]
    for cron in scene.kind("CronJob"):
        at, period = parse_time(cron["status"]["lastScheduleTime"]), _period(cron)
        while at > scene.now - DAY:
            name = f"{name_of(cron)}-{int(at.timestamp()) // 60}"
            draws = scene.draws.at("run", namespace_of(cron), name)
            yield CronRun(cron, at, name, _pod(scene, cron, name, draws), draws.choice(nodes).name)
            at -= period


def _period(cron: Object) -> timedelta:
    words = str(cron["spec"]["schedule"]).split()
    if words[0] in PERIODS:
        return timedelta(minutes=PERIODS[words[0]])
    return timedelta(hours=1) if words[1] == "*" else DAY


def _pod(scene: Scene, cron: Object, job: str, draws: Draws) -> str:
    """The name of the run's pod: of those that still exist the real one."""
    found = [each for each in scene.kind("Pod", namespace_of(cron)) if name_of(each).startswith(f"{job}-")]
    return name_of(found[0]) if found else f"{job}-{draws.text(5, SAFE_SUFFIX)}"
