"""Every incident of the sandbox by its first cause, over seeds that no rule was written for; nothing else is named."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.conftest import Region, door_to, running_sandbox, settings_in
from tests.tokens import count_tokens
from tests.triage.grading import Known, first_cause, is_right, known, named

pytestmark = pytest.mark.slow

SEEDS = (11, 222, 3333, 44444, 555555)
TOKENS = 3000  # of one namespace


@pytest.fixture(scope="module", params=SEEDS)
def seeded(request: pytest.FixtureRequest) -> Iterator[tuple[Region, Known]]:
    with running_sandbox("--seed", str(request.param)) as region:
        yield region, known(request.param)


async def _reports(region: Region, seen: Known) -> dict[str, dict[str, Any]]:
    async with door_to(settings_in(region, RESULT_FORMAT="structured")) as door:
        return {
            space: (await door.ok("triage", cluster_id=seen.cluster, namespace=space)).structured
            for space in seen.namespaces
        }


async def test_the_first_cause_is_the_right_one(seeded: tuple[Region, Known]) -> None:
    region, seen = seeded
    reports = await _reports(region, seen)
    wrong = [
        (incident.id, cause)
        for incident in seen.incidents
        if not is_right(incident, cause := first_cause(reports[incident.namespace], incident.workload))
    ]
    assert len(wrong) <= len(seen.incidents) * 0.15, wrong


async def test_nothing_healthy_is_named(seeded: tuple[Region, Known]) -> None:
    region, seen = seeded
    reports = await _reports(region, seen)
    ill = {incident.workload for incident in seen.incidents}
    alike = {each.workload for each in seen.look_alikes}
    told = set().union(*map(named, reports.values()))
    assert not told & alike
    assert told <= ill


async def test_one_namespace_fits_into_three_thousand_tokens(seeded: tuple[Region, Known]) -> None:
    region, seen = seeded
    async with door_to(settings_in(region)) as door:
        for space in filter(None, seen.namespaces):
            reply = await door.ok("triage", cluster_id=seen.cluster, namespace=space)
            assert count_tokens(reply.text) <= TOKENS
