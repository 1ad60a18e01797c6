"""Everything one simulated cluster is made of, passed to whatever answers a request."""

from dataclasses import dataclass, field
from datetime import datetime

from ack_sandbox.clock import Clock
from ack_sandbox.draws import Draws
from ack_sandbox.kube.faults import Faults
from ack_sandbox.kube.hearing import Hearing
from ack_sandbox.kube.logs import Logs
from ack_sandbox.kube.population.world import Population
from ack_sandbox.kube.programs import Images
from ack_sandbox.kube.resources import Catalog
from ack_sandbox.kube.schedule import Schedule
from ack_sandbox.kube.store import Store
from ack_sandbox.kube.usage import Usages
from ack_sandbox.kube.users import Users
from ack_sandbox.plan import ClusterPlan


@dataclass
class ClusterState:
    plan: ClusterPlan
    clock: Clock
    draws: Draws
    store: Store
    catalog: Catalog
    users: Users
    logs: Logs
    usages: Usages
    schedule: Schedule = field(default_factory=Schedule)
    faults: Faults = field(default_factory=Faults)
    images: Images = field(default_factory=Images)
    # By uid of an object: when its troubles ended. What was said of it until then does not recur.
    settled: dict[str, datetime] = field(default_factory=dict)
    hearing: Hearing = field(default_factory=Hearing)
    population: Population | None = None  # what the cluster began with

    def now(self) -> datetime:
        """The time, after whatever is due by then has happened."""
        now = self.clock.now()
        self.schedule.run(now)
        return now
