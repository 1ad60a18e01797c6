"""All that the cloud knows and may change, in one object that only the event loop's thread touches."""

from collections.abc import Callable
from datetime import datetime

from ack_sandbox.clock import Clock
from ack_sandbox.cloud import errors
from ack_sandbox.cloud.account import AccountRecord
from ack_sandbox.cloud.records import ClusterRecord, open_cluster
from ack_sandbox.cloud.tasks import Task
from ack_sandbox.draws import Draws
from ack_sandbox.kube.state import ClusterState
from ack_sandbox.plan import ClusterPlan, RegionPlan

# (cluster, private endpoint?, minutes of validity) -> (kubeconfig as YAML text, when it expires)
KubeconfigIssuer = Callable[[ClusterPlan, bool, int], tuple[str, datetime]]

LiveStates = Callable[[str], ClusterState | None]
"""What runs in a cluster, by its id; None where no Kubernetes API is served."""


class CloudStore:
    def __init__(self, plan: RegionPlan, clock: Clock, issue_kubeconfig: KubeconfigIssuer | None = None) -> None:
        self.plan = plan
        self.clock = clock
        self.issue_kubeconfig = issue_kubeconfig
        self.endpoint = ""  # "http://127.0.0.1:40123", once the region listens
        self.live_states: LiveStates = lambda _cluster_id: None
        self.opened = clock.now().replace(microsecond=0)
        self._draws = Draws(plan.seed).at("cloud")
        self._requests = 0
        self.accounts: dict[str, AccountRecord] = {}
        self.cluster_made: Callable[[ClusterPlan], None] = lambda _plan: None
        self.cluster_gone: Callable[[str], None] = lambda _cluster_id: None
        self._gone: list[ClusterRecord] = []
        self._clusters = {cluster.id: self._open(cluster) for cluster in plan.clusters}

    def _open(self, plan: ClusterPlan) -> ClusterRecord:
        return open_cluster(plan, self._draws.at(plan.id), self.opened, lambda: self.live_states(plan.id))

    def account(self, account: str) -> AccountRecord:
        return self.accounts.setdefault(account, AccountRecord())

    def add(self, record: ClusterRecord) -> None:
        record.live = lambda: self.live_states(record.plan.id)
        self._clusters[record.plan.id] = record

    def drop(self, cluster_id: str) -> None:
        """The cluster is gone; its tasks can still be asked for."""
        self._gone.append(self._clusters.pop(cluster_id))
        self.cluster_gone(cluster_id)

    def clusters(self, account: str) -> list[ClusterRecord]:
        for record in list(self._clusters.values()):
            self._catch_up(record)
        return [record for record in self._clusters.values() if record.plan.account == account]

    def _catch_up(self, record: ClusterRecord) -> None:
        """Let happen what is due by now."""
        record.own_schedule.run(self.clock.now())
        state = record.live()
        if state is not None:
            state.now()

    def cluster(self, account: str, cluster_id: str) -> ClusterRecord:
        """A cluster of another account answers like one that does not exist."""
        if cluster_id in self._clusters:
            self._catch_up(self._clusters[cluster_id])
        record = self._clusters.get(cluster_id)  # what was due may have been its end
        if record is None or record.plan.account != account:
            raise errors.cluster_not_found(cluster_id)
        return record

    def live(self, cluster_id: str) -> ClusterState:
        """What runs in the cluster now; 501 in a region without its Kubernetes half."""
        state = self.live_states(cluster_id)
        if state is None:
            raise errors.no_kubernetes_half()
        return state

    def task(self, account: str, task_id: str) -> Task:
        return self.cluster_of_task(account, task_id).task(task_id)

    def cluster_of_task(self, account: str, task_id: str) -> ClusterRecord:
        records = [*self.clusters(account), *(record for record in self._gone if record.plan.account == account)]
        found = next((record for record in records if any(task.id == task_id for task in record.tasks)), None)
        if found is None:
            raise errors.task_not_found(task_id)
        return found

    def next_request_id(self) -> str:
        """Drawn like everything else, so the same requests to the same region get the same bytes."""
        self._requests += 1
        return self._draws.at("request", self._requests).uid().upper()
