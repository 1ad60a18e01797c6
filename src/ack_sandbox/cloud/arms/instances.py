"""The Prometheus instance of each cluster: its addresses and who may read it. Each cluster shows another kind.

Version V1 wants a token where that is turned on; V2 wants the AccessKey of its account by HTTP Basic; an instance
with free reading wants nothing.
"""

import hashlib
from dataclasses import dataclass

from ack_sandbox.plan import ClusterPlan, Role

PREFIX = "/api/v1/prometheus"
_VERSIONS: dict[Role, str] = {"production": "V1", "staging": "V2", "private": "V1", "other-tenant": "V1"}


@dataclass(frozen=True)
class PrometheusInstance:
    cluster: ClusterPlan

    @property
    def version(self) -> str:
        return _VERSIONS.get(self.cluster.role, "V1")

    @property
    def free_read(self) -> bool:
        return self.cluster.role == "private"

    @property
    def token(self) -> str:
        """In the Authorization header; empty where none is asked for."""
        wanted = self.version == "V1" and not self.free_read
        return f"{self._digest('token')[:24]}-DO-NOT-LEAK" if wanted else ""

    @property
    def path(self) -> str:
        parts = (PREFIX, self._digest("path")[:32], self.cluster.account, self.cluster.id, self.cluster.region)
        return "/".join(parts)

    def public_url(self, endpoint: str) -> str:
        """Empty where the instance can be reached from its VPC only."""
        return "" if self.free_read else endpoint + self.path

    def private_url(self, endpoint: str) -> str:
        # Both are one listener; the other name shows which one a client was given.
        return endpoint.replace("127.0.0.1", "localhost") + self.path

    def _digest(self, what: str) -> str:
        return hashlib.sha256(f"{self.cluster.id}/{what}".encode()).hexdigest()
