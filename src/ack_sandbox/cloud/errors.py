"""Refusals in the cloud's own words: every code, status and body shape that the region answers with.

Two shapes exist. The gateway in front of all services capitalises its fields (`Code`, `RequestId`, `HostId`);
Container Service itself does not (`code`, `requestId`, `status`).
"""

from collections.abc import Mapping
from urllib.parse import quote

from ack_sandbox.cloud.accounts import Key
from ack_sandbox.cloud.wire import Answer, Json, json_answer


class CloudError(Exception):
    def __init__(
        self,
        status: int,
        code: str,
        message: str,
        *,
        gateway: bool = False,
        denied: Mapping[str, Json] | None = None,
    ) -> None:
        super().__init__(f"{status} {code}: {message}")
        self.status = status
        self.code = code
        self.message = message
        self.gateway = gateway
        self.denied = denied

    def answer(self, request_id: str, host: str) -> Answer:
        body = self._gateway_body(request_id, host) if self.gateway else self._service_body(request_id)
        return json_answer(body, request_id, self.status)

    def _gateway_body(self, request_id: str, host: str) -> Json:
        return {
            "RequestId": request_id,
            "HostId": host,
            "Code": self.code,
            "Message": self.message,
            "Recommend": f"https://api.aliyun.com/troubleshoot?q={quote(self.code)}&requestId={request_id}",
        }

    def _service_body(self, request_id: str) -> Json:
        detail = {"accessDeniedDetail": self.denied} if self.denied else {}
        return {
            **detail,
            "code": self.code,
            "message": self.message,
            "requestId": request_id,
            "status": self.status,
        }


def missing_authorization() -> CloudError:
    return CloudError(400, "MissingAuthorization", "Authorization is mandatory for this action.", gateway=True)


def incomplete_signature(reason: str) -> CloudError:
    message = f"The request signature does not conform to Aliyun standards. {reason}"
    return CloudError(400, "IncompleteSignature", message, gateway=True)


def signature_does_not_match(string_to_sign: str) -> CloudError:
    message = (
        "Specified signature is not matched with our calculation. "
        f"server string to sign is:{string_to_sign.replace(chr(10), '<br>')}"
    )
    return CloudError(400, "SignatureDoesNotMatch", message, gateway=True)


def unknown_access_key() -> CloudError:
    return CloudError(404, "InvalidAccessKeyId.NotFound", "Specified access key is not found.", gateway=True)


def malformed_timestamp() -> CloudError:
    message = "Specified time stamp or date value is not well formatted."
    return CloudError(400, "InvalidTimeStamp.Format", message, gateway=True)


def expired_timestamp() -> CloudError:
    return CloudError(400, "InvalidTimeStamp.Expired", "Specified time stamp or date value is expired.", gateway=True)


def missing_security_token() -> CloudError:
    message = "SecurityToken is mandatory for this action."
    return CloudError(400, "MissingSecurityToken", message, gateway=True)


def malformed_security_token() -> CloudError:
    message = "Specified SecurityToken is malformed."
    return CloudError(400, "InvalidSecurityToken.Malformed", message, gateway=True)


def mismatched_security_token() -> CloudError:
    message = "Specified SecurityToken mismatch with the AccessKey."
    return CloudError(400, "InvalidSecurityToken.MismatchWithAccessKey", message, gateway=True)


def expired_security_token() -> CloudError:
    return CloudError(400, "InvalidSecurityToken.Expired", "Specified SecurityToken is expired.", gateway=True)


def unknown_action() -> CloudError:
    message = "Specified api is not found, please check your url and method."
    return CloudError(404, "InvalidAction.NotFound", message, gateway=True)


def request_too_large() -> CloudError:
    return CloudError(413, "RequestEntityTooLarge", "The request body is too large.", gateway=True)


def internal_error() -> CloudError:
    message = "The request processing has failed due to some unknown error."
    return CloudError(500, "InternalError", message, gateway=True)


def throttled(status: int) -> CloudError:
    return CloudError(status, "Throttling.User", "Request was denied due to user flow control.", gateway=True)


def unavailable(status: int, code: str) -> CloudError:
    message = "The request has failed due to a temporary failure of the server."
    return CloudError(status, code, message, gateway=True)


def forbidden(action: str, key: Key) -> CloudError:
    policy = "STSToken" if key.security_token else "RAM"
    denied = {
        "AuthAction": action,
        "AuthPrincipalDisplayName": key.principal,
        "AuthPrincipalOwnerId": key.account,
        "AuthPrincipalType": "AssumedRoleUser" if key.security_token else "SubUser",
        "NoPermissionType": "ImplicitDeny",
        "PolicyType": "AccountLevelIdentityBasedPolicy",
    }
    return CloudError(403, "StatusForbidden", f"{policy} policy Forbidden for action {action}", denied=denied)


