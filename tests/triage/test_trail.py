"""Who changed what before a trouble: only what may have to do with it, and what was done indeed."""

from datetime import timedelta
from types import SimpleNamespace
from typing import Any, cast

import pytest

from ack_mcp_server.kube.objects import Ref
from ack_mcp_server.services.audit.asked import AuditFilter
from ack_mcp_server.services.audit.entries import AuditEntry
from ack_mcp_server.services.audit.trail import Entries
from ack_mcp_server.services.reach import Reach
from ack_mcp_server.triage import trail as trails
from ack_mcp_server.triage.changes import changes
from ack_mcp_server.triage.collecting import Extra, findings
from ack_mcp_server.triage.findings import Finding
from ack_mcp_server.triage.judging import of_the_cluster
from ack_mcp_server.triage.named import Named, specs_of
from ack_mcp_server.triage.trail import Asker, Subject, Trail, bounded, chosen
from ack_mcp_server.triage.workloads import cases
from tests.conftest import Region, door_to, running_sandbox, settings_in
from tests.triage.shapes import NOW, Made, ago, container, deployment, ended, made, pod, scene

WEB = Ref("deployment", "shop", "web")
BEGAN = NOW - timedelta(minutes=30)
LOGIN = "log: FATAL db: password authentication failed"


def entry(resource: str, name: str, verb: str = "patch", **fields: Any) -> AuditEntry:
    at = BEGAN - timedelta(minutes=5)
    return AuditEntry(time=at, user="chen.jie", verb=verb, resource=resource, namespace="shop", name=name, **fields)


def told(entry: AuditEntry, spec: Made | None = None, *evidence: str) -> tuple[str, ...]:
    named = Named.of(specs_of({"spec": {"template": {"spec": spec or {}}}}, []), evidence)
    return Trail(Subject(WEB, BEGAN), NOW, (entry,)).told(named)


def with_app(**parts: Any) -> Made:
    return {"containers": [{"name": "app", **parts}]}


NAMING: dict[str, tuple[str, Made]] = {
    "a variable": ("secrets", with_app(env=[{"name": "P", "valueFrom": {"secretKeyRef": {"name": "it", "key": "p"}}}])),
    "all variables": ("configmaps", with_app(envFrom=[{"configMapRef": {"name": "it"}}])),
    "an init container": ("secrets", {"initContainers": [{"envFrom": [{"secretRef": {"name": "it"}}]}]}),
    "a volume": ("secrets", {"volumes": [{"name": "v", "secret": {"secretName": "it"}}]}),
    "a projected volume": ("configmaps", {"volumes": [{"projected": {"sources": [{"configMap": {"name": "it"}}]}}]}),
    "a pull secret": ("secrets", {"imagePullSecrets": [{"name": "it"}]}),
    "the address of a Service": ("services", with_app(env=[{"name": "URL", "value": "http://it:8080/"}])),
}  # fmt: skip


@pytest.mark.parametrize(("resource", "spec"), NAMING.values(), ids=NAMING)
def test_a_change_of_what_the_pod_template_names_is_told(resource: str, spec: Made) -> None:
    assert told(entry(resource, "it"), spec)


@pytest.mark.parametrize("resource", ["secrets", "configmaps", "services"])
def test_a_change_of_what_nothing_names_is_not_told(resource: str) -> None:
    others = {"volumes": [{"name": "v", "secret": {"secretName": "it-2"}}], "imagePullSecrets": [{"name": "web-it"}]}
    assert told(entry(resource, "it"), others, "status: OOMKilled, it-2 and web-it") == ()


def test_a_service_that_a_log_misses_is_told() -> None:
    line = "log: lookup redis-stock on 172.21.0.10:53: no such host"
    assert told(entry("services", "redis-stock", "delete"), None, line)


def test_a_refused_login_hangs_on_a_secret_where_no_template_says_on_which() -> None:
    assert told(entry("secrets", "db-credentials"), None, LOGIN)
    assert told(entry("secrets", "db-credentials"), {"imagePullSecrets": [{"name": "pull"}]}, LOGIN) == ()


