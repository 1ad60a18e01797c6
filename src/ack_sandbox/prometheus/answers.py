"""Answers of the HTTP API: an envelope of JSON, gzipped for those who take it."""

import gzip
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import orjson

from ack_sandbox.cloud.errors import CloudError
from ack_sandbox.cloud.wire import Answer
from ack_sandbox.promql.model import QueryError

JSON = "application/json"
_STATUS = {"bad_data": 400, "execution": 422, "timeout": 503}
_KINDS = {400: "bad_data", 401: "unauthorized", 403: "forbidden", 404: "not_found", 503: "unavailable"}
_WORTH_PACKING = 512


@dataclass(frozen=True)
class Told:
    """`error` is kind and text; without one `data` is the answer."""

    status: int
    data: Any = None
    error: tuple[str, str] | None = None
    warnings: Sequence[str] = ()
    infos: Sequence[str] = ()

    def written(self) -> bytes:
        envelope: dict[str, Any] = {"status": "success", "data": self.data}
        if self.error is not None:
            envelope = {"status": "error", "errorType": self.error[0], "error": self.error[1]}
        for name, texts in (("warnings", self.warnings), ("infos", self.infos)):
            if texts:
                envelope[name] = list(texts)
        return orjson.dumps(envelope)


def failed(error: QueryError) -> Told:
    return Told(_STATUS[error.kind], error=(error.kind, error.message))


def answer(told: Told, request_id: str, *, packed: bool) -> Answer:
    """To be made on a thread: a large one takes a while."""
    body = told.written()
    headers = {"content-type": JSON, "x-acs-request-id": request_id}
    if packed and len(body) > _WORTH_PACKING:
        return Answer(told.status, gzip.compress(body, 1), {**headers, "content-encoding": "gzip"})
    return Answer(told.status, body, headers)


def refused(error: CloudError, request_id: str, host: str) -> Answer:
    """What the gateway of the service says, in Prometheus's shape."""
    kind = _KINDS.get(error.status, "internal")
    told = Told(error.status, error=(kind, f"{error.code}: {error.message}"))
    return answer(told, request_id, packed=False)
