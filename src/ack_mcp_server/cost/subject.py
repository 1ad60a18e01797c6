"""Which workload is meant: its kind, namespace and name, checked before they reach a path."""

import re
from dataclasses import dataclass
from typing import Literal

from ack_mcp_server.errors import InvalidInput
from ack_mcp_server.identifiers import shown

WorkloadType = Literal["deployment", "statefulset", "daemonset", "job", "cronjob"]
_LABEL = re.compile(r"[a-z0-9](?:[-a-z0-9]{0,61}[a-z0-9])?", re.ASCII)
_NAME = re.compile(r"(?!.*\.\.)[a-z0-9](?:[-.a-z0-9]{0,251}[a-z0-9])?", re.ASCII)


@dataclass(frozen=True)
class Kind:
    """`word` is what the cluster's discovery knows it by; `spoken` as in manifests."""

    spoken: str
    word: str
    scales: bool = False


KINDS = {
    "deployment": Kind("Deployment", "deployments.apps", scales=True),
    "statefulset": Kind("StatefulSet", "statefulsets.apps", scales=True),
    "daemonset": Kind("DaemonSet", "daemonsets.apps"),
    "job": Kind("Job", "jobs.batch"),
    "cronjob": Kind("CronJob", "cronjobs.batch"),
}


@dataclass(frozen=True)
class Subject:
    """A workload of one cluster; an empty `cluster_id` means the only one."""

    cluster_id: str
    namespace: str
    type: str
    name: str

    @classmethod
    def checked(cls, cluster_id: str, namespace: str, type: str, name: str) -> "Subject":
        """Raises InvalidInput."""
        if type not in KINDS:
            raise InvalidInput(f"{shown(type)} is no kind of workload", next_step=f"Use one of {', '.join(KINDS)}.")
        if not _LABEL.fullmatch(namespace):
            raise InvalidInput(
                f"{shown(namespace)} is no namespace", next_step="ack_kubectl get namespaces lists them."
            )
        if not _NAME.fullmatch(name):
            raise InvalidInput(
                f"{shown(name)} is no workload's name", next_step=f"ack_kubectl get {type}s -A lists them."
            )
        return cls(cluster_id, namespace, type, name)

    @property
    def kind(self) -> Kind:
        return KINDS[self.type]

    def __str__(self) -> str:
        return f"{self.type}/{self.name} -n {self.namespace}"
