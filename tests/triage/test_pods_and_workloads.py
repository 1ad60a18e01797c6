"""Pods that hang before they begin, and workloads that lack pods: what is a trouble, and what is only on its way."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, cast

import pytest

from ack_mcp_server.kube.native.asked import Asked
from ack_mcp_server.kube.objects import name_of
from ack_mcp_server.triage.findings import Cause
from ack_mcp_server.triage.judging import judged
from ack_mcp_server.triage.logs import with_logs
from ack_mcp_server.triage.workloads import cases
from tests.triage.shapes import NOW, Made, ago, causes, container, deployment, ended, found, made, pod, scene

OWNED = ("ReplicaSet", "web-1")
WAITS = {"name": "wait-for-db", "command": ["sh", "-c", "until nc -z mysql 3306; do sleep 2; done"]}
LOADS = {"name": "fetch-model", "image": "ossutil:2", "args": ["cp", "oss://models/m", "/models"]}
DONE = container("fetch-model", state={"terminated": {"exitCode": 0, "finishedAt": ago(seconds=20)}})
QUOTA = "exceeded quota: q, requested: cpu=1, used: cpu=4, limited: cpu=4"


def _in_init(minutes: float, spec: Made = WAITS, **parts: Any) -> Made:
    running = {"running": {"startedAt": ago(minutes=minutes)}}
    return _pending([container(spec["name"], ready=False, started=True, state=running)], [spec], **parts)


def _pending(inits: Sequence[Made], specs: Sequence[Made], *, minutes: float = 60, **parts: Any) -> Made:
    main = container(ready=False, started=False, state={"waiting": {"reason": "PodInitializing"}})
    spec = {"nodeName": "n1", "initContainers": specs, "containers": [{"name": "app"}]}
    status = {"phase": "Pending", "initContainerStatuses": inits, "containerStatuses": [main]}
    parts = {"owner": OWNED, **parts}
    return pod("web-0", ready=False, metadata={"creationTimestamp": ago(minutes=minutes)}, spec=spec, status=status,
               **parts)  # fmt: skip


def _first(*objects: Made, logs: Mapping[tuple[str, str, bool], tuple[str, ...]] | None = None) -> Cause:
    (case,) = cases(scene(*objects))
    return judged(replace(case, logs=logs or {})).causes[0]


INIT_HANGS: dict[str, tuple[list[Made], str]] = {
    "of a Deployment": ([*deployment(ready=0), _in_init(39)], "deployment/web"),
    "of a rollout beside pods that serve": ([*deployment(), _in_init(9)], "deployment/web"),
    "of a kind that is not read": ([_in_init(39, owner=("CloneSet", "web"))], "cloneset/web"),
    "of nobody": ([_in_init(39, owner=None)], "pod/web-0"),
    "of a job": ([made("Job", "web", status={"active": 1}), _in_init(39, owner=("Job", "web"))], "job/web"),
    "that works for longer than a rollout may": ([*deployment(), _in_init(11, LOADS)], "deployment/web"),
}


@pytest.mark.parametrize(("objects", "subject"), INIT_HANGS.values(), ids=INIT_HANGS)
def test_an_init_container_that_does_not_end_is_named(objects: list[Made], subject: str) -> None:
    assert causes(*objects) == {subject: "InitContainerUnfinished"}


WAITING = [
    "until nc -z mysql 3306; do sleep 2; done",
    "until nslookup db.shop.svc; do echo waiting; sleep 2; done",
    "while ! curl -sf -o /dev/null http://api/healthz; do sleep 1; done",
    "until wget -qO- http://api/healthz >/dev/null 2>&1; do sleep 1; done",
    "for i in $(seq 90); do pg_isready -h db && exit 0; sleep 1; done",
    "until (echo > /dev/tcp/kafka/9092) 2>/dev/null; do sleep 1; done",
    'until [ "$(kubectl -n shop get job seed -o jsonpath={.status.succeeded})" = 1 ]; do sleep 5; done',
    "until redis-cli -h cache ping; do sleep 1; done",
    "until nc -z db 5432; do sleep 1; done >/dev/null 2>&1 && echo 'db; is up' || { echo \"no db\"; exit 1; }\n",
    "timeout 600 sh -c 'until nc -z db 5432; do sleep 1; done; echo done'; true",
    "while ! nc -z db 5432; do sleep 1; done; until nc -z mq 5672; do sleep 1; done",
    "if [ -n db ]; then until nc -z db 5432; do sleep 1; done; fi",
    "until curl -fsS -D - -t x --fail http://api/healthz | grep -F ok | cut -d: -f1; do sleep 1; done",
    "until curl -sf 'http://api/health?a=1&b=2' -o /dev/null; do sleep 1; done",
    "until wget -T 5 -qO- http://api/healthz; do sleep 1; done; echo up at $(date); sleep 5",
    "kubectl wait --for=condition=complete job/seed",
    "/wait-for-it.sh db:3306 -t 0",
    "dockerize -wait tcp://db:3306",
]
WORKING = [
    "until ossutil cp -r oss://models/qwen /models; do sleep 5; done",
    "until curl -fsSLO https://models/qwen.tar; do sleep 5; done",
    "until curl -fsSL https://models/qwen.tar | tar x; do sleep 5; done",
    "until wget -c https://models/qwen.tar; do sleep 5; done",
    "until ossutil cp oss://m /m; do sleep 5; done; curl http://hooks/loaded",
    "while ! nc -z db 5432; do sleep 1; done; python manage.py migrate",
    "while ! nc -z db 5432; do sleep 1; done && exec python manage.py migrate",
    "until nc -z db 5432; do sleep 1; done; until nc -z mq 5672; do sleep 1; done\npython manage.py migrate",
    "until nc -z db 5432; do sleep 1; done; echo ready | ./load",
    "until nc -z db 5432; do sleep 1; done; echo-all /dump",
    "until wget -qO- --post-data='' http://api/load; do sleep 5; done",
    "for i in a b; do curl -X POST http://es:9200/$i/_reindex?wait_for_completion=true; done",
    "for i in a b; do curl -sS 'http://es:9200/_reindex?a=1&b=2' -H \"A: b; c\" --request=PUT; done",
    "until curl -sfXPOST http://api/load; do sleep 5; done",
    "until curl -fsS --data-binary @/dump http://api/load; do sleep 5; done",
    "until curl -sd @/dump http://api/load; do sleep 5; done",
    "until curl -s -F file=@/dump http://api/load; do sleep 5; done",
    "until tar c /models | curl -fsS -T - http://store/models; do sleep 5; done",
    "until tar c /models | curl --upload-file - http://store/models; do sleep 5; done",
    "flyway -connectRetries=60 migrate --wait-for-lock",
    "pg_restore -d shop /dump # runs until nc says that all is loaded",
]


def _long(command: str) -> list[Made]:
    return [*deployment(ready=0), _in_init(6, {"name": "prepare", "command": ["sh", "-c", command]})]


@pytest.mark.parametrize("command", WAITING)
def test_an_init_container_that_only_asks_for_a_service_has_five_minutes(command: str) -> None:
    assert causes(*_long(command)) == {"deployment/web": "InitContainerUnfinished"}


@pytest.mark.parametrize("command", WORKING)
def test_an_init_container_that_tries_its_work_again_has_the_time_of_work(command: str) -> None:
    assert not causes(*_long(command))


def test_what_an_init_container_waits_for_and_how_long_is_told() -> None:
    lines = ("nc: bad address 'mysql'",)
    cause = _first(*deployment(ready=0), _in_init(39), logs={("web-0", "wait-for-db", False): lines})
    assert '"wait-for-db" has run for 39m' in cause.says and cause.says.endswith(lines[0])
    assert any("until nc -z mysql" in each for each in cause.evidence)
    assert cause.next.startswith("logs web-0 -c wait-for-db -n shop")


async def test_the_log_of_an_init_container_that_does_not_end_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    async def read(_: Asked, of: Made, container: str, *, previous: bool) -> tuple[str, ...]:
        return (f"{name_of(of)} {container} {previous}",)

    monkeypatch.setattr("ack_mcp_server.triage.logs.read_log", read)
    (case,) = await with_logs(cases(scene(*deployment(), _in_init(39))), cast(Asked, None), 1, {})
    assert case.logs == {("web-0", "wait-for-db", False): ("web-0 wait-for-db False",)}


def test_a_rollout_that_was_given_up_is_explained_by_its_init_container() -> None:
    gave_up = {"type": "Progressing", "status": "False", "reason": "ProgressDeadlineExceeded"}
    objects = deployment()
    objects[0]["status"]["conditions"] = [gave_up]
    assert causes(*objects, _in_init(4)) == {"deployment/web": "InitContainerUnfinished"}


def test_init_containers_that_cannot_be_made_are_named() -> None:
    waiting = container("wait-for-db", ready=False, state={"waiting": {"reason": "PodInitializing"}})
    about = {"kind": "Pod", "namespace": "shop", "name": "web-0"}
    event = made("Event", "e", involvedObject=about, reason="FailedMount", message='secret "login" not found')
    ill = _pending([waiting], [WAITS], minutes=9)
    assert causes(*deployment(), ill, event) == {"deployment/web": "SecretMissing"}


def _patient() -> list[Made]:
    objects = deployment(ready=0)
    objects[0]["spec"]["progressDeadlineSeconds"] = 3600
    return objects


def _stateful(wanted: int, *pods: Made, **spec: Any) -> list[Made]:
    return [made("StatefulSet", "db", spec={"replicas": wanted, **spec}, status={"readyReplicas": 0}), *pods]


def _member(number: int, *, ready: bool = True, **meta: Any) -> Made:
    return pod(f"db-{number}", ready=ready, owner=("StatefulSet", "db"), metadata=meta)


def _set(owner: tuple[str, str] | None = None, *, wanted: int = 3, ready: int = 0, failed: bool = False) -> Made:
    failure = {"type": "ReplicaFailure", "status": "True", "reason": "FailedCreate", "message": QUOTA}
    status = {"readyReplicas": ready, "conditions": [failure] * failed}
    return made("ReplicaSet", f"legacy-{wanted}", owner=owner, spec={"replicas": wanted}, status=status)


def _just(ready: Made, **span: float) -> Made:
    ready["status"]["conditions"][1]["lastTransitionTime"] = ago(**span)
    return ready


def _young(number: int) -> Made:
    status = {"containerStatuses": [container(ready=False, state={"running": {"startedAt": ago(seconds=5)}})]}
    made_at = {"creationTimestamp": ago(seconds=10)}
    return pod(f"db-{number}", ready=False, owner=("StatefulSet", "db"), metadata=made_at, status=status)


LEAVING = {"deletionTimestamp": ago(seconds=-20)}
AGENT = made("DaemonSet", "agent", status={"desiredNumberScheduled": 2, "numberReady": 1})
SLOW = {"name": "app", "startupProbe": {"periodSeconds": 10, "failureThreshold": 360}}
STARTING = container(ready=False, started=False, state={"running": {"startedAt": ago(minutes=40)}})
WELL: dict[str, list[Made]] = {
    "an init container that waits for a little": [*deployment(ready=0), _in_init(4)],
    "an init container that loads something": [*deployment(ready=0), _in_init(9, LOADS)],
    "an init container whose Deployment allows more": [*_patient(), _in_init(40, LOADS)],
    "an init container that waits as long as its Deployment": [*_patient(), _in_init(40)],
    "a job whose data are loaded": [made("Job", "web"), _in_init(9, LOADS, owner=("Job", "web"))],
    "containers that start after a long init container": [*deployment(ready=0), _pending([DONE], [LOADS], minutes=9)],
    "a pod that found its node just now": [*deployment(ready=0), pod(
        ready=False, owner=OWNED, metadata={"creationTimestamp": ago(minutes=5)}, status={
            "phase": "Pending", "conditions": [
                {"type": "PodScheduled", "status": "True", "lastTransitionTime": ago(seconds=9)}],
            "containerStatuses": [container(ready=False, state={"waiting": {"reason": "ContainerCreating"}})]})],
    "a start of an hour that its startup probe allows": [*deployment(ready=0), pod(
        ready=False, owner=OWNED, metadata={"creationTimestamp": ago(minutes=40)},
        spec={"containers": [SLOW]}, status={"containerStatuses": [STARTING]})],
    "a member in its grace period": _stateful(1, _member(0, ready=False, **LEAVING)),
    "a node's pod in its grace period": [AGENT, pod("a", owner=("DaemonSet", "agent")), pod(
        "b", ready=False, owner=("DaemonSet", "agent"), metadata=LEAVING)],
    "members that are made one after the other": _stateful(6, *map(_member, range(3)), _young(3)),
    "members of which the last was ready just now": _stateful(6, _member(0), _just(_member(1), seconds=5)),
    "members of which each has to be ready for a while": _stateful(
        3, _member(0), _just(_member(1), minutes=4), minReadySeconds=300),
    "a ReplicaSet that is scaled to nothing": [_set(wanted=0)],
    "a ReplicaSet with its pods": [_set(wanted=1, ready=1), pod(owner=("ReplicaSet", "legacy-1"))],
    "an Argo Rollout with its pods": [_set(("Rollout", "web"), wanted=0), _set(("Rollout", "web"), wanted=2, ready=2)],
}  # fmt: skip


@pytest.mark.parametrize("objects", WELL.values(), ids=WELL)
def test_what_is_on_its_way_is_not_named(objects: list[Made]) -> None:
    assert causes(*objects) == {}


ILL: dict[str, tuple[list[Made], str, str]] = {
    "a member that ended its grace period long ago": (
        _stateful(1, _member(0, ready=False, deletionTimestamp=ago(minutes=9))),
        "statefulset/db", "TerminationStuck"),
    "members that are not made": (_stateful(6, *map(_member, range(3))), "statefulset/db", "Unexplained"),
    "members that need not wait for each other": (
        _stateful(6, *map(_member, range(3)), _young(3), podManagementPolicy="Parallel"),
        "statefulset/db", "Unexplained"),
    "a node's pod that is not made": ([AGENT, pod("a", owner=("DaemonSet", "agent"))],
                                      "daemonset/agent", "Unexplained"),
    "a ReplicaSet of nobody that cannot make pods": ([_set(failed=True)], "replicaset/legacy-3", "QuotaExceeded"),
    "a ReplicaSet that lacks pods": ([_set()], "replicaset/legacy-3", "Unexplained"),
    "an Argo Rollout that cannot make pods": (
        [_set(("Rollout", "web"), wanted=2, ready=2), _set(("Rollout", "web"), failed=True)],
        "rollout/web", "QuotaExceeded"),
}  # fmt: skip


@pytest.mark.parametrize(("objects", "subject", "kind"), ILL.values(), ids=ILL)
def test_what_lacks_pods_for_long_is_named(objects: list[Made], subject: str, kind: str) -> None:
    assert causes(*objects) == {subject: kind}


def test_the_pods_of_all_revisions_of_an_argo_rollout_are_counted() -> None:
    (finding,) = found(_set(("Rollout", "web"), wanted=2, ready=2), _set(("Rollout", "web"), failed=True))
    assert finding.state == "2/5 ready"


def _killed(minutes: float) -> Made:
    about = {"kind": "Pod", "namespace": "shop", "name": "web-0", "fieldPath": "spec.containers{app}"}
    said = "Container app failed liveness probe, will be restarted"
    return made("Event", "k", involvedObject=about, reason="Killing", message=said, lastTimestamp=ago(minutes=minutes))


def _crashing(code: int) -> Made:
    return pod(ready=False, status={"containerStatuses": [container(
        ready=False, restartCount=6, state={"waiting": {"reason": "CrashLoopBackOff"}},
        lastState=ended("Error", code, minutes=2))]})  # fmt: skip


def test_an_earlier_kill_by_a_probe_does_not_explain_a_crash() -> None:
    lines = ("FATAL: config key DB_HOST is missing",)
    cause = _first(_crashing(1), _killed(55), logs={("web-0", "app", True): lines})
    assert cause.kind == "ApplicationCrashing" and "DB_HOST" in cause.says


@pytest.mark.parametrize(("code", "minutes"), [(1, 2.5), (137, 55), (143, 55)])
def test_a_kill_by_a_probe_explains_the_run_that_it_ended(code: int, minutes: float) -> None:
    assert _first(_crashing(code), _killed(minutes)).kind == "LivenessTooEarly"


def _unready(spec: Made, *, started: bool) -> Made:
    running = {"running": {"startedAt": ago(hours=3)}}
    status = container(ready=False, started=started, state=running)
    return pod(ready=False, spec={"containers": [{"name": "app", **spec}]}, status={"containerStatuses": [status]})


PROBES: dict[str, tuple[Made, bool, str]] = {
    "readiness": ({"readinessProbe": {"periodSeconds": 10}}, True, "its readiness probe fails"),
    "startup": ({"startupProbe": {"periodSeconds": 10}}, False, "its startup probe has not succeeded yet"),
    "none": ({}, True, "it has no readiness probe"),
}


@pytest.mark.parametrize(("spec", "started", "said"), PROBES.values(), ids=PROBES)
def test_only_a_probe_that_there_is_is_said_to_fail(spec: Made, started: bool, said: str) -> None:
    assert said in _first(_unready(spec, started=started)).says


def test_times_that_are_no_times_are_no_defect() -> None:
    ill = _in_init(39)
    ill["status"]["initContainerStatuses"][0]["state"]["running"]["startedAt"] = NOW
    ill["metadata"]["creationTimestamp"] = None
    assert causes(*deployment(ready=0), ill) == {"deployment/web": "Unexplained"}
