"""Which rows are well is told by columns."""

import pytest

from ack_mcp_server.answers.health import judge_for

POD = ("NAMESPACE", "NAME", "READY", "STATUS", "RESTARTS", "AGE")
DEPLOYMENT = ("NAME", "READY", "UP-TO-DATE", "AVAILABLE", "AGE")
DAEMONSET = ("NAME", "DESIRED", "CURRENT", "READY", "UP-TO-DATE", "AVAILABLE", "NODE SELECTOR", "AGE")
EVENT = ("LAST SEEN", "TYPE", "REASON", "OBJECT", "MESSAGE")
JOB = ("NAME", "STATUS", "COMPLETIONS", "DURATION", "AGE")


@pytest.mark.parametrize(
    ("headers", "cells", "told"),
    [
        (POD, ("a", "x", "1/1", "Running", "0", "3d"), ("Running", True)),
        (POD, ("a", "x", "0/1", "Running", "9", "3d"), ("Running but not ready", False)),
        (POD, ("a", "x", "0/1", "Completed", "0", "3d"), ("Completed", True)),
        (POD, ("a", "x", "0/1", "CrashLoopBackOff", "9", "3d"), ("CrashLoopBackOff", False)),
        (POD, ("a", "x", "1/1", "Terminating", "0", "3d"), ("Terminating", False)),
        (POD, ("a", "Running", "0/1", "Pending", "0", "3d"), ("Pending", False)),
        (DEPLOYMENT, ("x", "3/3", "3", "3", "3d"), ("ready", True)),
        (DEPLOYMENT, ("x", "2/3", "3", "2", "3d"), ("not ready", False)),
        (DEPLOYMENT, ("x", "0/0", "0", "0", "3d"), ("ready", True)),
        (DAEMONSET, ("x", "12", "12", "9", "12", "9", "<none>", "3d"), ("not ready", False)),
        (("NAME", "DESIRED", "CURRENT", "READY", "AGE"), ("x", "10", "10", "10", "3d"), ("ready", True)),
        (("NAME", "READY", "AGE"), ("x", "1/2", "3d"), ("not ready", False)),
        (("NAME", "READY", "AGE"), ("cert", "True", "3d"), ("True", True)),
        (("NAME", "READY", "AGE"), ("cert", "", "3d"), ("none", False)),
        (JOB, ("x", "Failed", "0/1", "3s", "3d"), ("Failed", False)),
        (JOB, ("x", "Running", "0/1", "3s", "3d"), ("Running", True)),
        (("NAME", "COMPLETIONS", "DURATION", "AGE"), ("x", "0/1", "3s", "3d"), ("not ready", False)),
        (("NAME", "STATUS", "ROLES", "AGE", "VERSION"), ("n", "NotReady", "", "3d", "v1"), ("NotReady", False)),
        (("NAME", "STATUS", "VOLUME"), ("claim", "Bound", "pv"), ("Bound", True)),
        (("NAME", "STATUS", "AGE"), ("ns", "Terminating", "3d"), ("Terminating", False)),
        (EVENT, ("1m", "Warning", "BackOff", "pod/x", "m"), ("Warning", False)),
        (EVENT, ("1m", "Normal", "Pulled", "pod/x", "m"), ("Normal", True)),
        (("NAME", "SYNC STATUS", "HEALTH STATUS"), ("app", "Synced", "Degraded"), ("Degraded", False)),
        (("NAME", "SERVICE", "AVAILABLE", "AGE"), ("v1.x", "a/b", "False", "1d"), ("False", False)),
    ],
)  # fmt: skip
def test_a_row_is_judged_by_its_columns(
    headers: tuple[str, ...], cells: tuple[str, ...], told: tuple[str, bool]
) -> None:
    judge = judge_for(headers)
    assert judge is not None
    assert judge(cells) == told


@pytest.mark.parametrize("headers", [("NAME", "TYPE", "CLUSTER-IP", "AGE"), ("NAME", "DATA", "AGE"), ()])
def test_tables_without_such_a_column_are_not_judged(headers: tuple[str, ...]) -> None:
    assert judge_for(headers) is None
