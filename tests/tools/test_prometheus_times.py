"""An empty result of another time than now: what is said of why."""

import time
from collections.abc import Mapping
from typing import Any

import pytest
from aiohttp import web

from tests.conftest import door_to
from tests.services.prometheus.scripted import backend, matrix, vector

pytestmark = pytest.mark.slow
NOW = time.time()
COUNTED = {"metric": {}, "value": [1, "7"]}


async def told(start: float, end: float) -> str:
    """Of a Prometheus that has samples of the last hour, and none since."""

    def answer(form: Mapping[str, str]) -> web.StreamResponse:
        if "start" in form:
            return web.json_response(matrix())
        return web.json_response(vector(*[COUNTED] * (abs(NOW - float(form["time"])) < 3600)))

    async with backend() as prometheus:
        prometheus.answer = answer
        async with door_to(prometheus.local()) as door:
            times: dict[str, Any] = {"start_time": str(NOW + start), "end_time": str(NOW + end)}
            return (await door.ok("query_prometheus", promql='up{a="b"}', **times)).text


async def test_a_range_that_lies_in_the_future_is_told_to() -> None:
    text = await told(25_200, 28_800)
    assert "the time range lies in the future: it is now 20" in text
    assert "no metric" not in text


async def test_a_metric_that_has_samples_now_is_not_said_to_be_misspelt() -> None:
    assert "up has samples now, but none at that time" in await told(-90_000, -86_400)


async def test_a_range_that_ends_in_the_future_is_judged_by_what_is_there_now() -> None:
    assert "up has 7 series at that time" in await told(-3000, 25_200)
