"""Changes through the door: what runs, what is shown first, what a plan is good for, and what is never done."""

import asyncio
import re
from collections.abc import Callable

import pytest
from fastmcp import Client
from fastmcp.client.elicitation import ElicitResult

from ack_mcp_server.app import build_app
from ack_mcp_server.settings import Settings
from tests.conftest import CANARY, Door, Region, door_to, needs
from tests.kube.writes.writer import WEB, Writer, plan_of

pytestmark = needs("kubectl")


async def replicas(writer: Writer, name: str) -> str:
    return await writer.ok(f"get deploy {name} -n shop -o jsonpath={{.spec.replicas}}")


async def test_a_reversible_change_is_done_at_once(writer: Writer) -> None:
    name = await writer.made("at-once")
    told = await writer.ok(f"scale deploy/{name} -n shop --replicas=3")
    assert f"deployment.apps/{name} scaled" in told
    assert f"rollout status deployment/{name} -n shop tells when it has taken effect" in told
    assert (await replicas(writer, name)).endswith("\n3")


async def test_a_destructive_change_is_shown_and_done_with_its_plan(writer: Writer) -> None:
    name = await writer.made("shown")
    shown = await writer.ok(f"scale deploy/{name} -n shop --replicas=0")
    assert "nothing is changed yet" in shown.splitlines()[0]
    assert "spec.replicas: 2 -> 0" in shown
    assert (await replicas(writer, name)).endswith("\n2")
    done = await writer.ok(f"scale deploy/{name} -n shop --replicas=0", plan_id=plan_of(shown))
    assert "scaled" in done
    assert (await replicas(writer, name)).endswith("\n0")


async def test_a_deletion_names_what_goes_with_it(writer: Writer) -> None:
    name = await writer.made("goes")
    shown = await writer.ok(f"delete deploy {name} -n shop")
    assert f"deployment.apps/{name}" in shown
    await writer.ok(f"delete deploy {name} -n shop", plan_id=plan_of(shown))
    assert "not found" in await writer.error(f"get deploy {name} -n shop")


@pytest.mark.parametrize(
    ("command", "cluster"),
    [("scale deploy/{name} -n shop --replicas=0", "private"), ("delete deploy {name} -n shop", "staging")],
)
async def test_a_plan_is_of_no_use_for_anything_else(
    writer: Writer, own_region: Region, writing: Callable[..., Settings], command: str, cluster: str
) -> None:
    name = await writer.made("elsewhere")
    plan = plan_of(await writer.ok(f"scale deploy/{name} -n shop --replicas=0"))
    if cluster == "private":
        told = await writer.error(command.format(name=name).replace("replicas=0", "replicas=1"), plan_id=plan)
    else:
        told = await writer.error(command.format(name=name), plan_id=plan)
    assert told.startswith("InvalidInput: no plan of this id belongs to this call")


async def test_a_plan_is_taken_once_also_by_two_calls_at_once(writer: Writer) -> None:
    name = await writer.made("race")
    command = f"scale deploy/{name} -n shop --replicas=0"
    plan = plan_of(await writer.ok(command))
    replies = await asyncio.gather(*(writer.call(command, plan_id=plan) for _ in range(4)))
    assert sorted(reply.is_error for reply in replies) == [False, True, True, True]


async def test_a_plan_is_refused_when_the_object_has_changed(writer: Writer) -> None:
    name = await writer.made("changed")
    command = f"scale deploy/{name} -n shop --replicas=0"
    plan = plan_of(await writer.ok(command))
    await writer.ok(f"scale deploy/{name} -n shop --replicas=5")
    told = await writer.error(command, plan_id=plan)
    assert told.startswith("Conflict: things have changed since the plan was made")
    assert (await replicas(writer, name)).endswith("\n5")


