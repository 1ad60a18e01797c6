"""Who belongs to whom, what is found among very many, and whether what is asked about exists."""

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

import pytest

from ack_mcp_server.errors import InvalidInput, Unavailable
from ack_mcp_server.runtime import utc_now
from ack_mcp_server.triage.clock import apart, time_there
from ack_mcp_server.triage.known import check, is_meant
from ack_mcp_server.triage.question import Question
from ack_mcp_server.triage.workloads import cases
from tests.conftest import Region, door_to, settings_in
from tests.triage.shapes import NOW, Made, causes, container, deployment, made, pod, scene

NOWHERE = {"service/front": "ServiceSelectsNothing"}


def service(name: str = "front", selector: Made | None = None, **spec: Any) -> Made:
    return made("Service", name, spec={"selector": selector or {"app": name}, "ports": [{"port": 80}], **spec})


def labelled(kind: str, name: str, labels: Made, **parts: Any) -> Made:
    spec = {"replicas": 0, "template": {"metadata": {"labels": labels}}}
    return made(kind, name, spec=spec, **parts)


class Counted(dict[str, str]):
    """Labels that count how often they are compared with a selector."""

    compared = 0

    def get(self, key: str, default: Any = None) -> Any:
        Counted.compared += 1
        return super().get(key, default)


def test_services_without_pods_are_not_each_compared_with_every_workload(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Counted, "compared", 0)
    names = [f"web-{number}" for number in range(60)]
    every = [labelled("Deployment", name, Counted(app=name, part="shop")) for name in names]
    every += [service(name, {"part": "shop", "app": name}) for name in names]
    assert causes(*every) == {}
    assert Counted.compared < 6 * len(names)


def test_the_service_of_a_member_that_does_not_run_selects_it() -> None:
    member = {"statefulset.kubernetes.io/pod-name": "kafka-5"}
    assert causes(service(selector=member)) == NOWHERE
    assert causes(service(selector=member), labelled("StatefulSet", "kafka", {"app": "kafka"})) == {}
    both = {**member, "app": "kafak"}
    assert causes(service(selector=both), labelled("StatefulSet", "kafka", {"app": "kafka"})) == NOWHERE


def test_the_service_of_a_member_of_a_set_of_another_group_selects_it() -> None:
    member = {"statefulset.kubernetes.io/pod-name": "kafka-5"}
    assert causes(service(selector=member), pod("kafka-0", owner=("StatefulSet", "kafka"))) == {}


@pytest.mark.parametrize("owner", ["Job", "PyTorchJob"])
def test_the_service_of_pods_that_completed_is_no_trouble(owner: str) -> None:
    done = pod("train-0", owner=(owner, "train"), metadata={"labels": {"app": "front"}}, status={"phase": "Succeeded"})
    assert causes(service(), done) == {}


def test_the_service_of_a_job_whose_pods_are_gone_is_no_trouble() -> None:
    done = {"conditions": [{"type": "Complete", "status": "True"}]}
    assert causes(service(), labelled("Job", "train", {"app": "front"}, status=done)) == {}


def test_a_replica_set_of_nobody_owns_its_template_where_usage_is_known() -> None:
    usage = made("PodMetrics", "other", containers=[])
    assert causes(service(), labelled("ReplicaSet", "legacy", {"app": "front"}), usage) == {}


def ingress(**port: Any) -> Made:
    paths = [{"backend": {"service": {"name": "front", "port": port}}}]
    return made("Ingress", "web", spec={"rules": [{"host": "x", "http": {"paths": paths}}]})


def test_a_service_that_names_a_host_elsewhere_needs_no_ports() -> None:
    elsewhere = made("Service", "front", spec={"type": "ExternalName", "externalName": "api.example.com"})
    assert causes(elsewhere, ingress(number=443)) == {}
    assert causes(service(), deployment("front")[0], ingress(number=443)) == {"ingress/web": "IngressPortMissing"}


def pulled(image: str, said: str) -> Iterable[str]:
    waiting = {"waiting": {"reason": "ErrImagePull", "message": said}}
    statuses = [container(ready=False, state=waiting)]
    spec = {"containers": [{"name": "app", "image": image}]}
    return causes(pod(ready=False, spec=spec, status={"phase": "Pending", "containerStatuses": statuses})).values()


IMAGE = "registry.example.com/shop/web:20240429"


@pytest.mark.parametrize(
    ("image", "said", "kind"),
    [
        (IMAGE, f'failed to resolve reference "{IMAGE}": {IMAGE}: not found', "ImageNotFound"),
        ("shop/denied:1", "failed to pull: docker.io/shop/denied:1: not found", "ImageNotFound"),
        ("web:429", 'Head "https://r.example.com/v2/web/manifests/429": x509: unknown', "RegistryUnreachable"),
        (IMAGE, "unexpected status code https://r.example.com/v2/: 429 Too Many Requests", "ImagePullRateLimited"),
        (IMAGE, f"{IMAGE}: unexpected status code: 429", "ImagePullRateLimited"),
        ("nginx", "pull access denied for nginx, repository does not exist", "ImageAccessDenied"),
    ],
)
def test_the_name_of_an_image_tells_nothing_of_why_it_does_not_come(image: str, said: str, kind: str) -> None:
    assert list(pulled(image, said)) == [kind]


def node(condition: str, status: str = "True") -> Made:
    ready = {"type": "Ready", "status": "True"}
    return made("Node", "n1", status={"conditions": [ready, {"type": condition, "status": status}]})


