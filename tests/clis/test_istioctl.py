"""istioctl through the door, with a stand-in that prints what its source prints (istio/istio, istioctl/pkg/writer)."""

import json
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.clis.conftest import Istioctl, Reaching, standing_in
from tests.clis.stand_in import StandIn
from tests.conftest import CANARY, Region, door_to

ROUTES = """NAME          VHOST NAME                          DOMAINS     MATCH     VIRTUAL SERVICE
http.80       web.shop.svc.cluster.local:80       *           /*        web.shop
"""
FOUND = """Error [IST0101] (VirtualService shop/web) Referenced host not found: "nowhere"
Warning [IST0103] (Pod shop/web-1) The pod shop/web-1 is missing the Istio proxy.
"""
ISSUES = "Error: Analyzers found issues when analyzing namespace: shop.\n"
CLUSTERS = json.dumps([
    {"name": "outbound|80||web.shop.svc.cluster.local", "type": "EDS"},
    {"name": "db", "metadata": {"password": CANARY}},
])  # fmt: skip
BOOTSTRAP = json.dumps({"bootstrap": {"node": {"id": "sidecar~10.0.0.1", "metadata": {"DB_PASSWORD": CANARY}}}})


@pytest.fixture
def program(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> StandIn:
    return standing_in("istioctl", tmp_path / "istioctl", monkeypatch)


@pytest.fixture
async def istioctl(offering: Reaching, region: Region, program: StandIn) -> AsyncIterator[Istioctl]:
    async with door_to(offering(allow_write=True)) as door:
        yield Istioctl(door, region.cluster("staging"))


async def test_a_configuration_is_shown_as_istioctl_prints_it(istioctl: Istioctl, program: StandIn) -> None:
    program.prints("proxy-config.route", ROUTES)
    told = await istioctl.ok("istioctl pc r web-1 -n shop --name http.80")
    assert "web.shop.svc.cluster.local:80" in told
    assert program.calls == [["proxy-config", "route", "web-1", "--namespace=shop", "--name=http.80"]]


async def test_istioctl_sees_nothing_of_the_servers_environment(
    istioctl: Istioctl, program: StandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ISTIOCTL_XDS_ADDRESS", CANARY)
    await istioctl.ok("ps")
    seen = dict(line.partition("=")[::2] for line in program.noted("env").splitlines())
    assert "ISTIOCTL_XDS_ADDRESS" not in seen
    assert Path(seen["HOME"]).name == ".istioctl"
    assert "--kubeconfig=/" in program.noted("calls")


async def test_an_analysis_that_finds_something_is_an_answer(istioctl: Istioctl, program: StandIn) -> None:
    program.prints("analyze", FOUND)
    program.runs("analyze", f"echo '{ISSUES.strip()}' >&2; exit 79")
    told = await istioctl.ok("analyze -n shop")
    assert "IST0101" in told
    assert program.calls == [["analyze", "--namespace=shop", "--color=false"]]


async def test_an_analysis_that_fails_is_an_error(istioctl: Istioctl, program: StandIn) -> None:
    program.fails("analyze", "Error: unable to reach the cluster\n")
    assert (await istioctl.error("analyze -n shop")).startswith("CommandFailed")


async def test_a_list_of_clusters_is_redacted_and_made_yaml_of_json(istioctl: Istioctl, program: StandIn) -> None:
    program.prints("proxy-config.cluster", CLUSTERS)
    told = await istioctl.ok("pc c web-1 -n shop -o yaml")
    assert CANARY not in told
    assert "- name: outbound|80||web.shop.svc.cluster.local" in told
    assert program.calls[0][-1] == "--output=json"


async def test_a_bootstrap_is_redacted_without_being_asked_for_as_json(istioctl: Istioctl, program: StandIn) -> None:
    program.prints("proxy-config.bootstrap", BOOTSTRAP)
    told = await istioctl.ok("proxy-config bootstrap web-1 -n shop")
    assert CANARY not in told
    assert '"id": "sidecar~10.0.0.1"' in told


@pytest.mark.slow
async def test_data_that_cannot_be_read_is_redacted_as_text(istioctl: Istioctl, program: StandIn) -> None:
    program.prints("proxy-config.cluster", f'[{{"password": "{CANARY}-9f8e7d6c5b",')
    assert CANARY not in await istioctl.ok("pc c web-1 -n shop -o json")


@pytest.mark.slow
async def test_hostile_commands_start_no_process(istioctl: Istioctl, program: StandIn, tmp_path: Path) -> None:
    from tests.clis.test_tables import hostile

    for line in hostile("istioctl"):
        reply = await istioctl.call(line.format(canary=tmp_path / "canary", folder=tmp_path, port=1))
        assert reply.is_error and reply.text.startswith(("InvalidInput", "NotEnabled")), line
    assert program.calls == []


@pytest.mark.slow
async def test_without_istioctl_an_error_says_how_to_get_it(
    offering: Reaching, region: Region, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    async with door_to(offering()) as door:
        told = await door.error("istioctl", command="version", cluster_id=region.cluster("staging"))
    assert told.startswith("NotEnabled: istioctl is not installed where this server runs")
    assert "Install istioctl" in told


@pytest.mark.slow
@pytest.mark.parametrize("bound", ["namespaces", "deny_kinds"])
async def test_istioctl_is_off_where_commands_are_bounded(
    offering: Reaching, region: Region, program: StandIn, bound: str
) -> None:
    async with door_to(offering(**{bound: ("shop",)})) as door:
        told = await door.error("istioctl", command="version", cluster_id=region.cluster("staging"))
    assert told.startswith("NotEnabled: istioctl is off on a server with --")
    assert program.calls == []


@pytest.mark.slow
async def test_a_revoked_kubeconfig_is_asked_for_again_once(istioctl: Istioctl, program: StandIn) -> None:
    program.fails("version", "Error: the server has asked for the client to provide credentials\n")
    await istioctl.error("version")
    assert len(program.calls) == 2
