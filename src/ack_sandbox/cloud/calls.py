"""One verified call of an operation: what a handler is given."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from ack_sandbox.cloud import errors
from ack_sandbox.cloud.accounts import Key
from ack_sandbox.cloud.records import ClusterRecord
from ack_sandbox.cloud.store import CloudStore
from ack_sandbox.cloud.wire import Json


@dataclass(frozen=True, kw_only=True)
class Call:
    store: CloudStore
    key: Key
    request_id: str
    now: datetime  # by the region's clock
    path: Mapping[str, str]  # the decoded arguments in the path
    query: Mapping[str, str]
    body: bytes

    def cluster(self) -> ClusterRecord:
        return self.store.cluster(self.key.account, self.path["cluster_id"])

    def wanted(self, name: str) -> str | None:
        """A query parameter, where an empty one counts as not given."""
        return self.query.get(name) or None

    def required(self, name: str) -> str:
        value = self.wanted(name)
        if value is None:
            raise errors.invalid_parameter(name, "it is required")
        return value

    def flag(self, name: str) -> bool:
        # The Python SDK writes True and False, others true and false.
        text = self.query.get(name, "").lower()
        if text not in ("", "true", "false"):
            raise errors.invalid_parameter(name, "it is true or false")
        return text == "true"

    def number(self, name: str, default: int, low: int, high: int) -> int:
        text = self.wanted(name)
        if text is None:
            return default
        # isdecimal alone also takes digits of other scripts, and int() underscores and signs.
        if not (text.isascii() and text.isdecimal() and low <= int(text) <= high):
            raise errors.invalid_parameter(name, f"it is an integer from {low} to {high}")
        return int(text)

    def document(self) -> Mapping[str, Any]:
        """The JSON object that was sent; an empty body is an empty object."""
        try:
            sent = json.loads(self.body or b"{}")
        except (ValueError, RecursionError):
            sent = None
        if not isinstance(sent, dict):
            raise errors.invalid_parameter("body", "it is a JSON object")
        return sent


Handler = Callable[[Call], Json]
