"""Addons: which there are, why one failed, and how they change."""

from collections.abc import Callable

import pytest

from ack_mcp_server.lifecycle.addon_versions import is_older
from ack_mcp_server.settings import Settings
from tests.conftest import CANARY, Region, door_to
from tests.kube.writes.writer import plan_of
from tests.lifecycle.operator import Operator, task_of


async def test_addons_show_what_is_newer_and_why_one_failed(settings: Callable[..., Settings], region: Region) -> None:
    async with door_to(settings(TOOLSETS="lifecycle")) as door:
        text = (await door.ok("list_cluster_addons", cluster_id=region.cluster("production"))).text
        bare = (await door.ok("list_cluster_addons", cluster_id=region.cluster("private"))).text
    rows = {line.split()[0]: line for line in text.splitlines()}
    assert text.startswith("9 addons in cluster")
    assert "failed" in rows["nginx-ingress-controller"]
    assert "AddonUpgradeTimeout: timed out waiting" in rows["nginx-ingress-controller"]
    assert rows["terway-eniip"].split()[1:4] == ["v1.14.5", "active", "v1.15.0"]
    assert "not installed: nginx-ingress-controller v1.12.1-aliyun.1" in bare


@pytest.mark.slow
async def test_a_catalogue_that_does_not_answer_costs_only_the_newer_versions(
    settings: Callable[..., Settings], region: Region
) -> None:
    region.fault("forbidden", action="ListAddons")
    async with door_to(settings(TOOLSETS="lifecycle")) as opened:
        text = (await opened.ok("list_cluster_addons", cluster_id=region.cluster("staging"))).text
    assert "coredns" in text
    assert "not told: the catalogue (Forbidden" in text


@pytest.mark.slow
async def test_a_failed_addon_is_upgraded_and_active_again(production: Operator) -> None:
    shown = await production.ok("manage_cluster_addon", action="upgrade", name="nginx-ingress-controller")
    assert "~ addon nginx-ingress-controller (failed): v1.11.5-aliyun.1 -> v1.12.1-aliyun.1" in shown
    assert "deployment/nginx-ingress-controller (kube-system) is rolled out anew" in shown
    assert "earlier ones here" in shown
    told = await production.done("manage_cluster_addon", action="upgrade", name="nginx-ingress-controller")
    waited = await production.while_time_passes("wait_for_task", task_id=task_of(told))
    state = await production.ok("list_cluster_addons")
    row = next(line for line in state.splitlines() if line.startswith("nginx-ingress"))
    ended_well = "state: success" in waited.text
    assert ("active" in row) is ended_well
    assert ended_well or ("AddonUpgradeTimeout" in row and "It did not succeed" in waited.text)


@pytest.mark.slow
async def test_a_version_that_there_is_not_is_refused_before_a_plan_and_others_are_named(production: Operator) -> None:
    with production.asked() as actions:
        told = await production.error("manage_cluster_addon", action="upgrade", name="terway-eniip", version="v9.9")
    assert told.startswith(
        "InvalidInput: addon terway-eniip has no version 'v9.9'; v1.14.5 is installed, newer: v1.15.0"
    )
    assert "UpgradeClusterAddons" not in actions


@pytest.mark.slow
async def test_a_plan_says_that_an_older_version_is_a_downgrade(staging: Operator) -> None:
    upgraded = await staging.done("manage_cluster_addon", action="upgrade", name="terway-eniip", version="v1.15.0")
    assert "downgrade" not in upgraded
    await staging.while_time_passes("wait_for_task", task_id=task_of(upgraded))
    shown = await staging.ok("manage_cluster_addon", action="upgrade", name="terway-eniip", version="v1.14.5")
    assert "v1.15.0 -> v1.14.5" in shown
    assert "! this is a downgrade: v1.14.5 is older than v1.15.0" in shown