async def test_a_diff_shows_that_a_secret_changes_and_not_what_it_is(
    own_region: Region, writing: Callable[..., Settings]
) -> None:
    async with door_to(writing(write_policy="confirm-all")) as door:
        writer = Writer(door, own_region.cluster("staging"))
        shown = await writer.ok("apply", manifest=WEB.format(name="secretive", secret=f"one-{CANARY}"))
        await writer.ok("apply", manifest=WEB.format(name="secretive", secret=f"one-{CANARY}"), plan_id=plan_of(shown))
        again = await writer.ok("apply", manifest=WEB.format(name="secretive", secret=f"two-{CANARY}"))
    assert CANARY not in shown + again
    assert "DB_PASSWORD" in again


async def test_a_rule_may_refuse(own_region: Region, writing: Callable[..., Settings], tmp_path) -> None:  # type: ignore[no-untyped-def]
    file = tmp_path / "rules.yaml"
    file.write_text("- {decision: refuse, verbs: [delete]}\n- {decision: run}\n")
    async with door_to(writing(write_policy=str(file))) as door:
        told = await Writer(door, own_region.cluster("staging")).error("delete pod x -n shop --ignore-not-found")
    assert told.startswith("NotEnabled: the rules of this server refuse delete on pod/x")


@pytest.mark.parametrize(
    ("patch", "wish"),
    [
        ('{"spec":{"template":{"spec":{"hostNetwork":true}}}}', "hostNetwork"),
        (
            '{"spec":{"template":{"spec":{"containers":[{"name":"app","securityContext":{"privileged":true}}]}}}}',
            "privileged",
        ),
        ('{"spec":{"template":{"spec":{"volumes":[{"name":"h","hostPath":{"path":"/"}}]}}}}', "hostPath"),
    ],
)
async def test_pods_that_reach_into_their_node_need_a_flag(writer: Writer, patch: str, wish: str) -> None:
    name = await writer.made("reaching")
    told = await writer.error(f"patch deploy {name} -n shop -p '{patch}'")
    assert told.startswith("NotEnabled: pods that ask for")
    assert wish in told


async def test_a_manifest_is_bounded_document_by_document(own_region: Region, writing: Callable[..., Settings]) -> None:
    bounded = writing(namespaces=("shop",), deny_kinds=("Secret",))
    documents = {
        "kind: ConfigMap\napiVersion: v1\nmetadata: {name: a, namespace: kube-system}": "namespace 'kube-system'",
        "kind: Secret\napiVersion: v1\nmetadata: {name: a, namespace: shop}": "secrets are not touched",
        "kind: Namespace\napiVersion: v1\nmetadata: {name: a}": "belong to the whole cluster",
        "kind: List\napiVersion: v1\nitems:\n- {kind: Secret, apiVersion: v1, metadata: {name: a}}": "secrets are not",
    }
    good = "kind: ConfigMap\napiVersion: v1\nmetadata: {name: good, namespace: shop}\n---\n"
    async with door_to(bounded) as door:
        writer = Writer(door, own_region.cluster("staging"))
        for document, why in documents.items():
            assert why in await writer.error("apply -n shop", manifest=good + document)
        assert "not found" in await writer.error("get cm good -n shop")


async def test_documents_of_several_allowed_namespaces_need_no_namespace_of_the_command(
    own_region: Region, writing: Callable[..., Settings]
) -> None:
    manifest = "".join(
        f"---\nkind: ConfigMap\napiVersion: v1\nmetadata: {{name: both, namespace: {space}}}\n"
        for space in ("shop", "default")
    )
    async with door_to(writing(namespaces=("shop", "default"))) as door:
        writer = Writer(door, own_region.cluster("staging"))
        assert (await writer.ok("apply", manifest=manifest)).count("serverside-applied") == 2
        assert "shown" not in await writer.error("apply", manifest=manifest.replace("default", "kube-system"))


async def test_a_server_that_must_ask_a_person_refuses_a_client_that_cannot(
    own_region: Region, writing: Callable[..., Settings]
) -> None:
    async with door_to(writing(require_elicitation=True)) as door:
        writer = Writer(door, own_region.cluster("staging"))
        name = await writer.made("unasked")
        told = await writer.error(f"delete deploy {name} -n shop")
        assert "this client cannot ask one" in told
        assert name in await writer.ok(f"get deploy {name} -n shop")


