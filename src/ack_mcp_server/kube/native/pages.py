"""Lists of the API server, page by page, within limits of bytes for the whole of them."""

from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from typing import Any

from ack_mcp_server.errors import TooLarge, UnexpectedAnswer
from ack_mcp_server.kube.native.asked import Asked
from ack_mcp_server.kube.native.connection import Body

PAGE = 500  # kubectl's own
MAX_LIST_BYTES = 256 * 1024 * 1024  # of all pages of one list, of which one is held at a time


def document(body: Body) -> dict[str, Any]:
    """Raises UnexpectedAnswer."""
    try:
        parsed = body.parsed()
    except ValueError as exc:
        raise _unexpected(f"is not JSON ({body.content_type})") from exc
    if not isinstance(parsed, dict):
        raise _unexpected("is not an object")
    return parsed


@dataclass(frozen=True)
class Page:
    """`size`: bytes on the wire."""

    content: dict[str, Any]
    size: int


async def one(asked: Asked, path: str, query: Mapping[str, str] | None, accept: str, *, small: bool) -> Page:
    """A single answer. Raises Refusal, AckError."""
    body = await asked.connection.get(path, query, accept, small=small)
    asked.warn(body.warnings)
    return Page(document(body), len(body.data))


async def pages(
    asked: Asked, path: str, query: Mapping[str, str], accept: str, *, small: bool, whole: bool = False
) -> AsyncIterator[Page]:
    """Of one list; `whole` asks for everything at once. Raises Refusal, AckError."""
    chunk = asked.command.value("chunk-size") or str(PAGE)
    wanted = dict(query) if whole or chunk == "0" else {**query, "limit": chunk}
    total = 0
    while True:
        page = await one(asked, path, wanted, accept, small=small)
        total += page.size
        _check(page.content)
        yield page
        following = (page.content.get("metadata") or {}).get("continue")
        if not following:
            return
        if total > MAX_LIST_BYTES:
            raise TooLarge(
                f"the list is larger than {MAX_LIST_BYTES // 1024 // 1024} MiB",
                next_step="Narrow it with a namespace, -l or --field-selector.",
            )
        wanted["continue"] = str(following)


def _check(content: dict[str, Any]) -> None:
    """A list that is missing is no empty one; Go writes an empty one as null. Raises UnexpectedAnswer."""
    members = "rows" if content.get("kind") == "Table" else "items"
    if members not in content:
        raise _unexpected(f"to a list has no {members}")
    if members == "rows" and content["rows"] and not content.get("columnDefinitions"):
        raise _unexpected("to a list has rows and no columns")


def _unexpected(what: str) -> UnexpectedAnswer:
    return UnexpectedAnswer(
        f"the API server's answer {what}", next_step="Check that the address is an API server's; try again."
    )
