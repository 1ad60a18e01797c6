"""Times of SQL beside a headline in UTC."""

import pytest

from ack_mcp_server.services.sls.sql_clock import clock
from ack_mcp_server.services.sls.sql_rows import grid
from tests.services.sls.log_service import LogService
from tests.services.sls.test_sql_tools import row, told

NOTE = "times that SQL makes (date_trunc, now, …) are UTC+8"


@pytest.mark.parametrize(
    ("sql", "cell", "is_told"),
    [
        ("select now() as t", "2026-11-22 02:00:00.000", True),
        ("select t", "2026-11-22 02:00:00", True),
        ("select date_format(from_unixtime(__time__), '%H:%i') as t", "02:00", True),
        ("select now() at time zone 'UTC' as t", "2026-11-21 18:00:00.000", False),
        ("select t", "at 2026-11-22 02:00:00", False),
        ("select count(*) as t", "3", False),
    ],
)
def test_times_of_sql_are_told_to_be_of_another_zone(sql: str, cell: str, is_told: bool) -> None:
    assert clock(sql, grid([{"t": cell}], ["t"])) == (NOTE if is_told else "")


def test_without_rows_no_time_is_told() -> None:
    assert clock("select date_trunc('hour', __time__) as t", grid([], ["t"])) == ""


@pytest.mark.slow
async def test_the_zone_stands_below_the_rows() -> None:
    text = await told(LogService(rows=[row(t="2026-11-22 02:00:00.000")]), query="* | select now() as t from log")
    assert NOTE in text
