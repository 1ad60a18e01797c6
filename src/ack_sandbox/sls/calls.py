"""One request to Log Service after its routing, and after its signature."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from ack_sandbox.cloud.accounts import Key
from ack_sandbox.cloud.acs3 import RawRequest
from ack_sandbox.sls import errors
from ack_sandbox.sls.hosts import SlsHost
from ack_sandbox.sls.progress import Progress
from ack_sandbox.sls.rows.plans import LogStorePlan, ProjectPlan
from ack_sandbox.sls.source import Stores


@dataclass(frozen=True, kw_only=True)
class Call:
    stores: Stores
    progress: Progress
    key: Key
    host: SlsHost
    request_id: str
    now: datetime  # by the region's clock, which the rows follow
    logstore_name: str | None  # of the path
    query: Mapping[str, str]
    request: RawRequest

    def project(self) -> ProjectPlan:
        """Raises CloudError when the host names none of this account's in its region."""
        if self.host.project is None:
            raise errors.invalid_host(self.request.header("host"))
        owned = self.stores.owned(self.host.project)
        if owned is None or self.host.region not in (None, owned.project.region):
            raise errors.project_not_exist(self.host.project)
        if owned.account != self.key.account:
            resource = f"acs:log:{owned.project.region}:{owned.account}:project/{owned.project.name}"
            raise errors.denied("log:GetProject", resource, self.key)
        return owned.project

    def logstore(self) -> tuple[ProjectPlan, LogStorePlan]:
        project = self.project()
        name = self.logstore_name or ""
        found = next((plan for plan in self.stores.logstores(project.name) if plan.name == name), None)
        if found is None:
            raise errors.logstore_not_exist(name)
        return project, found

    def body(self) -> dict[str, Any]:
        try:
            body = json.loads(self.request.body)
        except (ValueError, RecursionError):
            raise errors.invalid_body() from None
        if not isinstance(body, dict):
            raise errors.invalid_body()
        return body


def integer(given: Mapping[str, Any], name: str, default: int | None = None) -> int:
    """Also written as text, as in a query string. Raises CloudError; one without a default is required."""
    value = given.get(name, default)
    if isinstance(value, str) and value.lstrip("-").isdecimal():
        value = int(value)
    if not isinstance(value, int) or isinstance(value, bool):
        raise errors.invalid_parameter(name, "an integer is required")
    return value


def boolean(given: Mapping[str, Any], name: str) -> bool:
    value = given.get(name, False)
    return value is True or str(value).lower() == "true"


def text(given: Mapping[str, Any], name: str) -> str:
    value = given.get(name) or ""
    if not isinstance(value, str):
        raise errors.invalid_parameter(name, "text is required")
    return value
