"""What travels on the wire: JSON values, an answer, and the two time formats of the cloud APIs."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta, timezone
from typing import TypeAlias

Json: TypeAlias = "bool | int | float | str | Sequence[Json] | Mapping[str, Json] | None"

JSON_TYPE = "application/json;charset=utf-8"

# Container Service writes its times with the offset of Beijing, wherever the cluster is.
BEIJING = timezone(timedelta(hours=8))


@dataclass(frozen=True)
class Answer:
    status: int
    body: bytes
    headers: Mapping[str, str] = field(default_factory=dict)


def json_bytes(value: Json) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()


def json_text(value: Json) -> str:
    """JSON inside a string field, as `master_url`, `meta_data` and add-on configs carry it."""
    return json_bytes(value).decode()


def json_answer(value: Json, request_id: str, status: int = 200) -> Answer:
    return Answer(status, json_bytes(value), {"content-type": JSON_TYPE, "x-acs-request-id": request_id})


def rfc3339(at: datetime) -> str:
    return at.astimezone(BEIJING).isoformat(timespec="seconds")


def rfc3339_utc(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def stage_time(at: datetime | None) -> str:
    """Task stages alone carry "2022-12-15 23:00:00", without an offset."""
    return at.astimezone(BEIJING).strftime("%Y-%m-%d %H:%M:%S") if at else ""


def epoch_ms(at: datetime) -> str:
    """Task events alone carry milliseconds since the epoch, as text."""
    return str(round(at.timestamp() * 1000))
