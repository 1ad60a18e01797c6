"""Names of projects and logstores, checked before they reach the SDK: it puts a project into the host name and a
logstore into the path, both unescaped."""

import re
from dataclasses import dataclass

from ack_mcp_server import identifiers
from ack_mcp_server.errors import InvalidInput
from ack_mcp_server.identifiers import shown

_PROJECT = re.compile(r"[a-z0-9][a-z0-9-]{1,61}[a-z0-9]")
_LOGSTORE = re.compile(r"[a-z0-9_][a-z0-9_-]{0,61}[a-z0-9_]")
EVENTS = "k8s-event"  # what the event collector of a cluster writes


def project(value: str) -> str:
    return _checked(value, _PROJECT, "a project", "k8s-log-<cluster id>")


def logstore(value: str) -> str:
    return _checked(value, _LOGSTORE, "a logstore", "audit-<cluster id>")


def cluster_project(cluster_id: str) -> str:
    """Where a cluster's logs go unless it was told otherwise."""
    return f"k8s-log-{cluster_id}"


def _checked(value: str, pattern: re.Pattern[str], what: str, example: str) -> str:
    if pattern.fullmatch(value):
        return value
    raise InvalidInput(
        f"{shown(value)} cannot be the name of {what}",
        next_step=f"Names are lowercase letters, digits and hyphens, such as {example}.",
    )


@dataclass(frozen=True, kw_only=True)
class Logstore:
    """Where rows are. Raises InvalidInput for a name or a region that cannot be one."""

    region: str
    project: str
    name: str

    def __post_init__(self) -> None:
        identifiers.region_id(self.region)
        project(self.project)
        logstore(self.name)

    def __str__(self) -> str:
        return f"{self.project}/{self.name}"

    @property
    def told(self) -> str:
        """Without the project where the logstore's name tells it."""
        cluster = self.project.removeprefix(cluster_project(""))
        return self.name if self.project.startswith(cluster_project("c")) and cluster in self.name else str(self)
