"""What the verbs about the cluster say where API servers differ; ordinary answers are compared with kubectl's own in
the differential test."""

import json
from typing import Any

import pytest
from aiohttp import web
from hypothesis import given
from hypothesis import strategies as st

from ack_mcp_server.kube.native.cluster.api_resources import api_resources
from ack_mcp_server.kube.native.cluster.api_versions import api_versions
from ack_mcp_server.kube.native.cluster.can_i import can_i
from ack_mcp_server.kube.native.cluster.cluster_info import cluster_info
from ack_mcp_server.kube.native.cluster.rules import rules_table
from ack_mcp_server.kube.native.cluster.version import version
from ack_mcp_server.kube.native.cluster.whoami import whoami
from ack_mcp_server.kube.native.said import NotUnderstood, UsageError
from tests.conftest import needs
from tests.kube.native.answering import Answer, groups, run

ACCESS = "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews"
RULES = "/apis/authorization.k8s.io/v1/selfsubjectrulesreviews"
REVIEW = "/apis/authentication.k8s.io/{}/selfsubjectreviews"
SERVICES = "/api/v1/namespaces/kube-system/services"
WORDS = st.lists(st.sampled_from(["a", "b", "c"]), min_size=1, max_size=3, unique=True)


def kind(plural: str, name: str, **more: Any) -> dict[str, Any]:
    found = {"resource": plural, "responseKind": {"kind": name}, "scope": "Cluster", "verbs": ["get"]}
    return {**found, **more}


def group(name: str, *versions: dict[str, Any]) -> dict[str, Any]:
    return {"metadata": {"name": name}, "versions": list(versions)}


def refused(code: int, reason: str, message: str) -> Answer:
    async def answer(_request: web.Request) -> web.Response:
        return web.json_response({"kind": "Status", "reason": reason, "message": message}, status=code)

    return answer


async def test_a_no_says_why_and_has_exit_code_1() -> None:
    why = {"allowed": False, "reason": "no rule", "evaluationError": "role gone"}
    printed = await run(can_i, {ACCESS: {"status": why}}, "auth can-i get /metrics")
    assert (printed.stdout, printed.stderr, printed.exit_code) == ("no - no rule - role gone\n", "", 1)


async def test_a_quiet_no_is_an_exit_code_alone() -> None:
    printed = await run(can_i, {ACCESS: {"status": {}}}, "auth can-i get /metrics --quiet")
    assert (printed.stdout, printed.stderr, printed.exit_code) == ("", "", 1)


async def test_warnings_stand_before_a_refusal() -> None:
    answers = {ACCESS: refused(403, "Forbidden", "not you")}
    printed = await run(can_i, answers, "auth can-i frob /metrics")
    assert printed.stderr == "Warning: verb 'frob' is not a known verb\n\nError from server (Forbidden): not you\n"


async def test_what_is_asked_of_the_authorizer_holds_only_what_was_given() -> None:
    asked: list[dict[str, Any]] = []

    async def answer(request: web.Request) -> web.Response:
        asked.append((await request.json())["spec"])
        return web.json_response({"status": {"allowed": True}})

    await run(can_i, {ACCESS: answer}, "auth can-i get pods/web-0 -n shop --subresource=log")
    attributes = {"namespace": "shop", "verb": "get", "resource": "pods", "subresource": "log", "name": "web-0"}
    assert asked == [{"resourceAttributes": attributes}]


async def test_a_list_of_rules_that_may_be_incomplete_says_so() -> None:
    status = {"incomplete": True, "evaluationError": "webhook away", "resourceRules": [], "nonResourceRules": []}
    printed = await run(can_i, {RULES: {"status": status}}, "auth can-i --list --no-headers")
    assert (printed.stdout, printed.stderr) == ("", "Warning: the list may be incomplete: webhook away\n")


@given(st.lists(st.tuples(WORDS, WORDS, WORDS), max_size=4))
def test_the_table_of_rules_joins_them_by_resource_and_loses_none(rules: list[tuple[list[str], ...]]) -> None:
    status = {"resourceRules": [{"verbs": v, "apiGroups": g, "resources": r} for v, g, r in rules]}
    rows = [line.split() for line in rules_table(status, headed=False).splitlines()]
    shown = {(what, verb) for what, _, _, *verbs in rows for verb in " ".join(verbs).strip("[]").split()}
    assert shown == {(f"{r}.{g}", verb) for v, gs, rs in rules for g in gs for r in rs for verb in v}
    assert len({row[0] for row in rows}) == len(rows)


async def test_rules_are_in_the_order_of_their_verbs() -> None:
    status = {
        "resourceRules": [
            {"verbs": ["list"], "apiGroups": [""], "resources": ["pods", "pods/log"]},
            {"verbs": ["get"], "apiGroups": ["apps"], "resources": ["deployments/scale"], "resourceNames": ["a"]},
        ],
        "nonResourceRules": [{"verbs": ["head"], "nonResourceURLs": ["/x"]}],
    }
    rows = [line.split() for line in rules_table(status, headed=False).splitlines()]
    assert rows == [
        ["deployments.apps/scale", "[]", "[a]", "[get]"],
        ["[/x]", "[]", "[head]"],
        ["pods/log", "[]", "[]", "[list]"],
        ["pods", "[]", "[]", "[list]"],
    ]


async def test_an_older_api_server_is_asked_in_an_older_version() -> None:
    who = {"username": "u", "uid": "id-1", "groups": ["a", "b c"], "extra": {"z": ["1", "2"], "k": ["3"]}}
    printed = await run(whoami, {REVIEW.format("v1beta1"): {"status": {"userInfo": who}}}, "auth whoami")
    assert printed.stdout == (
        "ATTRIBUTE   VALUE\nUsername    u\nUID         id-1\nGroups      [a b c]\nExtra: k    [3]\nExtra: z    [1 2]\n"
    )


