"""The rows of a logstore that a request is about."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from ack_sandbox.sls import errors
from ack_sandbox.sls.calls import Call
from ack_sandbox.sls.query import Window
from ack_sandbox.sls.rows.plans import LogStorePlan, ProjectPlan, Row
from ack_sandbox.sls.search.matching import Matches, matcher, read_search
from ack_sandbox.sls.search.tree import Search


@dataclass
class Selection:
    """`processed` counts the rows that were looked at so far."""

    project: ProjectPlan
    plan: LogStorePlan
    search: Search
    rows: Sequence[Row]  # of the window, oldest first
    topic: str
    processed: int = 0
    _matches: Matches | None = field(init=False)

    def __post_init__(self) -> None:
        self._matches = matcher(self.search, self.plan.index)

    def matching(self, *, newest_first: bool = False) -> Iterator[Row]:
        for row in reversed(self.rows) if newest_first else self.rows:
            self.processed += 1
            if self._is_wanted(row):
                yield row

    def _is_wanted(self, row: Row) -> bool:
        if self.topic and row.get("__topic__") != self.topic:
            return False
        return self._matches is None or self._matches(row)


def select(call: Call, window: Window, search: str, topic: str) -> Selection:
    """Raises CloudError."""
    project, plan = call.logstore()
    if not plan.index:
        raise errors.no_index_to_search()
    kept = window.kept(plan, call.now)
    # The search is judged first: rows are made at first use, which takes time.
    tree = read_search(search)
    matcher(tree, plan.index)
    rows = call.stores.rows(project.name, plan.name, kept.since, kept.until)
    return Selection(project, plan, tree, rows, topic)
