"""Each incident is repaired the way a good operator repairs it, and by nothing less."""

import base64
import json
from collections.abc import Callable

import pytest

from ack_sandbox.kube.population.incident import Incident
from tests.sandbox.kube.doors import Json
from tests.sandbox.kube.workbench import Workbench, is_well, shown, workbench

Repair = Callable[[Workbench, Incident], object]
SOON = 60
MIB = 1024 * 1024


def _name(incident: Incident) -> str:
    return incident.workload.partition("/")[2]


def _template(change: Callable[[Json], object]) -> Repair:
    """A change of the pod specification in the workload's template."""

    def repair(bench: Workbench, incident: Incident) -> None:
        kind, _, name = incident.workload.partition("/")
        bench.change(kind, incident.namespace, name, lambda made: change(made["spec"]["template"]["spec"]))

    return repair


def _first(change: Callable[[Json], object]) -> Repair:
    return _template(lambda spec: change(spec["containers"][0]))


def _memory(text: str) -> Repair:
    return _first(lambda app: app["resources"]["limits"].update(memory=text))


def _env(name: str, value: str) -> Repair:
    return _first(lambda app: app.update(env=[{"name": name, "value": value}]))


def _tag(tag: str, container: int = 0, kind: str = "containers") -> Repair:
    def change(spec: Json) -> None:
        made = spec[kind][container]
        made["image"] = made["image"].rpartition(":")[0] + f":{tag}"

    return _template(change)


def _undo(bench: Workbench, incident: Incident) -> None:
    """Put the template of the revision before into place, as rollout undo does."""
    name = _name(incident)
    sets = [each for each in bench.all("replicaset", incident.namespace) if _owner(each) == name]
    former = sorted(sets, key=_revision)[-2]["spec"]["template"]

    def back(made: Json) -> None:
        labels = {key: value for key, value in former["metadata"]["labels"].items() if key != "pod-template-hash"}
        made["spec"]["template"] = {**former, "metadata": {**former["metadata"], "labels": labels}}

    bench.change("deployment", incident.namespace, name, back)


def _owner(made: Json) -> str:
    return str(made["metadata"]["ownerReferences"][0]["name"])


def _revision(made: Json) -> int:
    return int(made["metadata"]["annotations"]["deployment.kubernetes.io/revision"])


def _create_settings(bench: Workbench, incident: Incident) -> None:
    bench.create("ConfigMap", "v1", incident.namespace, incident.facts["config_map"], data={"MODE": "full"})


def _create_secret(bench: Workbench, incident: Incident) -> None:
    data = {"tls.crt": "Y2VydA==", "tls.key": "a2V5"}
    bench.create("Secret", "v1", incident.namespace, incident.facts["secret"], data=data, type="kubernetes.io/tls")


def _create_other_secret(bench: Workbench, incident: Incident) -> None:
    bench.create("Secret", "v1", incident.namespace, "some-other", data={}, type="Opaque")


def _pull_secret(name: str) -> Repair:
    return _template(lambda spec: spec.update(imagePullSecrets=[{"name": name}]))


def _login(bench: Workbench, incident: Incident) -> None:
    """A login of the default account, which new pods get from admission."""
    text = json.dumps({"auths": {"registry-vpc.example.com": {"auth": "cm9ib3Q6cHc="}}})
    data = {".dockerconfigjson": base64.b64encode(text.encode()).decode()}
    space = incident.namespace
    bench.create("Secret", "v1", space, "mirror", data=data, type="kubernetes.io/dockerconfigjson")
    logins = [{"name": "mirror"}]
    bench.change("serviceaccount", space, "default", lambda made: made.update(imagePullSecrets=logins))
    for pod in bench.pods(incident):
        bench.delete("pod", space, pod["metadata"]["name"])


def _create_backend(bench: Workbench, incident: Incident, selector: str = "") -> None:
    host, _, port = incident.facts["backend"].partition(":")
    ports = [{"port": int(port), "protocol": "TCP", "targetPort": int(port)}]
    spec = {"selector": {"app": selector or host}, "ports": ports}
    bench.create("Service", "v1", incident.namespace, host, spec=spec)


def _create_deserted_backend(bench: Workbench, incident: Incident) -> None:
    _create_backend(bench, incident, "no-such-app")


