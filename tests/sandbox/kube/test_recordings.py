"""The recordings of a real API server: the same objects in this server make kubectl print the same."""

import re
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

import pytest

from ack_sandbox.clock import Clock
from ack_sandbox.draws import Draws
from ack_sandbox.kube.builtin import BUILTIN
from ack_sandbox.kube.discovery import aggregated
from ack_sandbox.kube.logs import Logs
from ack_sandbox.kube.population.world import Population
from ack_sandbox.kube.resources import catalog
from ack_sandbox.kube.server import ClusterServer, cluster_state
from ack_sandbox.kube.usage import Usages
from ack_sandbox.plan import plan_region
from tests.sandbox.kube.conftest import Cluster
from tests.sandbox.kube.doors import TABLE, Client, Json, Kubectl, hosted, needs_kubectl
from tests.sandbox.kube.recorded import COMMANDS, GROUPS, objects, read, recorded_catalog, scripts

RECORDED_AT = datetime(2026, 11, 20, 9, 20, 8, tzinfo=UTC)

# What the recorded answers cannot reproduce, and why.
ONLY_METADATA = "the recorded tables carry only the metadata of these objects, not what their cells come from"
PROTOBUF = "the recorded answers are protobuf, of which only a digest was kept"
UNRECORDED_STATE = "which pod is chosen depends on states of the containers that were not recorded"
MEASURED = "usage is measured, not derived from recorded objects"
NOT_REPRODUCIBLE = {
    "003-get-nodes": ONLY_METADATA,
    "004-get-nodes-o-wide": ONLY_METADATA,
    "006-get-pods-n-staging": ONLY_METADATA,
    "007-get-pods-n-staging-o-wide": ONLY_METADATA,
    "008-get-pods-n-staging-show-labels": ONLY_METADATA,
    "014-get-pods-n-production-l-app-payment-api": ONLY_METADATA,
    "015-get-pods-n-production-field-selector-status-phase-failed": ONLY_METADATA,
    "016-get-pods-n-production-l-app-report-generator-o-wide": ONLY_METADATA,
    "019-get-deploy-svc-n-staging": ONLY_METADATA,
    "020-get-deploy-cart-svc-cart-n-staging": ONLY_METADATA,
    "023-get-sts-ds-a": ONLY_METADATA,
    "024-get-pvc-n-production": ONLY_METADATA,
    "027-get-ingress-n-production": ONLY_METADATA,
    "028-get-hpa-pdb-n-production": ONLY_METADATA,
    "029-get-backups-ops-example-com-n-production": ONLY_METADATA,
    "030-get-tenants": ONLY_METADATA,
    "034-get-events-n-staging": ONLY_METADATA,
    "036-top-nodes": MEASURED,
    "037-top-pods-n-staging": MEASURED,
    "038-logs-n-production-deploy-payment-api-tail-5": UNRECORDED_STATE,
    "039-logs-n-production-deploy-payment-api-previous-tail-5": UNRECORDED_STATE,
    "041-describe-node-worker-3": PROTOBUF,
    "045-rollout-history-deploy-shipping-n-production": PROTOBUF,
}
# What differs from run to run or from client to client.
VARYING = (
    (re.compile(r"X509SHA256=[0-9a-f]{64}"), "X509SHA256=…"),
    (re.compile(r"https?://127\.0\.0\.1:\d+"), "https://…"),
    (re.compile(r"(?<=^  Normal  ScalingReplicaSet  )\S+ +", re.MULTILINE), "… "),  # an age by the client's clock
    (re.compile(r"(Client|Kustomize) Version: v\S+"), "the client's own version"),
    (re.compile(r"^WARNING: version difference.*\n", re.MULTILINE), ""),
    (re.compile(r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{9}Z (?=\{)", re.MULTILINE), "at … "),
)


COLUMNS: dict[str, list[list[Any]]] = read("columns.json")
ROWS: list[Json] = read("rows.json")
DISCOVERY: dict[str, Json] = {
    f"{group['metadata'].get('name', '')}/{version['version']}/{entry['resource']}": entry
    for group in GROUPS
    for version in group["versions"]
    for entry in version["resources"]
}
SERVED = {f"{each.group}/{each.version}/{each.plural}": each for each in BUILTIN}
REPRODUCED = [each for each in COMMANDS if each["name"] not in NOT_REPRODUCIBLE]


@dataclass
class Recorded:
    kubectl: Kubectl
    api: Client


@asynccontextmanager
async def _serving() -> AsyncIterator[ClusterServer]:
    plan = replace(plan_region(1).cluster("staging"), version="1.36.3")
    draws = Draws(1).at("recorded")
    population = Population(recorded_catalog(), Logs(draws, dict(scripts())), Usages(draws))
    server = ClusterServer(cluster_state(plan, Clock(source=lambda: RECORDED_AT), draws, population))
    for obj in objects():
        server.state.store.load(population.catalog.of(obj).key, obj, int(obj["metadata"]["resourceVersion"]))
    await server.start()
    try:
        yield server
    finally:
        await server.stop()


@pytest.fixture(scope="module")
def recorded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Recorded]:
    with hosted(_serving()) as (server, _):
        yield Recorded(Kubectl(tmp_path_factory.mktemp("recorded"), server), Client(server))


def _settled(text: str) -> str:
    for pattern, mark in VARYING:
        text = pattern.sub(mark, text)
    return re.sub(r" +", " ", text)


@needs_kubectl
@pytest.mark.parametrize("recording", REPRODUCED, ids=lambda each: each["name"])
def test_kubectl_prints_what_was_recorded(recorded: Recorded, recording: Json) -> None:
    user: Json = {"user": "kubernetes-admin", "credential": "certificate"} if "whoami" in recording["command"] else {}
    done = recorded.kubectl.run(*recording["command"].split(), **user)
    printed = (done.returncode, _settled(done.stdout), _settled(done.stderr))
    assert printed == (recording["exit_code"], _settled(recording["stdout"]), _settled(recording["stderr"]))


def test_every_recording_is_reproduced_or_has_its_reason() -> None:
    names = {each["name"] for each in COMMANDS}
    assert set(NOT_REPRODUCIBLE) < names and len(REPRODUCED) == len(names) - len(NOT_REPRODUCIBLE)


@pytest.mark.parametrize("key", [key for key in COLUMNS if "example.com" not in key])
def test_a_kind_has_the_recorded_columns(production: Cluster, key: str) -> None:
    group, plural = key.split("/")
    found = next(each for each in BUILTIN if (each.group, each.plural) == (group, plural))
    path = f"/apis/{found.api_version}/{plural}" if group else f"/api/v1/{plural}"
    columns = production.api.get(path, accept=TABLE).json["columnDefinitions"]
    shown = [[each["name"], each["type"], each["format"], each["priority"]] for each in columns]
    assert shown == COLUMNS[key]


@pytest.mark.parametrize("key", [key for key in DISCOVERY if key in SERVED])
def test_discovery_describes_a_resource_as_recorded(key: str) -> None:
    group, version, _ = key.split("/")
    document = aggregated(catalog([SERVED[key]]), core=not group)
    assert document["items"][0]["versions"][0] == {
        "version": version,
        "resources": [DISCOVERY[key]],
        "freshness": "Current",
    }


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row['kind']}-{row['name']}-{row['command'][:24]}")
def test_a_row_has_the_recorded_cells(recorded: Recorded, row: Json) -> None:
    found = next(each for each in BUILTIN if each.kind == row["kind"])
    base = f"/apis/{found.api_version}" if found.group else "/api/v1"
    scope = f"/namespaces/{row['namespace']}" if row["namespace"] else ""
    table = recorded.api.get(f"{base}{scope}/{found.plural}/{row['name']}", accept=TABLE).json
    assert [_ageless(cell) for cell in table["rows"][0]["cells"]] == [_ageless(cell) for cell in row["cells"]]


def _ageless(cell: Any) -> Any:
    """Ages tick while a recording is made."""
    return re.sub(r"\b\d+[smh](\d+[sm])?\b", "<age>", cell) if isinstance(cell, str) else cell


def test_not_found_is_the_recorded_status(recorded: Recorded) -> None:
    assert recorded.api.get("/api/v1/namespaces/staging/pods/does-not-exist").json == {
        "kind": "Status",
        "apiVersion": "v1",
        "metadata": {},
        "status": "Failure",
        "message": 'pods "does-not-exist" not found',
        "reason": "NotFound",
        "details": {"name": "does-not-exist", "kind": "pods"},
        "code": 404,
    }
