"""What goes with what is deleted or drained, and what to beware of."""

from typing import Any

import pytest

from ack_mcp_server.kube.writes.deletion import describe_deletion

Json = dict[str, Any]


def thing(kind: str, name: str, namespace: str = "shop", api: str = "v1", **rest: Any) -> Json:
    metadata = {"name": name, "uid": f"uid-{kind}-{name}", **({"namespace": namespace} if namespace else {})}
    metadata |= rest.pop("metadata", {})
    return {"apiVersion": api, "kind": kind, "metadata": metadata, **rest}


def pod(name: str, owner: Json | None = None, labels: Json | None = None, namespace: str = "shop", **spec: Any) -> Json:
    owners = [] if owner is None else [owner]
    metadata = {"ownerReferences": owners, "labels": labels or {}}
    return thing(
        "Pod", name, namespace, metadata=metadata, spec={"nodeName": "n1", **spec}, status={"phase": "Running"}
    )


def owner(kind: str, name: str, api: str = "apps/v1") -> Json:
    return {"apiVersion": api, "kind": kind, "name": name, "uid": f"uid-{kind}-{name}", "controller": True}


def web(number: int, **spec: Any) -> Json:
    labels = {"app": "web", "pod-template-hash": "7d9f"}
    return pod(f"web-7d9f-{number}", owner("ReplicaSet", "web-7d9f"), labels, **spec)


def claim(name: str, **rest: Any) -> Json:
    return thing("PersistentVolumeClaim", name, status={"capacity": {"storage": "20Gi"}}, **rest)


def budget(name: str, allowed: int, selector: Json | None, namespace: str = "shop") -> Json:
    spec, status = {"selector": selector}, {"disruptionsAllowed": allowed}
    return thing("PodDisruptionBudget", name, namespace, "policy/v1", spec=spec, status=status)


WEB = thing("Deployment", "web", api="apps/v1")
NODE = thing("Node", "n1", "")
SPACE = thing("Namespace", "shop", "")
OTHERS = [pod("other", owner("ReplicaSet", "other-1")), pod("alone", namespace="else", nodeName="n2")]


def described(*objects: Json, pods: list[Json] | None = None, **found: list[Json]) -> list[str]:
    listed = [*(pods or []), *OTHERS]
    return describe_deletion(objects, listed, found.get("claims", []), found.get("budgets", [])).split("\n")


def test_a_deployment_takes_its_pods_along() -> None:
    assert described(WEB, pods=[web(1), web(2)]) == [
        "- deployment.apps/web (shop)",
        "  2 pods of deployment.apps/web (shop)",
    ]


@pytest.mark.parametrize(
    "body, made, told",
    [
        (thing("StatefulSet", "db", api="apps/v1"), owner("StatefulSet", "db"), "statefulset.apps/db (shop)"),
        (thing("Job", "j", api="batch/v1"), owner("Job", "j", "batch/v1"), "job.batch/j (shop)"),
        (thing("CronJob", "c", api="batch/v1"), owner("Job", "c-28000000", "batch/v1"), "cronjob.batch/c (shop)"),
        (thing("Rollout", "r", api="x.io/v1"), owner("Rollout", "r", "x.io/v1"), "rollout.x.io/r (shop)"),
    ],
)
def test_other_owners_do_as_well(body: Json, made: Json, told: str) -> None:
    assert described(body, pods=[pod("p", made)])[1:] == [f"  1 pod of {told}"]


def test_a_pod_with_an_owner_is_made_again_and_one_without_is_not() -> None:
    lines = described(web(1), pods=[web(1)])
    assert lines == ["- pod/web-7d9f-1 (shop)", "  1 pod of deployment.apps/web (shop)"]
    assert "! 1 pod without an owner, not made again: p (shop)" in described(pod("p"), pods=[pod("p")])


def test_a_name_in_another_namespace_is_another_object() -> None:
    assert described(thing("Pod", "other", "else")) == ["- pod/other (else)"]


def test_a_namespace_takes_everything_along() -> None:
    lines = described(SPACE, pods=[web(1)], claims=[claim("data")])
    assert lines[0] == "- namespace/shop and everything in it"
    assert "! persistentvolumeclaim/data (shop) 20Gi goes, with its data unless its volume is retained" in lines
    assert (
        "  1 pod of deployment.apps/other (shop)" not in lines and "  1 pod of replicaset.apps/other-1 (shop)" in lines
    )


def test_a_node_loses_the_pods_that_drain_evicts() -> None:
    on_node = [web(1), pod("agent", owner("DaemonSet", "agent")), pod("static", owner("Node", "n1", "v1"))]
    assert described(NODE, pods=on_node) == [
        "node/n1 and the pods on it",
        "  1 pod of deployment.apps/web (shop)",
        "  1 pod of replicaset.apps/other-1 (shop)",
        "2 pods of daemon sets and of the nodes themselves stay",
    ]


