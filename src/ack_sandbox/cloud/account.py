"""What an account may spend and how much it may have; tests lower both through the control endpoint."""

from dataclasses import dataclass, field

from ack_sandbox.cloud import errors
from ack_sandbox.cloud.wire import Json

QUOTAS = {
    "amk_cluster_quota": 20,
    "ask_cluster_quota": 20,
    "cluster_quota": 50,
    "cluster_nodepool_quota": 20,
    "node_quota": 100,
}


@dataclass(kw_only=True)
class AccountRecord:
    balance: float = 5000.0  # yuan; whoever has none left gets no new instance
    quotas: dict[str, int] = field(default_factory=lambda: dict(QUOTAS))
    answered: dict[str, Json] = field(default_factory=dict)  # by client token of CreateCluster

    def within(self, quota: str, wanted: int) -> None:
        if wanted > self.quotas[quota]:
            raise errors.quota_exceeded(quota, self.quotas[quota], wanted)

    def solvent(self) -> None:
        if self.balance <= 0:
            raise errors.not_enough_balance()
