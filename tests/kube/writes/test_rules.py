"""Which changes run, which are shown first, and which are refused."""

from pathlib import Path

import pytest

from ack_mcp_server.errors import ConfigurationError
from ack_mcp_server.kube.discovery import Resource
from ack_mcp_server.kube.parse import parse
from ack_mcp_server.kube.writes.change import Change, Touched
from ack_mcp_server.kube.writes.rules import Decision, decide, rules_of

PODS = Resource(plural="pods", group="", kind="Pod", namespaced=True, names=frozenset(), categories=())
DEPLOYMENTS = Resource(
    plural="deployments", group="apps", kind="Deployment", namespaced=True, names=frozenset(), categories=()
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
