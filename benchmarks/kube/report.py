"""The figures as one plain table, and the split of a call's time."""

import json
import time
from collections.abc import Mapping
from pathlib import Path

from benchmarks.kube.load import Sample

WAIT_S = 10
ARRANGEMENT = (
    "Core 0: our server, and the raw requests. Core 1: the client, and the API server, which when replayed takes a "
    "real one's time for a list. "
    "Medians of rounds that take turns.\n"
)
_HEAD = ("namespace", "clients", "who", "calls/s", "of raw", "p50 ms", "over raw", "p95 ms", "CPU ms a call")


def table(samples: Mapping[tuple[str, str, int], Sample], kubectl: Mapping[str, float]) -> str:
    rows = [_HEAD]
    for (namespace, who, clients), one in sorted(samples.items(), key=lambda item: (item[0][0], item[0][2])):
        raw = samples[namespace, "raw", clients]
        rows.append(
            (
                namespace,
                str(clients),
                who,
                f"{one.rate:.0f}",
                f"{one.rate / raw.rate:.2f}",
                f"{one.p50_ms:.2f}",
                f"{one.p50_ms - raw.p50_ms:+.2f}",
                f"{one.p95_ms:.2f}",
                f"{one.cpu_ms:.2f}",
            )
        )
    rows += [(name, "1", "kubectl", "", "", f"{ms:.0f}", "", "", "") for name, ms in kubectl.items()]
    widths = [max(len(row[column]) for row in rows) for column in range(len(_HEAD))]
    return "".join(
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() + "\n" for row in rows
    )


def split(path: Path) -> str:
    """Waits for the file, which the server writes when it is told to."""
    deadline = time.monotonic() + WAIT_S
    while not path.exists() and time.monotonic() < deadline:
        time.sleep(0.05)
    counts: dict[str, int] = json.loads(path.read_text())
    total = sum(counts.values())
    lines = [f"{count / total:6.1%}  {section}" for section, count in sorted(counts.items(), key=lambda item: -item[1])]
    return "\n".join([f"Where the server's time goes ({total} samples of its CPU time):", *lines]) + "\n"
