"""What a pod asks of its node is found wherever it stands, in every kind and in every kind of patch."""

from typing import Any

import pytest

from ack_mcp_server.kube.writes.pods import privileges_in_patch, privileges_of

Json = dict[str, Any]
ORDINARY: Json = {
    "containers": [
        {
            "name": "app",
            "image": "a:1",
            "ports": [{"containerPort": 80, "hostPort": 0}],
            "securityContext": {
                "privileged": False,
                "allowPrivilegeEscalation": True,
                "procMount": "Default",
                "capabilities": {"add": ["NET_BIND_SERVICE", "CAP_NET_BIND_SERVICE"], "drop": ["ALL"]},
                "seccompProfile": {"type": "RuntimeDefault"},
                "seLinuxOptions": {"type": "container_t"},
            },
        }
    ],
    "hostNetwork": False,
    "volumes": [{"name": "v", "emptyDir": {}}, {"name": "c", "configMap": {"name": "hostPath"}}],
}


def pod(spec: Json) -> Json:
    return {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "x"}, "spec": {**ORDINARY, **spec}}


def contained(security: Json, group: str = "containers", **fields: Any) -> Json:
    return {group: [{"name": "bad", "securityContext": security, **fields}]}


WISHES: list[tuple[Json, str]] = [
    ({"hostNetwork": True}, "hostNetwork"),
    ({"hostPID": True}, "hostPID"),
    ({"hostIPC": True}, "hostIPC"),
    ({"volumes": [{"name": "v", "hostPath": {"path": "/var/run"}}]}, "hostPath /var/run"),
    ({"securityContext": {"windowsOptions": {"hostProcess": True}}}, "hostProcess"),
    ({"securityContext": {"seccompProfile": {"type": "Unconfined"}}}, "seccomp Unconfined"),
    ({"securityContext": {"seLinuxOptions": {"type": "spc_t"}}}, "seLinux type spc_t"),
    ({"securityContext": {"seLinuxOptions": {"role": "sysadm_r"}}}, "seLinux role sysadm_r"),
    (contained({"privileged": True}), "privileged (container bad)"),
    (contained({"privileged": True}, "initContainers"), "privileged (container bad)"),
    (contained({"privileged": True}, "ephemeralContainers"), "privileged (container bad)"),
    (contained({"capabilities": {"add": ["SYS_ADMIN"]}}), "capability SYS_ADMIN (container bad)"),
    (contained({"capabilities": {"add": ["all"]}}), "capability all (container bad)"),
    (contained({"procMount": "Unmasked"}), "procMount Unmasked (container bad)"),
    (contained({"appArmorProfile": {"type": "Unconfined"}}), "apparmor Unconfined (container bad)"),
    (contained({"windowsOptions": {"hostProcess": True}}), "hostProcess (container bad)"),
    (contained({}, ports=[{"containerPort": 80, "hostPort": 8080}]), "hostPort 8080 (container bad)"),
]


def test_an_ordinary_pod_asks_for_nothing() -> None:
    assert privileges_of(pod({})) == ()


@pytest.mark.parametrize("spec, wish", WISHES)
def test_what_goes_beyond_is_named(spec: Json, wish: str) -> None:
    assert privileges_of(pod(spec)) == (wish,)


@pytest.mark.parametrize(
    "annotation, told",
    [
        ("container.apparmor.security.beta.kubernetes.io/app", "apparmor unconfined"),
        ("container.seccomp.security.alpha.kubernetes.io/app", "seccomp unconfined"),
        ("seccomp.security.alpha.kubernetes.io/pod", "seccomp unconfined"),
    ],
)
def test_profiles_may_still_be_asked_for_by_annotation(annotation: str, told: str) -> None:
    body = pod({})
    body["metadata"]["annotations"] = {annotation: "unconfined"}
    assert privileges_of(body) == (told,)
    path = f"/metadata/annotations/{annotation.replace('/', '~1')}"
    assert privileges_in_patch([{"op": "add", "path": path, "value": "unconfined"}], "pod") == (told,)


def within(*keys: str) -> Json:
    nested: Any = {"spec": {**ORDINARY, "hostPID": True}}
    for key in reversed(keys):
        nested = {key: nested}
    return dict(nested)


@pytest.mark.parametrize(
    "kind, keys",
    [
        *((kind, ("spec", "template")) for kind in ("Deployment", "StatefulSet", "DaemonSet", "ReplicaSet", "Job")),
        ("ReplicationController", ("spec", "template")),
        ("CronJob", ("spec", "jobTemplate", "spec", "template")),
        ("PodTemplate", ("template",)),
        ("Rollout", ("spec", "template")),
        ("RayCluster", ("spec", "headGroupSpec", "template")),
    ],
)
def test_every_kind_with_a_template_is_looked_into(kind: str, keys: tuple[str, ...]) -> None:
    assert privileges_of({"kind": kind, **within(*keys)}) == ("hostPID",)


@pytest.mark.parametrize("source", ["hostPath", "local"])
def test_a_persistent_volume_can_be_a_path_of_the_node(source: str) -> None:
    body = {"kind": "PersistentVolume", "spec": {source: {"path": "/etc"}}}
    assert privileges_of(body) == ("hostPath /etc",)
    assert privileges_in_patch({"spec": {source: {"path": "/etc"}}}, "pv/data") == ("hostPath /etc",)


