"""The region's own rows, asked through the service's SDK."""

import time

import pytest

from tests.conftest import Region
from tests.sandbox.sls.fakes import Sls, models

pytestmark = pytest.mark.slow

DAY = 86_400


def _window() -> dict[str, int]:
    now = int(time.time())
    return {"from_": now - DAY, "to": now}


async def test_search_histogram_and_sql_agree_over_a_day_of_audit(sandbox: Region) -> None:
    sdk, cluster = Sls(sandbox), sandbox.cluster("production")
    project, logstore = f"k8s-log-{cluster}", f"audit-{cluster}"
    window = _window()
    query = "verb: delete and objectRef.resource: services"
    counted = f"{query} | select count(*) as c, count(objectRef.name) as named"
    intervals = await sdk.call("get_histograms", project, logstore, models.GetHistogramsRequest(**window, query=query))
    found = await sdk.call("get_logs_v2", project, logstore, models.GetLogsV2Request(**window, query=query))
    table = await sdk.call("get_logs_v2", project, logstore, models.GetLogsV2Request(**window, query=counted))
    assert len(found.data) > 0
    assert sum(interval.count for interval in intervals) == len(found.data)
    assert table.data == [{"c": str(len(found.data)), "named": str(len(found.data))}]


async def test_a_day_of_production_has_fifty_thousand_audit_rows(sandbox: Region) -> None:
    cluster = sandbox.cluster("production")
    request = models.GetHistogramsRequest(**_window(), query="*")
    found = await Sls(sandbox).call("get_histograms", f"k8s-log-{cluster}", f"audit-{cluster}", request)
    assert sum(interval.count for interval in found) >= 50_000


async def test_each_project_is_in_the_region_of_its_cluster(sandbox: Region) -> None:
    cluster = sandbox.cluster("staging")
    found = await Sls(sandbox, at="cn-shanghai").call(
        "list_log_stores", f"k8s-log-{cluster}", models.ListLogStoresRequest()
    )
    assert f"audit-{cluster}" in found.logstores
