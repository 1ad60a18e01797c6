"""Reading releases through the door, with a stand-in for helm: what it is given, and what is shown of its words."""

from pathlib import Path

import pytest

from ack_mcp_server.kube import process
from tests.clis.conftest import Helm, Reaching
from tests.clis.helm_stand_in import deployment, secret
from tests.clis.stand_in import StandIn
from tests.conftest import CANARY, Region, door_to

LIST = """NAME\tNAMESPACE\tREVISION\tUPDATED                                \tSTATUS  \tCHART     \tAPP VERSION
web \tshop     \t3       \t2026-01-03 10:00:00.000000001 +0000 UTC\tdeployed\tweb-1.2.3 \t4.5.6      
"""
STATUS = f"""NAME: web
LAST DEPLOYED: Sat Jan  3 10:00:00 2026
NAMESPACE: shop
STATUS: deployed
REVISION: 3
TEST SUITE: None
NOTES:
Log in with the password: {CANARY}-9f8e7d6c5b
"""
ALL = f"""NAME: web
LAST DEPLOYED: Sat Jan  3 10:00:00 2026
NAMESPACE: shop
STATUS: deployed
REVISION: 3
CHART: web
VERSION: 1.2.3
APP_VERSION: 4.5.6
TEST SUITE: None
USER-SUPPLIED VALUES:
adminPassword: {CANARY}-1
replicaCount: 2

COMPUTED VALUES:
adminPassword: {CANARY}-1
image: web

HOOKS:
---
# Source: web/templates/hook.yaml
{secret(CANARY + "-2").removeprefix("---")}
MANIFEST:
{secret(CANARY + "-3")}{deployment()}
NOTES:
api_key: {CANARY}-4-9f8e7d6c5b
"""


async def test_a_list_is_shown_as_helm_prints_it(reader: Helm, stand_in: StandIn) -> None:
    stand_in.prints("list", LIST)
    told = await reader.ok("helm list -A")
    assert "web-1.2.3" in told
    assert stand_in.calls == [["list", "--all-namespaces=true"]]


async def test_a_command_without_a_namespace_is_run_in_the_default_one(reader: Helm, stand_in: StandIn) -> None:
    await reader.ok("list")
    assert stand_in.calls == [["list", "--namespace=default"]]


async def test_the_namespace_may_stand_before_the_verb(reader: Helm, stand_in: StandIn) -> None:
    await reader.ok("-n shop get notes web")
    assert stand_in.calls == [["get", "notes", "web", "--namespace=shop"]]