def _label_node(bench: Workbench, incident: Incident) -> None:
    key, _, value = incident.facts["selector"].partition("=")
    name = bench.all("node")[0]["metadata"]["name"]
    bench.change("node", "", name, lambda made: made["metadata"]["labels"].update({key: value}))


def _create_class(bench: Workbench, incident: Incident) -> None:
    bench.create(
        "StorageClass",
        "storage.k8s.io/v1",
        "",
        incident.facts["storage_class"],
        provisioner="diskplugin.csi.alibabacloud.com",
        reclaimPolicy="Delete",
        volumeBindingMode="Immediate",
    )


def _replace_claim(bench: Workbench, incident: Incident) -> None:
    name = f"data-{_name(incident)}-0"
    claim = bench.get("persistentvolumeclaim", incident.namespace, name)
    bench.delete("persistentvolumeclaim", incident.namespace, name)
    spec = {**claim["spec"], "storageClassName": "alicloud-disk-essd"}
    bench.create("PersistentVolumeClaim", "v1", incident.namespace, name, spec=spec, status={"phase": "Pending"})


def _create_volume(bench: Workbench, incident: Incident) -> None:
    spec = {
        "capacity": {"storage": "100Gi"},
        "accessModes": ["ReadWriteOnce"],
        "storageClassName": incident.facts["storage_class"],
        "csi": {"driver": "disk", "volumeHandle": "d-1"},
    }
    bench.create("PersistentVolume", "v1", "", "by-hand", spec=spec, status={"phase": "Available"})


def _liveness(**changes: int) -> Repair:
    return _first(lambda app: app["livenessProbe"].update(changes))


def _startup(failures: int) -> Repair:
    probe = {"httpGet": {"path": "/livez", "port": 8080}, "periodSeconds": 5, "failureThreshold": failures}
    return _first(lambda app: app.update(startupProbe=probe))


def _quota(name: str, amount: str) -> Repair:
    def repair(bench: Workbench, incident: Incident) -> None:
        def raised(made: Json) -> None:
            made["spec"]["hard"][name] = amount

        bench.change("resourcequota", incident.namespace, "compute", raised)

    return repair


def _disk(spec: Json) -> None:
    spec["containers"][0]["resources"]["requests"]["ephemeral-storage"] = "40Gi"


def _command(spec: Json) -> None:
    spec["initContainers"][0]["command"] = ["true"]


def _cpu(text: str) -> Repair:
    return _first(lambda app: app["resources"]["requests"].update(cpu=text))


REPAIRS: list[tuple[str, str, Repair, int]] = [
    ("oom-killed", "a limit above the need", _memory("1Gi"), 300),
    ("crash-loop", "the setting it asks for", _env("DB_PASSWORD", "right"), SOON),
    ("init-failure", "a migration that succeeds", _tag("v1.9.1", kind="initContainers"), SOON),
    ("init-failure", "another command", _template(_command), SOON),
    ("init-failure", "no migration", _template(lambda spec: spec.pop("initContainers")), SOON),
    ("sidecar-panic", "the version before", _tag("v0.8.4", container=1), SOON),
    ("init-failure", "the revision before", _undo, SOON),
    ("sidecar-panic", "the revision before", _undo, SOON),
    ("sidecar-panic", "no sidecar", _template(lambda spec: spec["containers"].pop()), SOON),
    ("image-tag-missing", "a tag that exists", _tag("v3.9.4"), SOON),
    ("image-tag-missing", "the revision before", _undo, SOON),
    ("image-no-access", "a pull secret", _pull_secret("partner-registry"), SOON),
    ("image-no-access", "a login of the account", _login, SOON),
    ("pending-cpu", "a smaller request", _cpu("250m"), SOON),
    ("pending-selector", "a labelled node", _label_node, SOON),
    ("pending-selector", "no selector", _template(lambda spec: spec.pop("nodeSelector")), SOON),
    ("pending-claim", "the storage class", _create_class, SOON),
    ("pending-claim", "a claim of another class", _replace_claim, SOON),
    ("pending-claim", "a volume made by hand", _create_volume, SOON),
    ("missing-config-map", "the ConfigMap", _create_settings, SOON),
    ("missing-config-map", "no reference", _first(lambda app: app.pop("envFrom")), SOON),
    ("missing-secret", "the Secret", _create_secret, SOON),
    ("readiness-503", "the backend", _create_backend, SOON),
    ("readiness-503", "a probe that does not need it", _first(lambda app: app.pop("readinessProbe")), SOON),
    ("liveness-kills", "a later first probe", _liveness(initialDelaySeconds=90), 240),
    ("liveness-kills", "a startup probe", _startup(30), 240),
    ("stuck-rollout", "the revision before", _undo, SOON),
    ("evicted", "a request for the disk", _template(_disk), 7200),
    ("quota-exceeded", "a larger quota", _quota("requests.cpu", "8"), SOON),
]


