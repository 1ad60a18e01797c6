from collections.abc import AsyncIterator

import pytest

from tests.services.prometheus.scripted import Backend, backend


@pytest.fixture
async def cloud() -> AsyncIterator[Backend]:
    async with backend() as made:
        yield made
