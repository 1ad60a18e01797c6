"""All controllers of one cluster, put together."""

from dataclasses import dataclass

from ack_sandbox.kube.controllers.budgets import Budgets
from ack_sandbox.kube.controllers.claims import Claims
from ack_sandbox.kube.controllers.cronjobs import CronJobs
from ack_sandbox.kube.controllers.daemonsets import DaemonSets
from ack_sandbox.kube.controllers.deployments import Deployments
from ack_sandbox.kube.controllers.endpoints import Endpoints
from ack_sandbox.kube.controllers.ingresses import Ingresses
from ack_sandbox.kube.controllers.jobs import Jobs
from ack_sandbox.kube.controllers.kubelet import Kubelets
from ack_sandbox.kube.controllers.lives import Lives
from ack_sandbox.kube.controllers.making import Pods
from ack_sandbox.kube.controllers.namespaces import Namespaces
from ack_sandbox.kube.controllers.nodes import Nodes
from ack_sandbox.kube.controllers.plane import Plane
from ack_sandbox.kube.controllers.queue import Queue
from ack_sandbox.kube.controllers.quotas import Quotas
from ack_sandbox.kube.controllers.replicasets import ReplicaSets
from ack_sandbox.kube.controllers.scheduler import Scheduler
from ack_sandbox.kube.controllers.statefulsets import StatefulSets
from ack_sandbox.kube.state import ClusterState


@dataclass(frozen=True)
class Controllers:
    plane: Plane
    deployments: Deployments
    replica_sets: ReplicaSets
    stateful_sets: StatefulSets
    daemon_sets: DaemonSets
    jobs: Jobs
    cron_jobs: CronJobs
    scheduler: Scheduler
    claims: Claims
    kubelets: Kubelets
    endpoints: Endpoints
    ingresses: Ingresses
    budgets: Budgets
    quotas: Quotas
    nodes: Nodes
    namespaces: Namespaces


def controllers(state: ClusterState) -> Controllers:
    plane = Plane(state, Queue(state.schedule))
    quotas = Quotas(plane)
    pods, claims = Pods(plane, quotas), Claims(plane)
    return Controllers(
        plane=plane,
        deployments=Deployments(plane),
        replica_sets=ReplicaSets(plane, pods),
        stateful_sets=StatefulSets(plane, pods),
        daemon_sets=DaemonSets(plane, pods),
        jobs=Jobs(plane, pods),
        cron_jobs=CronJobs(plane),
        scheduler=Scheduler(plane, claims),
        claims=claims,
        kubelets=Kubelets(plane, Lives(plane)),
        endpoints=Endpoints(plane),
        ingresses=Ingresses(plane),
        budgets=Budgets(plane),
        quotas=quotas,
        nodes=Nodes(plane),
        namespaces=Namespaces(plane),
    )
