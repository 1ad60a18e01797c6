"""The cloud resources around a cluster: VPC, switches, balancers and addresses, drawn from the seed."""

from collections.abc import Mapping
from dataclasses import dataclass

from ack_sandbox.draws import Draws
from ack_sandbox.plan import ClusterPlan

# Resource ids of a region share a prefix.
_PREFIXES = {"cn-hangzhou": "bp1", "cn-shanghai": "uf6", "cn-beijing": "2ze"}


@dataclass(frozen=True, kw_only=True)
class ClusterNetwork:
    vpc_id: str
    vswitch_by_zone: Mapping[str, str]
    security_group_id: str
    resource_group_id: str
    worker_role: str
    api_balancer_id: str
    ingress_balancer_id: str
    public_address: str | None
    intranet_address: str

    @property
    def vswitch_ids(self) -> list[str]:
        return list(self.vswitch_by_zone.values())


def plan_network(plan: ClusterPlan, draws: Draws) -> ClusterNetwork:
    prefix = _PREFIXES.get(plan.region, "bp1")

    def resource(kind: str, name: object = "") -> str:
        return f"{kind}-{prefix}{draws.at(kind, name).text(17)}"

    # 203.0.113.0/24 is set aside for documentation: it looks public and reaches nothing.
    public = f"203.0.113.{draws.at('public').integer(1, 254)}"
    return ClusterNetwork(
        vpc_id=resource("vpc"),
        vswitch_by_zone={zone: resource("vsw", zone) for zone in plan.zones},
        security_group_id=resource("sg"),
        resource_group_id=f"rg-acfm{draws.at('rg').text(12)}",
        worker_role=f"KubernetesWorkerRole-{draws.at('role').uid()}",
        api_balancer_id=resource("lb", "api"),
        ingress_balancer_id=resource("lb", "ingress"),
        public_address=public if plan.public_endpoint else None,
        intranet_address=f"10.0.0.{draws.at('intranet').integer(10, 250)}",
    )