TROUBLE = (
    "RuntimeOffline DockerOffline KubeletHung InstanceExpired GPUXidError NTPProblem LinkNotReady UplinkUnavailable "
    "NetworkDown XfsShutdown OutOfDisk DiskFull Degraded OOM OOMKilling GPULost NotReady KernelDeadlock "
    "ReadonlyFilesystem ReadOnlyFilesystem CorruptDockerOverlay2 FrequentKubeletRestart ContainerRuntimeUnhealthy "
    "ScaleDownFailed GracefulShutdownTimeout ErrorsNotCleared example.com/disk-full"
)


@pytest.mark.parametrize("kind", TROUBLE.split())
def test_a_condition_whose_name_is_bad_is_told_where_it_is_true(kind: str) -> None:
    assert causes(node(kind)) == {"node/n1": "NodeProblem"}
    assert causes(node(kind, "False")) == {}


HARMLESS = (
    "KernelReady StorageReady Autonomy EtcdIsVoter RuntimeHealthy SufficientIP HostUpgrades KubeletTCPReachable "
    "NodeValid GracefulShutdown GracefulNodeShutdown ConfigChanged DefaultRouteReady DefaultCNI FailoverReady "
    "FailoverActive FailureDomainKnown FailureDomainSet NoErrors HasNoProblems WithoutErrors NotDegraded ErrorsCleared "
    "ProblemResolved TimeoutConfigured ScaleDown ScalingDown CoolDown FullSync OutOfBandReached KubeletOK "
    "problem.example.com/Seen"
)


@pytest.mark.parametrize("kind", HARMLESS.split())
def test_a_condition_of_any_other_name_is_no_problem(kind: str) -> None:
    assert causes(node(kind)) == {}


def test_a_node_without_addresses_for_pods_is_told() -> None:
    assert causes(node("SufficientIP", "False")) == {"node/n1": "NodeProblem"}


def asked(workload: str) -> Question:
    return Question(workload=workload)


def test_a_cron_job_is_known_and_its_jobs_are_meant_by_it() -> None:
    failed = {"conditions": [{"type": "Failed", "status": "True"}]}
    job = made("Job", "report-1", owner=("CronJob", "report"), status=failed)
    seen = scene(made("CronJob", "report"), job)
    check(seen, asked("cronjob/report"))
    (case,) = cases(seen)
    assert is_meant(asked("cronjob/report"), case)
    assert not is_meant(asked("cronjob/repor"), case)
    check(scene(made("CronJob", "idle")), asked("cronjob/idle"))


def test_a_pod_means_its_workload() -> None:
    seen = scene(*deployment(ready=0), pod("web-1-a", ready=False, owner=("ReplicaSet", "web-1")))
    check(seen, asked("pod/web-1-a"))
    (case,) = cases(seen)
    assert is_meant(asked("pod/web-1-a"), case)


def test_a_workload_whose_kind_could_not_be_read_may_exist() -> None:
    missing = {"Deployment": "forbidden by RBAC"}
    with pytest.raises(Unavailable, match=r"not read: Deployment \(forbidden by RBAC\)"):
        check(scene(missing=missing), asked("deployment/web"))
    with pytest.raises(InvalidInput):
        check(scene(missing=missing), asked("statefulset/web"))


def test_the_time_is_the_servers_where_clocks_differ() -> None:
    behind = NOW - timedelta(minutes=4)
    assert time_there("Sat, 21 Nov 2026 11:56:00 GMT", 0, NOW) == behind
    assert "4.0 minutes behind this server's" in apart(behind, NOW)
    assert apart(NOW, NOW) == ""


@pytest.mark.parametrize("said", ["", "yesterday", "Sat, 21 Nov 2026 11:59:57 GMT", "Sat, 99 Nov 2026 11:00:00 GMT",
                                  "Mon, 20 Nov 99999999999999999999 11:00:00 GMT"])  # fmt: skip
def test_our_own_time_is_taken_where_the_servers_is_not_told_or_nearly_the_same(said: str) -> None:
    assert time_there(said, 0, NOW) == NOW


def test_what_was_said_while_the_lists_were_read_has_aged_since() -> None:
    assert time_there("Sat, 21 Nov 2026 11:59:00 GMT", 59, NOW) == NOW


@pytest.mark.slow
async def test_a_triage_goes_by_the_clock_of_the_cluster(region: Region) -> None:
    cluster = region.cluster("production")
    async with door_to(settings_in(region), now=lambda: utc_now() - timedelta(days=30)) as door:
        text = (await door.ok("triage", cluster_id=cluster, namespace="payments")).text
    assert "RequestTooLarge" in text and "<invalid>" not in text
    assert "minutes ahead of this server's" in text


@pytest.mark.slow
async def test_a_cron_job_without_trouble_is_said_to_be_well(region: Region) -> None:
    manifest = """
apiVersion: batch/v1
kind: CronJob
metadata: {name: quiet, namespace: batch}
spec:
  schedule: "0 0 1 1 *"
  jobTemplate:
    spec: {template: {spec: {restartPolicy: Never, containers: [{name: c, image: "nginx:1.27"}]}}}
"""
    writing = settings_in(region).model_copy(update={"allow_write": True, "write_policy": "direct"})
    cluster = region.cluster("production")
    async with door_to(writing) as door:
        await door.ok("ack_kubectl", command="apply", manifest=manifest, cluster_id=cluster)
        text = (await door.ok("triage", cluster_id=cluster, namespace="batch", workload="cronjob/quiet")).text
        await door.ok("ack_kubectl", command="delete cronjob quiet -n batch", cluster_id=cluster)
    assert "nothing in cronjob/quiet" in text
