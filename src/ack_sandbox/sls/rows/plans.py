"""What a project and its logstores are: names, retention, index."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

# "__time__" (decimal text, Unix seconds), "__source__", "__topic__", then the fields; a JSON value is its JSON text.
Row = Mapping[str, str]

FieldType = Literal["text", "long", "double", "json"]
TOKENS = ", '\";=()[]{}?@&<>/:\n\t\r"


@dataclass(frozen=True, kw_only=True)
class FieldIndex:
    """How one field is indexed; a dotted name is a key within the JSON field before the first dot."""

    type: FieldType = "text"
    token: str = TOKENS  # each character separates words
    case_sensitive: bool = False
    doc_value: bool = True  # whether SQL may use it


@dataclass(frozen=True, kw_only=True)
class ProjectPlan:
    name: str  # "k8s-log-<cluster id>"
    region: str
    cluster_id: str
    created: datetime


@dataclass(frozen=True, kw_only=True)
class LogStorePlan:
    name: str
    ttl_days: int
    index: Mapping[str, FieldIndex]
    created: datetime
