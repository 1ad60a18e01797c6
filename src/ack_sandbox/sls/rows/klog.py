"""Lines of the control plane's components, in the form that Kubernetes' own logger writes."""

from functools import lru_cache
from time import gmtime, strftime
from typing import Literal

from ack_sandbox.sls.rows.plans import Row
from ack_sandbox.sls.rows.timeline import SECOND, Recipe

Severity = Literal["I", "W", "E"]
LEVELS = {"I": "INFO", "W": "WARNING", "E": "ERROR"}
MASTERS = ("cn-control-plane-0", "cn-control-plane-1")


def line(severity: Severity, where: str, text: str) -> Recipe:
    """`where` is file and line; {ms}, {n} and {trace} in the text are figures that vary."""
    varies = "{" in text and any(mark in text for mark in ("{ms}", "{n}", "{trace}"))

    def row(at: int, mix: int) -> Row:
        filled = _filled(text, mix) if varies else text
        content = f"{severity}{_clock(at // SECOND)}.{at % SECOND:06d}       1 {where}] {filled}"
        return {
            "__time__": str(at // SECOND),
            "__source__": "10.0.0.11",
            "__topic__": "",
            "content": content,
            "level": LEVELS[severity],
            "hostname": MASTERS[mix & 1],
        }

    return row


def _filled(text: str, mix: int) -> str:
    figures = {"{ms}": str(2 + mix % 180), "{n}": str(mix // 7 % 60_000), "{trace}": f"{mix % 2_000_000_000}"}
    for mark, figure in figures.items():
        text = text.replace(mark, figure)
    return text


@lru_cache(maxsize=4096)
def _clock(at: int) -> str:
    return strftime("%m%d %H:%M:%S", gmtime(at))
