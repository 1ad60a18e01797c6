"""Refusals in Log Service's own words.

The body is `errorCode` and `errorMessage`, the request id a header. Codes and messages are those of the public
documentation ("Error codes", "Common errors when querying and analyzing logs").
"""

from ack_sandbox.cloud.accounts import Key
from ack_sandbox.cloud.errors import CloudError


def bad_authorization() -> CloudError:
    return CloudError(400, "ParameterInvalid", "Http extend authorization : authorization pair is invalid.")


def signature_not_match(signature: str) -> CloudError:
    return CloudError(401, "SignatureNotMatch", f"signature {signature} not match")


def unknown_key(access_key_id: str) -> CloudError:
    return CloudError(401, "Unauthorized", f"AccessKeyId not found: {access_key_id}")


def invalid_token() -> CloudError:
    return CloudError(401, "Unauthorized", "The security token you provided is invalid.")


def expired_token() -> CloudError:
    return CloudError(401, "Unauthorized", "The security token you provided has expired.")


def invalid_time(text: str) -> CloudError:
    return CloudError(400, "InvalidRequestTime", f"Request time {text} not follow RFC822 spec.")


def expired_time(text: str, server: str) -> CloudError:
    message = f"Request time {text} has been expired while server time is {server}."
    return CloudError(400, "RequestTimeExpired", message)


def denied(action: str, resource: str, key: Key) -> CloudError:
    detail = {
        "AuthAction": action,
        "AuthPrincipalDisplayName": key.principal,
        "AuthPrincipalOwnerId": key.account,
        "AuthPrincipalType": "AssumedRoleUser" if key.security_token else "SubUser",
        "NoPermissionType": "ImplicitDeny",
        "PolicyType": "AccountLevelIdentityBasedPolicy",
    }
    message = f"denied by sts or ram, action: {action}, resource: {resource}"
    return CloudError(401, "Unauthorized", message, denied=detail)


def project_not_exist(project: str) -> CloudError:
    return CloudError(404, "ProjectNotExist", f"The Project does not exist : {project}")


def logstore_not_exist(logstore: str) -> CloudError:
    return CloudError(404, "LogStoreNotExist", f"logstore {logstore} does not exist")


def index_not_exist() -> CloudError:
    return CloudError(404, "IndexConfigNotExist", "The index configuration does not exist for this logstore.")


def no_index_to_search() -> CloudError:
    return CloudError(400, "IndexConfigNotExist", "logstore without index config")


def unknown_operation(method: str, path: str) -> CloudError:
    return CloudError(404, "InvalidAPI", f"no API answers {method} {path}")


def invalid_host(host: str) -> CloudError:
    return CloudError(400, "InvalidHost", f"Host header {host} is invalid.")


def invalid_body() -> CloudError:
    return CloudError(400, "PostBodyInvalid", "The request body is not valid JSON object.")


def parameter_invalid(message: str) -> CloudError:
    return CloudError(400, "ParameterInvalid", message)


def invalid_parameter(name: str, reason: str) -> CloudError:
    return CloudError(400, "InvalidParameter", f"parameter {name} is invalid: {reason}")


def invalid_time_range() -> CloudError:
    return CloudError(400, "InvalidTimeRange", "request time range is invalid")


def invalid_line() -> CloudError:
    return CloudError(400, "InvalidLine", "line is invalid")


def invalid_offset() -> CloudError:
    return CloudError(400, "InvalidOffset", "offset is invalid")


def search_syntax(near: str, start: int, end: int) -> CloudError:
    """Columns are counted from 1."""
    place = f"error position is from column:{start + 1} to column:{end + 1},error near < {near} >"
    return parameter_invalid(f"ErrorType:QueryParseError.ErrorMessage:syntax error {place}")


def too_many_conditions(most: int) -> CloudError:
    return parameter_invalid(f"ErrorType:QueryParseError.ErrorMessage:more than {most} conditions in a search")


def not_indexed(name: str) -> CloudError:
    hint = 'if symbol : is in your log,please wrap : with quotation mark "'
    return parameter_invalid(f"key ({name}) is not config as key value config,{hint}")


def not_numeric(name: str) -> CloudError:
    return parameter_invalid(f"key ({name}) is not config as numberic column")  # spelled as the service spells it


def not_a_number(name: str, text: str) -> CloudError:
    return parameter_invalid(f"key ({name}) is config as numberic column, and ({text}) is not a number")


def no_search_before_sql() -> CloudError:
    return parameter_invalid("sql query must follow search query,please read syntax doc")


def nested_without_from() -> CloudError:
    message = "you are using nested sql, please specify FROM LOGSTORE in the innermost sql"
    return parameter_invalid(message)


def sql_syntax(line: int, column: int, near: str) -> CloudError:
    return parameter_invalid(f"line {line}:{column}: mismatched input '{near}'")


def sql_refused(statement: str) -> CloudError:
    return parameter_invalid(f"line 1:1: only SELECT statements are supported, not {statement}")


def table_not_exist(name: str) -> CloudError:
    return parameter_invalid(f"Table '{name}' does not exist; the table of a logstore is log")


def unresolved_column(line: int, column: int, name: str) -> CloudError:
    hint = "please add the column in the index attribute"
    return parameter_invalid(f"line {line}:{column}: Column '{name}' cannot be resolved;{hint}")


def not_in_group_by(name: str) -> CloudError:
    hint = "please add the column in the index attribute"
    return parameter_invalid(f"Column '{name}' not in GROUP BY clause;{hint}")


def unknown_function(name: str) -> CloudError:
    return parameter_invalid(f"Function {name} not registered")


def sql_failed(reason: str) -> CloudError:
    return parameter_invalid(f"error after select .error detail:{reason}")


def sql_too_slow(seconds: float) -> CloudError:
    return parameter_invalid(f"Query exceeded maximum time limit of {seconds:.2f}s")


def no_sql_engine() -> CloudError:
    message = (
        'SQL in the sandbox needs DuckDB. Install it: pip install "ack-mcp-server[sandbox]". Search works without.'
    )
    return CloudError(501, "NotImplemented", message)
