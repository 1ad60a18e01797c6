"""All that the cloud knows and may change, in one object that only the event loop's thread touches."""

from collections.abc import Callable
from datetime import datetime

from ack_sandbox.clock import Clock
from ack_sandbox.cloud import errors
from ack_sandbox.cloud.records import ClusterRecord, open_cluster
from ack_sandbox.cloud.tasks import Task
from ack_sandbox.draws import Draws
from ack_sandbox.plan import ClusterPlan, RegionPlan

# (cluster, private endpoint?, minutes of validity) -> (kubeconfig as YAML text, when it expires)
KubeconfigIssuer = Callable[[ClusterPlan, bool, int], tuple[str, datetime]]


class CloudStore:
    def __init__(self, plan: RegionPlan, clock: Clock, issue_kubeconfig: KubeconfigIssuer | None = None) -> None:
        self.plan = plan
        self.clock = clock
        self.issue_kubeconfig = issue_kubeconfig
        self.opened = clock.now().replace(microsecond=0)
        self._draws = Draws(plan.seed).at("cloud")
        self._requests = 0
        self._clusters = {
            cluster.id: open_cluster(cluster, self._draws.at(cluster.id), self.opened) for cluster in plan.clusters
        }

    def clusters(self, account: str) -> list[ClusterRecord]:
        return [record for record in self._clusters.values() if record.plan.account == account]

    def cluster(self, account: str, cluster_id: str) -> ClusterRecord:
        """A cluster of another account answers like one that does not exist."""
        record = self._clusters.get(cluster_id)
        if record is None or record.plan.account != account:
            raise errors.cluster_not_found(cluster_id)
        return record

    def task(self, account: str, task_id: str) -> Task:
        tasks = (task for record in self.clusters(account) for task in record.tasks)
        found = next((task for task in tasks if task.id == task_id), None)
        if found is None:
            raise errors.task_not_found(task_id)
        return found

    def next_request_id(self) -> str:
        """Drawn like everything else, so the same requests to the same region get the same bytes."""
        self._requests += 1
        return self._draws.at("request", self._requests).uid().upper()