def test_a_refused_pull_hangs_on_no_password_of_a_database() -> None:
    assert told(entry("secrets", "db-credentials"), None, "event: pull access denied, authorization failed") == ()


@pytest.mark.parametrize("verb", ["patch", "delete"])
def test_a_dry_run_is_no_change(verb: str) -> None:
    assert told(entry("deployments", "web", verb, query="dryRun=All")) == ()
    assert told(entry("deployments", "web", verb))


def test_the_edits_of_a_service_that_selects_nothing_are_told_without_a_beginning() -> None:
    service = Ref("service", "shop", "web")
    assert chosen([Subject(service, None)])
    trail = Trail(Subject(service, None), NOW, (entry("services", "web"),))
    assert trail.told(Named.of([], ())) == ("chen.jie patch services/web 35m ago",)


def subjects(many: int) -> list[Subject]:
    return [Subject(Ref("deployment", "shop", f"web-{number}"), BEGAN) for number in range(many)]


def test_what_is_absent_is_looked_for_first() -> None:
    last = Subject(WEB, BEGAN, absent=Ref("secret", "shop", "db"))
    assert chosen([*subjects(20), last])[0] == last


def test_that_not_all_were_asked_for_is_said() -> None:
    assert "8 of the gravest only; triage of one namespace" in bounded(subjects(9), "one namespace")
    assert bounded(subjects(8), "one namespace") == ""


@pytest.mark.parametrize(("kind", "resource"), [("cloneset", "clonesets"), ("rollout", "rollouts")])
def test_a_change_of_a_workload_of_the_clusters_own_kinds_is_told(kind: str, resource: str) -> None:
    trail = Trail(Subject(Ref(kind, "shop", "web"), BEGAN), NOW, (entry(resource, "web"),))
    assert trail.told(Named.of([], ())) == (f"chen.jie patch {resource}/web 35m ago",)


async def asked_of(
    monkeypatch: pytest.MonkeyPatch, subject: Subject, *denied: str, whole: bool = True
) -> tuple[str, dict[str, str]]:
    """The search that is made, and what is said to be missing."""
    searches, missing = [], dict[str, str]()

    async def entries(_reach: Reach, _cluster: str, wanted: AuditFilter, *_window: Any, **_limit: Any) -> Entries:
        searches.append(str(wanted.search()))
        return Entries((), whole)

    monkeypatch.setattr(trails, "entries", entries)
    reach = cast(Reach, SimpleNamespace(settings=SimpleNamespace(deny_kinds=denied)))
    await Asker(reach, "c1", local=False).changes([subject], NOW, 5, missing)
    return searches[-1], missing


async def test_only_changes_are_asked_for_that_may_be_told(monkeypatch: pytest.MonkeyPatch) -> None:
    search, missing = await asked_of(monkeypatch, Subject(WEB, BEGAN), "secrets", "leases")
    assert '(objectRef.resource: "deployments" and objectRef.name: "web") or (objectRef.resource: "conf' in search
    assert 'not objectRef.subresource: "status" and not objectRef.resource: "secrets"' in search
    assert "leases" not in search and not missing


async def test_a_kind_of_the_clusters_own_is_asked_for_by_its_plural(monkeypatch: pytest.MonkeyPatch) -> None:
    search, _ = await asked_of(monkeypatch, Subject(Ref("rollout", "shop", "web"), BEGAN))
    assert '"rollouts"' in search


async def test_that_not_all_changes_came_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    _, missing = await asked_of(monkeypatch, Subject(WEB, BEGAN), whole=False)
    assert missing == {"audit log": "only the newest of many entries about deployment/web"}


def ingress() -> Made:
    backend = {"service": {"name": "gone", "port": {"number": 80}}}
    return made("Ingress", "web", spec={"rules": [{"host": "x", "http": {"paths": [{"backend": backend}]}}]})


def findings_of(*objects: Made, trails: dict[Ref, Trail] | None = None) -> list[Finding]:
    seen = scene(*objects)
    return findings(cases(seen), of_the_cluster(seen, ""), Extra({}, {}, trails or {}))


