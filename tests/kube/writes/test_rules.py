"""Which changes run, which are shown first, and which are refused."""

import json
import shlex
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from ack_mcp_server.clis.argocd.table import TABLE as ARGOCD
from ack_mcp_server.clis.helm.table import TABLE as HELM
from ack_mcp_server.errors import ConfigurationError
from ack_mcp_server.kube.discovery import Resource
from ack_mcp_server.kube.parse import parse
from ack_mcp_server.kube.table.model import Effect
from ack_mcp_server.kube.writes.change import Change, Touched
from ack_mcp_server.kube.writes.rules import CLI_VERBS, CLOUD_VERBS, Decision, Rule, decide, refused, rules_of
from ack_mcp_server.lifecycle.proposed import Asked
from ack_mcp_server.tools import lifecycle  # noqa: F401 - brings every change of the cloud

PODS = Resource(plural="pods", group="", kind="Pod", namespaced=True, names=frozenset(), categories=())
DEPLOYMENTS = Resource(
    plural="deployments",
    group="apps",
    kind="Deployment",
    namespaced=True,
    names=frozenset({"deployments", "deployment", "deploy"}),
    categories=(),
)
NODES = Resource(plural="nodes", group="", kind="Node", namespaced=False, names=frozenset(), categories=())


def change(command: str, resource: Resource = DEPLOYMENTS, *namespaces: str) -> Change:
    touched = tuple(Touched(resource=resource, namespace=space, name="x") for space in namespaces or ("shop",))
    return Change(command=parse(command, writing=True), cluster_id="c1", caller="me", touched=touched)


@pytest.mark.parametrize(
    ("command", "resource", "namespace", "decision"),
    [
        ("scale deploy/x --replicas=3", DEPLOYMENTS, "shop", Decision.RUN),
        ("scale deploy/x --replicas=0", DEPLOYMENTS, "shop", Decision.ASK),
        ("rollout restart deploy/x", DEPLOYMENTS, "shop", Decision.RUN),
        ("set image deploy/x app=a:2", DEPLOYMENTS, "shop", Decision.RUN),
        ("apply", DEPLOYMENTS, "shop", Decision.RUN),
        ("delete pod x", PODS, "shop", Decision.ASK),
        ("exec x -- ls", PODS, "shop", Decision.ASK),
        ("replace", DEPLOYMENTS, "shop", Decision.ASK),
        ("drain x", NODES, "", Decision.ASK),
        ("cordon x", NODES, "", Decision.ASK),
        ("label deploy x a=b", DEPLOYMENTS, "kube-system", Decision.ASK),
    ],
)
def test_by_default_reversible_changes_run_and_destructive_ones_are_shown(
    command: str, resource: Resource, namespace: str, decision: Decision
) -> None:
    assert decide(rules_of("confirm"), change(command, resource, namespace)) is decision


RUNS: dict[str, Any] = {
    "apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "x"}, "spec": {"replicas": 3},
}  # fmt: skip
HELD: dict[str, Any] = {"metadata": {"deletionTimestamp": "2026-11-21T08:00:00Z", "finalizers": ["a/b"]}}


def patched(patch: Any, before: Any = RUNS, resource: Resource = DEPLOYMENTS) -> Change:
    command = parse(f"patch deploy x -n shop -p {shlex.quote(json.dumps(patch))}", writing=True)
    touched = (Touched(resource=resource, namespace="shop", name="x", before=before),)
    return Change(command=command, cluster_id="c1", caller="me", touched=touched)


@pytest.mark.parametrize(
    "patch",
    [
        {"spec": {"replicas": 0}},
        {"spec": {"replicas": 0.0, "paused": True}},
        [{"op": "replace", "path": "/spec/replicas", "value": 0}],
        [
            {"op": "add", "path": "/metadata/labels/a", "value": "b"},
            {"op": "add", "path": "/spec/replicas", "value": 0},
        ],
        [{"op": "replace", "path": "/spec", "value": {"replicas": 0}}],
        [{"op": "replace", "path": "", "value": {"spec": {"replicas": 0}}}],
        [{"op": "copy", "from": "/spec/minReadySeconds", "path": "/spec/replicas"}],
        [{"op": "move", "from": "/status/x", "path": "/spec"}],
        [{"op": "copy", "from": "/a", "path": "/spec/replicas", "value": 5}],
        [{"op": "replace", "path": "x/spec/replicas", "value": 0}],
        [{"op": "copy", "from": "/a", "path": ""}],
    ],
)
def test_a_patch_that_leaves_nothing_running_is_shown(patch: Any) -> None:
    assert decide(rules_of("confirm"), patched(patch)) is Decision.ASK


