"""Changing releases through the door, with a stand-in for helm: what runs, what is shown first, what is refused."""

import re
from collections.abc import Callable

import pytest
from fastmcp import Client
from fastmcp.client.elicitation import ElicitResult

from ack_mcp_server.app import build_app
from tests.clis.conftest import Helm, Reaching
from tests.clis.helm_stand_in import deployment, job, release, secret
from tests.clis.stand_in import StandIn
from tests.conftest import CANARY, Door, Region, door_to

INSTALL = "install web stable/web --version 1.2.3 -n shop"
UPGRADE = "upgrade web stable/web --version 1.2.3 -n shop"
NOT_FOUND = "Error: release: not found\n"
ROLE = "---\napiVersion: rbac.authorization.k8s.io/v1\nkind: ClusterRole\nmetadata: {name: web}\nrules: []\n"
DONE = "NAME: web\nLAST DEPLOYED: Sat Jan  3 10:00:00 2026\nNAMESPACE: shop\nSTATUS: deployed\nREVISION: 2\n"


def plan_of(told: str) -> str:
    found = re.search(r'plan_id="([^"]+)"', told)
    assert found, told
    return found[1]


def installable(stand_in: StandIn, manifest: str, **more: object) -> None:
    stand_in.fails("status", NOT_FOUND)
    stand_in.prints("install.dry", release(manifest, chart="web-1.2.3", **more))  # type: ignore[arg-type]
    stand_in.prints("install", DONE)


def upgradable(stand_in: StandIn, before: str, after: str) -> None:
    stand_in.prints("status", release(before, revision=1))
    stand_in.prints("upgrade.dry", release(after, revision=2, chart="web-1.2.3"))
    stand_in.prints("upgrade", DONE)


def done(stand_in: StandIn) -> list[list[str]]:
    """The calls that change something."""
    verbs = ("install", "upgrade", "rollback", "uninstall", "test")
    return [call for call in stand_in.calls if call[0] in verbs and not any("--dry-run" in word for word in call)]


async def test_an_install_is_rehearsed_and_then_done(writer: Helm, stand_in: StandIn) -> None:
    installable(stand_in, deployment())
    told = await writer.ok(f"{INSTALL} --set replicaCount=2 --create-namespace", values="image: {tag: v1}")
    assert "STATUS: deployed" in told
    assert "status web -n shop shows the release" in told
    words = ["install", "web", "web", "--repo=https://charts.example.com/stable", "--namespace=shop",
             "--version=1.2.3", "--set=replicaCount=2", "--create-namespace=true", "--values=-"]  # fmt: skip
    assert stand_in.calls[1] == [*words, "--output=json", "--dry-run=server"]
    assert stand_in.calls[2] == [*words, "--timeout=290s"]
    assert stand_in.noted("stdin") == '{"image": {"tag": "v1"}}'


@pytest.mark.slow
async def test_a_rehearsal_that_is_asked_for_changes_nothing(writer: Helm, stand_in: StandIn) -> None:
    installable(stand_in, deployment())
    told = await writer.ok(f"{INSTALL} --dry-run=server")
    assert "nothing is changed" in told.splitlines()[0]
    assert "+ deployment.apps/web" in told
    assert done(stand_in) == []


@pytest.mark.slow
async def test_a_helm_that_knows_no_rehearsal_by_the_server_rehearses_as_it_can(
    writer: Helm, stand_in: StandIn
) -> None:
    installable(stand_in, deployment())
    stand_in.fails("install.dry", 'Error: invalid argument "server" for "--dry-run" flag: strconv.ParseBool: parsing\n')
    await writer.error(f"{INSTALL} --dry-run")
    assert [call[-1] for call in stand_in.calls[1:]] == ["--dry-run=server", "--dry-run=true"]


async def test_a_rehearsal_that_fails_changes_nothing(writer: Helm, stand_in: StandIn) -> None:
    installable(stand_in, deployment())
    stand_in.fails("install.dry", "Error: INSTALLATION FAILED: cannot re-use a name that is still in use\n")
    assert "cannot re-use a name" in await writer.error(INSTALL)
    assert done(stand_in) == []


@pytest.mark.slow
async def test_an_upgrade_that_removes_nothing_is_done_at_once(writer: Helm, stand_in: StandIn) -> None:
    upgradable(stand_in, deployment(1), deployment(3))
    assert "STATUS: deployed" in await writer.ok(UPGRADE)
    assert len(done(stand_in)) == 1


