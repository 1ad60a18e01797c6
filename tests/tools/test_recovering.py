"""A Service that somebody deleted is recovered from the audit log: which it was, who did it, and its port."""

import pytest

from ack_sandbox.plan import plan_region
from ack_sandbox.sls.rows.oddities import Vanished, vanished
from tests.conftest import Region, door_to, running_sandbox, settings_in
from tests.sandbox.sls.rowing import open_logs

DAY = {"resource_types": ["services"], "start_time": "25h"}


def gone(seed: int) -> Vanished:
    found = vanished(open_logs(plan_region(seed), "production").scene())
    assert found is not None
    return found


async def _recovered(region: Region, lost: Vanished) -> None:
    where = {"cluster_id": region.cluster("production"), "namespace": lost.namespace}
    async with door_to(settings_in(region)) as door:
        deleted = await door.ok("query_audit_log", verbs=["delete"], **DAY, **where)
        assert f"services/{lost.name}" in deleted.text
        named = {**DAY, **where, "resource_name": lost.name}
        made = await door.ok("query_audit_log", verbs=["create"], details=True, **named)
        assert f'"port": {lost.port}' in made.text.replace('"port":', '"port": ').replace("  ", " ")


@pytest.mark.slow
async def test_the_port_of_a_deleted_service_is_recovered(region: Region) -> None:
    await _recovered(region, gone(1))


@pytest.mark.slow
@pytest.mark.parametrize("seed", [11, 222, 3333])
async def test_it_is_recovered_whatever_the_seed(seed: int) -> None:
    with running_sandbox("--seed", str(seed)) as region:
        await _recovered(region, gone(seed))
