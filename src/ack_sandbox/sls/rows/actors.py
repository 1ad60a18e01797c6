"""Who asks the API server: kubelets, controllers, service accounts, people and their pipelines, strangers."""

import hashlib
from dataclasses import dataclass

from ack_sandbox.plan import ClusterPlan, NodePlan

AUTHENTICATED = "system:authenticated"
KUBECTL = "kubectl/v1.33.4 (darwin/arm64) kubernetes/74cdb5a"
CI_KUBECTL = "kubectl/v1.32.2 (linux/amd64) kubernetes/67a30c0"
HELM = "Helm/3.18.4"
CLIENT_GO = "Go-http-client/2.0"
# The control plane that the cloud runs reaches the API server from here.
CONTROL_PLANE = "10.0.0.12"
# name, address from a range reserved for documentation, user agent
PEOPLE = (
    ("chen.jie", "203.0.113.24", KUBECTL),
    ("li.na", "203.0.113.24", "kubectl/v1.34.1 (linux/amd64) kubernetes/93248f9"),
    ("wang.fang", "198.51.100.71", "kubectl/v1.34.1 (windows/amd64) kubernetes/93248f9"),
    ("zhao.lei", "198.51.100.140", "k9s/v0.50.9 (darwin/arm64) kubernetes/$Format"),
    ("kubernetes-admin", "203.0.113.90", KUBECTL),
)


@dataclass(frozen=True, kw_only=True)
class Actor:
    name: str
    groups: tuple[str, ...]
    agent: str
    source: str
    extra: tuple[tuple[str, str], ...] = ()


def person(name: str) -> Actor:
    address, agent = next((address, agent) for each, address, agent in PEOPLE if each == name)
    group = "system:masters" if name == "kubernetes-admin" else "system:users"
    credential = "X509SHA256=" + hashlib.sha256(name.encode()).hexdigest()
    extra = (("authentication.kubernetes.io/credential-id", credential),)
    return Actor(name=name, groups=(group, AUTHENTICATED), agent=agent, source=address, extra=extra)


def service_account(namespace: str, name: str, agent: str, source: str) -> Actor:
    groups = ("system:serviceaccounts", f"system:serviceaccounts:{namespace}", AUTHENTICATED)
    return Actor(name=f"system:serviceaccount:{namespace}:{name}", groups=groups, agent=agent, source=source)


def pipeline(namespace: str) -> Actor:
    """The deploying account of a team, from the runner outside of the cluster."""
    return service_account(namespace, "ci-deployer", CI_KUBECTL, "10.0.240.17")


def addon_installer() -> Actor:
    """What the cloud upgrades add-ons with."""
    groups = ("system:masters", AUTHENTICATED)
    return Actor(name="kubernetes-admin", groups=groups, agent=HELM, source=CONTROL_PLANE)


def kubelet(plan: ClusterPlan, node: NodePlan) -> Actor:
    agent = f"kubelet/{_version(plan)} (linux/amd64) kubernetes/1e2c44d"
    groups = ("system:nodes", AUTHENTICATED)
    return Actor(name=f"system:node:{node.name}", groups=groups, agent=agent, source=node.ip)


def controller(plan: ClusterPlan, name: str) -> Actor:
    """A controller of kube-controller-manager, which has an account of its own."""
    account = f"system:serviceaccount:kube-system:{name}"
    agent = f"kube-controller-manager/{_version(plan)} (linux/amd64) kubernetes/1e2c44d/{account}"
    return service_account("kube-system", name, agent, CONTROL_PLANE)


def component(plan: ClusterPlan, name: str) -> Actor:
    """kube-scheduler, kube-controller-manager or cloud-controller-manager itself."""
    agent = f"{name}/{_version(plan)} (linux/amd64) kubernetes/1e2c44d/leader-election"
    return Actor(name=f"system:{name}", groups=(AUTHENTICATED,), agent=agent, source=CONTROL_PLANE)


def anonymous(agent: str, source: str) -> Actor:
    return Actor(name="system:anonymous", groups=("system:unauthenticated",), agent=agent, source=source)


def _version(plan: ClusterPlan) -> str:
    return f"v{plan.version}"
