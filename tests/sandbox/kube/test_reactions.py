"""What a cluster does after a write: pods made and removed, rollouts, claims, nodes, namespaces, endpoints."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from tests.sandbox.kube.doors import Json
from tests.sandbox.kube.workbench import NOON, Workbench, is_well, shown, workbench

SHOP = "shop"
LOST = "cn-hangzhou.10.0.1.17"
APPS, BATCH = "apps/v1", "batch/v1"


@pytest.fixture
def bench() -> Workbench:
    """Staging: 31 pods, all well."""
    return workbench("staging")


@pytest.fixture
def production() -> Workbench:
    return workbench()


def _scale(bench: Workbench, name: str, replicas: int) -> None:
    bench.change("deployment", SHOP, name, lambda made: made["spec"].update(replicas=replicas))


def _image(bench: Workbench, name: str, tag: str) -> None:
    def change(made: Json) -> None:
        container = made["spec"]["template"]["spec"]["containers"][0]
        container["image"] = container["image"].rpartition(":")[0] + f":{tag}"

    bench.change("deployment", SHOP, name, change)


def _names(pods: list[Json]) -> set[str]:
    return {pod["metadata"]["name"] for pod in pods}


def _template(name: str, image: str = "nginx:1.27", **spec: Any) -> Json:
    container = {"name": "app", "image": image, "resources": {}}
    return {"metadata": {"labels": {"app": name}}, "spec": {"containers": [container], **spec}}


def _create(bench: Workbench, kind: str, name: str, template: Json, **spec: Any) -> Json:
    body = {"selector": {"matchLabels": {"app": name}}, "template": template, **spec}
    return bench.create(kind, APPS, SHOP, name, spec=body, status={})


def _job(bench: Workbench, name: str, command: str, **spec: Any) -> Json:
    template = _template(name, "busybox:1.36", restartPolicy="Never")
    template["spec"]["containers"][0]["command"] = ["sh", "-c", command]
    return bench.create("Job", BATCH, SHOP, name, spec={"template": template, **spec}, status={})


def test_nothing_changes_where_nothing_is_written(production: Workbench) -> None:
    before = {kind: [each["spec"] for each in production.all(kind)] for kind in ("pod", "replicaset", "deployment")}
    production.pass_time(3600)
    assert before == {kind: [each["spec"] for each in production.all(kind)] for kind in before}


def test_the_population_is_what_the_controllers_would_make_of_it(production: Workbench) -> None:
    def figures() -> dict[str, tuple[Any, Any]]:
        made = production.all("deployment") + production.all("statefulset") + production.all("daemonset")
        return {each["metadata"]["uid"]: (each["spec"], _counts(each["status"])) for each in made}

    before, pods = figures(), _names(production.all("pod"))
    for kind in ("deployment", "statefulset", "daemonset", "replicaset"):
        for each in production.all(kind):
            production.change(kind, each["metadata"]["namespace"], each["metadata"]["name"], _looked_at)
    production.pass_time(60)
    changed = [key for key, value in figures().items() if value != before[key]]
    assert (changed, _names(production.all("pod")) ^ pods) == ([], set())


def _looked_at(made: Json) -> None:
    made["metadata"].setdefault("annotations", {})["looked"] = "at"


def _container(**changes: Any) -> Callable[[Json], object]:
    """A change of the first container of a template."""
    return lambda made: made["spec"]["template"]["spec"]["containers"][0].update(changes)


def _counts(status: Json) -> Json:
    return {key: value for key, value in status.items() if isinstance(value, int) and value}


def test_scaling_up_makes_pods(bench: Workbench) -> None:
    _scale(bench, "cart", 5)
    bench.pass_time(30)
    pods = bench.all("pod", SHOP, app="cart")
    assert len(pods) == 5 and all(map(is_well, pods))


def test_scaling_down_keeps_the_oldest(bench: Workbench) -> None:
    before = _names(bench.all("pod", SHOP, app="cart"))
    _scale(bench, "cart", 4)
    bench.pass_time(30)
    _scale(bench, "cart", 2)
    bench.pass_time(30)
    assert _names(bench.all("pod", SHOP, app="cart")) == before


def test_scaling_is_told_in_an_event(bench: Workbench) -> None:
    _scale(bench, "cart", 3)
    bench.pass_time(5)
    assert bench.events(SHOP, "cart", "ScalingReplicaSet")[0]["message"].endswith("from 2 to 3")


def test_a_deleted_pod_is_made_again(bench: Workbench) -> None:
    gone = bench.all("pod", SHOP, app="cart")[0]["metadata"]["name"]
    bench.delete("pod", SHOP, gone)
    bench.pass_time(30)
    pods = bench.all("pod", SHOP, app="cart")
    assert len(pods) == 2 and gone not in _names(pods) and all(map(is_well, pods))


def test_a_rollout_replaces_every_pod_and_keeps_enough(bench: Workbench) -> None:
    before, least = _names(bench.all("pod", SHOP, app="frontend")), 99
    _image(bench, "frontend", "v5.2.0")
    for _ in range(60):
        bench.pass_time(1)
        least = min(least, sum(map(is_well, bench.all("pod", SHOP, app="frontend"))))
    after = bench.all("pod", SHOP, app="frontend")
    assert least == 3 and not before & _names(after) and len(after) == 3


def test_a_rollout_makes_a_revision(bench: Workbench) -> None:
    _image(bench, "cart", "v2.15.0")
    bench.pass_time(60)
    made = bench.get("deployment", SHOP, "cart")
    sets = [each for each in bench.all("replicaset", SHOP, app="cart") if each["spec"]["replicas"]]
    revision = {each["metadata"]["annotations"]["deployment.kubernetes.io/revision"] for each in [made, *sets]}
    assert revision == {"4"} and made["status"]["observedGeneration"] == made["metadata"]["generation"]


def test_the_template_before_is_the_revision_before_under_a_new_number(bench: Workbench) -> None:
    old = bench.get("deployment", SHOP, "cart")["spec"]["template"]
    _image(bench, "cart", "v2.15.0")
    bench.pass_time(60)
    sets = _names(bench.all("replicaset", SHOP, app="cart"))
    bench.change("deployment", SHOP, "cart", lambda made: made["spec"].update(template=old))
    bench.pass_time(60)
    marks = bench.get("deployment", SHOP, "cart")["metadata"]["annotations"]
    assert marks["deployment.kubernetes.io/revision"] == "5"
    assert _names(bench.all("replicaset", SHOP, app="cart")) == sets


def test_a_paused_deployment_does_not_roll(bench: Workbench) -> None:
    before = _names(bench.all("pod", SHOP, app="cart"))
    bench.change("deployment", SHOP, "cart", lambda made: made["spec"].update(paused=True))
    _image(bench, "cart", "v2.15.0")
    bench.pass_time(60)
    paused = _names(bench.all("pod", SHOP, app="cart"))
    bench.change("deployment", SHOP, "cart", lambda made: made["spec"].pop("paused"))
    bench.pass_time(60)
    assert paused == before and not before & _names(bench.all("pod", SHOP, app="cart"))


def test_a_rollout_that_gets_nowhere_exceeds_its_deadline(bench: Workbench) -> None:
    _image(bench, "cart", "v9.0.0")
    bench.pass_time(500)
    reasons = [_progress(bench)]
    bench.pass_time(200)
    assert [*reasons, _progress(bench)] == ["ReplicaSetUpdated", "ProgressDeadlineExceeded"]


def _progress(bench: Workbench) -> str:
    conditions = bench.get("deployment", SHOP, "cart")["status"]["conditions"]
    return str(next(each["reason"] for each in conditions if each["type"] == "Progressing"))


def test_the_old_pods_serve_while_an_image_is_missing(bench: Workbench) -> None:
    _image(bench, "cart", "v9.0.0")
    bench.pass_time(120)
    words = sorted(shown(pod) for pod in bench.all("pod", SHOP, app="cart"))
    assert words in (["ErrImagePull", "Running", "Running"], ["ImagePullBackOff", "Running", "Running"])


def test_a_recreated_deployment_has_no_two_versions_at_once(bench: Workbench) -> None:
    bench.change("deployment", SHOP, "cart", lambda made: made["spec"].update(strategy={"type": "Recreate"}))
    _image(bench, "cart", "v2.15.0")
    seen = set()
    for _ in range(40):
        bench.pass_time(1)
        pods = bench.all("pod", SHOP, app="cart")
        seen.add(len({pod["spec"]["containers"][0]["image"] for pod in pods}))
    assert seen <= {0, 1} and all(map(is_well, bench.all("pod", SHOP, app="cart")))


def test_a_new_deployment_runs(bench: Workbench) -> None:
    _create(bench, "Deployment", "web", _template("web"), replicas=2)
    bench.pass_time(30)
    status = bench.get("deployment", SHOP, "web")["status"]
    assert (status["readyReplicas"], status["updatedReplicas"], status["observedGeneration"]) == (2, 2, 1)


def test_a_pod_of_ones_own_is_placed_and_started(bench: Workbench) -> None:
    spec = {"containers": [{"name": "app", "image": "nginx:1.27"}], "restartPolicy": "Always"}
    bench.create("Pod", "v1", SHOP, "lone", spec=spec, status={"phase": "Pending"})
    bench.pass_time(10)
    reasons = {each["reason"] for each in bench.all("event", SHOP) if each["involvedObject"]["name"] == "lone"}
    assert is_well(bench.get("pod", SHOP, "lone"))
    assert reasons == {"Scheduled", "Pulling", "Pulled", "Created", "Started"}


@pytest.mark.parametrize("command, phase", [("sleep 3; exit 0", "Succeeded"), ("exit 3", "Failed")])
def test_a_pod_that_may_not_restart_ends(bench: Workbench, command: str, phase: str) -> None:
    container = {"name": "app", "image": "busybox", "command": ["sh", "-c", command]}
    spec = {"containers": [container], "restartPolicy": "Never"}
    bench.create("Pod", "v1", SHOP, "once", spec=spec, status={"phase": "Pending"})
    bench.pass_time(20)
    assert bench.get("pod", SHOP, "once")["status"]["phase"] == phase


def test_a_crashing_pod_backs_off_longer_each_time(bench: Workbench) -> None:
    container = {"name": "app", "image": "busybox", "command": ["false"]}
    bench.create("Pod", "v1", SHOP, "loop", spec={"containers": [container]}, status={"phase": "Pending"})
    counts = []
    for _ in range(3):
        bench.pass_time(100)
        counts.append(bench.get("pod", SHOP, "loop")["status"]["containerStatuses"][0]["restartCount"])
    assert counts == [4, 5, 5]


def test_a_crash_loop_of_a_new_pod_goes_on_for_hours(bench: Workbench) -> None:
    container = {"name": "app", "image": "busybox", "command": ["false"]}
    bench.create("Pod", "v1", SHOP, "loop", spec={"containers": [container]}, status={"phase": "Pending"})
    bench.pass_time(1200)
    first = bench.get("pod", SHOP, "loop")["status"]["containerStatuses"][0]["restartCount"]
    bench.pass_time(3600)
    assert 10 <= bench.get("pod", SHOP, "loop")["status"]["containerStatuses"][0]["restartCount"] - first <= 13


def test_a_new_pod_becomes_an_endpoint_when_it_is_ready(bench: Workbench) -> None:
    _scale(bench, "cart", 3)
    bench.pass_time(4)
    subset = bench.get("endpoints", SHOP, "cart")["subsets"][0]
    early = len(subset["addresses"]), len(subset.get("notReadyAddresses", []))
    bench.pass_time(20)
    subset = bench.get("endpoints", SHOP, "cart")["subsets"][0]
    assert [early, (len(subset["addresses"]), len(subset.get("notReadyAddresses", [])))] == [(2, 1), (3, 0)]


def test_a_new_service_gets_endpoints_and_a_slice(bench: Workbench) -> None:
    spec = {"selector": {"app": "cart"}, "ports": [{"port": 80, "targetPort": 8080, "protocol": "TCP"}]}
    bench.create("Service", "v1", SHOP, "basket", spec=spec)
    bench.pass_time(2)
    slices = bench.all("slice", SHOP, **{"kubernetes.io/service-name": "basket"})
    assert len(bench.get("endpoints", SHOP, "basket")["subsets"][0]["addresses"]) == 2
    assert [len(each["endpoints"]) for each in slices] == [2]


def test_a_selector_that_is_put_right_finds_the_pods(production: Workbench) -> None:
    name = production.incident("no-endpoints").workload.partition("/")[2]
    production.change("service", SHOP, name, lambda made: made["spec"].update(selector={"app": name}))
    production.pass_time(2)
    assert len(production.get("endpoints", SHOP, name)["subsets"][0]["addresses"]) == 3


def test_the_ingress_controller_stops_warning_when_the_backend_is_there(production: Workbench) -> None:
    pod = production.all("pod", "kube-system", app="nginx-ingress-controller")[0]
    before = production.log(pod, "nginx-ingress-controller")
    backend = production.incident("ingress-without-service").facts["backend"]
    spec = {"selector": {"app": "frontend"}, "ports": [{"port": 80, "targetPort": 8080}]}
    production.create("Service", "v1", SHOP, backend, spec=spec)
    production.pass_time(5)
    after = production.log(pod, "nginx-ingress-controller")
    assert ("does not exist" in before, "does not exist" in after) == (True, False)


def test_a_terminating_namespace_goes_when_its_finalizer_does(production: Workbench) -> None:
    name = production.incident("namespace-terminating").namespace
    production.change("backup", name, "final-export", lambda made: made["metadata"].pop("finalizers"))
    production.pass_time(10)
    assert production.find("namespace", "", name) is None


def test_a_deleted_namespace_tells_what_holds_it(bench: Workbench) -> None:
    meta = {"finalizers": ["ops.example.com/cleanup"]}
    bench.create("ConfigMap", "v1", SHOP, "held", data={}, metadata=meta)
    bench.delete("namespace", "", SHOP)
    bench.pass_time(60)
    conditions = {each["type"]: each for each in bench.get("namespace", "", SHOP)["status"]["conditions"]}
    assert "ops.example.com/cleanup in 1" in conditions["NamespaceFinalizersRemaining"]["message"]
    assert bench.all("pod", SHOP) == []


def test_a_new_namespace_gets_its_account_and_certificate(bench: Workbench) -> None:
    bench.create("Namespace", "v1", "", "fresh", spec={"finalizers": ["kubernetes"]}, status={"phase": "Active"})
    bench.pass_time(2)
    assert bench.find("serviceaccount", "fresh", "default") and bench.find("configmap", "fresh", "kube-root-ca.crt")


@pytest.mark.parametrize("policy", ["Background", "Foreground"])
def test_a_deleted_deployment_takes_its_pods_along(bench: Workbench, policy: str) -> None:
    bench.delete("deployment", SHOP, "cart", policy)
    bench.pass_time(60)
    assert bench.all("pod", SHOP, app="cart") == [] == bench.all("replicaset", SHOP, app="cart")


def test_an_orphaned_replica_set_still_keeps_its_pods(bench: Workbench) -> None:
    bench.delete("deployment", SHOP, "cart", "Orphan")
    bench.pass_time(10)
    bench.delete("pod", SHOP, bench.all("pod", SHOP, app="cart")[0]["metadata"]["name"])
    bench.pass_time(30)
    assert sum(map(is_well, bench.all("pod", SHOP, app="cart"))) == 2


def test_a_deployment_takes_in_the_replica_set_it_finds(bench: Workbench) -> None:
    spec, before = bench.get("deployment", SHOP, "cart")["spec"], _names(bench.all("pod", SHOP, app="cart"))
    bench.delete("deployment", SHOP, "cart", "Orphan")
    bench.pass_time(5)
    bench.create("Deployment", APPS, SHOP, "cart", spec=spec, status={})
    bench.pass_time(20)
    assert _names(bench.all("pod", SHOP, app="cart")) == before
    assert bench.get("deployment", SHOP, "cart")["status"]["readyReplicas"] == 2


def test_a_pod_that_is_relabelled_is_let_go_and_replaced(bench: Workbench) -> None:
    name = bench.all("pod", SHOP, app="cart")[0]["metadata"]["name"]
    bench.change("pod", SHOP, name, lambda made: made["metadata"]["labels"].update(app="cart-debug"))
    bench.pass_time(20)
    assert bench.get("pod", SHOP, name)["metadata"]["ownerReferences"] == []
    assert len(bench.all("pod", SHOP, app="cart")) == 2
    assert len(bench.get("endpoints", SHOP, "cart")["subsets"][0]["addresses"]) == 2


def test_a_cordoned_node_is_tainted_and_gets_no_pods(bench: Workbench) -> None:
    nodes = [each["metadata"]["name"] for each in bench.all("node")]
    for name in nodes[1:]:
        bench.change("node", "", name, lambda made: made["spec"].update(unschedulable=True))
    bench.pass_time(2)
    _scale(bench, "cart", 4)
    bench.pass_time(30)
    taints = bench.get("node", "", nodes[1])["spec"]["taints"]
    placed = {pod["spec"]["nodeName"] for pod in bench.all("pod", SHOP, app="cart") if _is_young(pod)}
    assert [each["key"] for each in taints] == ["node.kubernetes.io/unschedulable"] and placed == {nodes[0]}


def _is_young(pod: Json) -> bool:
    return bool(pod["metadata"]["creationTimestamp"] >= NOON.strftime("%Y-%m-%dT%H:%M:%SZ"))


def test_uncordoning_places_the_pods_that_waited(bench: Workbench) -> None:
    nodes = [each["metadata"]["name"] for each in bench.all("node")]
    for name in nodes:
        bench.change("node", "", name, lambda made: made["spec"].update(unschedulable=True))
    _scale(bench, "cart", 3)
    bench.pass_time(30)
    waiting = [shown(pod) for pod in bench.all("pod", SHOP, app="cart")]
    why = bench.events(SHOP, "cart", "FailedScheduling")[0]["message"]
    bench.change("node", "", nodes[0], lambda made: made["spec"].pop("unschedulable"))
    bench.pass_time(30)
    assert "Pending" in waiting and f"{len(nodes)} node(s) were unschedulable" in why
    assert (
        all(map(is_well, bench.all("pod", SHOP, app="cart")))
        and "taints" not in bench.get("node", "", nodes[0])["spec"]
    )


def test_a_node_that_repels_drives_its_pods_away(bench: Workbench) -> None:
    name = bench.all("pod", SHOP, app="cart")[0]["spec"]["nodeName"]
    taint = {"key": "maintenance", "effect": "NoExecute"}
    bench.change("node", "", name, lambda made: made["spec"].update(taints=[taint]))
    bench.pass_time(60)
    pods = bench.all("pod", SHOP, app="cart")
    assert name not in {pod["spec"]["nodeName"] for pod in pods} and all(map(is_well, pods))


def test_the_pods_of_a_deleted_node_are_collected(production: Workbench) -> None:
    production.delete("node", "", LOST)
    production.pass_time(60)
    assert LOST not in {pod["spec"].get("nodeName") for pod in production.all("pod")}
    reviews = production.all("pod", SHOP, app="reviews")
    assert len(reviews) == 2 and all(map(is_well, reviews))


def test_a_claim_of_the_default_class_waits_for_its_pod(bench: Workbench) -> None:
    spec = {"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": "20Gi"}}}
    bench.create("PersistentVolumeClaim", "v1", SHOP, "scratch", spec=spec, status={"phase": "Pending"})
    bench.pass_time(5)
    before = bench.get("persistentvolumeclaim", SHOP, "scratch")["status"]["phase"]
    volume = {"name": "data", "persistentVolumeClaim": {"claimName": "scratch"}}
    body = {"containers": [{"name": "app", "image": "nginx:1.27"}], "volumes": [volume]}
    bench.create("Pod", "v1", SHOP, "user", spec=body, status={"phase": "Pending"})
    bench.pass_time(20)
    assert (before, bench.get("persistentvolumeclaim", SHOP, "scratch")["status"]["phase"]) == ("Pending", "Bound")
    assert is_well(bench.get("pod", SHOP, "user"))


def test_a_stateful_set_starts_one_pod_after_the_other(bench: Workbench) -> None:
    template = _template("store", readinessGates=[])
    probe = {"tcpSocket": {"port": 6379}, "initialDelaySeconds": 5}
    template["spec"]["containers"][0]["readinessProbe"] = probe
    claim = {"metadata": {"name": "data"}, "spec": {"resources": {"requests": {"storage": "20Gi"}}}}
    _create(bench, "StatefulSet", "store", template, replicas=3, serviceName="store", volumeClaimTemplates=[claim])
    counts = []
    for _ in range(3):
        bench.pass_time(5)
        counts.append(len(bench.all("pod", SHOP, app="store")))
    bench.pass_time(30)
    assert counts[0] == 1 and counts == sorted(counts)
    assert _names(bench.all("pod", SHOP, app="store")) == {"store-0", "store-1", "store-2"}
    assert bench.get("persistentvolumeclaim", SHOP, "data-store-2")["status"]["phase"] == "Bound"


def test_a_stateful_set_is_updated_from_the_last_pod(production: Workbench) -> None:
    image = "registry.example.com/base/db:16.5"
    production.change("statefulset", SHOP, "orders-db", _container(image=image))
    production.pass_time(6)
    first = [pod["spec"]["containers"][0]["image"] == image for pod in production.all("pod", SHOP, app="orders-db")]
    production.pass_time(120)
    status = production.get("statefulset", SHOP, "orders-db")["status"]
    assert first[0] is False and status["currentRevision"] == status["updateRevision"]
    assert (status["updatedReplicas"], status["readyReplicas"]) == (3, 3)


def test_a_daemon_set_is_rolled_node_by_node(bench: Workbench) -> None:
    before, least = _names(bench.all("pod", "kube-system", app="csi-plugin")), 99
    bench.change("daemonset", "kube-system", "csi-plugin", _container(image="csi-plugin:v2"))
    for _ in range(60):
        bench.pass_time(1)
        least = min(least, sum(map(is_well, bench.all("pod", "kube-system", app="csi-plugin"))))
    after = bench.all("pod", "kube-system", app="csi-plugin")
    assert least == len(before) - 1 and not _names(after) & before and len(after) == len(before)


def test_a_job_completes(bench: Workbench) -> None:
    _job(bench, "hello", "echo hello; sleep 5", completions=2)
    bench.pass_time(60)
    status = bench.get("job", SHOP, "hello")["status"]
    assert status["succeeded"] == 2 and status["conditions"][-1]["type"] == "Complete"


def test_a_job_gives_up_after_its_limit(bench: Workbench) -> None:
    _job(bench, "bad", "exit 1", backoffLimit=2)
    bench.pass_time(120)
    status = bench.get("job", SHOP, "bad")["status"]
    assert (status["failed"], status["conditions"][-1]["reason"]) == (3, "BackoffLimitExceeded")


def test_a_failed_job_that_is_made_again_succeeds(production: Workbench) -> None:
    name = production.incident("failed-job").workload.partition("/")[2]
    spec = {key: value for key, value in production.get("job", "data", name)["spec"].items() if key != "selector"}
    production.delete("job", "data", name)
    production.pass_time(5)
    production.create("Job", BATCH, "data", name, spec=spec, status={})
    production.pass_time(60)
    assert production.get("job", "data", name)["status"]["succeeded"] == 1


def test_a_cron_job_that_is_written_runs_on_time(bench: Workbench) -> None:
    template = {"spec": {"template": _template("tick", "busybox", restartPolicy="Never")}}
    bench.create("CronJob", BATCH, SHOP, "tick", spec={"schedule": "*/5 * * * *", "jobTemplate": template})
    bench.pass_time(660)
    jobs = [each["metadata"]["name"] for each in bench.all("job", SHOP) if each["metadata"]["name"].startswith("tick")]
    minute = int(NOON.timestamp()) // 60
    assert jobs == [f"tick-{minute + 5}", f"tick-{minute + 10}"]


def test_a_quota_is_counted_and_refuses(bench: Workbench) -> None:
    bench.create("ResourceQuota", "v1", SHOP, "few", spec={"hard": {"pods": "16"}})
    bench.pass_time(2)
    used = bench.get("resourcequota", SHOP, "few")["status"]["used"]["pods"]
    _scale(bench, "cart", 9)
    bench.pass_time(20)
    assert int(used) < 16 and bench.get("resourcequota", SHOP, "few")["status"]["used"]["pods"] == "16"
    text = bench.events(SHOP, "cart", "FailedCreate")[0]["message"]
    assert "exceeded quota: few, requested: pods=1, used: pods=16, limited: pods=16" in text


def test_a_disruption_budget_follows_its_pods(production: Workbench) -> None:
    before = production.get("budget", SHOP, "frontend")["status"]["disruptionsAllowed"]
    production.delete("pod", SHOP, production.all("pod", SHOP, app="frontend")[0]["metadata"]["name"])
    production.pass_time(1)
    during = production.get("budget", SHOP, "frontend")["status"]["disruptionsAllowed"]
    production.pass_time(30)
    after = production.get("budget", SHOP, "frontend")["status"]["disruptionsAllowed"]
    assert (during, after) == (before - 1, before)


def test_an_image_set_on_a_pod_restarts_its_container(bench: Workbench) -> None:
    name = bench.all("pod", SHOP, app="cart")[0]["metadata"]["name"]
    image = "registry.example.com/shop/cart:v2.14.0"
    bench.change("pod", SHOP, name, lambda made: made["spec"]["containers"][0].update(image=image))
    bench.pass_time(20)
    found = bench.get("pod", SHOP, name)["status"]["containerStatuses"][0]
    assert (found["image"], found["restartCount"], found["ready"]) == (image, 1, True)


def test_a_probe_of_a_port_where_nothing_listens_never_succeeds(bench: Workbench) -> None:
    probe = {"httpGet": {"path": "/healthz", "port": 9999}, "periodSeconds": 10}
    bench.change("deployment", SHOP, "cart", _container(readinessProbe=probe))
    bench.pass_time(90)
    assert bench.get("deployment", SHOP, "cart")["status"]["readyReplicas"] == 2
    assert "connection refused" in bench.events(SHOP, "cart", "Unhealthy")[0]["message"]


def test_the_scheduler_repeats_itself_when_nothing_helped(production: Workbench) -> None:
    pending = ("pending-cpu", "pending-selector", "pending-claim")
    before = [_why_pending(production, each) for each in pending]
    name = production.all("node")[0]["metadata"]["name"]
    production.change("node", "", name, lambda made: made["metadata"]["labels"].update(looked="at"))
    production.pass_time(5)
    assert all(before) and before == [_why_pending(production, each) for each in pending]


def _why_pending(bench: Workbench, identity: str) -> str:
    pod = bench.pods(bench.incident(identity))[0]
    said = bench.events(pod["metadata"]["namespace"], pod["metadata"]["name"], "FailedScheduling")
    return max((each["lastTimestamp"], str(each["message"])) for each in said)[1]


def test_a_container_without_limits_gets_those_of_its_namespace(production: Workbench) -> None:
    _create(production, "Deployment", "web", _template("web"), replicas=1)
    production.pass_time(10)
    resources = production.all("pod", SHOP, app="web")[0]["spec"]["containers"][0]["resources"]
    assert resources == {"limits": {"cpu": "500m", "memory": "512Mi"}, "requests": {"cpu": "50m", "memory": "64Mi"}}


def test_a_pod_without_its_account_is_not_made(bench: Workbench) -> None:
    _create(bench, "Deployment", "web", _template("web", serviceAccountName="nobody"), replicas=1)
    bench.pass_time(10)
    assert 'serviceaccount "nobody" not found' in bench.events(SHOP, "web", "FailedCreate")[0]["message"]


def test_an_object_that_nobody_can_work_with_stops_nothing_else(bench: Workbench) -> None:
    _create(bench, "Deployment", "odd", {"metadata": {}, "spec": {"containers": "none"}}, replicas=1)
    _scale(bench, "cart", 3)
    bench.pass_time(20)
    assert len(bench.all("pod", SHOP, app="cart")) == 3


def test_a_month_is_caught_up_with_whatever_is_going_on(bench: Workbench) -> None:
    _image(bench, "cart", "v9.0.0")
    template = {"spec": {"template": _template("tick", "busybox", restartPolicy="Never")}}
    bench.create("CronJob", BATCH, SHOP, "tick", spec={"schedule": "* * * * *", "jobTemplate": template})
    _create(bench, "Deployment", "big", _template("big", nodeSelector={"no": "where"}), replicas=2)
    _create(bench, "Deployment", "loop", _template("loop", "busybox"), replicas=2)
    bench.state.clock.advance(timedelta(days=30))
    bench.state.now()
    jobs = [each for each in bench.all("job", SHOP) if each["metadata"]["name"].startswith("tick")]
    assert 1 <= len(jobs) <= 5 and {shown(pod) for pod in bench.all("pod", SHOP, app="big")} == {"Pending"}
