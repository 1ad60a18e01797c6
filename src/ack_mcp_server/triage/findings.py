"""What a triage comes to: subjects that are not well, and for each the likely causes with their evidence."""

from dataclasses import dataclass
from datetime import datetime

from ack_mcp_server.kube.objects import Ref


@dataclass(frozen=True, kw_only=True)
class Cause:
    """`kind` is a stable word for programs. `weight` orders the causes of one subject: 100 is said by the API itself in
    so many words, 50 is a guess. `evidence` are lines as the cluster says them, with where they come from. `next` is
    the command that looks further or repairs; `absent` is what should be there and is not."""

    kind: str
    says: str
    evidence: tuple[str, ...] = ()
    weight: int = 80
    next: str = ""
    since: datetime | None = None
    absent: Ref | None = None


@dataclass(frozen=True, kw_only=True)
class Finding:
    """`severity` from 0 to 100: how much does not work. `state` in a few words."""

    subject: Ref
    state: str
    severity: float
    causes: tuple[Cause, ...]
    log: tuple[str, ...] = ()
    log_source: str = ""
    use: tuple[str, ...] = ()
    changes: tuple[str, ...] = ()
    began: datetime | None = None

    @property
    def since(self) -> datetime | None:
        return next((cause.since for cause in self.causes if cause.since), None)