@pytest.mark.parametrize(
    "allowed, selector, namespace, forbids",
    [
        (0, {"matchLabels": {"app": "web"}}, "shop", True),
        (1, {"matchLabels": {"app": "web"}}, "shop", True),
        (2, {"matchLabels": {"app": "web"}}, "shop", False),
        (0, {"matchLabels": {"app": "db"}}, "shop", False),
        (0, {"matchLabels": {"app": "web"}}, "else", False),
        (0, {}, "shop", True),
        (0, None, "shop", False),
        (0, {"matchExpressions": [{"key": "app", "operator": "In", "values": ["web", "x"]}]}, "shop", True),
        (0, {"matchExpressions": [{"key": "app", "operator": "NotIn", "values": ["web"]}]}, "shop", False),
        (0, {"matchExpressions": [{"key": "app", "operator": "Exists"}]}, "shop", True),
        (0, {"matchExpressions": [{"key": "app", "operator": "DoesNotExist"}]}, "shop", False),
    ],
)
def test_a_budget_that_forbids_it_is_told(allowed: int, selector: Json, namespace: str, forbids: bool) -> None:
    lines = described(WEB, pods=[web(1), web(2)], budgets=[budget("b", allowed, selector, namespace)])
    assert any(
        line.startswith(f"! poddisruptionbudget.policy/b ({namespace}) allows {allowed} ") for line in lines
    ) == (forbids)


def test_pods_that_have_ended_are_under_no_budget() -> None:
    ended = {**web(1), "status": {"phase": "Succeeded"}}
    assert not any("budget" in line for line in described(WEB, pods=[ended], budgets=[budget("b", 0, {})]))


def test_data_that_goes_is_told_before_data_that_stays() -> None:
    volumes = [{"name": "a", "persistentVolumeClaim": {"claimName": "kept"}}, {"name": "tmp", "ephemeral": {}}]
    user = web(1, volumes=[*volumes, {"name": "c", "emptyDir": {}}])
    mine = claim("web-7d9f-1-tmp", metadata={"ownerReferences": [{"uid": "uid-Pod-web-7d9f-1"}]})
    assert described(WEB, pods=[user], claims=[claim("kept"), claim("unused"), mine])[1:-1] == [
        "! 1 pod with emptyDir volumes, whose data goes: web-7d9f-1 (shop)",
        "! persistentvolumeclaim/web-7d9f-1-tmp (shop) 20Gi goes, with its data unless its volume is retained; "
        "used by web-7d9f-1 (shop)",
        "  persistentvolumeclaim/kept (shop) 20Gi stays; used by web-7d9f-1 (shop)",
    ]


@pytest.mark.parametrize("policy, goes", [("Delete", True), ("Retain", False)])
def test_a_stateful_set_may_take_its_claims_along(policy: str, goes: bool) -> None:
    spec = {"persistentVolumeClaimRetentionPolicy": {"whenDeleted": policy},
            "volumeClaimTemplates": [{"metadata": {"name": "data"}}]}  # fmt: skip
    body = thing("StatefulSet", "db", api="apps/v1", spec=spec)
    lines = described(body, claims=[claim("data-db-0"), claim("data-db-x"), claim("data-other-0")])
    assert [line.split()[1] for line in lines[1:]] == (["persistentvolumeclaim/data-db-0"] if goes else [])


def test_a_claim_that_is_deleted_itself_goes() -> None:
    assert "! persistentvolumeclaim/a (shop) 20Gi goes" in described(claim("a"), claims=[claim("a"), claim("b")])[1]


def test_finalizers_and_definitions_are_told() -> None:
    kind = thing("CustomResourceDefinition", "things.x.io", "", "apiextensions.k8s.io/v1")
    held = thing("ConfigMap", "c", metadata={"finalizers": ["x.io/keep"]})
    assert described(kind, held) == [
        "- customresourcedefinition.apiextensions.k8s.io/things.x.io and every object of its kind",
        "- configmap/c (shop), once 1 finalizer let it go",
    ]


def test_it_is_bounded_and_on_lines_of_its_own() -> None:
    many = [thing("Pod", f"p{number}\n! ok") for number in range(500)]
    lines = described(*many, pods=[pod(f"p{number}\n! ok") for number in range(500)])
    assert lines[50] == "… and 450 more" and len(lines) == 53
    assert all(line.isprintable() and len(line) < 250 for line in lines)


@pytest.mark.parametrize("bad", [None, "x", 5, [], {}, [None], {"a": None}])
@pytest.mark.parametrize("field", ["metadata", "spec", "status"])
def test_no_shape_of_an_object_breaks_it(field: str, bad: object) -> None:
    body = {**pod("p", volumes=[{"emptyDir": {}}]), field: bad}
    assert describe_deletion([body, NODE, SPACE], [body], [body], [body])