@pytest.mark.parametrize("identity, means, repair, within", REPAIRS, ids=[f"{each[0]}: {each[1]}" for each in REPAIRS])
def test_is_repaired_by(identity: str, means: str, repair: Repair, within: int) -> None:
    bench = workbench()
    incident = bench.incident(identity)
    repair(bench, incident)
    bench.pass_time(within)
    made = bench.get(incident.workload.partition("/")[0], incident.namespace, _name(incident))
    pods = [pod for pod in bench.pods(incident) if pod["status"]["phase"] != "Failed"]
    wanted = made["spec"]["replicas"]
    assert (len(pods), made["status"]["readyReplicas"]) == (wanted, wanted), [shown(pod) for pod in pods]
    assert all(map(is_well, pods))


def _marked(made: Json) -> None:
    made["spec"]["template"]["metadata"]["annotations"] = {"kubectl.kubernetes.io/restartedAt": "2026-03-02T12:00:00Z"}


def _restart(bench: Workbench, incident: Incident) -> None:
    bench.change("deployment", incident.namespace, _name(incident), _marked)


def _delete_pods(bench: Workbench, incident: Incident) -> None:
    for pod in bench.pods(incident):
        bench.delete("pod", incident.namespace, pod["metadata"]["name"])


def _label_wrongly(bench: Workbench, incident: Incident) -> None:
    key = incident.facts["selector"].partition("=")[0]
    name = bench.all("node")[0]["metadata"]["name"]
    bench.change("node", "", name, lambda made: made["metadata"]["labels"].update({key: "another"}))


MISTAKES: list[tuple[str, str, Repair, int, str]] = [
    ("crash-loop", "deleted pods", _delete_pods, SOON, "CrashLoopBackOff"),
    ("crash-loop", "an empty setting", _env("DB_PASSWORD", ""), SOON, "CrashLoopBackOff"),
    ("init-failure", "a restart", _restart, SOON, "CrashLoopBackOff"),
    ("sidecar-panic", "a restart", _restart, SOON, "CrashLoopBackOff"),
    ("image-tag-missing", "a tag never pushed", _tag("v9.9.9"), SOON, "ImagePullBackOff"),
    ("image-tag-missing", "deleted pods", _delete_pods, SOON, "ImagePullBackOff"),
    ("image-no-access", "a secret that is not there", _pull_secret("no-such"), SOON, "ImagePullBackOff"),
    ("image-no-access", "a secret of another type", _pull_secret("db-credentials"), SOON, "ImagePullBackOff"),
    ("pending-cpu", "a request still too large", _cpu("9"), SOON, "Pending"),
    ("pending-selector", "a node with another value", _label_wrongly, SOON, "Pending"),
    ("missing-config-map", "deleted pods", _delete_pods, SOON, "CreateContainerConfigError"),
    ("missing-secret", "another Secret", _create_other_secret, SOON, "ContainerCreating"),
    ("readiness-503", "a restart", _restart, SOON, "Running"),
    ("readiness-503", "a Service that finds no pod", _create_deserted_backend, SOON, "Running"),
    ("liveness-kills", "a probe a little later", _liveness(initialDelaySeconds=10), 240, "CrashLoopBackOff"),
    ("stuck-rollout", "a restart", _restart, SOON, "Running"),
    ("evicted", "a restart", _restart, 7200, "Evicted"),
    ("quota-exceeded", "a larger quota of another kind", _quota("pods", "90"), SOON, "Running"),
]


@pytest.mark.parametrize("identity, means, mistake, within, word", MISTAKES, ids=[f"{m[0]}: {m[1]}" for m in MISTAKES])
def test_is_not_repaired_by(identity: str, means: str, mistake: Repair, within: int, word: str) -> None:
    bench = workbench()
    incident = bench.incident(identity)
    mistake(bench, incident)
    bench.pass_time(within)
    made = bench.get(incident.workload.partition("/")[0], incident.namespace, _name(incident))
    words = [shown(pod) for pod in bench.pods(incident)]
    settled = made["status"].get("readyReplicas", 0) == made["spec"]["replicas"] == len(words)
    assert word in words and not settled, words