@pytest.mark.slow
async def test_a_catalogue_that_does_not_tell_versions_is_no_obstacle(production: Operator) -> None:
    production.region.fault("forbidden", action="DescribeAddon")
    shown = await production.ok("manage_cluster_addon", action="upgrade", name="terway-eniip", version="v1.15.0")
    assert "v1.14.5 -> v1.15.0" in shown


@pytest.mark.parametrize(
    ("one", "other", "older"),
    [
        ("v1.9.0", "v1.10.0", True),
        ("v1.10.0", "v1.9.0", False),
        ("v1.12.1-aliyun.1", "v1.12.1-aliyun.2", True),
        ("v1.2", "v1.2", False),
        ("latest", "v1.2", False),
    ],
)
def test_versions_are_compared_by_their_numbers(one: str, other: str, older: bool) -> None:
    assert is_older(one, other) is older


@pytest.mark.slow
async def test_an_addon_goes_with_its_objects_and_comes_back(staging: Operator) -> None:
    there = await staging.error("manage_cluster_addon", action="install", name="nginx-ingress-controller")
    assert there.startswith("Conflict: addon nginx-ingress-controller is installed already")
    shown = await staging.ok("manage_cluster_addon", action="uninstall", name="nginx-ingress-controller")
    assert "deployment/nginx-ingress-controller (kube-system) goes" in shown
    told = await staging.done("manage_cluster_addon", action="uninstall", name="nginx-ingress-controller")
    await staging.while_time_passes("wait_for_task", task_id=task_of(told))
    assert "not installed: nginx-ingress-controller" in await staging.ok("list_cluster_addons")
    again = await staging.ok("manage_cluster_addon", action="install", name="nginx-ingress-controller")
    assert "+ addon nginx-ingress-controller v1.12.1-aliyun.1" in again
    await staging.while_time_passes("wait_for_task", task_id=task_of(again))
    assert "not installed" not in await staging.ok("list_cluster_addons")


@pytest.mark.slow
async def test_settings_are_shown_as_a_difference_without_secrets(staging: Operator) -> None:
    token = f"new-{CANARY}"
    shown = await staging.ok(
        "manage_cluster_addon", action="configure", name="arms-prometheus", config=f'{{"AccessToken": "{token}"}}'
    )
    assert "AccessToken" in shown and CANARY not in shown
    config = '{"NetworkPolicy": "false"}'
    assert 'NetworkPolicy: "true" -> "false"' in await staging.ok(
        "manage_cluster_addon", action="configure", name="terway-eniip", config=config
    )
    await staging.done("manage_cluster_addon", action="configure", name="terway-eniip", config=config)
    staging.pass_time(120)
    same = await staging.ok("manage_cluster_addon", action="configure", name="terway-eniip", config=config)
    assert "nothing is changed: it is so already" in same


@pytest.mark.slow
async def test_an_addon_that_the_cluster_needs_stays_and_says_why(staging: Operator) -> None:
    told = await staging.call("manage_cluster_addon", action="uninstall", name="coredns")
    refused = await staging.error(
        "manage_cluster_addon", action="uninstall", name="coredns", plan_id=plan_of(told.text)
    )
    assert refused.startswith("Conflict: UnInstallClusterAddons on addon coredns")
    assert "Next: The cluster needs this addon" in refused


@pytest.mark.slow
@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({"action": "upgrade", "name": "../x"}, "is not an addon's name"),
        ({"action": "configure", "name": "coredns"}, "configure needs config"),
        ({"action": "configure", "name": "coredns", "config": "[]"}, "config is not a JSON object"),
        ({"action": "uninstall", "name": "coredns", "version": "v1"}, "uninstall takes no version"),
        ({"action": "install", "name": "nonesuch"}, "has no addon nonesuch"),
        ({"action": "upgrade", "name": "nonesuch"}, "action=install installs it"),
    ],
)
async def test_what_cannot_be_is_refused(staging: Operator, arguments: dict[str, str], words: str) -> None:
    assert words in await staging.error("manage_cluster_addon", **arguments)
