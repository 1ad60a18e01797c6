"""A region that may be changed, and who may change it."""

from collections.abc import AsyncIterator, Callable, Iterator

import pytest

from ack_mcp_server.settings import Settings
from tests.conftest import Region, door_to, running_sandbox, settings_in
from tests.lifecycle.operator import Operator

PATIENCE = {"DIAGNOSE_POLL_INTERVAL": 0.02, "DIAGNOSE_TIMEOUT": 20}


@pytest.fixture(scope="module")
def own_region() -> Iterator[Region]:
    """A region of its own, because it is changed."""
    with running_sandbox() as region:
        yield region


@pytest.fixture
def changing(own_region: Region) -> Callable[..., Settings]:
    """Settings of a server that may change it; `updates` are by field."""

    def settings(*, updates: dict[str, object] | None = None, **values: object) -> Settings:
        made = settings_in(own_region, **{**PATIENCE, **values})
        return made.model_copy(update={"allow_write": True, **(updates or {})})

    return settings


@pytest.fixture
async def staging(own_region: Region, changing: Callable[..., Settings]) -> AsyncIterator[Operator]:
    async with door_to(changing()) as door:
        yield Operator(door, own_region)
        own_region.control("DELETE", "faults")


@pytest.fixture
async def production(own_region: Region, changing: Callable[..., Settings]) -> AsyncIterator[Operator]:
    async with door_to(changing()) as door:
        yield Operator(door, own_region, "production")
        own_region.control("DELETE", "faults")