@pytest.mark.parametrize("mistake", [_memory("544Mi"), _restart], ids=["too little", "restart"])
def test_a_limit_that_is_too_low_kills_again(mistake: Repair) -> None:
    bench = workbench()
    incident = bench.incident("oom-killed")
    mistake(bench, incident)
    bench.pass_time(300)
    ends = [pod["status"]["containerStatuses"][0]["lastState"]["terminated"] for pod in bench.pods(incident)]
    assert [(each["reason"], each["exitCode"]) for each in ends] == [("OOMKilled", 137)] * 3


SEEDS = {"PAYMENT_GATEWAY_URL": 2, "panic": 5, "password": 1}


@pytest.mark.parametrize(
    "error, repair",
    [
        ("PAYMENT_GATEWAY_URL", _env("PAYMENT_GATEWAY_URL", "https://gateway")),
        ("panic", _undo),
        ("panic", _tag("v3.8.1")),
    ],
)
def test_each_crash_has_its_own_repair(error: str, repair: Repair) -> None:
    bench = workbench(seed=SEEDS[error])
    incident = bench.incident("crash-loop")
    assert error in incident.cause
    repair(bench, incident)
    bench.pass_time(SOON)
    assert [shown(pod) for pod in bench.pods(incident)] == ["Running"] * 3


def test_look_alikes_stay_well_while_everything_is_restarted() -> None:
    bench = workbench()
    chosen = [each for each in bench.population.look_alikes if each.workload.startswith("deployment/")]
    for each in chosen:
        bench.change("deployment", each.namespace, each.workload.partition("/")[2], _marked)
    bench.pass_time(900)
    unwell = []
    for each in chosen:
        found = bench.get("deployment", each.namespace, each.workload.partition("/")[2])
        counts = found["status"].get("updatedReplicas", 0), found["status"].get("readyReplicas", 0)
        if counts != (found["spec"]["replicas"],) * 2:
            unwell.append((each.workload, counts))
    assert len(chosen) == 14 and unwell == []


def test_a_repaired_rollout_is_told_as_complete() -> None:
    bench = workbench()
    incident = bench.incident("image-tag-missing")
    _tag("v3.9.4")(bench, incident)
    bench.pass_time(SOON)
    status = bench.get("deployment", incident.namespace, _name(incident))["status"]
    conditions = {each["type"]: (each["status"], each["reason"]) for each in status["conditions"]}
    assert conditions["Progressing"] == ("True", "NewReplicaSetAvailable")
    assert conditions["Available"] == ("True", "MinimumReplicasAvailable")


def test_a_memory_limit_that_is_enough_shows_in_the_metrics() -> None:
    bench = workbench()
    incident = bench.incident("oom-killed")
    _memory("1Gi")(bench, incident)
    bench.pass_time(300)
    pod = bench.pods(incident)[0]
    _, used = bench.state.usages.container(pod, pod["spec"]["containers"][0], bench.state.clock.now())
    assert 512 * MIB < used < 1024 * MIB


def test_a_repaired_pod_writes_an_ordinary_log() -> None:
    bench = workbench()
    incident = bench.incident("crash-loop")
    _env("DB_PASSWORD", "right")(bench, incident)
    bench.pass_time(SOON)
    text = bench.log(bench.pods(incident)[0])
    assert text and "FATAL" not in text


@pytest.mark.parametrize(
    "identity, repair, reason",
    [
        ("missing-config-map", _create_settings, "Failed"),
        ("missing-secret", _create_secret, "FailedMount"),
        ("readiness-503", _create_backend, "Unhealthy"),
        ("pending-selector", _label_node, "FailedScheduling"),
        ("quota-exceeded", _quota("requests.cpu", "8"), "FailedCreate"),
    ],
)
def test_troubles_do_not_recur_after_the_repair(identity: str, repair: Repair, reason: str) -> None:
    bench = workbench()
    incident = bench.incident(identity)
    repair(bench, incident)
    bench.pass_time(SOON)
    counts = [each["count"] for each in bench.events(incident.namespace, _name(incident), reason)]
    bench.pass_time(1200)
    assert counts and counts == [each["count"] for each in bench.events(incident.namespace, _name(incident), reason)]
