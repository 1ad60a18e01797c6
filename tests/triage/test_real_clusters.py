"""What real clusters hold beside the sandbox's incidents: what is well is not named, and what is not is named right."""

import pytest

from tests.triage.shapes import Made, ago, causes, container, deployment, ended, found, made, pod

OWNED = ("ReplicaSet", "web-1")
SIDECAR = {"name": "proxy", "restartPolicy": "Always", "ports": [{"name": "http", "containerPort": 80}]}


def _service(target: object = 8080, **selector: str) -> Made:
    return made("Service", "web", spec={"selector": selector or {"app": "web"}, "ports": [{"targetPort": target}]})


def _ingress(**port: object) -> Made:
    backend = {"service": {"name": "redirect", "port": port}}
    return made("Ingress", "web", spec={"rules": [{"http": {"paths": [{"backend": backend}]}}]})


def _job(name: str, condition: str, **span: float) -> Made:
    status = {"conditions": [{"type": condition, "status": "True"}]}
    return made("Job", name, owner=("CronJob", "nightly"), status=status, metadata={"creationTimestamp": ago(**span)})


def _starting(startup: Made | None, *, minutes: float) -> Made:
    status = container(ready=False, started=False, state={"running": {"startedAt": ago(minutes=minutes)}})
    spec = {"nodeName": "n1", "containers": [{"name": "app", **({"startupProbe": startup} if startup else {})}]}
    made_at = {"creationTimestamp": ago(minutes=minutes)}
    return pod(ready=False, owner=OWNED, metadata=made_at, spec=spec, status={"containerStatuses": [status]})


LABELLED = {"template": {"metadata": {"labels": {"app": "web"}}}}
SLOW = {"periodSeconds": 10, "failureThreshold": 30}
WELL: dict[str, list[Made]] = {
    "a native sidecar that runs on": [pod(spec={"initContainers": [SIDECAR]}, status={
        "initContainerStatuses": [container("proxy", started=True)]})],
    "a completed pod": [pod(ready=False, status={"phase": "Succeeded"})],
    "a pod that restarted a few times in months": [
        pod(metadata={"creationTimestamp": ago(days=90)}, status={"containerStatuses": [
            container(restartCount=5, lastState={"terminated": {
                "reason": "Error", "exitCode": 255, "startedAt": ago(days=9), "finishedAt": ago(minutes=40)}})]})],
    "a start that its startup probe allows": [*deployment(ready=0), _starting(SLOW, minutes=3)],
    "pods that went with their nodes": [
        *deployment(), pod("web-new", owner=OWNED),
        *(pod(f"web-{number}", ready=False, owner=OWNED, status={"phase": "Failed", "reason": "Terminated"})
          for number in range(3))],
    "a failed run of a CronJob that was repeated": [_job("nightly-1", "Failed", days=2), _job("nightly-2", "Complete",
                                                                                               days=1)],
    "a workload that is scaled to nothing": [*deployment(wanted=0, ready=0), _service()],
    "an Argo Rollout's idle Service": [
        made("ReplicaSet", "canary", owner=("Rollout", "rollout"), spec=LABELLED), _service()],
    "an action of the ALB controller": [_ingress(name="use-annotation")],
    "an autoscaler whose first pods just began": [made("HorizontalPodAutoscaler", "web", status={"conditions": [
        {"type": "ScalingActive", "status": "False", "reason": "FailedGetResourceMetric",
         "lastTransitionTime": ago(seconds=30)}]})],
    "a node that is just joining": [made("Node", "n9", metadata={"namespace": "", "creationTimestamp": ago(seconds=40)},
                                         status={"conditions": [{"type": "Ready", "status": "False"}]})],
    "a Deployment of a moment ago": deployment(ready=0, metadata={"creationTimestamp": ago(seconds=5)}),
    "a port that a native sidecar has": [
        *deployment(), pod(owner=OWNED, metadata={"labels": {"app": "web"}}, spec={"initContainers": [SIDECAR]}),
        _service("http")],
    "a job that waits in a queue": [
        made("Job", "train"), pod("train-0", ready=False, owner=("Job", "train"), spec={"nodeName": ""}, status={
            "phase": "Pending", "containerStatuses": [], "conditions": [
                {"type": "PodScheduled", "status": "False", "reason": "SchedulingGated"}]})],
}  # fmt: skip


@pytest.mark.parametrize("objects", WELL.values(), ids=WELL)
def test_what_is_well_is_not_named(objects: list[Made]) -> None:
    assert causes(*objects) == {}


def test_a_start_beyond_its_startup_probe_is_named() -> None:
    assert causes(*deployment(ready=0), _starting(SLOW, minutes=8)) == {"deployment/web": "ReadinessFailing"}


def test_a_crashing_native_sidecar_is_no_init_container() -> None:
    crashed = container("proxy", ready=False, restartCount=9, state={"waiting": {"reason": "CrashLoopBackOff"}},
                        lastState=ended("Error", 1, minutes=1))  # fmt: skip
    statuses = {"initContainerStatuses": [crashed], "containerStatuses": [container()]}
    ill = pod(ready=False, spec={"initContainers": [SIDECAR]}, status=statuses)
    assert causes(ill) == {"pod/web-0": "SidecarCrashing"}


