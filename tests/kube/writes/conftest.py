"""A region that may be changed, and a server that may change it."""

from collections.abc import AsyncIterator, Callable, Iterator

import pytest

from ack_mcp_server.settings import Settings
from tests.conftest import Region, door_to, running_sandbox, settings_in
from tests.kube.writes.writer import Writer


@pytest.fixture(scope="module")
def own_region() -> Iterator[Region]:
    """A region of its own, because it is changed."""
    with running_sandbox() as region:
        yield region


@pytest.fixture
def writing(own_region: Region) -> Callable[..., Settings]:
    def settings(**values: object) -> Settings:
        return settings_in(own_region).model_copy(update={"allow_write": True, **values})

    return settings


@pytest.fixture
async def writer(own_region: Region, writing: Callable[..., Settings]) -> AsyncIterator[Writer]:
    async with door_to(writing()) as door:
        yield Writer(door, own_region.cluster("staging"))
