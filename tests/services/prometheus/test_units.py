"""Whether the values of a query are bytes."""

import pytest

from ack_mcp_server.services.prometheus.promql import checked
from ack_mcp_server.services.prometheus.units import in_bytes


@pytest.mark.parametrize(
    "query",
    [
        "container_memory_working_set_bytes",
        "topk(5, sum by (pod) (rate(a_bytes_total[5m])))",
        "sum(a_bytes) by (pod) - on(pod) group_left sum by(pod) (b_bytes)",
        'max_over_time(a_bytes{a="count("}[1h]) > 1000',
        "avg_over_time(sum(a_bytes)[1h:])",
        "SUM(-a_bytes_sum)",
    ],
)
def test_sums_and_rates_of_bytes_are_bytes(query: str) -> None:
    assert in_bytes(checked(query))


@pytest.mark.parametrize(
    "query",
    [
        "sum(a_bytes_count)",
        "rate(a_bytes_bucket[5m])",
        "timestamp(a_bytes)",
        "count without (pod) (a_bytes)",
        "COUNT(a_bytes)",
        "count_over_time(a_bytes[6h])",
        "a_bytes / b_bytes",
        "a_bytes > bool 5",
        "a_bytes + on () up",
        "1",
    ],
)
def test_counts_quotients_and_times_are_not(query: str) -> None:
    assert not in_bytes(checked(query))
