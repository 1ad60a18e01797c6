"""A stand-in for helm on the PATH, and doors to servers that offer the toolset."""

import os
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest

from ack_mcp_server.settings import Settings
from tests.clis.stand_in import StandIn
from tests.conftest import Door, Region, Reply, door_to

REPOSITORIES = ("stable=https://charts.example.com/stable", "apps=oci://registry.example.com/charts")


class Program:
    """A door, and one cluster behind it, to one tool."""

    tool: str

    def __init__(self, door: Door, cluster: str) -> None:
        self._door, self._cluster = door, cluster

    async def call(self, command: str, **more: object) -> Reply:
        return await self._door.call(self.tool, command=command, cluster_id=self._cluster, **more)

    async def ok(self, command: str, **more: object) -> str:
        return (await self._door.ok(self.tool, command=command, cluster_id=self._cluster, **more)).text

    async def error(self, command: str, **more: object) -> str:
        return await self._door.error(self.tool, command=command, cluster_id=self._cluster, **more)


class Helm(Program):
    tool = "helm"


class Istioctl(Program):
    tool = "istioctl"


class Argocd(Program):
    tool = "argocd"


def standing_in(program: str, folder: Path, monkeypatch: pytest.MonkeyPatch) -> StandIn:
    made = StandIn.at(folder, program)
    monkeypatch.setenv("PATH", f"{made.folder / 'bin'}{os.pathsep}{os.environ['PATH']}")
    return made


@pytest.fixture
def stand_in(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> StandIn:
    return standing_in("helm", tmp_path / "helm", monkeypatch)


Reaching = Callable[..., Settings]


@pytest.fixture
def offering(settings: Callable[..., Settings]) -> Reaching:
    """Settings with the toolset on, and further ones by their attributes."""

    def made(**values: object) -> Settings:
        return settings(TOOLSETS="clis").model_copy(update={"helm_repositories": REPOSITORIES, **values})

    return made


@pytest.fixture
async def reader(offering: Reaching, region: Region, stand_in: StandIn) -> AsyncIterator[Helm]:
    async with door_to(offering()) as door:
        yield Helm(door, region.cluster("staging"))


@pytest.fixture
async def writer(offering: Reaching, region: Region, stand_in: StandIn) -> AsyncIterator[Helm]:
    async with door_to(offering(allow_write=True)) as door:
        yield Helm(door, region.cluster("staging"))
