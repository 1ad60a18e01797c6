"""Answers as Log Service sends them: its own headers, and compression that HTTP clients know nothing of.

The body is one raw frame or block, told by `x-log-compresstype` and `x-log-bodyrawsize`, without `content-encoding`.
"""

import zlib
from collections.abc import Callable, Mapping
from dataclasses import replace

from ack_sandbox.cloud.wire import Answer, Json, json_bytes

JSON_TYPE = "application/json"


def answer(value: Json, request_id: str, headers: Mapping[str, str] | None = None) -> Answer:
    return Answer(200, json_bytes(value), _headers(request_id, JSON_TYPE) | dict(headers or {}))


def text_answer(text: str, request_id: str) -> Answer:
    return Answer(200, text.encode(), _headers(request_id, "text/plain;charset=utf-8"))


def _headers(request_id: str, content_type: str) -> dict[str, str]:
    return {"content-type": content_type, "x-log-requestid": request_id, "server": "Tengine"}


def compressed(answer: Answer, accept_encoding: str) -> Answer:
    """By the first encoding that the client asks for and we know; errors and empty bodies stay as they are."""
    asked = (part.partition(";")[0].strip().lower() for part in accept_encoding.split(","))
    name = next((name for name in asked if name in _COMPRESSIONS), None)
    if name is None or answer.status != 200 or not answer.body:
        return answer
    headers = {**answer.headers, "x-log-compresstype": name, "x-log-bodyrawsize": str(len(answer.body))}
    return replace(answer, body=_COMPRESSIONS[name](answer.body), headers=headers)


def _zstd(body: bytes) -> bytes:
    # Both come with the service's SDK, and cost a start that may never need them.
    import zstd  # type: ignore[import-untyped]

    return bytes(zstd.compress(body, 1))


def _lz4(body: bytes) -> bytes:
    import lz4.block

    return bytes(lz4.block.compress(body, store_size=False))


_COMPRESSIONS: Mapping[str, Callable[[bytes], bytes]] = {
    "zstd": _zstd,
    "lz4": _lz4,
    "gzip": zlib.compress,  # of that name, and yet without gzip's header
    "deflate": zlib.compress,
}