def test_a_backend_is_not_missing_since_its_ingress_was_made() -> None:
    (finding,) = findings_of(ingress())
    assert finding.since is None and finding.began is None


def test_a_backend_is_missing_since_it_was_deleted() -> None:
    ref = Ref("ingress", "shop", "web")
    gone = entry("services", "gone", "delete")
    (finding,) = findings_of(ingress(), trails={ref: Trail(Subject(ref, None), NOW, (), gone)})
    assert finding.began == gone.time
    assert finding.changes == ("chen.jie delete services/gone 35m ago",)


def crashed() -> Made:
    app = container(ready=False, restartCount=9, state={"waiting": {"reason": "CrashLoopBackOff"}},
                    lastState=ended("OOMKilled", 137, minutes=1))  # fmt: skip
    return pod(ready=False, owner=("ReplicaSet", "web-1"), status={"containerStatuses": [app]})


def test_a_rollout_tells_of_its_init_containers() -> None:
    obj, old = deployment(ready=0)
    obj["metadata"]["creationTimestamp"] = ago(days=9)
    image = {"initContainers": [{"name": "migrate", "image": "x/migrate:v2"}]}
    new = made("ReplicaSet", "web-2", owner=("Deployment", "web"), spec={"template": {"spec": image}},
               metadata={"creationTimestamp": ago(minutes=40)})  # fmt: skip
    old["spec"] = {"template": {"spec": {"initContainers": [{"name": "migrate", "image": "x/migrate:v1"}]}}}
    (case,) = cases(scene(obj, old, new, crashed()))
    assert "image of migrate migrate:v1 → migrate:v2" in changes(case, BEGAN, Named.of([], ()))[0]


def test_a_config_map_that_nothing_names_is_no_change_before() -> None:
    fields = {"managedFields": [{"manager": "kubectl", "operation": "Update", "time": ago(minutes=40)}]}
    (case,) = cases(scene(*deployment(ready=0), crashed(), made("ConfigMap", "settings", metadata=fields)))
    assert changes(case, BEGAN, Named.of([], ())) == ()
    assert changes(case, BEGAN, Named.of([with_app(envFrom=[{"configMapRef": {"name": "settings"}}])], ()))


def evicted(name: str, template: str = "") -> Made:
    said = "The node was low on resource: ephemeral-storage. Container app was using 9437184Ki, request is 0, has"
    return pod(name, ready=False, owner=("ReplicaSet", "web-1"),
               metadata={"labels": {"pod-template-hash": template}, "creationTimestamp": ago(hours=2)},
               status={"phase": "Failed", "reason": "Evicted", "message": said})  # fmt: skip


def revised(template: str) -> list[Made]:
    obj, first = deployment()
    return [obj, *(
        {**first, "metadata": {**first["metadata"], "name": f"web-{label}", "uid": f"web-{label}", "labels": {
            "pod-template-hash": label}, "annotations": {"deployment.kubernetes.io/revision": number}}}
        for label, number in (("old", "9"), (template, "10")))]  # fmt: skip


def test_evicted_pods_of_an_earlier_template_do_not_name_a_workload_that_runs() -> None:
    gone = [evicted("web-a", "old"), evicted("web-b", "old")]
    running = pod(owner=("ReplicaSet", "web-new"))
    for each in gone:
        each["metadata"]["ownerReferences"][0] |= {"name": "web-old", "uid": "web-old"}
    assert findings_of(*revised("new"), running, *gone) == []
    for each in gone:
        each["metadata"]["labels"]["pod-template-hash"] = "new"
    assert findings_of(*revised("new"), running, *gone)[0].causes[0].kind == "Evicted"


