"""What an error looks like in Log Service's answers, those that faults play included."""

from dataclasses import dataclass

from ack_sandbox.cloud.accounts import Key
from ack_sandbox.cloud.errors import CloudError
from ack_sandbox.cloud.wire import Answer, Json, json_bytes
from ack_sandbox.sls import errors
from ack_sandbox.sls.encoding import JSON_TYPE


@dataclass(frozen=True)
class Denial:
    """What this request would be told that it may not: a RAM action on a resource."""

    permission: str
    resource: str
    key: Key
    logstore: str | None
    project: str | None

    def error(self) -> CloudError:
        return errors.denied(self.permission, self.resource, self.key)


def refused(denial: Denial, error: CloudError, request_id: str, _host: str) -> Answer:
    """Errors of the gateway, which faults bring, are said as Log Service says them."""
    own = _own(error, denial)
    detail: dict[str, Json] = {"accessDeniedDetail": own.denied} if own.denied else {}
    body: Json = {"errorCode": own.code, "errorMessage": own.message, **detail}
    return Answer(own.status, json_bytes(body), {"content-type": JSON_TYPE, "x-log-requestid": request_id})


def _own(error: CloudError, denial: Denial) -> CloudError:
    match error.code:
        case "Throttling.User":  # documented as 403; which status a fault asks for does not matter here
            return CloudError(403, "ReadQuotaExceed", "Project read quota exceed: qps")
        case "ServiceUnavailable":
            return CloudError(error.status, "ServerBusy", "The server is busy, please try again later.")
        case "InternalError":
            return CloudError(500, "InternalServerError", "Internal server error message.")
        case "StatusForbidden":
            return denial.error()
        case "RequestEntityTooLarge":
            return CloudError(413, "PostBodyTooLarge", "Body size must be little than 10485760.")
        case "ErrorClusterNotFound":  # what a fault says when it is not told otherwise
            return errors.logstore_not_exist(denial.logstore) if denial.logstore else _no_project(denial)
    return error


def _no_project(denial: Denial) -> CloudError:
    return errors.project_not_exist(denial.project or "")
