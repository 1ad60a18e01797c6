"""By which clock SQL tells times: that of Log Service in China, whatever the rows say and the answer's headline."""

import re

from ack_mcp_server.services.sls.sql_rows import Grid

_TIMESTAMP = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(?:\.\d{1,9})?", re.ASCII)
_MAKES_TIMES = re.compile(r"\b(?:date_trunc|date_format|from_unixtime|time_series)\s*\(", re.IGNORECASE)
_OTHER_ZONE = re.compile(r"\bat\s+time\s+zone\b", re.IGNORECASE)
_LOOKED_AT = 3  # rows; those of one column are alike


def clock(sql: str, cells: Grid) -> str:
    """Empty where the rows tell no such times, or the query names a zone."""
    if not cells.rows or _OTHER_ZONE.search(sql):
        return ""
    told = any(_TIMESTAMP.fullmatch(cell) for row in cells.rows[:_LOOKED_AT] for cell in row)
    return "times that SQL makes (date_trunc, now, …) are UTC+8" if told or _MAKES_TIMES.search(sql) else ""
