"""A production cluster at one moment, without servers, and questions to its series."""

from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache

from ack_sandbox.clock import Clock
from ack_sandbox.draws import Draws
from ack_sandbox.kube.population.build import populate
from ack_sandbox.kube.population.world import Population
from ack_sandbox.kube.server import cluster_state
from ack_sandbox.kube.state import ClusterState
from ack_sandbox.metrics.monitored import Monitored
from ack_sandbox.plan import Role, plan_region
from ack_sandbox.promql.queries import evaluate_instant, evaluate_range

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
Values = dict[tuple[tuple[str, str], ...], float]


@dataclass
class Watched:
    state: ClusterState
    population: Population
    monitored: Monitored
    clock: Clock

    @property
    def now(self) -> float:
        return self.clock.now().timestamp()

    def ask(self, query: str, at: float | None = None) -> Values:
        """The values by labels."""
        rows = evaluate_instant(self.monitored.source(), query, at or self.now).data
        return {tuple(sorted(row["metric"].items())): float(row["value"][1]) for row in rows}

    def number(self, query: str, at: float | None = None) -> float:
        """The only value."""
        (value,) = self.ask(query, at).values()
        return value

    def course(self, query: str, hours: float, step: float = 30) -> list[float]:
        """The values of the only series."""
        found = evaluate_range(self.monitored.source(), query, self.now - hours * 3600, self.now, step).data
        (row,) = found
        return [float(value) for _, value in row["values"]]

    def workload(self, incident: str) -> str:
        """The name of what is in trouble."""
        found = next(each for each in self.population.incidents if each.id == incident)
        return found.workload.partition("/")[2]


def watched(role: Role = "production", seed: int = 1) -> Watched:
    clock = Clock(source=lambda: NOON)
    plan = plan_region(seed).cluster(role)
    draws = Draws(seed).at("kubernetes", role)
    population = populate(plan, clock, draws)
    state = cluster_state(plan, clock, draws, population)
    return Watched(state, population, Monitored(state), clock)


@cache
def production() -> Watched:
    """For those that only look."""
    return watched()
