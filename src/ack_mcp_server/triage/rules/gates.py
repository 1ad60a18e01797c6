"""Pods that somebody holds back on purpose: before they are scheduled, or before they get traffic."""

from collections.abc import Iterator

from ack_mcp_server.kube.objects import is_true, items, name_of, text
from ack_mcp_server.triage.findings import Cause
from ack_mcp_server.triage.workloads import Case, where


def gates(case: Case) -> Iterator[Cause]:
    for trouble in case.of("gated")[:1]:
        named = ", ".join(text(each, "name") for each in items(trouble.pod, "spec", "schedulingGates"))
        yield Cause(
            kind="SchedulingGated", says=f"its pods wait until somebody removes their scheduling gates ({named})",
            evidence=(f"status: {trouble.reason}: {trouble.message}",), weight=85,
            next=f"get pod {name_of(trouble.pod)}{where(case.ref)} -o yaml", since=trouble.since,
        )  # fmt: skip
    for trouble in case.of("withheld")[:1]:
        asked = [text(each, "conditionType") for each in items(trouble.pod, "spec", "readinessGates")]
        unmet = ", ".join(each for each in asked if not is_true(trouble.pod, each))
        yield Cause(
            kind="ReadinessGateUnmet",
            says=f"its containers are ready, but nobody has set the condition {unmet} that its readinessGates ask for",
            evidence=(f"status: {trouble.reason}: {trouble.message}",), weight=88,
            next=f"describe pod {name_of(trouble.pod)}{where(case.ref)}", since=trouble.since,
        )  # fmt: skip