def test_each_wish_is_named_once_in_order() -> None:
    spec = contained({"privileged": True}) | {"hostPID": True, "hostIPC": True}
    assert privileges_of({"items": [pod(spec), pod(spec)]}) == ("hostIPC", "hostPID", "privileged (container bad)")


def test_the_definition_of_a_custom_resource_asks_for_nothing() -> None:
    switch = {"type": "boolean", "description": "…"}
    text = {"type": "string"}
    schema = {
        "hostNetwork": switch,
        "privileged": switch,
        "hostPort": {"type": "integer"},
        "procMount": text,
        "hostPath": {"type": "object", "properties": {"path": text, "type": text}},
        "capabilities": {"type": "object", "properties": {"add": {"type": "array", "items": text}}},
        "seLinuxOptions": {"type": "object", "properties": {"type": text}},
        "seccompProfile": {"type": "object", "properties": {"type": text}},
    }
    assert privileges_of({"kind": "CustomResourceDefinition", "spec": {"schema": {"properties": schema}}}) == ()


def test_a_configmap_may_speak_of_privileges() -> None:
    data = {"privileged": "true", "hostNetwork": "true", "pod.yaml": "hostNetwork: true"}
    assert privileges_of({"kind": "ConfigMap", "data": data}) == ()


@pytest.mark.parametrize("spec, wish", WISHES)
def test_no_merge_or_strategic_patch_smuggles_it_in(spec: Json, wish: str) -> None:
    assert privileges_in_patch({"spec": {"template": {"spec": spec}}}, "deploy") == (wish,)


@pytest.mark.parametrize("spec, wish", WISHES)
def test_no_json_patch_smuggles_it_in_with_a_subtree(spec: Json, wish: str) -> None:
    operation = {"op": "replace", "path": "/spec/template/spec", "value": spec}
    assert privileges_in_patch([operation], "deploy") == (wish,)


@pytest.mark.parametrize(
    "path, value, wish",
    [
        ("/spec/hostNetwork", True, "hostNetwork"),
        ("spec/hostNetwork", True, "hostNetwork"),
        ("/spec/template/spec/volumes/0/hostPath/path", "/", "hostPath /"),
        ("/spec/template/spec/volumes/-", {"name": "v", "hostPath": {"path": "/"}}, "hostPath /"),
        ("/spec/template/spec/volumes/0/hostPath", {"type": ""}, "hostPath"),
        ("/spec/containers/0/securityContext/privileged", True, "privileged"),
        ("/spec/containers/0/securityContext/capabilities/add/-", "SYS_ADMIN", "capability SYS_ADMIN"),
        ("/spec/containers/0/securityContext/capabilities/add/0", "ALL", "capability ALL"),
        ("/spec/containers/0/ports/0/hostPort", 22, "hostPort 22"),
        ("/spec/securityContext/seccompProfile/type", "Unconfined", "seccomp Unconfined"),
        ("", {"spec": {"hostPID": True}}, "hostPID"),
    ],
)
@pytest.mark.parametrize("op", ["add", "replace"])
def test_no_json_patch_smuggles_it_in_by_its_path(op: str, path: str, value: object, wish: str) -> None:
    assert privileges_in_patch([{"op": op, "path": path, "value": value}], "deploy") == (wish,)


@pytest.mark.parametrize("op", ["copy", "move", "Add", None, 5])
def test_a_patch_whose_values_are_not_in_it_counts_as_one_that_asks(op: object) -> None:
    operation = {"op": op, "from": "/spec/containers/0/tty", "path": "/spec/containers/0/securityContext/privileged"}
    assert privileges_in_patch([operation], "pod") == ("a patch that copies or moves fields",)


@pytest.mark.parametrize(
    "patch",
    [
        [{"op": "remove", "path": "/spec/hostNetwork"}],
        [{"op": "test", "path": "/spec/hostNetwork", "value": True}],
        [{"op": "copy", "from": "/metadata/name", "path": "/metadata/labels/app"}],
        [{"op": "replace", "path": "/spec/replicas", "value": 3}],
        {"spec": {"template": {"spec": {"hostNetwork": None, "containers": [{"name": "app", "image": "b"}]}}}},
        [None, "text", []],
        "text",
        None,
    ],
)
def test_an_ordinary_patch_asks_for_nothing(patch: object) -> None:
    assert privileges_in_patch(patch, "deploy") == ()


@pytest.mark.parametrize("key", ["capabilities", "hostPath", "hostPort", "annotations", "seLinuxOptions", "containers"])
@pytest.mark.parametrize("value", [None, 0, True, "", "x", [], {}, [None, {}], {"add": 1, "path": 5, "name": []}])
def test_no_shape_breaks_the_look(key: str, value: object) -> None:
    assert all(isinstance(wish, str) for wish in privileges_of({"spec": {key: value}}))


def test_depth_does_not_matter() -> None:
    body: Any = {"hostPID": True}
    for _ in range(5000):
        body = {"a": [body]}
    assert privileges_of(body) == ("hostPID",)


def test_names_and_paths_stay_on_one_short_line() -> None:
    name = "a\n! approved\u202e" + "x" * 500
    spec = {"containers": [{"name": name, "securityContext": {"privileged": True}}]}
    (wish,) = privileges_of(pod(spec))
    assert wish.isprintable() and len(wish) < 120
