"""What of a history is taken for use."""

import math

from ack_mcp_server.cost.history import used_by
from ack_mcp_server.services.prometheus.values import Series


def test_what_cannot_be_cores_or_bytes_is_left_out() -> None:
    values = (1.0, math.nan, math.inf, -1.0, 1e308, 2.0)
    labels = {"pod": "web-1", "container": "app"}
    used = used_by(Series(labels=labels, times=tuple(map(float, range(6))), values=values))
    assert (used.pod, used.container) == ("web-1", "app")
    assert used.times == (0.0, 5.0) and used.values == (1.0, 2.0)
