"""A caller who changes one cluster through the door."""

import asyncio
import re

from tests.conftest import Door, Reply

WEB = """
apiVersion: apps/v1
kind: Deployment
metadata: {{name: {name}, namespace: shop}}
spec:
  replicas: 2
  selector: {{matchLabels: {{app: {name}}}}}
  template:
    metadata: {{labels: {{app: {name}}}}}
    spec:
      containers:
      - {{name: app, image: "docker.io/library/nginx:1.21", env: [{{name: DB_PASSWORD, value: {secret}}}]}}
"""


class Writer:
    """A door, and one cluster behind it."""

    def __init__(self, door: Door, cluster: str) -> None:
        self._door, self._cluster = door, cluster

    async def call(self, command: str, **more: str) -> Reply:
        return await self._door.call("ack_kubectl", command=command, cluster_id=self._cluster, **more)

    async def ok(self, command: str, **more: str) -> str:
        return (await self._door.ok("ack_kubectl", command=command, cluster_id=self._cluster, **more)).text

    async def error(self, command: str, **more: str) -> str:
        return await self._door.error("ack_kubectl", command=command, cluster_id=self._cluster, **more)

    async def revisions(self, name: str, number: int) -> None:
        """Waits until the controller has made so many."""
        async with asyncio.timeout(10):
            # The API server is asked again, because nothing here tells of it.
            while f"\n{number} " not in await self.ok(f"rollout history deploy/{name} -n shop"):  # noqa: ASYNC110
                await asyncio.sleep(0.1)

    async def made(self, name: str) -> str:
        await self.ok("apply", manifest=WEB.format(name=name, secret="hunter2-hunter2"))
        return name


def plan_of(told: str) -> str:
    found = re.search(r'plan_id="([^"]+)"', told)
    assert found, told
    return found[1]