async def test_a_writing_server_does_not_list_its_kubectl_as_reading(writing: Callable[..., Settings]) -> None:
    async with door_to(writing()) as door:
        tools = {tool.name: tool for tool in await door.client.list_tools()}
    annotations = tools["ack_kubectl"].annotations
    assert annotations is not None
    assert not annotations.read_only_hint
    assert annotations.destructive_hint


@pytest.mark.parametrize("mode", ["auto", "legacy"])
@pytest.mark.parametrize(("answer", "left"), [("yes", "0"), ("no", "2")])
async def test_a_person_decides_where_the_client_can_ask_one(
    own_region: Region, writing: Callable[..., Settings], mode: str, answer: str, left: str
) -> None:
    asked: list[str] = []

    async def person(message: str, *_: object) -> ElicitResult[dict[str, str]]:
        asked.append(message)
        return ElicitResult(action="accept", content={"apply": answer})

    name = f"decided-{mode}-{answer}"
    app = build_app(writing(require_elicitation=True))
    async with Client(app, mode=mode, elicitation_handler=person) as client:
        writer = Writer(Door(client), own_region.cluster("staging"))
        await writer.made(name)
        told = await writer.ok(f"scale deploy/{name} -n shop --replicas=0")
        assert (await replicas(writer, name)).endswith(f"\n{left}")
    assert len(asked) == 1
    assert "spec.replicas: 2 -> 0" in asked[0]
    assert ("scaled" in told) is (answer == "yes")


async def test_undoing_shows_the_template_that_comes_back(own_region: Region, writing: Callable[..., Settings]) -> None:
    async with door_to(writing()) as door:
        writer = Writer(door, own_region.cluster("staging"))
        name = await writer.made("undone")
        command = f"rollout undo deploy/{name} -n shop"
        await writer.revisions(name, 1)
        await writer.ok(f"set image deploy/{name} app=docker.io/library/nginx:1.22 -n shop")
        await writer.revisions(name, 2)
    async with door_to(writing(write_policy="confirm-all")) as door:
        shown = await Writer(door, own_region.cluster("staging")).ok(command)
    assert 'nginx:1.22" -> "docker.io/library/nginx:1.21"' in shown


async def test_a_rehearsal_changes_nothing_and_needs_no_plan(writer: Writer) -> None:
    name = await writer.made("rehearsed")
    assert "(server dry run)" in await writer.ok(f"delete deploy {name} -n shop --dry-run=server")
    assert name in await writer.ok(f"get deploy {name} -n shop")


async def test_of_several_documents_it_is_told_which_were_applied_and_why_others_were_not(writer: Writer) -> None:
    good = "kind: ConfigMap\napiVersion: v1\nmetadata: {name: in-order, namespace: shop}\n"
    bad = "kind: ConfigMap\napiVersion: v1\nmetadata: {name: out-of-place, namespace: nosuch}\n"
    told = await writer.error("apply", manifest=f"{good}---\n{bad}")
    assert "configmap/in-order serverside-applied" in told
    assert 'namespaces "nosuch" not found' in told
    assert "1 of 2 documents are done. Left: document 2 (configmap/out-of-place in nosuch)." in told
    assert "send only these" in told


@pytest.mark.slow
@pytest.mark.parametrize("verb", ["apply", "create"])
async def test_the_documents_that_are_left_are_all_that_has_to_be_sent_again(writer: Writer, verb: str) -> None:
    made = "kind: ConfigMap\napiVersion: v1\nmetadata: {{name: {name}, namespace: {namespace}}}\n"
    names = [(f"{verb}-one", "shop"), (f"{verb}-two", "nosuch"), (f"{verb}-three", "shop"), (f"{verb}-four", "nosuch")]
    manifest = "---\n".join(made.format(name=name, namespace=namespace) for name, namespace in names)
    told = await writer.error(verb, manifest=manifest)
    left = [int(number) for number in re.findall(r"(\d) \(configmap/", told)]
    assert left == [2, 4]
    again = "---\n".join(made.format(name=names[number - 1][0], namespace="shop") for number in left)
    done = await writer.ok(verb, manifest=again)
    assert f"configmap/{verb}-two" in done and f"configmap/{verb}-four" in done