@pytest.mark.slow
async def test_an_upgrade_that_removes_objects_is_shown_first_and_done_with_its_plan(
    writer: Helm, stand_in: StandIn
) -> None:
    upgradable(stand_in, deployment(1) + deployment(name="old"), deployment(3))
    told = await writer.ok(UPGRADE)
    assert "nothing is changed yet" in told.splitlines()[0]
    assert "- deployment.apps/old" in told
    assert "spec.replicas: 1 -> 3" in told
    assert done(stand_in) == []
    assert "STATUS: deployed" in await writer.ok(UPGRADE, plan_id=plan_of(told))
    assert len(done(stand_in)) == 1


async def test_secrets_in_a_preview_are_redacted(writer: Helm, stand_in: StandIn) -> None:
    upgradable(stand_in, secret(f"{CANARY}-1"), secret(f"{CANARY}-22"))
    told = await writer.ok(f"{UPGRADE} --dry-run")
    assert CANARY not in told
    assert "secret/web" in told


@pytest.mark.slow
async def test_passwords_that_a_chart_draws_by_lot_leave_the_plan_good(writer: Helm, stand_in: StandIn) -> None:
    checksum = deployment(3).replace("metadata: {labels", "metadata: {annotations: {sum: %s}, labels")
    upgradable(stand_in, deployment(name="old"), secret("first-drawn") + checksum % ("a1" * 32))
    told = await writer.ok(UPGRADE)
    stand_in.prints("upgrade.dry", release(secret("again-drawn-") + checksum % ("b2" * 32), chart="web-1.2.3"))
    await writer.ok(UPGRADE, plan_id=plan_of(told))
    assert len(done(stand_in)) == 1


@pytest.mark.slow
@pytest.mark.parametrize(
    ("key", "answer"),
    [
        ("status", release(deployment(1) + deployment(name="old"), revision=2)),
        ("upgrade.dry", release(deployment(9), revision=2)),
    ],
)
async def test_a_plan_is_not_done_when_something_else_would_happen(
    writer: Helm, stand_in: StandIn, key: str, answer: str
) -> None:
    upgradable(stand_in, deployment(1) + deployment(name="old"), deployment(3))
    plan = plan_of(await writer.ok(UPGRADE))
    stand_in.prints(key, answer)
    assert (await writer.error(UPGRADE, plan_id=plan)).startswith("Conflict")
    assert done(stand_in) == []


@pytest.mark.slow
@pytest.mark.parametrize(
    ("command", "values"),
    [
        (UPGRADE, "a: 2"),
        (f"{UPGRADE} --set a=1", "a: 1"),
        (UPGRADE.replace("-n shop", "-n other"), "a: 1"),
        (UPGRADE.replace("1.2.3", "1.2.4"), "a: 1"),
        (UPGRADE.replace("stable/", "apps/"), "a: 1"),
    ],
)
async def test_a_plan_is_good_for_its_own_call_only(writer: Helm, stand_in: StandIn, command: str, values: str) -> None:
    upgradable(stand_in, deployment(name="old"), deployment(3))
    plan = plan_of(await writer.ok(UPGRADE, values="a: 1"))
    assert "no plan of this id" in await writer.error(command, values=values, plan_id=plan)
    assert done(stand_in) == []


async def test_a_plan_is_used_once(writer: Helm, stand_in: StandIn) -> None:
    upgradable(stand_in, deployment(name="old"), deployment(3))
    plan = plan_of(await writer.ok(UPGRADE))
    await writer.ok(UPGRADE, plan_id=plan)
    await writer.error(UPGRADE, plan_id=plan)
    assert len(done(stand_in)) == 1


@pytest.mark.slow
@pytest.mark.parametrize("policy", ["confirm", "direct"])
async def test_an_uninstall_is_always_shown_first(
    offering: Reaching, region: Region, stand_in: StandIn, policy: str
) -> None:
    kept = deployment(name="kept").replace(
        "  name: kept\n", "  name: kept\n  annotations: {helm.sh/resource-policy: keep}\n"
    )
    stand_in.prints("status", release(deployment() + kept, revision=2, hooks=(("pre-delete", job("sweep")),)))
    stand_in.prints("uninstall", 'release "web" uninstalled\n')
    async with door_to(offering(allow_write=True, write_policy=policy)) as door:
        helm = Helm(door, region.cluster("staging"))
        told = await helm.ok("uninstall web -n shop")
        assert "- deployment.apps/web\n" in told
        assert "- deployment.apps/kept (stays" in told
        assert "runs at pre-delete: job.batch/sweep" in told
        assert done(stand_in) == []
        assert "uninstalled" in await helm.ok("uninstall web -n shop", plan_id=plan_of(told))
    assert done(stand_in) == [["uninstall", "web", "--namespace=shop", "--timeout=290s"]]