@pytest.mark.parametrize(
    "patch",
    [
        {"spec": {"replicas": 1}},
        {"spec": {"replicas": None}},
        {"spec": {"template": {"spec": {"replicas": 0}}}},
        {"spec": []},
        [{"op": "test", "path": "/spec/replicas", "value": 0}],
        [{"op": "replace", "path": "/spec/minReadySeconds", "value": 0}],
        [1, None, {}, {"op": "add"}, {"op": [], "path": {}, "value": []}],
        [{"op": "remove", "path": "/spec/replicas"}],
    ],
)
def test_a_patch_that_leaves_something_running_runs(patch: Any) -> None:
    assert decide(rules_of("confirm"), patched(patch)) is Decision.RUN


@pytest.mark.parametrize("before", [None, {**RUNS, "spec": {"replicas": 0}}])
def test_where_nothing_runs_a_patch_to_nothing_runs(before: Any) -> None:
    assert decide(rules_of("confirm"), patched({"spec": {"replicas": 0}}, before)) is Decision.RUN


JOB = Resource(plural="jobs", group="batch", kind="Job", namespaced=True, names=frozenset(), categories=())
DAEMON = Resource(
    plural="daemonsets", group="apps", kind="DaemonSet", namespaced=True, names=frozenset(), categories=()
)


def on_nodes(**labels: str) -> Any:
    return {"spec": {"template": {"spec": {"nodeSelector": labels}}}}


@pytest.mark.parametrize(
    ("resource", "patch"),
    [
        (JOB, {"spec": {"parallelism": 0}}),
        (JOB, {"spec": {"suspend": True}}),
        (DAEMON, on_nodes(none="x")),
        (DAEMON, [{"op": "add", "path": "/spec/template/spec/nodeSelector/none", "value": "x"}]),
        (DAEMON, {"spec": {"template": {"spec": {"affinity": {"nodeAffinity": {}, "a": 1}}}}}),
        (DAEMON, {"spec": {"template": {"spec": {"nodeName": "none"}}}}),
        (JOB, {"spec": {"activeDeadlineSeconds": 1}}),
        (JOB, {"spec": {"ttlSecondsAfterFinished": 0}}),
        (DAEMON, [{"op": "copy", "from": "/metadata/labels", "path": "/spec/template/spec/nodeSelector"}]),
        (DEPLOYMENTS, {"metadata": {"ownerReferences": [{"kind": "Deployment", "name": "gone", "uid": "0"}]}}),
    ],
)
def test_other_ways_to_leave_nothing_running_are_shown(resource: Resource, patch: Any) -> None:
    assert decide(rules_of("confirm"), patched(patch, {"spec": {}}, resource)) is Decision.ASK


@pytest.mark.parametrize(
    ("resource", "patch"),
    [
        (JOB, {"spec": {"suspend": False}}),
        (DAEMON, {"spec": {"template": {"spec": {"nodeSelector": {"kubernetes.io/os": "linux"}}}}}),
        (DAEMON, {"spec": {"template": {"spec": {"nodeSelector": {"kubernetes.io/os": None, "$patch": "delete"}}}}}),
        (DAEMON, [{"op": "remove", "path": "/spec/template/spec/nodeSelector/kubernetes.io~1os"}]),
        (JOB, {"spec": {"activeDeadlineSeconds": None}}),
        (DEPLOYMENTS, on_nodes(none="x")),  # its controller keeps what runs until others do
    ],
)
def test_what_leaves_pods_where_they_are_runs(resource: Resource, patch: Any) -> None:
    assert (
        decide(rules_of("confirm"), patched(patch, on_nodes(**{"kubernetes.io/os": "linux"}), resource)) is Decision.RUN
    )