@pytest.mark.slow
async def test_what_the_api_server_names_is_not_called_left(writer: Writer) -> None:
    good = "kind: ConfigMap\napiVersion: v1\nmetadata: {generateName: drawn-, namespace: shop}\n"
    bad = "kind: ConfigMap\napiVersion: v1\nmetadata: {name: lost, namespace: nosuch}\n"
    told = await writer.error("create", manifest=f"{good}---\n{bad}")
    assert "A part of it may have been done" in told


async def test_a_conflict_names_who_owns_what(writer: Writer) -> None:
    name = await writer.made("owned")
    await writer.ok(f"scale deploy/{name} -n shop --replicas=4")
    told = await writer.error("apply", manifest=WEB.format(name=name, secret="hunter2-hunter2"))
    assert ".spec.replicas" in told
    assert 'conflict with "kubectl' in told


async def test_exec_returns_both_streams_and_the_exit_code(
    own_region: Region, writing: Callable[..., Settings]
) -> None:
    async with door_to(writing(write_policy="direct")) as door:
        writer = Writer(door, own_region.cluster("production"))
        assert "/dev" in await writer.ok("exec -n shop deploy/frontend -- df -h")
        told = await writer.error("exec -n shop deploy/frontend -- nosuch-command")
    assert "exit code" in told


async def test_what_exec_prints_holds_no_secret(own_region: Region, writing: Callable[..., Settings]) -> None:
    async with door_to(writing(write_policy="direct")) as door:
        told = await Writer(door, own_region.cluster("production")).ok("exec -n shop deploy/frontend -- env")
    assert "PATH=" in told
    assert CANARY not in told


async def test_a_privilege_in_a_word_that_only_kubectl_reads_as_yes_is_noticed(writer: Writer) -> None:
    name = await writer.made("reads-yes")
    patch = "spec: {template: {spec: {hostNetwork: y}}}"
    assert "hostNetwork" in await writer.error(f"patch deploy {name} -n shop -p '{patch}'")


@pytest.mark.parametrize("how", ["lose", pytest.param("hang", marks=pytest.mark.slow)])
async def test_a_change_whose_answer_is_lost_is_told_as_unknown_and_not_repeated(
    own_region: Region, writing: Callable[..., Settings], how: str
) -> None:
    async with door_to(writing(kubectl_timeout=3)) as door:
        writer = Writer(door, own_region.cluster("staging"))
        name = await writer.made(f"unknown-{how}")
        path = f"/apis/apps/v1/namespaces/shop/deployments/{name}/scale"
        more = {"method": "PATCH"} if how == "lose" else {}
        own_region.order("staging", how, path=path, times=20, **more)
        told = await writer.error(f"scale deploy/{name} -n shop --replicas=3")
        own_region.order("staging", "clear")
        assert told.startswith("DeadlineExceeded: ")
        assert "is not known" in told
        assert "Next: Look with get" in told
        assert (await replicas(writer, name)).endswith("\n3" if how == "lose" else "\n2")


@pytest.mark.slow
async def test_a_change_is_not_continued(writer: Writer) -> None:
    names = [await writer.made(f"long-{number}") for number in range(2)]
    objects = " ".join(f"deploy/{name}" for name in [*names, *[names[0]] * 40])
    told = await writer.ok(f"label {objects} -n shop tier=a --overwrite", max_bytes="1000")
    assert "continue=" not in told and "the rest is left out, because the same call would do it again" in told
    refused = await writer.error(f"label {objects} -n shop tier=a --overwrite", **{"continue": "aaaaaa.l1-0"})
    assert refused.startswith("InvalidInput: what changes something is not continued")


async def test_a_secret_is_not_overwritten_unseen(writer: Writer) -> None:
    await writer.ok("create", manifest="{apiVersion: v1, kind: Secret, metadata: {name: kept, namespace: shop}}")
    told = await writer.ok('patch secret kept -n shop -p \'{"stringData":{"a":"c"}}\'')
    assert "nothing is changed yet" in told.splitlines()[0]
