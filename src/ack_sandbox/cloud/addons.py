"""The add-ons of a cluster: which are installed, at which version, in which state, with which settings."""

from dataclasses import dataclass, field, replace
from typing import Literal

from ack_sandbox.cloud.wire import Json
from ack_sandbox.plan import ClusterPlan, Role

AddonState = Literal["initial", "active", "updating", "upgrading", "deleting", "failed"]


@dataclass(frozen=True, kw_only=True)
class Addon:
    name: str
    version: str
    newest: str  # the version the catalogue has; an add-on that lags behind it can be upgraded
    state: AddonState = "active"
    config: dict[str, Json] = field(default_factory=dict)
    logstore: str | None = None  # an add-on that can send its own log to Log Service names where


CATALOGUE = (
    Addon(
        name="coredns",
        version="v1.11.3.5-5321daf49-aliyun",
        newest="v1.11.3.5-5321daf49-aliyun",
        config={"ComponentType": "managed", "Resources": {"Limits": {"cpu": "4", "memory": "2048Mi"}}},
        logstore="coredns-log",
    ),
    Addon(
        name="terway-eniip",
        version="v1.14.5",
        newest="v1.15.0",
        config={"IPVlan": "false", "NetworkPolicy": "true", "ENITrunking": "true"},
    ),
    Addon(name="csi-plugin", version="v1.33.3-67e8986-aliyun", newest="v1.33.3-67e8986-aliyun"),
    Addon(name="csi-provisioner", version="v1.33.3-67e8986-aliyun", newest="v1.33.3-67e8986-aliyun"),
    Addon(name="metrics-server", version="v0.3.9.13-9008df1e-aliyun", newest="v0.3.9.13-9008df1e-aliyun"),
    Addon(name="ack-node-problem-detector", version="1.2.27", newest="1.2.28"),
    Addon(
        name="arms-prometheus",
        version="1.1.31",
        newest="1.1.31",
        config={"EnablePrometheus": "true", "AccessToken": "arms-token-DO-NOT-LEAK"},
    ),
    Addon(
        name="logtail-ds", version="v1.8.10.2-aliyun", newest="v1.8.10.2-aliyun", config={"IngressDashboard": "true"}
    ),
    Addon(
        name="nginx-ingress-controller",
        version="v1.11.5-aliyun.1",
        newest="v1.12.1-aliyun.1",
        config={"IngressSlbNetworkType": "internet", "IngressSlbSpec": "slb.s2.small"},
        logstore="nginx-ingress",
    ),
)

REQUIRED = frozenset({"coredns", "terway-eniip", "csi-plugin"})

_ABSENT: dict[Role, frozenset[str]] = {
    "created": frozenset({"nginx-ingress-controller", "logtail-ds", "arms-prometheus", "ack-node-problem-detector"}),
    "private": frozenset({"nginx-ingress-controller"}),
    "other-tenant": frozenset({"logtail-ds", "arms-prometheus", "ack-node-problem-detector"}),
}


def plan_addons(plan: ClusterPlan) -> list[Addon]:
    absent = _ABSENT.get(plan.role, frozenset())
    return [_as_installed(addon, plan) for addon in CATALOGUE if addon.name not in absent]


def _as_installed(addon: Addon, plan: ClusterPlan) -> Addon:
    # Production's last add-on upgrade failed (see history.py), and the add-on shows it.
    if plan.role == "production" and addon.name == "nginx-ingress-controller":
        return replace(addon, state="failed")
    return addon
