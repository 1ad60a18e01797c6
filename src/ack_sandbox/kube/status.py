"""Every failure the API server reports: a Status object with the reason, message and code a real server sends."""

import json

from ack_sandbox.kube.objects import Object

REASONS = {
    400: "BadRequest",
    401: "Unauthorized",
    403: "Forbidden",
    404: "NotFound",
    405: "MethodNotAllowed",
    406: "NotAcceptable",
    409: "Conflict",
    410: "Expired",
    413: "RequestEntityTooLarge",
    415: "UnsupportedMediaType",
    422: "Invalid",
    429: "TooManyRequests",
    500: "InternalError",
    503: "ServiceUnavailable",
    504: "Timeout",
}

# The reason of a cause by how its message begins.
CAUSES = {
    "Duplicate value": "FieldValueDuplicate",
    "Forbidden": "FieldValueForbidden",
    "Not found": "FieldValueNotFound",
    "Required value": "FieldValueRequired",
    "Too long": "FieldValueTooLong",
    "Unsupported value": "FieldValueNotSupported",
}


class ApiError(Exception):
    """A request that fails; the server answers with `body()`."""

    def __init__(self, code: int, message: str, *, details: Object | None = None, reason: str | None = None) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.details = details
        self.reason = reason if reason is not None else REASONS.get(code, "")
        self.headers: dict[str, str] = {}
        self.list_metadata: Object = {}

    def status(self) -> Object:
        status: Object = {
            "kind": "Status",
            "apiVersion": "v1",
            "metadata": self.list_metadata,
            "status": "Failure",
            "message": self.message,
            "reason": self.reason,
        }
        if self.details is not None:
            status["details"] = self.details
        return {**status, "code": self.code}

    def body(self) -> bytes:
        return json.dumps(self.status(), separators=(",", ":")).encode() + b"\n"


def qualified(plural: str, group: str) -> str:
    return f"{plural}.{group}" if group else plural


def _details(plural: str, group: str, name: str = "") -> Object:
    details = {"name": name, "group": group, "kind": plural}
    return {key: value for key, value in details.items() if value}


def not_found(plural: str, group: str, name: str) -> ApiError:
    return ApiError(404, f'{qualified(plural, group)} "{name}" not found', details=_details(plural, group, name))


def no_such_path() -> ApiError:
    return ApiError(404, "the server could not find the requested resource", details={})


def unauthorized() -> ApiError:
    return ApiError(401, "Unauthorized")


def forbidden(plural: str, group: str, name: str, because: str) -> ApiError:
    subject = qualified(plural, group) + (f' "{name}"' if name else "")
    return ApiError(403, f"{subject} is forbidden: {because}", details=_details(plural, group, name))


def method_not_allowed() -> ApiError:
    return ApiError(405, "the server does not allow this method on the requested resource", details={})


def not_acceptable(accepted: str) -> ApiError:
    return ApiError(406, f"only the following media types are accepted: {accepted}")


def conflict(plural: str, group: str, name: str, because: str) -> ApiError:
    message = f'Operation cannot be fulfilled on {qualified(plural, group)} "{name}": {because}'
    return ApiError(409, message, details=_details(plural, group, name))


def bad_request(message: str) -> ApiError:
    return ApiError(400, message)


def too_old(version: int, oldest: int) -> ApiError:
    return ApiError(410, f"too old resource version: {version} ({oldest})")


def too_new(version: int, current: int) -> ApiError:
    cause = {"reason": "ResourceVersionTooLarge", "message": "Too large resource version"}
    return ApiError(
        504,
        f"Too large resource version: {version}, current: {current}",
        details={"causes": [cause], "retryAfterSeconds": 1},
    )


def invalid(kind: str, group: str, name: str, field: str, message: str) -> ApiError:
    return invalid_fields(kind, group, name, [(field, message)])


def invalid_fields(kind: str, group: str, name: str, problems: list[tuple[str, str]]) -> ApiError:
    """`problems` are fields, each with what is wrong with it."""
    causes = [{"reason": _cause(message), "message": message, "field": field} for field, message in problems]
    details = {"name": name, "group": group, "kind": kind, "causes": causes}
    told = [f"{field}: {message}" for field, message in dict.fromkeys(problems)]
    text = told[0] if len(told) == 1 else f"[{', '.join(told)}]"
    qualified_kind = f"{kind}.{group}" if group else kind
    kept = {key: value for key, value in details.items() if value}
    return ApiError(422, f'{qualified_kind} "{name}" is invalid: {text}', details=kept)


def _cause(message: str) -> str:
    return CAUSES.get(message.partition(":")[0], "FieldValueInvalid")


def already_exists(plural: str, group: str, name: str) -> ApiError:
    message = f'{qualified(plural, group)} "{name}" already exists'
    return ApiError(409, message, details=_details(plural, group, name), reason="AlreadyExists")


def too_large(limit: int) -> ApiError:
    return ApiError(413, f"Request entity too large: limit is {limit}")
