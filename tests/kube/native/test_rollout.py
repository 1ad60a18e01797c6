"""How rollouts are waited for, and what their history leaves out; ordinary answers are compared with kubectl's own in
the differential test."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Any

import pytest
from aiohttp import web

from ack_mcp_server.kube.discovery import Resource
from ack_mcp_server.kube.native.printed import Printed
from ack_mcp_server.kube.native.rollout import changes
from ack_mcp_server.kube.native.rollout.history import history
from ack_mcp_server.kube.native.rollout.progress import judge_of
from ack_mcp_server.kube.native.rollout.status import status
from ack_mcp_server.kube.native.rollout.visits import RolloutError
from ack_mcp_server.kube.native.said import NotUnderstood
from ack_mcp_server.redaction.objects import redact_object
from tests.kube.native.answering import Answer, answering, asking, groups, listed, run

Json = dict[str, Any]
APPS = "/apis/apps/v1/namespaces/default"
DEPLOYMENTS = f"{APPS}/deployments"
DONE = 'deployment "web" successfully rolled out\n'


def kinds() -> Json:
    found = [("deployments", "Deployment", "deploy"), ("daemonsets", "DaemonSet", "ds")]
    resources = [
        {"resource": plural, "responseKind": {"kind": kind}, "scope": "Namespaced", "shortNames": [short]}
        for plural, kind, short in found
    ]
    return groups({"metadata": {"name": "apps"}, "versions": [{"version": "v1", "resources": resources}]})


def deployment(available: int, name: str = "web") -> Json:
    """Of three; its version is how many are available."""
    metadata = {"name": name, "namespace": "default", "uid": f"uid-{name}", "resourceVersion": str(available)}
    numbers = {"replicas": 3, "updatedReplicas": 3, "availableReplicas": available}
    return {"metadata": metadata, "spec": {"replicas": 3, "selector": {}}, "status": numbers}


def waiting(available: int, name: str = "web") -> str:
    return f'Waiting for deployment "{name}" rollout to finish: {available} of 3 updated replicas are available...\n'


def event(kind: str, item: Json) -> bytes:
    return json.dumps({"type": kind, "object": item}).encode() + b"\n"


Stream = Callable[[web.StreamResponse], Awaitable[None]]


def sending(*events: bytes) -> Stream:
    async def send(response: web.StreamResponse) -> None:
        for each in events:
            half = len(each) // 2
            await response.write(each[:half])
            await response.write(each[half:])

    return send


async def staying(_response: web.StreamResponse) -> None:
    await asyncio.Event().wait()


def watched(lists: list[Answer | Json], *watches: Stream) -> Answer:
    """Lists and watches, one after the other; the last of each again and again."""
    left, streams = list(lists), list(watches)

    async def answer(request: web.Request) -> web.StreamResponse:
        if request.query.get("watch") != "true":
            found = left.pop(0) if len(left) > 1 else left[0]
            return await found(request) if callable(found) else web.json_response(found)
        response = web.StreamResponse()
        await response.prepare(request)
        await (streams.pop(0) if len(streams) > 1 else streams[0])(response)
        return response

    return answer


async def refuse(_request: web.Request) -> web.Response:
    return web.json_response({"kind": "Status", "reason": "Forbidden", "message": "not you"}, status=403)


async def told(
    lists: list[Answer | Json], *watches: Stream, command: str = "rollout status deploy/web", left_s: float = 10
) -> Printed:
    answers: dict[str, Answer] = {
        "/apis": kinds(),
        f"{DEPLOYMENTS}/web": deployment(1),
        f"{DEPLOYMENTS}/other": deployment(1, "other"),
        DEPLOYMENTS: watched(lists, *watches),
    }
    async with answering(answers) as address, asking(address, command) as asked:
        return await status(replace(asked, until=asyncio.get_running_loop().time() + left_s))


async def test_each_state_is_told_until_the_rollout_is_done() -> None:
    events = (event("MODIFIED", deployment(2)), event("BOOKMARK", {}), event("MODIFIED", deployment(3)))
    printed = await told([listed(deployment(1))], sending(*events))
    assert (printed.stdout, printed.exit_code, printed.ended) == (waiting(1) + waiting(2) + DONE, 0, "")


async def test_what_changed_before_the_watch_began_is_told() -> None:
    assert (await told([listed(deployment(3))], staying)).stdout == waiting(1) + DONE


async def test_a_deleted_object_is_not_waited_for() -> None:
    printed = await told([listed(deployment(1))], sending(event("DELETED", deployment(1))))
    assert (printed.stdout, printed.stderr) == (waiting(1), "error: object has been deleted\n")


async def test_when_time_is_up_what_came_is_told() -> None:
    printed = await told([listed(deployment(1))], staying, left_s=0.4)
    assert (printed.stdout, printed.ended, printed.exit_code) == (waiting(1), "stopped after 0.4 s", 0)


async def test_a_timeout_of_its_own_is_an_error_and_the_next_object_is_told() -> None:
    command = "rollout status deploy web other --timeout=100ms"
    printed = await told([listed(deployment(1)), listed(deployment(3, "other"))], staying, command=command)
    assert printed.stdout == waiting(1) + DONE.replace("web", "other")
    assert (printed.stderr, printed.exit_code) == ("error: timed out waiting for the condition\n", 1)


@pytest.mark.parametrize(
    "ended", [sending(), sending(event("ERROR", {"kind": "Status", "code": 410, "reason": "Expired"}))]
)
async def test_a_watch_that_ends_is_begun_again(ended: Stream, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(changes, "PAUSE_S", 0)
    printed = await told([listed(deployment(1)), listed(deployment(3))], ended)
    assert printed.stdout == waiting(1) + DONE


async def test_a_refused_watch_does_not_keep_the_next_object_from_being_told() -> None:
    printed = await told([refuse, listed(deployment(3, "other"))], staying, command="rollout status deploy web other")
    assert printed.stdout == waiting(1) + DONE.replace("web", "other")
    assert printed.stderr == "Error from server (Forbidden): not you\n"


async def test_an_api_server_that_goes_away_does_not_take_what_came_with_it() -> None:
    async def hang_up(request: web.Request) -> web.Response:
        assert request.transport is not None
        request.transport.abort()
        return web.Response()

    printed = await told([hang_up], staying)
    assert printed.stdout == waiting(1)
    assert printed.ended.startswith("stopped: the API server 127.0.0.1 could not be reached")


async def test_a_duration_that_is_none_is_left_to_kubectl() -> None:
    with pytest.raises(NotUnderstood):
        await told([listed()], staying, command="rollout status deploy/web --timeout=soon")


def workload(kind: str, spec: Json, numbers: Json) -> tuple[Resource, Json]:
    names = {"plural": f"{kind.lower()}s", "names": frozenset[str](), "categories": ()}
    resource = Resource(group="apps", kind=kind, namespaced=True, **names)  # type: ignore[arg-type]
    return resource, {"metadata": {"name": "web", "generation": 2}, "spec": spec, "status": numbers}


ROLLING = {"type": "RollingUpdate"}
SEEN = {"observedGeneration": 2}


@pytest.mark.parametrize(
    ("kind", "spec", "numbers", "text", "done"),
    [
        ("Deployment", {}, {}, "Waiting for deployment spec update to be observed...", False),
        (
            "Deployment",
            {"replicas": 3},
            {**SEEN, "updatedReplicas": 1},
            'Waiting for deployment "web" rollout to finish: 1 out of 3 new replicas have been updated...',
            False,
        ),
        (
            "Deployment",
            {"replicas": 3},
            {**SEEN, "updatedReplicas": 3, "replicas": 5},
            'Waiting for deployment "web" rollout to finish: 2 old replicas are pending termination...',
            False,
        ),
        (
            "DaemonSet",
            {"updateStrategy": ROLLING},
            {},
            "Waiting for daemon set spec update to be observed...",
            False,
        ),
        (
            "DaemonSet",
            {"updateStrategy": ROLLING},
            {**SEEN, "desiredNumberScheduled": 3, "updatedNumberScheduled": 1},
            'Waiting for daemon set "web" rollout to finish: 1 out of 3 new pods have been updated...',
            False,
        ),
        (
            "StatefulSet",
            {"updateStrategy": ROLLING},
            {},
            "Waiting for statefulset spec update to be observed...",
            False,
        ),
        (
            "StatefulSet",
            {"replicas": 3, "updateStrategy": {**ROLLING, "rollingUpdate": {"partition": 1}}},
            {**SEEN, "readyReplicas": 3, "updatedReplicas": 1},
            "Waiting for partitioned roll out to finish: 1 out of 2 new pods have been updated...",
            False,
        ),
        (
            "StatefulSet",
            {"replicas": 1, "updateStrategy": ROLLING},
            {**SEEN, "readyReplicas": 1, "currentRevision": "web-a", "updateRevision": "web-b"},
            "waiting for statefulset rolling update to complete 0 pods at revision web-b...",
            False,
        ),
        (
            "StatefulSet",
            {"replicas": 1, "updateStrategy": ROLLING},
            {**SEEN, "readyReplicas": 1, "currentReplicas": 1, "currentRevision": "web-a", "updateRevision": "web-a"},
            "statefulset rolling update complete 1 pods at revision web-a...",
            True,
        ),
    ],
)
def test_how_far_a_rollout_is(kind: str, spec: Json, numbers: Json, text: str, done: bool) -> None:
    resource, item = workload(kind, spec, numbers)
    progress = judge_of(resource)(item, 0)
    assert (progress.text, progress.done) == (text, done)


@pytest.mark.parametrize("kind", ["DaemonSet", "StatefulSet"])
def test_a_rollout_by_deletion_has_no_status(kind: str) -> None:
    resource, item = workload(kind, {"updateStrategy": {"type": "OnDelete"}}, SEEN)
    with pytest.raises(RolloutError, match="only available for RollingUpdate"):
        judge_of(resource)(item, 0)


def replica_set(number: int, owner: str = "uid-web", cause: str = "", template: Json | None = None) -> Json:
    annotations = {"deployment.kubernetes.io/revision": str(number), "kubernetes.io/change-cause": cause}
    owners = [{"uid": owner, "controller": True}]
    metadata = {"name": f"web-{number}", "annotations": annotations, "ownerReferences": owners}
    return {"metadata": metadata, "spec": {"template": template or {"spec": {"containers": []}}}}


async def recounted(*found: Json, command: str = "rollout history deploy/web", **more: Any) -> Printed:
    answers: dict[str, Answer] = {
        "/apis": kinds(),
        f"{DEPLOYMENTS}/web": deployment(3),
        f"{APPS}/replicasets": listed(*found),
    }
    return await run(history, answers, command, **more)


async def test_revisions_are_in_order_with_their_causes_and_without_strangers() -> None:
    printed = await recounted(replica_set(10, cause="new image"), replica_set(9), replica_set(11, owner="another"))
    assert printed.stdout == "deployment.apps/web \nREVISION  CHANGE-CAUSE\n9         <none>\n10        new image\n\n"


async def test_a_workload_without_revisions() -> None:
    assert (await recounted()).stdout == "deployment.apps/web \nNo rollout history found.\n"


@pytest.mark.parametrize("found", [(replica_set(1), replica_set(1)), (replica_set(1, cause="a\nb"),)])
async def test_a_history_that_depends_on_the_clients_inside_is_left_to_kubectl(found: tuple[Json, ...]) -> None:
    with pytest.raises(NotUnderstood):
        await recounted(*found)


async def test_refused_revisions_are_told_with_the_workload() -> None:
    answers: dict[str, Answer] = {
        "/apis": kinds(),
        f"{DEPLOYMENTS}/web": deployment(3),
        f"{APPS}/replicasets": refuse,
    }
    printed = await run(history, answers, "rollout history deploy/web")
    assert printed.stderr == "error: failed to retrieve replica sets from deployment web: not you\n"


async def test_revisions_are_selected_as_the_workload_selects() -> None:
    asked: list[str] = []

    async def answer(request: web.Request) -> web.Response:
        asked.append(request.query["labelSelector"])
        return web.json_response(listed())

    operators = [("In", ["c", "b"]), ("NotIn", ["d"]), ("Exists", []), ("DoesNotExist", [])]
    expressions = [{"key": "k", "operator": operator, "values": values} for operator, values in operators]
    item = deployment(3)
    item["spec"]["selector"] = {"matchLabels": {"app": "web"}, "matchExpressions": expressions}
    answers: dict[str, Answer] = {"/apis": kinds(), f"{DEPLOYMENTS}/web": item, f"{APPS}/replicasets": answer}
    await run(history, answers, "rollout history deploy/web")
    assert asked == ["app=web,k in (b,c),k notin (d),k,!k"]


RICH = {
    "metadata": {"annotations": {"note": "kept"}},
    "spec": {
        "serviceAccountName": "robot",
        "priorityClassName": "high",
        "nodeSelector": {"disk": "ssd"},
        "tolerations": [{"key": "b", "operator": "Exists", "tolerationSeconds": 30}, {"operator": "Exists"}],
        "volumes": [
            {"name": "tmp", "emptyDir": {"medium": "Memory", "sizeLimit": "1Gi"}},
            {"name": "data", "persistentVolumeClaim": {"claimName": "data-0"}},
        ],
        "containers": [
            {
                "name": "app",
                "image": "web:1",
                "ports": [{"containerPort": 80, "protocol": "TCP"}, {"containerPort": 81, "protocol": "UDP"}],
                "command": ["sh", "-c", "one\ntwo"],
                "livenessProbe": {"exec": {"command": ["cat", "/ok"]}, "failureThreshold": 3},
                "envFrom": [{"prefix": "P_", "secretRef": {"name": "keys", "optional": True}}],
                "env": [
                    {"name": "A", "value": "1\n2"},
                    {"name": "N", "valueFrom": {"fieldRef": {"apiVersion": "v1", "fieldPath": "metadata.name"}}},
                    {"name": "C", "valueFrom": {"configMapKeyRef": {"name": "settings", "key": "c"}}},
                ],
                "volumeMounts": [{"name": "tmp", "mountPath": "/tmp", "readOnly": True, "subPath": "x"}],
            }
        ],
    },
}
RICH_TOLD = """\
deployment.apps/web with revision #1
Pod Template:
  Labels:\t<none>
  Annotations:\tnote: kept
  Service Account:\trobot
  Containers:
   app:
    Image:\tweb:1
    Ports:\t80/TCP, 81/UDP
    Host Ports:\t0/TCP, 0/UDP
    Command:
      sh
      -c
      one
      two
    Liveness:\texec [cat /ok] delay=0s timeout=0s period=0s #success=0 #failure=3
    Environment Variables from:
      keys\tSecret with prefix 'P_'\tOptional: true
    Environment:
      A:\t1
      \t2
      N:\t (v1:metadata.name)
      C:\t<set to the key 'c' of config map 'settings'>\tOptional: false
    Mounts:
      /tmp from tmp (ro,path="x")
  Volumes:
   tmp:
    Type:\tEmptyDir (a temporary directory that shares a pod's lifetime)
    Medium:\tMemory
    SizeLimit:\t1Gi
   data:
    Type:\tPersistentVolumeClaim (a reference to a PersistentVolumeClaim in the same namespace)
    ClaimName:\tdata-0
    ReadOnly:\tfalse
  Priority Class Name:\thigh
  Node-Selectors:\tdisk=ssd
  Tolerations:\top=Exists
\tb op=Exists for 30s

"""


async def test_a_revision_shows_its_pod_template() -> None:
    found = replica_set(1, template=RICH)
    del found["metadata"]["annotations"]["kubernetes.io/change-cause"]
    assert (await recounted(found, command="rollout history deploy/web --revision=1")).stdout == RICH_TOLD


@pytest.mark.parametrize(
    "container",
    [
        {"ports": [{"name": "http", "containerPort": 80}]},
        {"livenessProbe": {"httpGet": {"port": 80, "path": "/a b"}}},
        {"env": [{"name": "A", "valueFrom": {"resourceFieldRef": {"resource": "limits.cpu"}}}]},
        {"volumeDevices": [{"name": "raw", "devicePath": "/dev/x"}]},
        {"args": ["\x1b[31m"]},
    ],
)
async def test_a_template_that_versions_of_kubectl_tell_differently_is_left_to_it(container: Json) -> None:
    template = {"spec": {"containers": [{"name": "app", "image": "web:1", **container}]}}
    with pytest.raises(NotUnderstood):
        await recounted(replica_set(1, template=template), command="rollout history deploy/web --revision=1")


async def test_a_template_shows_no_password() -> None:
    variable = {"name": "DB_PASSWORD", "value": "made-up-DO-NOT-LEAK"}
    template = {"spec": {"containers": [{"name": "app", "image": "web:1", "env": [variable]}]}}
    command = "rollout history deploy/web --revision=1"
    printed = await recounted(replica_set(1, template=template), command=command, redact=redact_object)
    assert "DB_PASSWORD:\t<redacted" in printed.stdout
    assert "DO-NOT-LEAK" not in printed.stdout


async def test_a_revision_that_is_no_whole_template_is_left_to_kubectl() -> None:
    owners = [{"uid": "uid-web", "controller": True}]
    revision = {"metadata": {"name": "web-1", "ownerReferences": owners}, "revision": 1}
    answers: dict[str, Answer] = {
        "/apis": kinds(),
        f"{APPS}/daemonsets/web": deployment(3),
        f"{APPS}/controllerrevisions": listed({**revision, "data": {"spec": {"template": {"spec": {}}}}}),
    }
    with pytest.raises(NotUnderstood):
        await run(history, answers, "rollout history ds/web")
