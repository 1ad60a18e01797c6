"""What every test of the sandbox stands on: no proxies, a clock that only the test moves, a region that is open."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime

import pytest
from darabonba.core import DaraCore

from ack_sandbox.clock import Clock
from ack_sandbox.plan import RegionPlan, plan_region
from ack_sandbox.region import Region, serve

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)


# As the SDKs ship it: tests of the server put another transport below them, for the whole process.
SHIPPED = DaraCore.__dict__["_get_session"]


@pytest.fixture(autouse=True)
def plain_sdks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(DaraCore, "_get_session", SHIPPED)


@pytest.fixture(autouse=True)
def no_proxies(monkeypatch: pytest.MonkeyPatch) -> None:
    """Alibaba's SDK sends loopback requests to a proxy too: it does not read NO_PROXY."""
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)


@pytest.fixture
def clock() -> Clock:
    return Clock(source=lambda: NOON)


@pytest.fixture
def plan() -> RegionPlan:
    return plan_region(seed=1)


@pytest.fixture
async def region(plan: RegionPlan, clock: Clock) -> AsyncIterator[Region]:
    async with serve(plan, clock) as region:
        yield region