def test_a_secret_that_is_not_there_yet_is_made_at_once() -> None:
    secrets = Resource(plural="secrets", group="", kind="Secret", namespaced=True, names=frozenset(), categories=())
    body = json.dumps({"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "x"}}).encode()
    touched = Touched(resource=secrets, namespace="shop", name="x")
    made = Change(
        command=parse("apply", writing=True), cluster_id="c1", caller="me", touched=(touched,), documents=body
    )
    assert decide(rules_of("confirm"), made) is Decision.RUN
    assert decide(rules_of("confirm"), replace(made, touched=(replace(touched, before={"data": {}}),))) is Decision.ASK


def test_documents_of_one_name_are_told_apart_by_their_namespace() -> None:
    bodies = [{**RUNS, "metadata": {"name": "x", "namespace": space}, "spec": {"replicas": many}}
              for space, many in (("prod", 3), ("dev", 0))]  # fmt: skip
    touched = [Touched(resource=DEPLOYMENTS, namespace=space, name="x", before=RUNS) for space in ("prod", "dev")]
    made = Change(command=parse("apply", writing=True), cluster_id="c1", caller="me", touched=tuple(touched),
                  documents="\n".join(map(json.dumps, bodies)).encode())  # fmt: skip
    rules = (Rule(decision=Decision.REFUSE, verbs=("scale to 0",)), Rule(decision=Decision.RUN))
    assert [each.title for each in refused(rules, made)] == ["deployment.apps/x (dev)"]


def test_a_manifest_that_leaves_nothing_running_is_shown() -> None:
    body = json.dumps({**RUNS, "spec": {"replicas": 0}}).encode()
    touched = Touched(resource=DEPLOYMENTS, namespace="shop", name="x", before=RUNS)
    command = parse("apply", writing=True)
    made = Change(command=command, cluster_id="c1", caller="me", touched=(touched,), documents=body)
    assert decide(rules_of("confirm"), made) is Decision.ASK
    assert decide(rules_of("confirm"), replace(made, touched=(replace(touched, name="y"),))) is Decision.RUN


@pytest.mark.parametrize(
    "patch",
    [
        {"metadata": {"finalizers": None}},
        {"metadata": {"$deleteFromPrimitiveList/finalizers": ["a/b"]}},
        [{"op": "remove", "path": "/metadata/finalizers/0"}],
        [{"op": "move", "from": "/metadata/finalizers/0", "path": "/metadata/annotations/x"}],
        {"$patch": "replace", "metadata": {"name": "x"}},
    ],
)
def test_a_patch_of_what_is_held_from_being_gone_is_shown(patch: Any) -> None:
    assert decide(rules_of("confirm"), patched(patch, HELD)) is Decision.ASK
    going = {"metadata": {"deletionTimestamp": "2026-11-21T08:00:00Z"}}
    assert decide(rules_of("confirm"), patched(patch, going)) is Decision.RUN


@pytest.mark.parametrize("verb", ["apply", "replace"])
def test_a_manifest_of_what_is_held_ends_its_deletion_wherever_it_says_that_it_is(verb: str) -> None:
    volumes = Resource(plural="persistentvolumes", group="", kind="PersistentVolume", namespaced=False,
                       names=frozenset(), categories=())  # fmt: skip
    body = {"apiVersion": "v1", "kind": "PersistentVolume", "metadata": {"name": "x", "namespace": "default"}}
    touched = Touched(resource=volumes, namespace="", name="x", before=HELD)
    made = Change(command=parse(verb, writing=True), cluster_id="c1", caller="me", touched=(touched,),
                  documents=json.dumps(body).encode())  # fmt: skip
    rules = (Rule(decision=Decision.REFUSE, verbs=("remove finalizers",)), Rule(decision=Decision.RUN))
    assert decide(rules, made) is Decision.REFUSE


OWNED = {"metadata": {"ownerReferences": [{"uid": "1"}, {"uid": "2"}]}}


@pytest.mark.parametrize(
    "patch",
    [
        [{"op": "remove", "path": "/metadata/ownerReferences/0"}],
        {"metadata": {"ownerReferences": [{"uid": "1", "$patch": "delete"}]}},
        {"metadata": {"ownerReferences": [{"uid": "2"}, {"uid": "1"}]}},
    ],
)
def test_an_owner_fewer_is_no_end(patch: Any) -> None:
    assert decide(rules_of("confirm"), patched(patch, OWNED)) is Decision.RUN


@pytest.mark.parametrize("kind", ["Deployment", "deployment", "deployments", "deployments.apps", "deploy"])
def test_a_rule_names_a_kind_as_kubectl_does(tmp_path: Path, kind: str) -> None:
    file = tmp_path / "rules.yaml"
    file.write_text(f"- {{decision: refuse, kinds: [{kind}]}}\n- {{decision: run}}\n")
    assert decide(rules_of(str(file)), change("label deploy x a=b")) is Decision.REFUSE


@pytest.mark.parametrize("verb", ["Rollout", "rollout restart", "rollout"])
def test_a_rule_names_a_verb_by_all_its_words_or_the_first(tmp_path: Path, verb: str) -> None:
    file = tmp_path / "rules.yaml"
    file.write_text(f"- {{decision: refuse, verbs: [{verb}]}}\n- {{decision: run}}\n")
    assert decide(rules_of(str(file)), change("rollout restart deploy/x")) is Decision.REFUSE


@pytest.mark.parametrize("verb", ["delet", "get", "scale to nothing", ""])
def test_a_rule_for_a_verb_that_there_is_not_stops_the_start(tmp_path: Path, verb: str) -> None:
    file = tmp_path / "rules.yaml"
    file.write_text(f'- {{decision: refuse, verbs: ["{verb}"]}}\n')
    with pytest.raises(ConfigurationError, match="is no verb that changes something"):
        rules_of(str(file))


def test_every_tool_that_changes_something_has_its_words_in_the_rules() -> None:
    tools = {asked.tool for asked in Asked.__subclasses__()}
    programs = {verb.name for table in (HELM, ARGOCD) for verb in table.offered if verb.effect is Effect.WRITE}
    assert len(tools) == 13 and tools <= CLOUD_VERBS
    assert programs <= CLI_VERBS


def test_the_strictest_decision_about_any_object_counts() -> None:
    assert (
        decide(rules_of("confirm"), change("label deploy x y a=b", DEPLOYMENTS, "shop", "kube-system")) is Decision.ASK
    )


@pytest.mark.parametrize(("policy", "decision"), [("direct", Decision.RUN), ("confirm-all", Decision.ASK)])
def test_a_policy_may_run_all_or_show_all(policy: str, decision: Decision) -> None:
    for command in ("delete pod x", "scale deploy/x --replicas=3"):
        assert decide(rules_of(policy), change(command)) is decision


def test_the_first_rule_of_a_file_that_fits_decides_and_what_none_fits_is_shown(tmp_path: Path) -> None:
    file = tmp_path / "rules.yaml"
    file.write_text(
        "- {decision: refuse, verbs: [delete], kinds: [deployments.apps]}\n- {decision: run, namespaces: [shop]}\n"
    )
    rules = rules_of(str(file))
    assert decide(rules, change("delete deploy x")) is Decision.REFUSE
    assert decide(rules, change("delete pod x", PODS)) is Decision.RUN
    assert decide(rules, change("delete pod x", PODS, "other")) is Decision.ASK


@pytest.mark.parametrize(
    "text",
    ["", "x: y", "- decision: maybe", "- {decision: run, verbs: delete}", "- {decision: run, colour: [red]}", "- ["],
)
def test_a_file_that_holds_no_rules_stops_the_start(tmp_path: Path, text: str) -> None:
    file = tmp_path / "rules.yaml"
    file.write_text(text)
    with pytest.raises(ConfigurationError):
        rules_of(str(file))


def test_a_policy_that_is_neither_a_name_nor_a_file_stops_the_start() -> None:
    with pytest.raises(ConfigurationError, match="no policy and no file"):
        rules_of("/nonexistent")


def test_a_change_that_touches_nothing_known_is_shown() -> None:
    nothing = Change(command=parse("delete pod x", writing=True), cluster_id="c1", caller="me", touched=())
    assert decide(rules_of("direct"), nothing) is Decision.ASK
