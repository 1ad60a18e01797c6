"""Answers: a document of known length, or a stream that lasts while the client listens."""

import json
from collections.abc import AsyncIterator
from dataclasses import dataclass, field

from ack_sandbox.kube.objects import Object

JSON = "application/json"


@dataclass(frozen=True)
class Reply:
    body: bytes
    status: int = 200
    content_type: str = JSON
    headers: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Stream:
    chunks: AsyncIterator[bytes]
    content_type: str = JSON
    headers: dict[str, str] = field(default_factory=dict)


def page_not_found() -> Reply:
    """What the server says outside of the API groups that it serves itself."""
    headers = {"x-content-type-options": "nosniff"}
    return Reply(b"404 page not found\n", 404, "text/plain; charset=utf-8", headers)


def document(obj: Object, status: int = 200) -> Reply:
    return Reply(json.dumps(obj, separators=(",", ":"), ensure_ascii=False).encode() + b"\n", status)
