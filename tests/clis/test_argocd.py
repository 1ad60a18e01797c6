"""argocd through the door, with a stand-in that prints what argocd prints of an application."""

import asyncio
import json
import re
import threading
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from ack_mcp_server.clis.argocd.runner import _remove
from tests.clis.argocd_stand_in import DIFF, GONE, MANIFESTS, OLD, WEB, application, resource
from tests.clis.conftest import Argocd, Reaching, standing_in
from tests.clis.stand_in import StandIn
from tests.conftest import CANARY, Region, door_to

SECRET = f"---\napiVersion: v1\nkind: Secret\nmetadata: {{name: web}}\nstringData: {{database: {CANARY}}}\n"
CHANGES = ("sync", "rollback", "terminate-op", "delete")


@pytest.fixture
def program(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> StandIn:
    made = standing_in("argocd", tmp_path / "argocd", monkeypatch)
    made.prints("app.get", application(WEB))
    made.prints("app.diff", DIFF)
    made.prints("app.manifests", MANIFESTS)
    return made


@pytest.fixture
async def argocd(offering: Reaching, region: Region, program: StandIn) -> AsyncIterator[Argocd]:
    async with door_to(offering(allow_write=True)) as door:
        yield Argocd(door, region.cluster("staging"))


def plan_of(told: str) -> str:
    found = re.search(r'plan_id="([^"]+)"', told)
    assert found, told
    return found[1]


def is_folder(path: Path) -> bool:
    return path.is_dir()


def done(program: StandIn) -> list[list[str]]:
    return [call for call in program.calls if call[1] in CHANGES]


async def test_a_read_works_on_the_cluster_itself_in_argocds_namespace(argocd: Argocd, program: StandIn) -> None:
    program.prints("app.list", "NAME        CLUSTER  NAMESPACE  STATUS\nargocd/web  here     shop       Synced\n")
    program.runs("app.list", f'cp "$KUBECONFIG" {program.folder}/kubeconfig')
    assert "argocd/web" in await argocd.ok("argocd app list")
    assert program.calls == [["app", "list", "--core"]]
    config = json.loads(program.noted("kubeconfig"))
    assert config["contexts"][0]["context"]["namespace"] == "argocd"
    assert config["users"][0]["user"]


async def test_argocd_sees_a_private_home_alone_and_nothing_of_it_stays(
    argocd: Argocd, program: StandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ARGOCD_AUTH_TOKEN", CANARY)
    monkeypatch.setenv("ARGOCD_OPTS", "--server=127.0.0.1:1")
    await argocd.ok("app diff web")
    seen = dict(line.partition("=")[::2] for line in program.noted("env").splitlines())
    home = Path(program.noted("cwd").strip())
    assert {"ARGOCD_AUTH_TOKEN", "ARGOCD_OPTS"}.isdisjoint(seen)
    assert all(Path(seen[name]).is_relative_to(home) for name in ("HOME", "TMPDIR", "KUBECONFIG", "XDG_CONFIG_HOME"))
    assert is_folder(home.parent) and not is_folder(home)


async def test_a_difference_is_an_answer(argocd: Argocd, program: StandIn) -> None:
    assert ">   replicas: 3" in await argocd.ok("app diff web -N apps")
    assert program.calls == [["app", "diff", "web", "--app-namespace=apps", "--exit-code=false", "--core"]]


async def test_an_application_is_redacted_and_made_yaml_of_json(argocd: Argocd, program: StandIn) -> None:
    program.prints("app.get", application(WEB, values=CANARY))
    told = await argocd.ok("app get web -o yaml")
    assert CANARY not in told
    assert "project: default" in told
    assert "--output=json" in program.calls[0]


async def test_manifests_are_redacted_by_their_kind(argocd: Argocd, program: StandIn) -> None:
    program.prints("app.manifests", SECRET + MANIFESTS)
    told = await argocd.ok("app manifests web --source live")
    assert CANARY not in told
    assert "kind: Deployment" in told


async def test_logs_are_searched_here_after_they_were_redacted(argocd: Argocd, program: StandIn) -> None:
    program.prints("app.logs", f"started\npassword={CANARY}-9f8e7d6c5b\nerror: no route\n")
    told = await argocd.ok("app logs web --grep 'error|DO-NOT'")
    assert "error: no route" in told
    assert "started" not in told
    assert CANARY not in told
    assert program.calls == [["app", "logs", "web", "--tail=1000", "--core"]]


async def test_a_sync_is_shown_first_and_done_once_with_its_plan(argocd: Argocd, program: StandIn) -> None:
    program.prints("app.sync", "Operation: Sync\nPhase: Succeeded\n")
    told = await argocd.ok("app sync web")
    assert "nothing is changed yet" in told.splitlines()[0]
    assert "deploys to https://kubernetes.default.svc, namespace shop" in told
    assert ">   replicas: 3" in told
    assert done(program) == []
    assert "Succeeded" in await argocd.ok("app sync web", plan_id=plan_of(told))
    assert done(program) == [["app", "sync", "web", "--timeout=290", "--core"]]
    await argocd.error("app sync web", plan_id=plan_of(told))
    assert len(done(program)) == 1


async def test_without_the_flag_nothing_is_changed(offering: Reaching, region: Region, program: StandIn) -> None:
    async with door_to(offering()) as door:
        for word in CHANGES:
            told = await Argocd(door, region.cluster("staging")).error(f"app {word} web")
            assert told.startswith("WriteNotAllowed")
    assert program.calls == []


@pytest.mark.slow
async def test_what_would_be_pruned_goes_only_where_it_is_said(argocd: Argocd, program: StandIn) -> None:
    program.prints("app.get", application(WEB, GONE))
    assert "stays without --prune: configmap/old (shop)" in await argocd.ok("app sync web")
    assert "- configmap/old (shop)" in await argocd.ok("app sync web --prune")


@pytest.mark.slow
@pytest.mark.parametrize(
    ("key", "answer"),
    [
        ("app.diff", DIFF.replace("3", "9")),
        ("app.manifests", MANIFESTS.replace("web:2", "web:3")),
        ("app.get", application(WEB, revision=OLD)),
        ("app.get", application(WEB, GONE)),
    ],
)
async def test_a_plan_is_not_done_when_something_else_would_happen(
    argocd: Argocd, program: StandIn, key: str, answer: str
) -> None:
    plan = plan_of(await argocd.ok("app sync web"))
    program.prints(key, answer)
    assert (await argocd.error("app sync web", plan_id=plan)).startswith("Conflict")
    assert done(program) == []


@pytest.mark.slow
@pytest.mark.parametrize(
    "command", ["app sync web --prune", "app sync other", "app sync web -N apps", "app delete web"]
)
async def test_a_plan_is_good_for_its_own_call_only(argocd: Argocd, program: StandIn, command: str) -> None:
    plan = plan_of(await argocd.ok("app sync web"))
    assert "no plan of this id" in await argocd.error(command, plan_id=plan)
    assert done(program) == []


@pytest.mark.slow
@pytest.mark.parametrize("policy", ["confirm", "direct"])
async def test_every_change_is_shown_first_whatever_the_policy(
    offering: Reaching, region: Region, program: StandIn, policy: str
) -> None:
    async with door_to(offering(allow_write=True, write_policy=policy)) as door:
        argocd = Argocd(door, region.cluster("staging"))
        told = await argocd.ok("app delete web --cascade=true")
        assert "- application.argoproj.io/web (argocd)" in told
        assert "- deployment.apps/web (shop)" in told
        assert done(program) == []
        await argocd.ok("app delete web --cascade=true", plan_id=plan_of(told))
    assert done(program) == [["app", "delete", "web", "--cascade=true", "--yes", "--core"]]


@pytest.mark.slow
async def test_a_deletion_without_cascade_says_what_stays(argocd: Argocd, program: StandIn) -> None:
    assert "stays: deployment.apps/web (shop)" in await argocd.ok("app delete web --cascade=false")


@pytest.mark.slow
async def test_a_rollback_goes_to_the_deployment_that_was_shown(argocd: Argocd, program: StandIn) -> None:
    told = await argocd.ok("app rollback web")
    assert f"to deployment 3, of revision {OLD}" in told
    assert 'spec.targetRevision: "main" -> "release"' in told
    assert [call[1] for call in program.calls if f"--revision={OLD}" in call] == ["diff", "manifests"]
    await argocd.ok("app rollback web", plan_id=plan_of(told))
    assert done(program) == [["app", "rollback", "web", "3", "--timeout=290", "--core"]]


@pytest.mark.slow
async def test_an_application_that_syncs_by_itself_is_not_rolled_back(argocd: Argocd, program: StandIn) -> None:
    program.prints("app.get", application(WEB, automated=True))
    assert "syncs by itself" in await argocd.error("app rollback web")


@pytest.mark.slow
async def test_a_deployment_that_is_not_there_is_told(argocd: Argocd, program: StandIn) -> None:
    assert (await argocd.error("app rollback web 9")).startswith("NotFound")


@pytest.mark.slow
async def test_an_operation_that_runs_is_stopped_and_one_that_does_not_is_told(
    argocd: Argocd, program: StandIn
) -> None:
    assert (await argocd.error("app terminate-op web")).startswith("Conflict")
    program.prints("app.get", application(WEB, phase="Running"))
    told = await argocd.ok("app terminate-op web")
    assert "waiting for hooks" in told
    await argocd.ok("app terminate-op web", plan_id=plan_of(told))
    assert done(program) == [["app", "terminate-op", "web", "--core"]]
    assert (await argocd.error("app sync web")).startswith("Conflict")


@pytest.mark.slow
async def test_pods_with_privileges_are_not_synced(argocd: Argocd, program: StandIn) -> None:
    program.prints("app.manifests", MANIFESTS.replace("spec: {containers", "spec: {hostNetwork: true, containers"))
    told = await argocd.error("app sync web")
    assert "hostNetwork" in told and "--allow-privileged" in told


@pytest.mark.slow
@pytest.mark.parametrize("manifests", [f"{{{{ broken: {CANARY} [\n", f"- {CANARY}\n"])
async def test_objects_that_cannot_be_read_are_not_synced(argocd: Argocd, program: StandIn, manifests: str) -> None:
    program.prints("app.manifests", manifests)
    told = await argocd.error("app sync web")
    assert told.startswith("UnexpectedAnswer")
    assert CANARY not in told


@pytest.mark.slow
async def test_an_application_that_cannot_be_read_is_not_changed(argocd: Argocd, program: StandIn) -> None:
    program.prints("app.get", '{"metadata": {}}')
    for word in CHANGES:
        assert (await argocd.error(f"app {word} web")).startswith("UnexpectedAnswer")


@pytest.mark.slow
async def test_rules_may_refuse_by_what_differs(
    offering: Reaching, region: Region, program: StandIn, tmp_path_factory: pytest.TempPathFactory
) -> None:
    rules = tmp_path_factory.mktemp("rules") / "rules.yaml"
    rules.write_text("- {decision: refuse, kinds: [secrets]}\n- {decision: run}\n")
    program.prints("app.get", application(WEB, resource("Secret", "web")))
    async with door_to(offering(allow_write=True, write_policy=str(rules))) as door:
        told = await Argocd(door, region.cluster("staging")).error("app sync web")
    assert "the rules of this server refuse argocd app sync" in told


@pytest.mark.slow
async def test_secrets_in_a_comparison_are_redacted(argocd: Argocd, program: StandIn) -> None:
    program.prints("app.diff", f"===== /ConfigMap shop/web ======\n3c3\n<   password: {CANARY}-1a2b3c4d\n---\n")
    assert CANARY not in await argocd.ok("app sync web --dry-run")
    assert CANARY not in await argocd.ok("app diff web")


@pytest.mark.slow
async def test_values_of_variables_are_not_shown_without_their_names(argocd: Argocd, program: StandIn) -> None:
    lines = f'42c42\n<           value: {CANARY}-old\n---\n>           value: "{CANARY}"\n<   value: 3\n'
    program.prints("app.diff", f"===== apps/Deployment shop/web ======\n{lines}")
    told = await argocd.ok("app diff web")
    assert CANARY not in told and "value: 3" in told
    assert CANARY not in await argocd.ok("app sync web --dry-run")
    program.fails("app.diff", "rpc error: code = Unavailable")
    assert CANARY not in await argocd.error("app diff web")


async def test_a_home_that_is_made_while_its_caller_leaves_is_removed(tmp_path: Path) -> None:
    home, leaves = tmp_path / "one", threading.Event()

    def make() -> Path:
        leaves.wait()
        home.mkdir()
        return home

    removing = asyncio.ensure_future(_remove(asyncio.ensure_future(asyncio.to_thread(make))))
    await asyncio.sleep(0)
    leaves.set()
    await removing
    assert not is_folder(home)


@pytest.mark.slow
async def test_a_long_comparison_is_cut(argocd: Argocd, program: StandIn) -> None:
    program.prints("app.diff", "".join(f"> line {number}\n" for number in range(1000)))
    told = await argocd.ok("app sync web --dry-run")
    assert "and 600 more lines; app diff shows them" in told
    assert "nothing is changed: this is a rehearsal" in told.splitlines()[0]


@pytest.mark.slow
async def test_a_change_that_takes_too_long_is_told_as_unknown(
    offering: Reaching, region: Region, program: StandIn
) -> None:
    async with door_to(offering(allow_write=True, helm_timeout=0.3)) as door:
        argocd = Argocd(door, region.cluster("staging"))
        plan = plan_of(await argocd.ok("app sync web"))
        program.runs("app.sync", "exec sleep 30")
        told = await argocd.error("app sync web", plan_id=plan)
    assert told.startswith("DeadlineExceeded")
    assert "not known" in told


@pytest.mark.slow
@pytest.mark.parametrize("bound", ["namespaces", "deny_kinds", "clusters"])
async def test_argocd_is_off_where_the_server_is_bounded(
    offering: Reaching, region: Region, program: StandIn, bound: str
) -> None:
    async with door_to(offering(**{bound: (region.cluster("staging"),)})) as door:
        told = await door.error("argocd", command="app list", cluster_id=region.cluster("staging"))
    assert told.startswith("NotEnabled: argocd is off on a server with --")
    assert program.calls == []


@pytest.mark.slow
async def test_hostile_commands_start_no_process(argocd: Argocd, program: StandIn, tmp_path: Path) -> None:
    from tests.clis.test_tables import hostile

    for line in hostile("argocd"):
        reply = await argocd.call(line.format(canary=tmp_path / "canary", folder=tmp_path, port=1))
        assert reply.is_error and reply.text.startswith(("InvalidInput", "NotEnabled")), line
    assert program.calls == []


@pytest.mark.slow
async def test_without_argocd_an_error_says_how_to_get_it(
    offering: Reaching, region: Region, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    async with door_to(offering()) as door:
        told = await door.error("argocd", command="version", cluster_id=region.cluster("staging"))
    assert told.startswith("NotEnabled: argocd is not installed where this server runs")
