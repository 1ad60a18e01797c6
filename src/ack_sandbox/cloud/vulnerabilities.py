"""The vulnerabilities of nodes: which packages of which node need which update, and what has been fixed."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Literal

from ack_sandbox.draws import Draws
from ack_sandbox.plan import NodePlan

if TYPE_CHECKING:
    from ack_sandbox.cloud.records import ClusterRecord

Necessity = Literal["asap", "later", "nntf"]
NECESSITIES: tuple[Necessity, ...] = ("asap", "later", "nntf")


@dataclass(frozen=True, kw_only=True)
class Vulnerability:
    name: str
    alias: str
    cves: tuple[str, ...]
    necessity: Necessity
    packages: tuple[str, ...]
    reboot: bool = False
    share: int = 100  # percent of the nodes that have it


CATALOGUE = (
    Vulnerability(
        name="alinux3:kernel:2024-1086",
        alias="kernel security update: use after free in nf_tables",
        cves=("CVE-2024-1086", "CVE-2023-6931"),
        necessity="asap",
        packages=("kernel", "kernel-core", "kernel-modules"),
        reboot=True,
        share=70,
    ),
    Vulnerability(
        name="alinux3:openssh:2024-6387",
        alias="openssh security update: race in the signal handler of sshd",
        cves=("CVE-2024-6387",),
        necessity="asap",
        packages=("openssh", "openssh-server", "openssh-clients"),
        share=60,
    ),
    Vulnerability(
        name="alinux3:runc:2024-21626",
        alias="runc security update: leaked file descriptor",
        cves=("CVE-2024-21626",),
        necessity="later",
        packages=("runc",),
        share=50,
    ),
    Vulnerability(
        name="alinux3:glibc:2024-2961",
        alias="glibc security update: out of bounds write in iconv",
        cves=("CVE-2024-2961", "CVE-2024-33599"),
        necessity="later",
        packages=("glibc", "glibc-common"),
    ),
    Vulnerability(
        name="alinux3:curl:2024-2398",
        alias="curl security update: HTTP/2 push headers are leaked",
        cves=("CVE-2024-2398",),
        necessity="nntf",
        packages=("curl", "libcurl"),
    ),
)


@dataclass(frozen=True, kw_only=True)
class Fix:
    """What a task repairs once it has succeeded."""

    task_id: str
    nodes: frozenset[str]
    vulnerabilities: frozenset[str]
    restarts: bool  # without a restart, what needs one stays


def _is_fixed(record: "ClusterRecord", node: str, vulnerability: Vulnerability, now: datetime) -> bool:
    done = {task.id for task in record.tasks if task.state(now) == "success"} if record.fixes else set()
    return any(
        fix.task_id in done
        and node in fix.nodes
        and vulnerability.name in fix.vulnerabilities
        and (fix.restarts or not vulnerability.reboot)
        for fix in record.fixes
    )


def vulnerabilities_of(record: "ClusterRecord", node: NodePlan, now: datetime) -> Iterator[Vulnerability]:
    draws = Draws(0).at("vulnerabilities", node.instance_id)
    for vulnerability in CATALOGUE:
        # Staging is patched in time, so it has only what can wait.
        urgent = vulnerability.necessity == "asap" and record.plan.role == "staging"
        drawn = draws.at(vulnerability.name).integer(1, 100) <= vulnerability.share
        if drawn and not urgent and not _is_fixed(record, node.name, vulnerability, now):
            yield vulnerability


def vulnerable_nodes(record: "ClusterRecord", necessity: Necessity, now: datetime) -> list[str]:
    nodes = record.plan.nodes
    return [
        node.name
        for node in nodes
        if any(each.necessity == necessity for each in vulnerabilities_of(record, node, now))
    ]
