"""The plan of a region: the facts that its cloud APIs and its Kubernetes APIs must agree on."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from ack_sandbox.draws import Draws

Role = Literal["production", "staging", "private", "other-tenant", "created"]
"""What a cluster is for; "created" is one that a caller made while the region was open."""

MAIN_ACCOUNT = "1234567890123456"
OTHER_ACCOUNT = "6543210987654321"


@dataclass(frozen=True, kw_only=True)
class InstanceType:
    name: str
    cpu: int
    memory_gib: int


G7_XLARGE = InstanceType(name="ecs.g7.xlarge", cpu=4, memory_gib=16)
G7_2XLARGE = InstanceType(name="ecs.g7.2xlarge", cpu=8, memory_gib=32)
C7_LARGE = InstanceType(name="ecs.c7.large", cpu=2, memory_gib=4)


@dataclass(frozen=True, kw_only=True)
class NodePlan:
    """One worker: the ECS instance and the Kubernetes node are the same machine."""

    name: str  # "cn-hangzhou.10.0.1.17": ACK names nodes by region and address
    ip: str
    instance_id: str
    instance_type: InstanceType
    zone: str
    pool_id: str
    ready: bool = True


@dataclass(frozen=True, kw_only=True)
class PoolPlan:
    id: str
    name: str
    is_default: bool
    instance_type: InstanceType
    autoscaling: tuple[int, int] | None  # (min, max) instances
    nodes: tuple[NodePlan, ...]


@dataclass(frozen=True, kw_only=True)
class ClusterPlan:
    id: str
    name: str
    role: Role
    account: str
    region: str
    zones: tuple[str, ...]
    version: str  # "1.34.1-aliyun.1"
    spec: str
    public_endpoint: bool
    has_vswitches: bool
    age_days: int
    pools: tuple[PoolPlan, ...]

    @property
    def nodes(self) -> tuple[NodePlan, ...]:
        return tuple(node for pool in self.pools for node in pool.nodes)


@dataclass(frozen=True, kw_only=True)
class RegionPlan:
    seed: int
    scale: int | None  # pods that production should hold; None leaves its ordinary size
    clusters: tuple[ClusterPlan, ...]

    def cluster(self, role: Role) -> ClusterPlan:
        return next(cluster for cluster in self.clusters if cluster.role == role)


@dataclass(frozen=True, kw_only=True)
class _PoolShape:
    name: str
    instance_type: InstanceType
    nodes: int
    autoscaling: tuple[int, int] | None = None
    not_ready: int = 0  # how many of the last nodes are NotReady


def plan_region(seed: int = 1, scale: int | None = None) -> RegionPlan:
    """Three clusters of the main account and one of another tenant, all drawn from `seed`.

    `scale` is a number of pods for production; nodes are added at 100 pods each.
    """
    draws = Draws(seed)
    workers = max(8, -(-(scale or 0) // 100))
    clusters = (_production(draws, workers), _staging(draws), _private(draws), _other_tenant(draws))
    return RegionPlan(seed=seed, scale=scale, clusters=clusters)


def _production(draws: Draws, workers: int) -> ClusterPlan:
    return _cluster(
        draws.at("production"),
        name="production",
        role="production",
        region="cn-hangzhou",
        version="1.34.1-aliyun.1",
        spec="ack.pro.small",
        age_days=412,
        shapes=(
            _PoolShape(name="default-nodepool", instance_type=G7_2XLARGE, nodes=workers, not_ready=1),
            _PoolShape(name="burst", instance_type=G7_XLARGE, nodes=2, autoscaling=(0, 10)),
        ),
    )


def _staging(draws: Draws) -> ClusterPlan:
    return _cluster(
        draws.at("staging"),
        name="staging",
        role="staging",
        region="cn-shanghai",
        version="1.33.3-aliyun.1",
        spec="ack.standard",
        age_days=150,
        has_vswitches=False,
        shapes=(_PoolShape(name="default-nodepool", instance_type=G7_XLARGE, nodes=3),),
    )


def _private(draws: Draws) -> ClusterPlan:
    return _cluster(
        draws.at("private"),
        name="finance-private",
        role="private",
        region="cn-beijing",
        version="1.32.7-aliyun.1",
        spec="ack.pro.small",
        age_days=300,
        public_endpoint=False,
        shapes=(_PoolShape(name="default-nodepool", instance_type=C7_LARGE, nodes=2),),
    )


def _other_tenant(draws: Draws) -> ClusterPlan:
    return _cluster(
        draws.at("other-tenant"),
        name="tenant-b-web",
        role="other-tenant",
        account=OTHER_ACCOUNT,
        region="cn-hangzhou",
        version="1.34.1-aliyun.1",
        spec="ack.standard",
        age_days=60,
        shapes=(_PoolShape(name="default-nodepool", instance_type=C7_LARGE, nodes=2),),
    )


def _cluster(
    draws: Draws,
    *,
    name: str,
    role: Role,
    region: str,
    version: str,
    spec: str,
    age_days: int,
    shapes: tuple[_PoolShape, ...],
    account: str = MAIN_ACCOUNT,
    public_endpoint: bool = True,
    has_vswitches: bool = True,
) -> ClusterPlan:
    zones = (f"{region}-h", f"{region}-i", f"{region}-j")
    addresses = (f"10.0.{block}.{host}" for block in range(1, 250) for host in range(10, 250))
    return ClusterPlan(
        id="c" + draws.at("id").text(32),
        name=name,
        role=role,
        account=account,
        region=region,
        zones=zones,
        version=version,
        spec=spec,
        public_endpoint=public_endpoint,
        has_vswitches=has_vswitches,
        age_days=age_days,
        pools=tuple(
            _pool(draws.at("pool", index), shape, region, zones, addresses, is_default=index == 0)
            for index, shape in enumerate(shapes)
        ),
    )


def _pool(
    draws: Draws,
    shape: _PoolShape,
    region: str,
    zones: tuple[str, ...],
    addresses: Iterator[str],
    *,
    is_default: bool,
) -> PoolPlan:
    # Real node pool ids are "np" and a varying number of hex digits; 16 was seen in a public report.
    pool_id = "np" + draws.at("id").hex(draws.at("length").choice((16, 32)))
    nodes = []
    for index in range(shape.nodes):
        ip = next(addresses)
        nodes.append(
            NodePlan(
                name=f"{region}.{ip}",
                ip=ip,
                instance_id="i-" + draws.at("node", index).text(20),
                instance_type=shape.instance_type,
                zone=zones[index % len(zones)],
                pool_id=pool_id,
                ready=index < shape.nodes - shape.not_ready,
            )
        )
    return PoolPlan(
        id=pool_id,
        name=shape.name,
        is_default=is_default,
        instance_type=shape.instance_type,
        autoscaling=shape.autoscaling,
        nodes=tuple(nodes),
    )
