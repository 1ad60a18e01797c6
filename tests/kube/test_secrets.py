"""Secrets are planted wherever a real cluster has them; no command brings one out, in any format, error or log line."""

import base64
import logging
from collections.abc import Callable

import pytest

from ack_mcp_server.settings import Settings
from tests.canary_forms import leaked
from tests.conftest import CANARY, Region, door_to, needs
from tests.redaction.test_populations import population_of

pytestmark = needs("kubectl")

PLACES = ("secrets", "cm", "pods", "deploy,sts,ds", "jobs,cronjobs", "nodes", "events", "all", "crd", "backups,tenants")
FORMATS = (
    "-o yaml",
    "-o json",
    "-o jsonpath={.items}",
    "-o jsonpath={..data}",
    "-o jsonpath-as-json={.items[*]}",
    "-o custom-columns=A:.data,B:.spec,C:.metadata.annotations",
    "-o wide --show-labels",
)
OTHERS = (
    *(f"describe {kind} -A" for kind in ("secrets", "cm", "pods", "deploy", "nodes", "events", "cronjobs")),
    *(f"get secrets,cm -A --sort-by={path} -o name" for path in (".data", ".metadata.annotations")),
    "get secrets -A --sort-by=.data.password",
    "get secrets -A -o custom-columns=P:.data.password,T:.data.token,H:.data.release",
    "get secrets -A -o jsonpath={.items[*].data.password}",
    "get secret -n data db-credentials -o yaml",
    "get secret/db-credentials -n data -o jsonpath={.data}",
    "get secret db-credentials -n data -o jsonpath={.data.password}",
    "get pods -A -o jsonpath={..env}",
    "get pods -A -o jsonpath={..args}",
    "get pods -A -o yaml --show-managed-fields",
    "get cm -A -o jsonpath={.items[*].metadata.annotations}",
    "get secrets -A -o yaml -w",
    "get secrets -A -o go-template={{.}}",
    "get secrets -A -o jsonpath={.items[",
    "get secrets -A -o jsonpath={.items[9999]}",
    "get secrets -A -o custom-columns=A:.data[",
    "events -A",
    "events -A -o yaml",
    "events -A -o jsonpath={..message}",
    "rollout history deploy -n shop",
    "rollout history deploy -n shop --revision=1",
    "rollout history deploy -n shop -o yaml",
    "explain secrets.data",
    "cluster-info",
    "auth whoami -o yaml",
    "config view",
    "version -o yaml",
)
# Every second one: each place in some formats, each format in some places.
LISTS = [f"get {place} -A {form}" for place in PLACES for form in FORMATS]
COMMANDS = (*LISTS[::2], *OTHERS)
# Base64 at each alignment, as in the middle of a longer value.
ENCODED = [base64.b64encode(b"\0" * ahead + CANARY.encode()).decode()[4:16] for ahead in range(3)]


@pytest.fixture
def hidden() -> Callable[[str], list[str]]:
    """What of a text no answer may hold."""
    _, fragments = population_of("production")
    return lambda text: [*(form for form in (CANARY, *ENCODED) if form in text), *leaked(text, fragments)]


def test_there_are_enough_of_them() -> None:
    assert len(set(COMMANDS)) >= 60


@pytest.mark.parametrize("result_format", ["text", "structured"])
async def test_no_command_brings_out_a_secret(
    settings: Callable[..., Settings],
    region: Region,
    hidden: Callable[[str], list[str]],
    caplog: pytest.LogCaptureFixture,
    result_format: str,
) -> None:
    caplog.set_level(logging.DEBUG)
    commands = COMMANDS if result_format == "text" else OTHERS[::4]
    async with door_to(settings(RESULT_FORMAT=result_format)) as door:
        for command in commands:
            reply = await door.call(
                "ack_kubectl", command=command, cluster_id=region.cluster("production"), max_bytes=200_000
            )
            assert hidden(f"{reply.text}{reply.structured}") == [], command
            assert "Internal:" not in reply.text, command
    assert hidden(caplog.text) == []


@pytest.mark.slow
async def test_no_log_brings_out_a_secret(
    settings: Callable[..., Settings], region: Region, hidden: Callable[[str], list[str]]
) -> None:
    async with door_to(settings()) as door:
        for command in [*logs_of_leaky_pods(), "logs -n shop -l team=shop --all-containers --tail=40 --prefix"]:
            reply = await door.call("ack_kubectl", command=command, cluster_id=region.cluster("production"))
            assert hidden(reply.text) == [], command


def logs_of_leaky_pods() -> list[str]:
    population, fragments = population_of("production")
    leaky = sorted(key for key, script in population.logs.scripts.items() if leaked(repr(script), fragments))
    assert leaky
    return [
        f"logs -n {space} {pod} -c {container}{form}"
        for space, pod, container in leaky
        for form in ("", " --timestamps", " --tail=20 --prefix", " --grep=password")
    ]