@pytest.mark.slow
async def test_a_rollback_is_shown_first_and_goes_to_the_revision_that_was_shown(
    writer: Helm, stand_in: StandIn
) -> None:
    stand_in.prints("status", release(deployment(3), revision=4))
    stand_in.prints("status.3", release(deployment(1), revision=3))
    stand_in.prints("rollback", "Rollback was a success! Happy Helming!\n")
    told = await writer.ok("rollback web -n shop")
    assert "spec.replicas: 3 -> 1" in told
    assert "revision 3" in told
    await writer.ok("rollback web -n shop", plan_id=plan_of(told))
    assert done(stand_in) == [["rollback", "web", "3", "--namespace=shop", "--timeout=290s"]]


@pytest.mark.slow
@pytest.mark.parametrize("command", ["rollback web", "uninstall web", "test web"])
async def test_what_is_not_there_is_not_changed(writer: Helm, stand_in: StandIn, command: str) -> None:
    stand_in.fails("status", NOT_FOUND)
    assert (await writer.error(f"{command} -n shop")).startswith("NotFound")
    assert done(stand_in) == []


@pytest.mark.slow
async def test_a_test_runs_the_hooks_of_the_release(writer: Helm, stand_in: StandIn) -> None:
    stand_in.prints("status", release(deployment(), hooks=(("test", job("check")),)))
    stand_in.prints("test", "TEST SUITE:     web-check\nPhase:          Succeeded\n")
    assert "Succeeded" in await writer.ok("test web -n shop --logs")


@pytest.mark.slow
async def test_a_release_in_a_protected_namespace_is_shown_first(writer: Helm, stand_in: StandIn) -> None:
    installable(stand_in, deployment())
    assert "nothing is changed yet" in await writer.ok(INSTALL.replace("-n shop", "-n kube-system"))


@pytest.mark.slow
async def test_objects_in_a_protected_namespace_are_shown_first(writer: Helm, stand_in: StandIn) -> None:
    installable(stand_in, deployment().replace("  name: web\n", "  name: web\n  namespace: kube-system\n", 1))
    assert "nothing is changed yet" in await writer.ok(INSTALL)


@pytest.mark.slow
async def test_objects_of_the_whole_cluster_are_shown_first(writer: Helm, stand_in: StandIn) -> None:
    installable(stand_in, ROLE)
    assert "+ clusterrole.rbac.authorization.k8s.io/web" in await writer.ok(INSTALL)
    assert done(stand_in) == []


@pytest.mark.slow
async def test_what_does_not_differ_is_not_judged(writer: Helm, stand_in: StandIn) -> None:
    upgradable(stand_in, ROLE + deployment(1), ROLE + deployment(2))
    await writer.ok(UPGRADE)
    assert len(done(stand_in)) == 1


@pytest.mark.slow
async def test_kinds_that_a_chart_may_bring_are_told_and_shown_first(writer: Helm, stand_in: StandIn) -> None:
    installable(stand_in, deployment(), files=("crds/things.yaml",))
    assert "custom resource definitions may come" in await writer.ok(INSTALL)
    assert done(stand_in) == []
    await writer.ok(f"{INSTALL} --skip-crds")
    assert len(done(stand_in)) == 1


@pytest.mark.slow
async def test_an_upgrade_of_what_was_uninstalled_is_an_install(writer: Helm, stand_in: StandIn) -> None:
    stand_in.prints("status", release(deployment(name="old"), status="uninstalled"))
    stand_in.prints("upgrade.dry", release(deployment(), chart="web-1.2.3", files=("crds/things.yaml",)))
    told = await writer.ok(f"{UPGRADE} --install")
    assert "custom resource definitions may come" in told
    assert "old" not in told


@pytest.mark.slow
async def test_rules_may_speak_of_the_kinds_that_a_chart_holds(
    offering: Reaching, region: Region, stand_in: StandIn, tmp_path_factory: pytest.TempPathFactory
) -> None:
    rules = tmp_path_factory.mktemp("rules") / "rules.yaml"
    rules.write_text("- {decision: refuse, kinds: [secrets]}\n- {decision: run}\n")
    installable(stand_in, deployment() + secret("x"))
    async with door_to(offering(allow_write=True, write_policy=str(rules))) as door:
        told = await door.error("helm", command=INSTALL, cluster_id=region.cluster("staging"))
    assert "the rules of this server refuse helm install" in told
    assert done(stand_in) == []