async def test_helm_sees_nothing_of_the_servers_environment(
    reader: Helm, stand_in: StandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SOME_TOKEN", CANARY)
    monkeypatch.setenv("HELM_DEBUG", "1")
    await reader.ok("list")
    seen = dict(line.partition("=")[::2] for line in stand_in.noted("env").splitlines())
    folders = {f"{whose}_{what}_HOME" for whose in ("HELM", "XDG") for what in ("CACHE", "CONFIG", "DATA")}
    assert seen.keys() - {"PWD", "SHLVL", "_", "OLDPWD"} == {"PATH", "HOME", "HELM_PLUGINS", *folders}


async def test_helm_works_in_a_private_home_with_all_its_folders_inside(reader: Helm, stand_in: StandIn) -> None:
    await reader.ok("list")
    seen = dict(line.partition("=")[::2] for line in stand_in.noted("env").splitlines())
    home = Path(stand_in.noted("cwd").strip())
    assert home.name == ".helm"
    assert all(Path(value).is_relative_to(home) for name, value in seen.items() if name.startswith(("HELM_", "XDG_")))


async def test_the_kubeconfig_is_named_by_a_flag(reader: Helm, stand_in: StandIn) -> None:
    await reader.ok("list")
    (line,) = stand_in.noted("calls").splitlines()
    assert line.rstrip("\t").rpartition("\t")[2].startswith("--kubeconfig=/")


async def test_secrets_in_notes_are_redacted(reader: Helm, stand_in: StandIn) -> None:
    stand_in.prints("status", STATUS)
    told = await reader.ok("status web -n shop")
    assert CANARY not in told
    assert "REVISION: 3" in told


async def test_values_are_read_as_json_and_shown_as_yaml_without_secrets(reader: Helm, stand_in: StandIn) -> None:
    stand_in.prints("get.values", f'{{"adminPassword":"{CANARY}","replicaCount":2,"from":"2026-01-01"}}\n')
    told = await reader.ok("get values web -n shop -o yaml")
    assert CANARY not in told
    assert "adminPassword: <redacted" in told.replace("'", "")
    assert "replicaCount: 2" in told
    assert stand_in.calls == [["get", "values", "web", "--namespace=shop", "--output=json"]]


async def test_values_may_be_asked_for_as_json(reader: Helm, stand_in: StandIn) -> None:
    stand_in.prints("get.values", '{"replicaCount":2}\n')
    assert (await reader.ok("get values web -n shop -o json")).endswith('{"replicaCount":2}')


async def test_no_values_are_null(reader: Helm, stand_in: StandIn) -> None:
    stand_in.prints("get.values", "null\n")
    assert (await reader.ok("get values web -n shop")).endswith("null")


@pytest.mark.parametrize("what", ["manifest", "hooks"])
async def test_objects_are_redacted_by_their_kind(reader: Helm, stand_in: StandIn, what: str) -> None:
    stand_in.prints(f"get.{what}", secret(CANARY) + deployment())
    told = await reader.ok(f"get {what} web -n shop")
    assert CANARY not in told
    assert "kind: Deployment" in told
    assert "  database: " in told


async def test_a_manifest_that_is_no_yaml_is_redacted_as_text(reader: Helm, stand_in: StandIn) -> None:
    stand_in.prints("get.manifest", secret(CANARY) + "---\n{{ broken: [\n")
    told = await reader.ok("get manifest web -n shop")
    assert CANARY not in told
    assert "broken" in told


async def test_aliases_in_a_manifest_are_not_multiplied(reader: Helm, stand_in: StandIn) -> None:
    bomb = "a: &a [x, x, x, x, x, x, x, x, x]\n" + "".join(
        f"{after}: &{after} [{', '.join(['*' + before] * 9)}]\n"
        for before, after in zip("abcdefgh", "bcdefghi", strict=True)
    )
    stand_in.prints("get.manifest", bomb)
    assert len(await reader.ok("get manifest web -n shop")) < 5000


async def test_every_section_of_get_all_is_redacted(reader: Helm, stand_in: StandIn) -> None:
    stand_in.prints("get.all", ALL)
    told = await reader.ok("get all web -n shop")
    assert CANARY not in told
    for part in ("REVISION: 3", "USER-SUPPLIED VALUES:", "replicaCount: 2", "image: web", "HOOKS:", "kind: Deployment"):
        assert part in told


async def test_a_chart_is_shown_from_a_repository_of_the_operator(reader: Helm, stand_in: StandIn) -> None:
    stand_in.prints("show.values", f"replicaCount: 1\npassword: {CANARY}\n")
    told = await reader.ok("show values stable/web --version 1.2.3")
    assert CANARY not in told
    assert "replicaCount: 1" in told
    assert stand_in.calls == [["show", "values", "web", "--repo=https://charts.example.com/stable", "--version=1.2.3"]]


async def test_a_chart_of_a_registry_is_named_by_its_address(reader: Helm, stand_in: StandIn) -> None:
    await reader.ok("show chart apps/web")
    assert stand_in.calls == [["show", "chart", "oci://registry.example.com/charts/web"]]


async def test_what_helm_refuses_is_told_in_its_words(reader: Helm, stand_in: StandIn) -> None:
    stand_in.fails("status", "Error: release: not found\n")
    told = await reader.error("status nothing -n shop")
    assert told.startswith("CommandFailed")
    assert "Error: release: not found" in told


async def test_a_revoked_kubeconfig_is_asked_for_again_once(reader: Helm, stand_in: StandIn) -> None:
    stand_in.fails(
        "list", "Error: Kubernetes cluster unreachable: the server has asked for the client to provide credentials\n"
    )
    await reader.error("list")
    assert len(stand_in.calls) == 2


async def test_a_long_answer_is_continued(reader: Helm, stand_in: StandIn) -> None:
    stand_in.prints("get.manifest", "".join(deployment(name=f"web-{number}") for number in range(40)))
    told = await reader.ok("get manifest web -n shop", max_bytes=2000)
    token = told.rpartition('continue="')[2].partition('"')[0]
    assert "web-39" not in told
    further = await reader.ok("get manifest web -n shop", max_bytes=2000, **{"continue": token})
    assert "name: web-0\n" not in further


async def test_without_helm_an_error_says_how_to_get_it(
    offering: Reaching, region: Region, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    async with door_to(offering()) as door:
        told = await door.error("helm", command="list", cluster_id=region.cluster("staging"))
    assert told.startswith("NotEnabled: helm is not installed where this server runs")
    assert "Install helm" in told


@pytest.mark.parametrize(("bound", "flag"), [("namespaces", "--namespaces"), ("deny_kinds", "--deny-kinds")])
async def test_helm_is_off_where_commands_are_bounded(
    offering: Reaching, region: Region, stand_in: StandIn, bound: str, flag: str
) -> None:
    async with door_to(offering(**{bound: ("shop",)})) as door:
        told = await door.error("helm", command="list", cluster_id=region.cluster("staging"))
    assert told.startswith("NotEnabled")
    assert flag in told
    assert stand_in.calls == []


async def test_without_repositories_no_chart_is_shown(offering: Reaching, region: Region, stand_in: StandIn) -> None:
    async with door_to(offering(helm_repositories=())) as door:
        told = await door.error("helm", command="show chart stable/web", cluster_id=region.cluster("staging"))
    assert "HELM_REPOSITORIES" in told
    assert stand_in.calls == []


async def test_a_program_is_asked_to_end_before_it_is_killed(tmp_path: Path) -> None:
    script = "trap 'echo asked; exit 3' TERM; echo began; while :; do sleep 0.05; done"
    outcome = await process.run_program(
        ["/bin/sh", "-c", f"({script}) > {tmp_path}/said"], home=tmp_path, variables={}, timeout_s=0.2, grace_s=5
    )
    assert outcome.ended
    assert (tmp_path / "said").read_text().split() == ["began", "asked"]
