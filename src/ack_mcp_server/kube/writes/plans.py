"""Changes that were shown and wait to be asked for again: each once, for ten minutes, by whom it was shown to."""

import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from cachetools import LRUCache

from ack_mcp_server.errors import Conflict, InvalidInput

GOOD_FOR = timedelta(minutes=10)
MOST = 1000  # plans that wait at once
_BYTES = 16
_LONGEST_ID = 64


@dataclass(frozen=True)
class Plan:
    """`binding` is what it may be used for, `fingerprint` what would happen."""

    binding: str
    fingerprint: str
    until: datetime


@dataclass
class Plans:
    """Lives as long as the server, in memory: a plan is known to the replica that made it."""

    now: Callable[[], datetime]
    token: Callable[[int], str] = secrets.token_urlsafe
    _known: LRUCache[str, Plan] = field(default_factory=lambda: LRUCache(MOST), init=False)

    def keep(self, binding: str, fingerprint: str) -> str:
        """The id of a new plan."""
        plan_id = self.token(_BYTES)
        self._known[plan_id] = Plan(binding, fingerprint, self.now() + GOOD_FOR)
        return plan_id

    def take(self, plan_id: str, binding: str) -> Plan:
        """The plan, which is gone then, whatever comes of it. Raises InvalidInput, Conflict."""
        plan: Plan | None = self._known.get(plan_id) if len(plan_id) <= _LONGEST_ID else None
        # An id that is of no use to this caller tells nothing about plans of others, and ends none of theirs.
        if plan is None or not secrets.compare_digest(plan.binding, binding):
            raise InvalidInput(
                "no plan of this id belongs to this call, or it was used already",
                next_step="Repeat the call without plan_id for a new one, bound to its command, cluster and manifest.",
            )
        del self._known[plan_id]
        if plan.until <= self.now():
            raise Conflict(
                f"the plan is older than {GOOD_FOR.seconds // 60} minutes",
                next_step="Repeat the call without plan_id to see how things stand now.",
            )
        return plan