@pytest.mark.parametrize(
    ("answers", "end"),
    [({}, ""), ({REVIEW.format("v1"): refused(403, "Forbidden", "no")}, " or you do not have permission to call it")],
)
async def test_an_api_server_that_does_not_tell(answers: dict[str, Answer], end: str) -> None:
    with pytest.raises(UsageError) as caught:
        await run(whoami, answers, "auth whoami")
    assert caught.value.line == f"error: the selfsubjectreviews API is not enabled in the cluster{end}"


async def test_an_identity_as_json_is_in_the_order_of_the_api() -> None:
    answer = {"metadata": {"creationTimestamp": "2026-11-21T08:00:00Z"}, "status": {"userInfo": {"username": "u"}}}
    printed = await run(whoami, {REVIEW.format("v1"): answer}, "auth whoami -o json")
    assert list(json.loads(printed.stdout)) == ["kind", "apiVersion", "metadata", "status"]


async def test_an_identity_that_go_would_escape_is_left_to_kubectl() -> None:
    answer = {"status": {"userInfo": {"username": "a<b"}}}
    with pytest.raises(NotUnderstood):
        await run(whoami, {REVIEW.format("v1"): answer}, "auth whoami -o json")


@pytest.mark.parametrize(
    ("service", "told"),
    [
        ({"spec": {"ports": [{"port": 443}]}}, "dns is running at {}/api/v1/namespaces/n/services/https:dns:/proxy"),
        ({"spec": {"ports": [{"port": 80}]}}, "dns is running at {}/api/v1/namespaces/n/services/dns/proxy"),
        ({"spec": {}}, "dns is running at {}/api/v1/namespaces/n/services/dns/proxy"),
        (
            {
                "spec": {"ports": [{"port": 80}, {"port": 81}]},
                "status": {"loadBalancer": {"ingress": [{"hostname": "lb"}]}},
            },
            "dns is running at http://lb:80 http://lb:81 ",
        ),
    ],
)
async def test_where_a_service_is(service: dict[str, Any], told: str) -> None:
    items = [{"metadata": {"name": "dns", "namespace": "n"}, **service}]
    lines = (await run(cluster_info, {SERVICES: {"items": items}}, "cluster-info")).stdout.splitlines()
    assert lines[1] == told.format(lines[0].rpartition(" ")[2])


async def test_a_refused_look_at_services_leaves_the_hint() -> None:
    printed = await run(cluster_info, {SERVICES: refused(403, "Forbidden", "no")}, "cluster-info")
    assert (printed.stderr, printed.exit_code) == ("Error from server (Forbidden): no\n", 1)
    assert printed.stdout.startswith("\nTo further debug")


async def test_a_kind_is_listed_in_the_preferred_version_or_the_one_that_has_it() -> None:
    newer = {"version": "v2", "resources": [kind("boats", "Boat")]}
    older = {"version": "v1", "resources": [kind("boats", "Boat"), kind("anchors", "Anchor")]}
    printed = await run(api_resources, {"/apis": groups(group("sea", newer, older))}, "api-resources --no-headers")
    assert [line.split()[:2] for line in printed.stdout.splitlines()] == [["anchors", "sea/v1"], ["boats", "sea/v2"]]


async def test_a_group_whose_server_is_away_is_left_out_and_the_others_are_listed() -> None:
    away = group("metrics.k8s.io", {"version": "v1beta1", "freshness": "Stale"})
    here = group("sea", {"version": "v1", "resources": [kind("boats", "Boat")]}, {"version": "v1beta1"})
    answers: dict[str, Answer] = {"/apis": groups(away, here)}
    assert (await run(api_resources, answers, "api-resources -o name")).stdout == "boats.sea\n"
    assert (await run(api_versions, answers, "api-versions")).stdout == "sea/v1\nsea/v1beta1\n"


async def test_an_older_api_server_that_cannot_tell_all_kinds_says_which() -> None:
    entry = {"version": "v1beta1"}
    answers: dict[str, Answer] = {
        "/api": {"kind": "APIVersions", "versions": ["v1"]},
        "/apis": {"groups": [{"name": "metrics.k8s.io", "versions": [entry], "preferredVersion": entry}]},
        "/api/v1": {"resources": [{"name": "nodes", "kind": "Node", "namespaced": False, "verbs": ["get"]}]},
        "/apis/metrics.k8s.io/v1beta1": refused(503, "ServiceUnavailable", "it is away"),
    }
    printed = await run(api_resources, answers, "api-resources -o name")
    assert (printed.stdout, printed.exit_code) == ("nodes\n", 1)
    assert printed.stderr == (
        "error: unable to retrieve the complete list of server APIs: metrics.k8s.io/v1beta1: it is away\n"
    )


async def test_without_kubectl_there_is_a_server_version_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    printed = await run(version, {"/version": {"gitVersion": "v1.36.1"}}, "version")
    assert printed.stdout == "Server Version: v1.36.1\n"
    assert "no client version" in printed.stderr


async def test_without_kubectl_a_server_version_as_json(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    printed = await run(version, {"/version": {"major": "1", "gitVersion": "v1.36.1"}}, "version -o json")
    assert json.loads(printed.stdout) == {"serverVersion": {"major": "1", "gitVersion": "v1.36.1"}}


@needs("kubectl")
async def test_with_kubectl_the_versions_are_left_to_it() -> None:
    with pytest.raises(NotUnderstood):
        await run(version, {"/version": {"gitVersion": "v1.36.1"}}, "version")


async def test_without_kubectl_the_clients_own_version_is_not_made_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    with pytest.raises(NotUnderstood):
        await run(version, {}, "version --client")