@pytest.mark.parametrize("hooked", [False, True])
async def test_pods_with_privileges_are_not_installed(writer: Helm, stand_in: StandIn, hooked: bool) -> None:
    wanting = deployment(extra=" {hostNetwork: true, containers: []}")
    installable(stand_in, "" if hooked else wanting, hooks=(("pre-install", wanting),) if hooked else ())
    told = await writer.error(INSTALL)
    assert "hostNetwork" in told
    assert "--allow-privileged" in told
    assert done(stand_in) == []


@pytest.mark.slow
async def test_an_object_that_is_there_twice_hides_nothing(writer: Helm, stand_in: StandIn) -> None:
    installable(stand_in, deployment(extra=" {hostNetwork: true, containers: []}") + deployment())
    assert "hostNetwork" in await writer.error(INSTALL)


@pytest.mark.slow
@pytest.mark.parametrize(
    "manifest", [f"{{{{ broken: {CANARY} [\n", f"kind: Pod\nmetadata: {CANARY}\n", f"- {CANARY}\n"]
)
async def test_a_chart_whose_objects_cannot_be_read_is_not_installed(
    writer: Helm, stand_in: StandIn, manifest: str
) -> None:
    installable(stand_in, manifest)
    told = await writer.error(INSTALL)
    assert told.startswith("UnexpectedAnswer")
    assert CANARY not in told
    assert done(stand_in) == []


@pytest.mark.slow
async def test_rules_may_refuse(
    offering: Reaching, region: Region, stand_in: StandIn, tmp_path_factory: pytest.TempPathFactory
) -> None:
    rules = tmp_path_factory.mktemp("rules") / "rules.yaml"
    rules.write_text("- {decision: refuse, verbs: [helm uninstall]}\n- {decision: run}\n")
    stand_in.prints("status", release(deployment()))
    async with door_to(offering(allow_write=True, write_policy=str(rules))) as door:
        told = await door.error("helm", command="uninstall web -n shop", cluster_id=region.cluster("staging"))
    assert "the rules of this server refuse helm uninstall" in told
    assert done(stand_in) == []


@pytest.mark.parametrize("command", [INSTALL, UPGRADE, "rollback web", "uninstall web", "test web"])
async def test_nothing_is_changed_without_the_flag(reader: Helm, stand_in: StandIn, command: str) -> None:
    assert (await reader.error(command)).startswith("WriteNotAllowed")
    assert stand_in.calls == []


@pytest.mark.slow
@pytest.mark.parametrize(("answer", "times"), [("accept", 1), ("decline", 0)])
async def test_a_person_is_asked_where_the_client_can(
    offering: Reaching, region: Region, stand_in: StandIn, answer: str, times: int
) -> None:
    stand_in.prints("status", release(deployment()))
    asked: list[str] = []

    async def handler(message: str, *_: object) -> ElicitResult[dict[str, str]]:
        asked.append(message)
        return ElicitResult(action=answer, content={"apply": "yes"} if times else None)

    async with Client(build_app(offering(allow_write=True)), elicitation_handler=handler) as client:
        await Helm(Door(client), region.cluster("staging")).call("uninstall web -n shop")
    assert "helm uninstall on web in namespace shop" in asked[0]
    assert len(done(stand_in)) == times


@pytest.mark.slow
async def test_a_change_that_takes_too_long_is_told_as_unknown(
    offering: Callable[..., object], region: Region, stand_in: StandIn
) -> None:
    installable(stand_in, deployment())
    stand_in.runs("install", "exec sleep 30")
    settings = offering(allow_write=True, helm_timeout=0.3)
    async with door_to(settings) as door:  # type: ignore[arg-type]
        told = await door.error("helm", command=INSTALL, cluster_id=region.cluster("staging"))
    assert told.startswith("DeadlineExceeded")
    assert "is not known" in told


@pytest.mark.slow
@pytest.mark.parametrize(
    "values", ["- a", "a: 1\n---\nb: 2\n", "a: [", "a: 1\na: 2", "!!python/object:os.system x", "x" * 300_000]
)
async def test_values_that_are_not_one_mapping_are_refused(writer: Helm, stand_in: StandIn, values: str) -> None:
    assert (await writer.error(INSTALL, values=values)).startswith("InvalidInput: values")
    assert stand_in.calls == []


@pytest.mark.slow
@pytest.mark.parametrize("command", ["list", "uninstall web"])
async def test_values_belong_to_charts(writer: Helm, stand_in: StandIn, command: str) -> None:
    assert "takes no values" in await writer.error(command, values="a: 1")
    assert stand_in.calls == []
