"""What names one row for good: its pack (one for a source) and its place in it.

`* | with_pack_meta` answers both, and GetContextLogs takes them back.
"""

import hashlib
import re
from collections.abc import Sequence

from ack_sandbox.sls import errors
from ack_sandbox.sls.rows.plans import Row

PACK_ID = "__tag__:__pack_id__"
PACK_META = "__pack_meta__"
_META = re.compile(r"(\d{1,9})\|(\d{1,12})")


def pack_id(row: Row) -> str:
    return hashlib.sha256(row.get("__source__", "").encode()).hexdigest()[:16].upper() + "-0"


def with_pack(row: Row, same_second: Sequence[Row]) -> dict[str, str]:
    """`same_second` are all rows of the logstore at the row's time."""
    ordinal = of_pack(same_second, pack_id(row)).index(row)
    return {**row, PACK_ID: pack_id(row), PACK_META: f"{ordinal}|{row['__time__']}"}


def of_pack(rows: Sequence[Row], pack: str) -> list[Row]:
    return [row for row in rows if pack_id(row) == pack]


def read_meta(text: str) -> tuple[int, int]:
    """A row's place among those of its second, and that second."""
    found = _META.fullmatch(text)
    if found is None:
        raise errors.invalid_parameter("pack_meta", "not one that a query gave")
    return int(found[1]), int(found[2])
