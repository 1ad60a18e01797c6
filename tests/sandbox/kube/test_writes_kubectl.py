"""kubectl's own writing commands against the server, with what kubectl printed when they were recorded."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from ack_sandbox.kube.objects import dig
from tests.sandbox.kube.conftest import Cluster
from tests.sandbox.kube.doors import Json, needs_kubectl
from tests.sandbox.kube.writing import DEPLOYMENTS, JSON, MAPS, MERGE, SHOP, STRATEGIC, deployment

NODE = "cn-shanghai.10.0.1.12"
# In order: each shows the state that the one before left.
COMMANDS = [
    ("scale deploy/{name} --replicas=3", "deployment.apps/{name} scaled"),
    ("set image deploy/{name} web=registry.example.com/shop/web:v2", "deployment.apps/{name} image updated"),
    ("set resources deploy/{name} --limits=memory=256Mi", "deployment.apps/{name} resource requirements updated"),
    ("set env deploy/{name} MODE=fast", "deployment.apps/{name} env updated"),
    ("label deploy {name} tier=front", "deployment.apps/{name} labeled"),
    ("annotate deploy {name} note=hello", "deployment.apps/{name} annotated"),
    ("rollout restart deploy/{name}", "deployment.apps/{name} restarted"),
    ("rollout pause deploy/{name}", "deployment.apps/{name} paused"),
    ("rollout resume deploy/{name}", "deployment.apps/{name} resumed"),
    ("expose deploy {name} --port=80 --target-port=8080", "service/{name} exposed"),
    (
        "autoscale deploy {name} --min=1 --max=3 --cpu-percent=80",
        "horizontalpodautoscaler.autoscaling/{name} autoscaled",
    ),
    ("rollout undo deploy/cart", "deployment.apps/cart rolled back"),
    ("cordon {node}", "node/{node} cordoned"),
    ("uncordon {node}", "node/{node} uncordoned"),
    ("taint node {node} demo=x:NoSchedule", "node/{node} tainted"),
    ("taint node {node} demo-", "node/{node} untainted"),
    ("delete hpa,svc {name} --wait=false", 'horizontalpodautoscaler.autoscaling "{name}" deleted'),
]


def _manifest(home: Path, name: str, **spec: Any) -> str:
    file = home / f"{name}.yaml"
    file.write_text(yaml.safe_dump(deployment(name, **spec)))
    return str(file)


# What kubectl makes itself it sends as protobuf; the value shows that it was read.
GENERATED = [
    ("role {name} --verb=get --resource=pods", "roles", ("rules", 0, "resources", 0), "pods"),
    ("rolebinding {name} --role=r --user=jane", "rolebindings", ("subjects", 0, "name"), "jane"),
    ("quota {name} --hard=pods=3", "resourcequotas", ("spec", "hard", "pods"), "3"),
    ("pdb {name} --selector=app=x --min-available=50%", "pdb", ("spec", "minAvailable"), "50%"),
    ("cronjob {name} --image=i:1 --schedule=@daily -- date", "cronjobs", ("spec", "schedule"), "@daily"),
    ("ingress {name} --rule=a.example.com/b=web:80", "ingresses", ("spec", "rules", 0, "host"), "a.example.com"),
    ("service nodeport {name} --tcp=80:8080", "services", ("spec", "ports", 0, "targetPort"), 8080),
    ("secret generic {name} --from-literal=k=v", "secrets", ("data", "k"), "dg=="),
    ("job {name} --image=i:1", "jobs", ("spec", "template", "spec", "restartPolicy"), "Never"),
    ("deployment {name} --image=i:1 --replicas=0", "deployments", ("spec", "replicas"), 0),
    ("priorityclass {name} --value=0", "priorityclasses", ("preemptionPolicy",), "PreemptLowerPriority"),
]


@needs_kubectl
@pytest.mark.slow
@pytest.mark.parametrize("line, plural, path, value", GENERATED, ids=[each[1] for each in GENERATED])
def test_what_kubectl_generates_is_read(
    written: Cluster, line: str, plural: str, path: tuple[str | int, ...], value: Any
) -> None:
    written.kubectl(f"create {line.format(name='generated')}".replace("create ", "create -n shop ", 1))
    made = json.loads(written.kubectl(f"get {plural} generated -n shop -o json"))
    assert dig(made, *path) == value


@needs_kubectl
@pytest.mark.slow
def test_each_command_prints_what_it_prints_elsewhere(written: Cluster) -> None:
    written.kubectl("create deployment many -n shop --image=registry.example.com/shop/web:v1")
    for line, said in COMMANDS:
        words = line.format(name="many", node=NODE)
        assert said.format(name="many", node=NODE) in written.kubectl(f"{words} -n shop")
    made = written.api.get(f"{DEPLOYMENTS}/many").json
    container = made["spec"]["template"]["spec"]["containers"][0]
    assert container["image"].endswith(":v2") and container["env"] == [{"name": "MODE", "value": "fast"}]


@needs_kubectl
@pytest.mark.slow
def test_client_side_apply_creates_changes_and_leaves_alone(written: Cluster, tmp_path: Path) -> None:
    run = written.kubectl
    file = _manifest(tmp_path, "own", replicas=2)
    assert run(f"apply -n shop -f {file}") == "deployment.apps/own created\n"
    assert run(f"apply -n shop -f {file}") == "deployment.apps/own unchanged\n"
    changed = _manifest(tmp_path, "own", replicas=3)
    difference = run.run("diff", "-n", "shop", "-f", changed)
    assert difference.returncode == 1 and "-  replicas: 2\n+  replicas: 3\n" in difference.stdout
    assert run(f"apply -n shop --dry-run=server -f {changed}") == "deployment.apps/own configured (server dry run)\n"
    assert run(f"apply -n shop -f {changed}") == "deployment.apps/own configured\n"
    assert '"replicas":3' in run("apply view-last-applied deploy/own -n shop -o json").replace(" ", "")
    error = run.error(f"apply -n shop -f {_manifest(tmp_path, 'own', replicaz=3)}")
    assert error.endswith('strict decoding error: unknown field "spec.replicaz"\n')


@needs_kubectl
def test_server_side_apply_tells_conflicts_and_takes_over(written: Cluster, tmp_path: Path) -> None:
    run = written.kubectl
    run(f"apply -n shop -f {_manifest(tmp_path, 'sided', replicas=3)}")
    file = _manifest(tmp_path, "sided", replicas=2)
    conflict = run.error(f"apply -n shop --server-side --field-manager=demo -f {file}").splitlines()
    assert conflict[0] == (
        'error: Apply failed with 1 conflict: conflict with "kubectl-client-side-apply" using apps/v1: .spec.replicas'
    )
    forced = run(f"apply -n shop --server-side --field-manager=demo --force-conflicts -f {file}")
    assert forced == "deployment.apps/sided serverside-applied\n"
    managed = written.api.get(f"{DEPLOYMENTS}/sided").json["metadata"]["managedFields"]
    assert [each["manager"] for each in managed] == ["demo"]
    assert run(f"replace -n shop -f {file}") == "deployment.apps/sided replaced\n"


@needs_kubectl
@pytest.mark.slow
def test_a_node_is_drained_by_evictions(scratch: Cluster) -> None:
    output = scratch.kubectl(f"drain {NODE} --ignore-daemonsets --delete-emptydir-data --timeout=20s")
    assert f"node/{NODE} drained" in output and "evicting" in output


NAMES = ["spec", "metadata", "template", "containers", "name", "$patch", "labels", "data", "path", "op", "value"]
odd = st.recursive(
    st.none() | st.booleans() | st.integers(-1, 9) | st.sampled_from(["", "x", "-", "add", "$patch", "/spec"]),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.sampled_from(NAMES), inner, max_size=3),
    max_leaves=8,
)


@example(body=[{"op": "add", "path": None, "value": 1}], kind=JSON)
@example(body=[{"op": "move", "from": {}, "path": "/spec"}], kind=JSON)
@example(body=[{"op": "replace", "path": "", "value": [["spec", 1]]}], kind=JSON)
@example(body=[{"op": "add", "path": "/metadata/name/x", "value": 1}], kind=JSON)
@given(body=odd, kind=st.sampled_from([JSON, MERGE, STRATEGIC, "application/apply-patch+yaml", "application/json"]))
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_body_is_too_odd_for_an_answer(written: Cluster, body: Json, kind: str) -> None:
    query = "?dryRun=All&fieldManager=odd"
    patches = kind != "application/json"
    for path in (f"{DEPLOYMENTS}/cart", f"{DEPLOYMENTS}/cart/scale", f"{MAPS}/app-config"):
        method = "PATCH" if patches else "PUT"
        answer = written.api.call(method, f"{path}{query}", body, content_type=kind)
        assert answer.status < 500 or "failed to create typed patch" in answer.text, answer.text
    if not patches:
        assert written.api.call("POST", f"{MAPS}{query}", body, content_type=kind).status < 500


WHOLE: list[tuple[str, Json]] = [
    (DEPLOYMENTS, deployment("whole", strategy={"type": "RollingUpdate", "rollingUpdate": {"maxSurge": 1}})),
    (f"{SHOP}/services", {"metadata": {"name": "w"}, "spec": {"type": "NodePort", "ports": [{"port": 80}]}}),
    (
        f"{SHOP}/pods",
        {
            "metadata": {"name": "w", "labels": {"a": "b"}},
            "spec": {
                "containers": [
                    {
                        "name": "a",
                        "image": "i",
                        "env": [{"name": "A", "valueFrom": {"fieldRef": {"fieldPath": "metadata.name"}}}],
                        "ports": [{"containerPort": 80}],
                        "resources": {"limits": {"cpu": "1"}, "requests": {"cpu": "1"}},
                        "livenessProbe": {"httpGet": {"port": 80}},
                        "volumeMounts": [{"name": "v", "mountPath": "/v"}],
                    }
                ],
                "volumes": [{"name": "v", "configMap": {"name": "c"}}],
                "tolerations": [{"key": "k", "effect": "NoExecute"}],
            },
        },
    ),
    (
        "/apis/batch/v1/namespaces/shop/cronjobs",
        {
            "metadata": {"name": "w"},
            "spec": {
                "schedule": "* * * * *",
                "jobTemplate": {"spec": {"template": {"spec": {"containers": [{"name": "a", "image": "i"}]}}}},
            },
        },
    ),
    (
        "/apis/networking.k8s.io/v1/namespaces/shop/ingresses",
        {"metadata": {"name": "w"}, "spec": {"rules": [{"http": {"paths": [{"path": "/", "pathType": "Exact"}]}}]}},
    ),
    (
        "/apis/autoscaling/v1/namespaces/shop/horizontalpodautoscalers",
        {"metadata": {"name": "w"}, "spec": {"scaleTargetRef": {"kind": "D", "name": "d"}, "maxReplicas": 2}},
    ),
    ("/apis/rbac.authorization.k8s.io/v1/clusterrolebindings", {"metadata": {"name": "w"}, "roleRef": {"kind": "R"}}),
    ("/api/v1/namespaces", {"metadata": {"name": "w", "labels": {}}, "spec": {}}),
    (f"{SHOP}/persistentvolumeclaims", {"metadata": {"name": "w"}, "spec": {"accessModes": ["ReadWriteOnce"]}}),
]


def _places(value: Any, path: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    yield path
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for name, each in items:
        yield from _places(each, (*path, name))


def _changed(value: Any, path: tuple[str | int, ...], other: Any) -> Any:
    if not path:
        return other
    made: Any = dict(value) if isinstance(value, dict) else list(value)
    made[path[0]] = _changed(value[path[0]], path[1:], other)
    return made


@given(data=st.data(), other=odd)
@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_value_is_too_odd_for_its_place(written: Cluster, data: st.DataObject, other: Any) -> None:
    path, whole = data.draw(st.sampled_from(WHOLE))
    place = data.draw(st.sampled_from(sorted(_places(whole), key=str)))
    body = _changed(whole, place, other)
    answer = written.api.call("POST", f"{path}?dryRun=All", body, content_type="application/json")
    assert answer.status < 500, answer.text
