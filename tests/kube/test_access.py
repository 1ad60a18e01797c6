"""Kubeconfigs by cluster id: issued for an hour, shared by nobody, and gone when they end."""

import asyncio
import json
import os
import signal
import stat
import tempfile
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import pytest

from ack_mcp_server.kube import scratch
from ack_mcp_server.runtime import utc_now
from ack_mcp_server.settings import Settings
from tests.conftest import CANARY, INITIALIZE, Door, Region, door_to, needs, tool_call, until
from tests.process import MODULE, started, talk

pytestmark = needs("kubectl")


@pytest.fixture(autouse=True)
def own_temporary_directory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    path = tmp_path / "temporary"
    path.mkdir()
    monkeypatch.setenv("TMPDIR", str(path))
    monkeypatch.setattr(tempfile, "tempdir", None)
    return path


def issued(region: Region) -> int:
    requests = region.control("GET", "requests")["requests"]
    return sum(request["action"] == "DescribeClusterUserKubeconfig" for request in requests)


def kubeconfig_files(directory: Path) -> list[Path]:
    return list(directory.rglob("run-*/tmp*/kubeconfig"))


async def pods(door: Door, cluster: str) -> str:
    return (await door.ok("ack_kubectl", command="get pods -A", cluster_id=cluster)).text


async def test_pods_are_listed_by_cluster_id(door: Door, region: Region) -> None:
    production, staging = [await pods(door, region.cluster(role)) for role in ("production", "staging")]
    assert "\nNAMESPACE " in production
    assert production != staging


async def test_concurrent_commands_cost_one_kubeconfig(settings: Callable[..., Settings], region: Region) -> None:
    before = issued(region)
    async with door_to(settings()) as door:
        await asyncio.gather(*(pods(door, region.cluster("staging")) for _ in range(5)))
    assert issued(region) == before + 1


async def test_a_kubeconfig_is_renewed_five_minutes_before_its_end(
    settings: Callable[..., Settings], region: Region
) -> None:
    later = timedelta()
    async with door_to(settings(), now=lambda: utc_now() + later) as door:
        await pods(door, region.cluster("staging"))
        before = issued(region)
        later = timedelta(minutes=54)
        await pods(door, region.cluster("staging"))
        assert issued(region) == before
        later = timedelta(minutes=56)
        await pods(door, region.cluster("staging"))
        assert issued(region) == before + 1


async def test_the_file_is_private_holds_only_what_is_needed_and_goes_with_the_run(
    door: Door, region: Region, own_temporary_directory: Path
) -> None:
    await pods(door, region.cluster("staging"))
    (file,) = kubeconfig_files(own_temporary_directory)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(file.parent.stat().st_mode) == 0o700
    assert set(json.loads(file.read_text())) == {
        "apiVersion",
        "kind",
        "current-context",
        "clusters",
        "users",
        "contexts",
    }


async def test_nothing_stays_after_the_run(
    settings: Callable[..., Settings], region: Region, own_temporary_directory: Path
) -> None:
    async with door_to(settings()) as door:
        await pods(door, region.cluster("staging"))
    assert list(own_temporary_directory.rglob("run-*")) == []  # noqa: ASYNC240 - a test may look


@pytest.mark.slow
def test_what_a_killed_server_left_is_removed_by_the_next_start(region: Region, own_temporary_directory: Path) -> None:
    call = tool_call("ack_kubectl", command="get ns", cluster_id=region.cluster("staging"))
    with started(*MODULE, region=region) as process:
        talk(process, INITIALIZE)
        assert "Active" in json.dumps(talk(process, call))
        process.send_signal(signal.SIGKILL)
        process.wait(10)
    assert len(kubeconfig_files(own_temporary_directory)) == 1
    with started(*MODULE, region=region) as process:
        talk(process, INITIALIZE)
        assert kubeconfig_files(own_temporary_directory) == []


def test_a_run_that_lives_is_not_swept(own_temporary_directory: Path) -> None:
    first, second = scratch.Scratch(), scratch.Scratch()
    assert first.root.is_dir()
    second.close()
    first.close()


def test_a_directory_that_others_could_write_to_is_not_used(own_temporary_directory: Path) -> None:
    parent = own_temporary_directory / scratch.PARENT.format(uid=os.getuid())
    parent.mkdir()
    parent.chmod(0o777)
    made = scratch.Scratch()
    assert parent not in made.root.parents
    made.close()


