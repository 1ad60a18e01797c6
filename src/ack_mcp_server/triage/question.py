"""What a triage is asked about."""

from dataclasses import dataclass

from ack_mcp_server.kube.objects import Ref


@dataclass(frozen=True, kw_only=True)
class Question:
    """Empty parts mean all; `workload` is a name, or kind/name."""

    cluster_id: str = ""
    namespace: str = ""
    workload: str = ""

    def means(self, kind: str, name: str) -> bool:
        """Whether a workload is meant."""
        wanted = self.workload.lower().rpartition("/")[2]
        return not wanted or (name == wanted and self.means_kind(kind))

    def means_kind(self, kind: str) -> bool:
        return kind.startswith(self.workload.lower().rpartition("/")[0].removesuffix("s"))

    def names(self, ref: Ref) -> bool:
        """Whether it is told of something that is no workload: a Service of the workload's name is."""
        return not self.workload or ref.name == self.workload.lower().rpartition("/")[2]