def invalid_parameter(name: str, reason: str) -> CloudError:
    return CloudError(400, "InvalidParameter", f"The specified parameter {name} is not valid: {reason}")


def cluster_not_found(cluster_id: str) -> CloudError:
    return CloudError(404, "ErrorClusterNotFound", f"cluster ({cluster_id}) not found in our records")


def nodepool_not_found(nodepool_id: str) -> CloudError:
    return CloudError(404, "ErrorNodePoolNotFound", f"nodepool ({nodepool_id}) not found in our records")


def task_not_found(task_id: str) -> CloudError:
    return CloudError(404, "ErrorTaskNotFound", f"task ({task_id}) not found in our records")


def addon_not_found(name: str) -> CloudError:
    return CloudError(404, "AddonNotFound", f"addon ({name}) is not installed in the cluster")


def diagnosis_not_found(diagnosis_id: str) -> CloudError:
    return CloudError(404, "DiagnosisNotFound", f"diagnosis ({diagnosis_id}) not found in our records")


def report_not_found(report_id: str) -> CloudError:
    return CloudError(404, "InspectReportNotFound", f"inspect report ({report_id}) not found in our records")


def check_not_found(check_id: str) -> CloudError:
    return CloudError(404, "CheckNotFound", f"check ({check_id}) not found in our records")


def fix_service_not_purchased() -> CloudError:
    message = "The vulnerability fix service of Security Center is not purchased for this node pool."
    return CloudError(403, "VulsFixServiceNotPurchased", message)


def no_kubernetes_half() -> CloudError:
    message = "This region was started without its Kubernetes APIs, so it has no kubeconfig and nothing to look at."
    return CloudError(501, "NotImplemented", message)


def busy(task_type: str, task_id: str) -> CloudError:
    message = f"Another task ({task_id}, {task_type}) is under way; try again when it is over."
    return CloudError(409, "OperationConflict", message)


def quota_exceeded(quota: str, limit: int, wanted: int) -> CloudError:
    return CloudError(403, "QuotaExceeded", f"The quota {quota} is {limit}, and this request would need {wanted}.")


def not_enough_balance() -> CloudError:
    return CloudError(403, "InvalidAccountStatus.NotEnoughBalance", "Your account does not have enough balance.")


def deletion_protected(cluster_id: str) -> CloudError:
    message = f"cluster ({cluster_id}) has deletion protection enabled; disable it before the cluster is deleted"
    return CloudError(403, "InvalidOperation.DeletionProtection", message)


def nodepool_not_empty(nodepool_id: str, nodes: int) -> CloudError:
    message = f"nodepool ({nodepool_id}) still has {nodes} nodes; remove them first, or set force"
    return CloudError(409, "NodePoolNotEmpty", message)


def default_nodepool(nodepool_id: str) -> CloudError:
    return CloudError(403, "OperationDenied.DefaultNodePool", f"the default nodepool ({nodepool_id}) is not deleted")


def wrong_task_state(task_id: str, state: str, wanted: str) -> CloudError:
    message = f"task ({task_id}) is {state}; only a task that is {wanted} can take this order"
    return CloudError(409, "InvalidTaskState", message)


def addon_installed(name: str) -> CloudError:
    return CloudError(409, "AddonAlreadyInstalled", f"addon ({name}) is installed in the cluster already")


def addon_unknown(name: str) -> CloudError:
    return CloudError(404, "AddonNotFound", f"addon ({name}) is not in the catalogue")


def addon_version_unknown(name: str, version: str) -> CloudError:
    return CloudError(404, "AddonVersionNotFound", f"addon ({name}) has no version {version}")


def addon_required(name: str) -> CloudError:
    return CloudError(403, "AddonNotUninstallable", f"addon ({name}) is required by the cluster")


def precheck_failed(reasons: str) -> CloudError:
    return CloudError(409, "UpgradePreCheckFailed", f"The precheck of the upgrade failed: {reasons}")


def not_upgradable(version: str, wanted: str) -> CloudError:
    message = f"the version {version} cannot be upgraded to {wanted or 'a newer one'}"
    return CloudError(400, "InvalidUpgradeVersion", message)


def no_upgrade(cluster_id: str) -> CloudError:
    return CloudError(404, "UpgradeNotFound", f"cluster ({cluster_id}) has no upgrade under way")


def cluster_not_ready(cluster_id: str, state: str) -> CloudError:
    return CloudError(409, "ErrorClusterState", f"cluster ({cluster_id}) is {state}; try again when it is running")
