"""GetContextLogs: the rows of one source around one of them."""

from ack_sandbox.cloud.wire import Answer, Json
from ack_sandbox.sls import errors
from ack_sandbox.sls.calls import Call, integer, text
from ack_sandbox.sls.encoding import answer
from ack_sandbox.sls.packs import PACK_ID, PACK_META, of_pack, read_meta
from ack_sandbox.sls.rows.plans import Row

MOST_EACH_WAY = 100
WINDOW_S = 86_400  # how far context reaches in time


def get_context_logs(call: Call) -> Answer:
    back, forward = (_lines(call, name) for name in ("back_lines", "forward_lines"))
    rows, at = _around(call, text(call.query, "pack_id"))
    first, last = max(0, at - back), min(len(rows) - 1, at + forward)
    body: Json = {
        "total_lines": last - first + 1,
        "back_lines": at - first,
        "forward_lines": last - at,
        "progress": "Complete",
        "logs": [_numbered(rows, place, at, call.query["pack_id"]) for place in range(first, last + 1)],
    }
    return answer(body, call.request_id)


def _around(call: Call, pack: str) -> tuple[list[Row], int]:
    """All rows of the pack around the one that is meant, and its place among them."""
    project, plan = call.logstore()
    ordinal, second = read_meta(text(call.query, "pack_meta"))
    before = of_pack(call.stores.rows(project.name, plan.name, second - WINDOW_S, second), pack)
    rest = of_pack(call.stores.rows(project.name, plan.name, second, second + WINDOW_S), pack)
    if ordinal >= len(rest) or int(rest[ordinal]["__time__"]) != second:
        raise errors.invalid_parameter("pack_meta", "no row is there")
    return before + rest, len(before) + ordinal


def _lines(call: Call, name: str) -> int:
    count = integer(call.query, name, 0)
    if not 0 <= count <= MOST_EACH_WAY:
        raise errors.invalid_parameter(name, f"from 0 to {MOST_EACH_WAY}")
    return count


def _numbered(rows: list[Row], place: int, asked: int, pack: str) -> Json:
    """The row that was asked about has number 0; each can be asked about in turn."""
    row, ordinal = rows[place], 0
    while ordinal < place and rows[place - ordinal - 1]["__time__"] == row["__time__"]:
        ordinal += 1
    return {**row, "__index_number__": str(place - asked), PACK_ID: pack, PACK_META: f"{ordinal}|{row['__time__']}"}
