"""Changes that leave nothing running or end a deletion, whatever their verb is, and what a kubeconfig's end does."""

import json
from collections.abc import AsyncIterator, Callable

import pytest

from ack_mcp_server.settings import Settings
from tests.conftest import Door, Region, door_to, needs
from tests.kube.writes.writer import WEB, Writer, plan_of

pytestmark = [needs("kubectl"), pytest.mark.slow]

UNHOLD = '{"metadata":{"finalizers":null}}'


@pytest.fixture
def production(door: Door, own_region: Region) -> Writer:
    return Writer(door, own_region.cluster("production"))


@pytest.fixture
async def door(writing: Callable[..., Settings]) -> AsyncIterator[Door]:
    async with door_to(writing()) as opened:
        yield opened


async def replicas(writer: Writer, name: str) -> str:
    return (await writer.ok(f"get deploy {name} -n shop -o jsonpath={{.spec.replicas}}")).splitlines()[-1]


TO_NOTHING = {
    "merge": '-p \'{"spec":{"replicas":0}}\'',
    "json": '--type=json -p \'[{"op":"replace","path":"/spec/replicas","value":0}]\'',
    "scale": '--subresource=scale --type=merge -p \'{"spec":{"replicas":0}}\'',
}


@pytest.mark.parametrize("kind", TO_NOTHING)
async def test_a_patch_to_nothing_is_shown_first(writer: Writer, kind: str) -> None:
    name, change = await writer.made(f"patched-{kind}"), TO_NOTHING[kind]
    await writer.revisions(name, 1)
    shown = await writer.ok(f"patch deploy {name} -n shop {change}")
    assert "nothing is changed yet" in shown and "spec.replicas: 2 -> 0" in shown
    assert await replicas(writer, name) == "2"
    await writer.ok(f"patch deploy {name} -n shop {change}", plan_id=plan_of(shown))
    assert await replicas(writer, name) == "0"


async def test_a_manifest_of_nothing_is_shown_first(writer: Writer) -> None:
    name = await writer.made("applied")
    manifest = WEB.format(name=name, secret="hunter2-hunter2").replace("replicas: 2", "replicas: 0")
    shown = await writer.ok("apply --force-conflicts", manifest=manifest)
    assert "nothing is changed yet" in shown and "spec.replicas: 2 -> 0" in shown


@pytest.mark.parametrize("count", ["00", "0x0", "-0", "+0", "010", "0b0"])
async def test_a_count_is_a_plain_number(writer: Writer, count: str) -> None:
    name = await writer.made("counted")
    told = await writer.error(f"scale deploy/{name} -n shop --replicas={count}")
    assert told.startswith(f"InvalidInput: --replicas='{count}' is no plain number")
    assert await replicas(writer, name) == "2"


async def test_what_the_server_is_to_name_touches_nothing_that_is_there(production: Writer) -> None:
    """A rule for protected objects, or the most that a change may touch, would be about all pods of the namespace."""
    pod = {"kind": "Pod", "apiVersion": "v1", "metadata": {"generateName": "x-", "namespace": "shop"},
           "spec": {"containers": [{"name": "a", "image": "nginx:1.27"}]}}  # fmt: skip
    shown = await production.ok("create", manifest=json.dumps(pod))
    assert "pod/x-" in shown and "created" in shown


async def test_the_end_of_a_deletion_is_shown_first(production: Writer) -> None:
    spaces = json.loads((await production.ok("get backups.ops.example.com -A -o json")).partition("\n")[2])
    space = next(each["metadata"]["namespace"] for each in spaces["items"] if "deletionTimestamp" in each["metadata"])
    command = f"patch backups.ops.example.com final-export -n {space} --type=merge -p '{UNHOLD}'"
    shown = await production.ok(command)
    assert "nothing is changed yet" in shown
    assert f"final-export ({space}) is being deleted and waits for " in shown and "it is gone at once" in shown
    assert "final-export" in await production.ok(f"get backups.ops.example.com -n {space}")


async def test_a_revoked_kubeconfig_is_replaced_and_the_change_done(
    own_region: Region, writing: Callable[..., Settings]
) -> None:
    async with door_to(writing()) as door:
        writer = Writer(door, own_region.cluster("staging"))
        name = await writer.made("revoked")
        own_region.order("staging", "revoke")
        assert "scaled" in await writer.ok(f"scale deploy/{name} -n shop --replicas=3")


async def test_a_program_that_says_it_is_not_logged_in_runs_once(
    own_region: Region, writing: Callable[..., Settings]
) -> None:
    said = "error: You must be logged in to the server (Unauthorized)"
    async with door_to(writing(write_policy="direct")) as door:
        writer = Writer(door, own_region.cluster("staging"))
        pod = (await writer.ok("get pods -n kube-system -l app=coredns -o name")).splitlines()[-1]
        await writer.ok("get ns")
        before = own_region.control("GET", "requests")["total"]
        told = await writer.error(f'exec {pod} -n kube-system -- cat "/{said}"')
    assert said in told
    assert own_region.control("GET", "requests")["total"] == before, "another kubeconfig was asked for"