def test_a_readiness_gate_that_nobody_sets_is_told() -> None:
    conditions = [
        {"type": "ContainersReady", "status": "True"},
        {"type": "Ready", "status": "False", "lastTransitionTime": ago(minutes=9), "reason": "ReadinessGatesNotReady"},
    ]
    spec = {"nodeName": "n1", "containers": [{"name": "app"}], "readinessGates": [{"conditionType": "alb.io/x"}]}
    ill = pod(ready=True, owner=OWNED, spec=spec, status={"conditions": conditions})
    (finding,) = found(*deployment(ready=0), ill)
    assert finding.causes[0].kind == "ReadinessGateUnmet" and "alb.io/x" in finding.causes[0].says


def test_a_pod_that_is_held_back_by_a_gate_is_told_as_that() -> None:
    gated = {
        "phase": "Pending",
        "conditions": [{"type": "PodScheduled", "status": "False", "reason": "SchedulingGated"}],
    }
    spec = {"nodeName": "", "schedulingGates": [{"name": "quota.io/x"}]}
    (finding,) = found(*deployment(ready=0), pod(ready=False, owner=OWNED, spec=spec, status=gated))
    assert "quota.io/x" in finding.causes[0].says


def test_a_static_pod_is_named_by_itself() -> None:
    crashed = container(ready=False, restartCount=9, lastState=ended("Error", 1, minutes=1),
                        state={"waiting": {"reason": "CrashLoopBackOff"}})  # fmt: skip
    pods = [pod(f"{name}-n1", ready=name != "b", owner=("Node", "n1")) for name in "ab"]
    pods[1]["status"]["containerStatuses"] = [crashed]
    assert causes(*pods) == {"pod/b-n1": "ApplicationCrashing"}


def test_a_failed_pod_of_nobody_is_named() -> None:
    failed = pod("once", ready=False, status={"phase": "Failed", "containerStatuses": [
        container(ready=False, state=ended("Error", 1, minutes=5))]})  # fmt: skip
    assert causes(failed) == {"pod/once": "PodsFailed"}


def test_the_events_of_an_earlier_pod_of_the_same_name_are_not_its_own() -> None:
    about = {"kind": "Pod", "namespace": "shop", "name": "web-0", "uid": "earlier"}
    old = made("Event", "e", involvedObject=about, reason="OOMKilling", type="Warning", lastTimestamp=ago(minutes=5))
    crashed = container(ready=False, restartCount=9, lastState=ended("Error", 137, minutes=1),
                        state={"waiting": {"reason": "CrashLoopBackOff"}})  # fmt: skip
    assert causes(pod(ready=False, status={"containerStatuses": [crashed]}), old) == {
        "pod/web-0": "ApplicationCrashing"
    }


@pytest.mark.parametrize("kind", ["Deployment", "StatefulSet", "DaemonSet", "ReplicaSet"])
def test_a_service_is_not_blamed_while_workloads_are_not_known(kind: str) -> None:
    assert causes(_service(), missing={kind: "forbidden by RBAC"}) == {}
    assert causes(_service()) == {"service/web": "ServiceSelectsNothing"}


def test_pods_that_were_not_all_read_are_not_missed() -> None:
    assert causes(*deployment(ready=0), missing={"Pod": "no whole answer within 12 s"}) == {}


def test_what_init_containers_request_counts() -> None:
    big = {"name": "load", "resources": {"requests": {"cpu": "32"}}}
    node = made("Node", "n1", metadata={"namespace": ""}, status={
        "allocatable": {"cpu": "8"}, "conditions": [{"type": "Ready", "status": "True"}]})  # fmt: skip
    said = {"type": "PodScheduled", "status": "False", "reason": "Unschedulable", "message": "1 Insufficient cpu"}
    waiting = {"phase": "Pending", "containerStatuses": [], "conditions": [said]}
    ill = pod(ready=False, spec={"nodeName": "", "initContainers": [big]}, status=waiting)
    assert causes(ill, node) == {"pod/web-0": "RequestTooLarge"}


@pytest.mark.slow
def test_one_ill_workload_is_found_among_twenty_thousand_pods() -> None:
    objects: list[Made] = []
    for number in range(1000):
        name = f"w{number}"
        objects += deployment(name, wanted=20, ready=20)
        objects.append(made("Service", name, spec={"selector": {"app": name}}))
        owner, labels = ("ReplicaSet", f"{name}-1"), {"labels": {"app": name}}
        objects += [pod(f"{name}-{each}", owner=owner, metadata=labels) for each in range(20)]
    objects[3]["status"]["containerStatuses"][0]["state"] = {"waiting": {"reason": "CrashLoopBackOff"}}
    objects[3]["status"]["conditions"][1]["status"] = "False"
    assert causes(*objects) == {"deployment/w0": "ApplicationCrashing"}
