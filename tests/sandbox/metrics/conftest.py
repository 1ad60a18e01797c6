"""These tests ask a whole sandbox, with its clusters."""

from collections.abc import Iterator

import pytest

from tests.conftest import Region


@pytest.fixture
def region(sandbox: Region) -> Iterator[Region]:
    yield sandbox
    sandbox.control("DELETE", "faults")
