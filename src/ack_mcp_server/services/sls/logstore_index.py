"""The index of a logstore: which fields can be searched, and which SQL can use."""

from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel, Field, model_validator

from ack_mcp_server.errors import AckError, InvalidInput, NotFound
from ack_mcp_server.services.cloud_errors import Request
from ack_mcp_server.services.reach import Reach
from ack_mcp_server.services.sls.names import Logstore

NUMBERS = ("long", "double")
RESERVED = ("__time__", "__source__", "__topic__")


class _Key(BaseModel):
    type: str = "text"
    doc_value: bool = False
    json_keys: dict[str, "_Key"] = Field(default_factory=dict)


class _Index(BaseModel):
    keys: dict[str, _Key] = Field(default_factory=dict)
    line: dict[str, Any] | None = None

    @model_validator(mode="after")
    def _says_something(self) -> "_Index":
        if not self.keys and self.line is None:
            raise ValueError("keys and line are missing")
        return self


@dataclass(frozen=True, kw_only=True)
class IndexedField:
    """`name` has dots for keys within JSON; `in_sql` is whether SQL may use it."""

    name: str
    type: str
    in_sql: bool

    @property
    def leaf(self) -> str:
        return self.name.rpartition(".")[2]

    @property
    def is_number(self) -> bool:
        return self.type in NUMBERS


@dataclass(frozen=True, kw_only=True)
class Index:
    """`full_text` is whether words are found without naming a field."""

    fields: tuple[IndexedField, ...] = ()
    full_text: bool = False

    def named(self, name: str) -> IndexedField | None:
        """Names are compared without regard to case, as SQL does; keys of an indexed JSON field may go unlisted."""
        wanted = name.lower()
        return next((field for field in self.fields if field.name.lower() == wanted), None)

    def knows(self, name: str) -> bool:
        return name.lower() in RESERVED or self.named(name) is not None

    @property
    def usable(self) -> tuple[IndexedField, ...]:
        """Those that SQL may group by."""
        return tuple(field for field in self.fields if field.in_sql and field.type != "json")


async def index_of(reach: Reach, where: Logstore, deadline: float) -> Index | None:
    """None for a logstore without an index. Raises AckError; NotFound for a logstore that is not there."""
    request = Request(
        service="sls", action="GetIndex", subject=f"index of logstore {where}", region=where.region, listed_by=""
    )

    def call(client: Any, runtime: Any) -> Any:
        return client.get_index_with_options(where.project, where.name, {}, runtime)

    try:
        found = await reach.account.read(request, call, _Index, deadline=deadline)
    except (NotFound, InvalidInput) as exc:
        if "IndexConfigNotExist" in exc.message:
            return None
        raise
    return Index(fields=tuple(_fields(found)), full_text=found.line is not None)


async def index_or_none(reach: Reach, where: Logstore, deadline: float) -> Index | None:
    """Where the index is an aid, not the answer."""
    try:
        return await index_of(reach, where, deadline)
    except AckError:
        return None


def _fields(index: _Index) -> list[IndexedField]:
    found: list[IndexedField] = []
    for name, key in index.keys.items():
        found.append(IndexedField(name=name, type=key.type, in_sql=key.doc_value))
        found += (
            IndexedField(name=f"{name}.{inner}", type=each.type, in_sql=each.doc_value)
            for inner, each in key.json_keys.items()
        )
    return found
