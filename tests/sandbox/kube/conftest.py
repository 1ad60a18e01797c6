"""Clusters to look at, shared by all tests, and clusters of one's own to change."""

from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from ack_sandbox.clock import Clock
from ack_sandbox.draws import Draws
from ack_sandbox.kube.server import ClusterServer, serve_cluster
from ack_sandbox.plan import Role, plan_region
from tests.sandbox.kube.doors import Client, Kubectl, Thread, hosted


@dataclass
class Cluster:
    server: ClusterServer
    clock: Clock
    thread: Thread
    api: Client
    kubectl: Kubectl

    def advance(self, seconds: float) -> None:
        self.clock.advance(timedelta(seconds=seconds))


def _cluster(
    role: Role, home: Path, seed: int = 1, *, shared: bool = False, clock: Clock | None = None
) -> Iterator[Cluster]:
    clock = clock or Clock()
    plan = plan_region(seed).cluster(role)
    with (
        hosted(serve_cluster(plan, clock, Draws(seed).at(role))) as (server, thread),
        closing(Client(server, minutes=100_000, keeps=shared)) as api,
    ):
        yield Cluster(server, clock, thread, api, Kubectl(home, server))


@pytest.fixture(scope="session")
def staging(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    """31 pods, all well; not to be changed."""
    yield from _cluster("staging", tmp_path_factory.mktemp("staging"), shared=True)


@pytest.fixture(scope="session")
def production(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    """Every incident; not to be changed."""
    yield from _cluster("production", tmp_path_factory.mktemp("production"), shared=True)


@pytest.fixture
def scratch(tmp_path: Path) -> Iterator[Cluster]:
    """A staging cluster of the test's own, with a clock to move."""
    yield from _cluster("staging", tmp_path)


@pytest.fixture(scope="session")
def written(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    """A staging cluster whose clock stands still, so that nothing reacts; each test writes to objects of its own."""
    stopped = datetime.now(UTC)
    yield from _cluster("staging", tmp_path_factory.mktemp("written"), shared=True, clock=Clock(lambda: stopped))


@pytest.fixture
def ailing(tmp_path: Path) -> Iterator[Cluster]:
    """A production cluster of the test's own."""
    yield from _cluster("production", tmp_path)