async def test_a_cluster_without_a_public_endpoint_says_what_to_enable(door: Door, region: Region) -> None:
    told = await door.error("ack_kubectl", command="get pods", cluster_id=region.cluster("private"))
    assert told.startswith("NotEnabled: cluster ")
    assert "has no public API endpoint" in told
    assert "--kubeconfig-mode ACK_PRIVATE" in told


async def test_the_private_endpoint_serves_that_cluster(settings: Callable[..., Settings], region: Region) -> None:
    async with door_to(settings(KUBECONFIG_MODE="ACK_PRIVATE")) as door:
        assert (await pods(door, region.cluster("private"))).startswith("NAMESPACE")


@pytest.mark.parametrize("shape", ["wrong_fields", "nulls", "list"])
async def test_a_kubeconfig_that_is_none_is_an_error_without_its_text(door: Door, region: Region, shape: str) -> None:
    cluster = region.cluster("staging")
    await door.ok("list_cluster_nodes", cluster_id=cluster)
    region.fault("wrong_shape", action="DescribeClusterUserKubeconfig", shape=shape)
    told = await door.error("ack_kubectl", command="get pods", cluster_id=cluster)
    assert told.startswith("UnexpectedAnswer")
    assert CANARY not in told


async def test_a_tenant_does_not_reach_a_foreign_cluster(settings: Callable[..., Settings], region: Region) -> None:
    key = region.key("other-tenant")
    theirs = settings(ACCESS_KEY_ID=key["access_key_id"], ACCESS_KEY_SECRET=key["access_key_secret"])
    async with door_to(theirs) as door:
        told = await door.error("ack_kubectl", command="get pods", cluster_id=region.cluster("production"))
    assert told.startswith("NotFound")


async def test_a_kubeconfig_that_somebody_removed_is_asked_for_again(
    door: Door, region: Region, own_temporary_directory: Path
) -> None:
    await pods(door, region.cluster("staging"))
    before = issued(region)
    (file,) = kubeconfig_files(own_temporary_directory)
    file.unlink()
    assert (await pods(door, region.cluster("staging"))).startswith("NAMESPACE")
    assert issued(region) == before + 1


@pytest.mark.slow
async def test_an_evicted_kubeconfig_stays_until_its_last_command_has_ended(
    settings: Callable[..., Settings], region: Region, own_temporary_directory: Path
) -> None:
    async with door_to(settings(CACHE_MAX_SIZE=1, KUBECTL_TIMEOUT=3)) as door:
        await pods(door, region.cluster("production"))
        watch = asyncio.create_task(
            door.call("ack_kubectl", command="get pods -A -w", cluster_id=region.cluster("production"))
        )
        assert await until(lambda: processes_below() > 0)
        await pods(door, region.cluster("staging"))
        assert len(kubeconfig_files(own_temporary_directory)) == 2
        await watch
        assert await until(lambda: len(kubeconfig_files(own_temporary_directory)) == 1)


def processes_below() -> int:
    """kubectl processes of this test."""
    return sum(b"kubectl" in path.read_bytes() for path in _children())


def _children() -> list[Path]:
    pids = " ".join(path.read_text() for path in Path(f"/proc/{os.getpid()}/task").glob("*/children")).split()
    return [path for pid in pids if (path := Path(f"/proc/{pid}/cmdline")).exists()]


async def test_each_key_and_cluster_has_a_cache_of_its_own(
    door: Door, region: Region, own_temporary_directory: Path
) -> None:
    for role in ("staging", "production"):
        await door.ok("ack_kubectl", command="describe ns default", cluster_id=region.cluster(role))
    homes = {path.parent for path in kubeconfig_files(own_temporary_directory)}
    assert len(homes) == 2
    assert all((home / ".kube" / "cache").is_dir() for home in homes)


def test_many_starts_at_once_do_not_sweep_each_other(own_temporary_directory: Path) -> None:
    with ThreadPoolExecutor(8) as pool:
        made = list(pool.map(lambda _: scratch.Scratch(), range(64)))
    assert all(one.root.is_dir() for one in made)
    for one in made:
        one.close()
