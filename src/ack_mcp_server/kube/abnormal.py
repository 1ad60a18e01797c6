"""The rows of a printed table that need attention, by name."""

import re
from itertools import accumulate

from ack_mcp_server.answers.health import judge_for
from ack_mcp_server.kube.output import CommandOutput

_ROOM = 900  # characters of the names; a line of ours has a hundred more
_GAP = re.compile(r" {2,}")


def naming_abnormal(output: CommandOutput) -> CommandOutput:
    """The same with a line of ours that names what is not well, or says that all of it is."""
    header, *lines = output.stdout.splitlines() or [""]
    headers = _GAP.split(header)
    judge = judge_for(headers)
    if judge is None or not lines:
        return output
    rows = [cells for cells in map(_GAP.split, lines) if len(cells) == len(headers)]
    unwell = [(cells, state) for cells, (state, well) in ((cells, judge(cells)) for cells in rows) if not well]
    told = _told([f"{_name(cells, headers)} ({state})" for cells, state in unwell])
    return output.model_copy(update={"summary": (*output.summary, told)})


def _told(unwell: list[str]) -> str:
    """As many as there is room for, and how many more there are."""
    if not unwell:
        return "none of them is abnormal"
    lengths = accumulate(len(each) + len(", ") for each in unwell)
    named = sum(length <= _ROOM for length in lengths)
    more = f" and {len(unwell) - named:,} more" if named < len(unwell) else ""
    return f"abnormal: {', '.join(unwell[:named])}{more}"


def _name(cells: list[str], headers: list[str]) -> str:
    name = cells[headers.index("NAME")]
    return f"{cells[headers.index('NAMESPACE')]}/{name}" if "NAMESPACE" in headers else name
