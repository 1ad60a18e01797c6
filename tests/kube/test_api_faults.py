"""What goes wrong between kubectl and an API server: an error that says what to do, and nothing left running."""

import asyncio
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import yaml

from ack_mcp_server.settings import Settings
from tests.conftest import Door, Region, door_to, made_settings, needs, running_sandbox, settings_in, until

pytestmark = needs("kubectl")


@pytest.fixture(scope="module")
def own_region() -> Iterator[Region]:
    """A region of its own, because its API servers stop, fail and forget."""
    with running_sandbox() as region:
        yield region


@pytest.fixture
def staging(own_region: Region) -> Iterator[str]:
    yield own_region.cluster("staging")
    own_region.order("staging", "clear")
    own_region.order("staging", "start")


@pytest.fixture
def brief(own_region: Region) -> Callable[..., Settings]:
    return lambda **values: settings_in(own_region, **{"KUBECTL_TIMEOUT": 3, **values})


async def pods(door: Door, cluster: str) -> str:
    return (await door.call("ack_kubectl", command="get pods -A", cluster_id=cluster)).text


@pytest.mark.parametrize(
    ("code", "step"),
    [
        (403, "Have the RBAC role that allows it granted"),
        (500, "Try again in a while; the API server failed"),
        (503, "Try again in a while"),
    ],
)
async def test_an_error_of_the_api_server_says_what_to_do(
    brief: Callable[..., Settings], own_region: Region, staging: str, code: int, step: str
) -> None:
    async with door_to(brief()) as door:
        own_region.order("staging", "status", path="/api/v1/pods", code=code, times=50)
        told = await pods(door, staging)
    assert told.startswith("CommandFailed: the command ended with exit code 1\nError from server")
    assert f"Next: {step}" in told


@pytest.mark.slow
async def test_a_server_that_asks_to_wait_is_waited_for_within_the_deadline(
    brief: Callable[..., Settings], own_region: Region, staging: str
) -> None:
    async with door_to(brief()) as door:
        own_region.order("staging", "status", path="/api/v1/pods", code=429, times=1, retry_after=1)
        assert (await pods(door, staging)).startswith("NAMESPACE")


async def test_a_revoked_kubeconfig_is_replaced_and_the_read_repeated(
    brief: Callable[..., Settings], own_region: Region, staging: str
) -> None:
    async with door_to(brief()) as door:
        assert (await pods(door, staging)).startswith("NAMESPACE")
        own_region.order("staging", "revoke")
        assert (await pods(door, staging)).startswith("NAMESPACE")


async def test_an_identity_that_stays_unknown_is_an_error_after_one_repetition(
    brief: Callable[..., Settings], own_region: Region, staging: str
) -> None:
    async with door_to(brief()) as door:
        await pods(door, staging)
        own_region.order("staging", "status", path="/", code=401, times=500)
        told = await pods(door, staging)
    assert told.startswith("CommandFailed: ")
    assert "Next: The cluster does not know this identity (any more)." in told


async def test_an_outage_is_told_and_its_end_is_noticed(
    brief: Callable[..., Settings], own_region: Region, staging: str
) -> None:
    async with door_to(brief()) as door:
        assert (await pods(door, staging)).startswith("NAMESPACE")
        own_region.order("staging", "stop")
        told = await pods(door, staging)
        assert told.startswith("Unavailable: the API server 127.0.0.1 could not be reached: Connection refused")
        own_region.order("staging", "start")
        assert (await pods(door, staging)).startswith("NAMESPACE")


@pytest.mark.slow
async def test_a_server_that_never_answers_is_given_up_in_time(
    brief: Callable[..., Settings], own_region: Region, staging: str
) -> None:
    async with door_to(brief(KUBECTL_TIMEOUT=1)) as door:
        own_region.order("staging", "hang", path="/api/v1/pods", times=10)
        commands = ("get pods -A", "get pods -A -w")
        calls = (door.call("ack_kubectl", command=command, cluster_id=staging) for command in commands)
        listed, watched = [reply.text for reply in await asyncio.gather(*calls)]
    assert listed.startswith("DeadlineExceeded: ")
    assert watched.endswith("stopped after 1 s; nothing came]")
    assert await until(lambda: own_region.order("staging", "clear")["in_flight"] == 0)


async def test_a_cancelled_command_ends_at_the_api_server(
    brief: Callable[..., Settings], own_region: Region, staging: str
) -> None:
    async with door_to(brief()) as door:
        await pods(door, staging)
        own_region.order("staging", "hang", path="/api/v1/pods", times=5)
        call = asyncio.create_task(pods(door, staging))
        assert await until(lambda: own_region.order("production", "clear") and _in_flight(own_region) > 0)
        call.cancel()
        await asyncio.gather(call, return_exceptions=True)
        assert await until(lambda: _in_flight(own_region) == 0)


def _in_flight(region: Region) -> int:
    return int(region.order("staging", "start")["in_flight"])


@pytest.fixture
def misdirected(own_region: Region, kubeconfig: Path) -> Path:
    """The kubeconfig of one region's cluster, pointed at another's."""
    config = yaml.safe_load(kubeconfig.read_text())
    config["clusters"][0]["cluster"]["server"] = own_region.facts["api_servers"][own_region.cluster("staging")]
    kubeconfig.write_text(yaml.safe_dump(config))
    return kubeconfig


async def test_a_certificate_of_another_authority_is_refused(misdirected: Path) -> None:
    async with door_to(made_settings(KUBECONFIG_MODE="LOCAL", KUBECONFIG_PATH=str(misdirected))) as door:
        told = await door.error("ack_kubectl", command="get pods -A")
    assert told.startswith("Unavailable: the API server 127.0.0.1 could not be reached: its certificate is not the one")
