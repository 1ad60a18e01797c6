"""A change as it goes over the wire: exactly the fields that were asked for.

The SDK's own requests send an empty list for every list of an object that was not given, which takes away labels,
taints and disks that nobody spoke of; so its generic call is used, which sends what it is given.
"""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator

from ack_mcp_server.services.attempt import current_attempt
from ack_mcp_server.services.cloud_errors import Request

VERSION = "2015-12-15"
_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,99}")
Body = Mapping[str, Any] | Sequence[Mapping[str, Any]]


def _id_or_nothing(value: object) -> object:
    return value if isinstance(value, str) and _ID.fullmatch(value) else ""


Id = Annotated[str, BeforeValidator(_id_or_nothing)]


class Begun(BaseModel):
    """What the answer to a change says: the task that does it, where there is one. Its ids are told in sentences of
    ours, so what is none is left out; that the change was begun stays true."""

    task_id: Id = ""
    cluster_id: Id = ""
    nodepool_id: Id = ""


@dataclass(frozen=True, kw_only=True)
class Order:
    """`action` is as RAM names it; ids in `path` are checked before. `query` holds texts, as they are sent."""

    action: str
    method: str
    path: str
    query: Mapping[str, str] = field(default_factory=dict)
    body: Body | None = None
    answers: bool = True  # else it is answered without a body

    @property
    def wire(self) -> str:
        """What it is on the wire, as one text."""
        return json.dumps([self.action, self.path, self.query, self.body], sort_keys=True)

    def with_token(self, token: str) -> "Order":
        """The same order under a client token: the cloud takes it once."""
        fields = self.body if isinstance(self.body, Mapping) else {}
        return replace(self, body={**fields, "client_token": token})

    def request(self, subject: str, region: str, listed_by: str) -> Request:
        return Request(action=self.action, subject=subject, region=region, listed_by=listed_by)

    def call(self, client: Any, runtime: Any) -> Any:
        from alibabacloud_tea_openapi import utils_models as wire

        asked = wire.OpenApiRequest(headers={}, query=dict(self.query), body=self.body)
        params = wire.Params(
            action=self.action,
            version=VERSION,
            protocol="HTTPS",
            pathname=self.path,
            method=self.method,
            auth_type="AK",
            style="ROA",
            req_body_type="json",
            body_type="none",  # the edge reads the body itself
        )
        answer = client.call_api(params, asked, runtime)
        attempt = current_attempt.get()
        if attempt is not None and not self.answers and not attempt.body.strip():
            attempt.body = b"{}"
        return answer


def texts(items: Sequence[str]) -> str:
    """A list in a query, as JSON text."""
    return json.dumps(list(items))


def flag(value: bool) -> str:
    return "true" if value else "false"
