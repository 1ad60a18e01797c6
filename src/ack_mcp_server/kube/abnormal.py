"""The rows of a printed table that need attention, by name."""

import re

from ack_mcp_server.answers.health import judge_for
from ack_mcp_server.kube.output import CommandOutput

_NAMED = 30
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
    named = [f"{_name(cells, headers)} ({state})" for cells, state in unwell[:_NAMED]]
    more = f" and {len(unwell) - _NAMED} more" if len(unwell) > _NAMED else ""
    told = f"abnormal: {', '.join(named)}{more}" if named else "none of them is abnormal"
    return output.model_copy(update={"summary": (*output.summary, told)})


def _name(cells: list[str], headers: list[str]) -> str:
    name = cells[headers.index("NAME")]
    return f"{cells[headers.index('NAMESPACE')]}/{name}" if "NAMESPACE" in headers else name