def test_evicted_pods_are_to_be_deleted_where_the_template_requests_what_ran_short() -> None:
    obj, replica_set = deployment()
    gone = [evicted("web-a"), evicted("web-b")]
    assert findings_of(obj, replica_set, pod(owner=("ReplicaSet", "web-1")), *gone)[0].causes[0].next.startswith("set ")
    requests = {"requests": {"ephemeral-storage": "10Gi"}}
    obj["spec"]["template"]["spec"] = with_app(resources=requests)
    (finding,) = findings_of(obj, replica_set, pod(owner=("ReplicaSet", "web-1")), *gone)
    assert finding.causes[0].next.startswith("delete pod web-a web-b -n shop (evicted under an earlier template")


async def _told(region: Region, **arguments: str) -> str:
    async with door_to(settings_in(region)) as door:
        return (await door.ok("triage", cluster_id=region.cluster("production"), **arguments)).text


@pytest.mark.slow
async def test_changes_are_told_that_have_to_do_with_the_trouble() -> None:
    with running_sandbox("--seed", "11") as region:
        shop, payments = [await _told(region, namespace=space) for space in ("shop", "payments")]
        logistics = await _told(region, namespace="logistics")
        cluster = await _told(region)
    assert "patch services/wishlist" in shop.partition("service/wishlist -n shop")[2].partition("\n\n")[0]
    assert "patch services/wishlist" not in shop.partition("deployment/ranking -n shop")[2].partition("\n\n")[0]
    assert "patch secrets/erp-login" not in shop
    assert "delete secrets/mtls-relay-cert" in shop and "delete services/old-portal-web" in shop
    assert "patch secrets/db-credentials" in payments
    assert "delete services/redis-stock" in logistics and "delete configmaps/stock-import-settings" in logistics
    assert "the audit log was asked for 8 of the gravest only" in cluster
    assert "delete secrets/mtls-relay-cert" in cluster and "delete services/old-portal-web" in cluster


@pytest.mark.slow
async def test_a_deployment_of_evicted_pods_is_well_when_it_was_repaired() -> None:
    command = "set resources deployment/video-transcoder -n batch --limits=ephemeral-storage=10Gi"
    with running_sandbox("--seed", "11") as region:
        allowed = settings_in(region).model_copy(update={"allow_write": True, "write_policy": "direct"})
        async with door_to(allowed) as door:
            cluster = region.cluster("production")
            assert "Evicted" in (await door.ok("triage", cluster_id=cluster, namespace="batch")).text
            await door.ok("ack_kubectl", command=command, cluster_id=cluster)
            region.control("POST", "clock", advance_s=300)
            await door.ok(
                "ack_kubectl", command="rollout status deployment/video-transcoder -n batch", cluster_id=cluster
            )
            text = (await door.ok("triage", cluster_id=cluster, namespace="batch")).text
    assert "video-transcoder" not in text


@pytest.mark.slow
async def test_leases_do_not_hide_who_changed_a_workload(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(trails, "_ROWS", 10)
    lease = "{apiVersion: coordination.k8s.io/v1, kind: Lease, metadata: {name: leader, namespace: shop}}"
    source = '[{"op":"add","path":"/spec/template/spec/containers/0/envFrom","value":[{"secretRef":{"name":"no"}}]}]'
    broken = f"patch deployment frontend -n shop --type=json -p '{source}'"
    beats = [f"annotate lease leader -n shop t={number} --overwrite" for number in range(12)]
    web = {"namespace": "shop", "workload": "deployment/frontend"}
    with running_sandbox("--seed", "11") as region:
        allowed = settings_in(region).model_copy(update={"allow_write": True, "write_policy": "direct"})
        async with door_to(allowed) as door:
            cluster = region.cluster("production")
            await door.ok("ack_kubectl", command="apply", manifest=lease, cluster_id=cluster)
            for command in (broken, "annotate deployment frontend -n shop ticket=1", *beats):
                await door.ok("ack_kubectl", command=command, cluster_id=cluster)
            region.control("POST", "clock", advance_s=120)
            text = (await door.ok("triage", cluster_id=cluster, **web)).text
            monkeypatch.setattr(trails, "_ROWS", 1)
            less = (await door.ok("triage", cluster_id=cluster, **web)).text
    assert "patch deployments/frontend" in text and "only the newest" not in text
    assert "audit log (only the newest of many entries about deployment/frontend)" in less
