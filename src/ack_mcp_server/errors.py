"""The exception tree: every failure that a caller can meet, and what they can do about it.

    AckError
    ├── ConfigurationError      the server's own settings; stops the start
    ├── InvalidInput            an argument, a header or a command that cannot be used
    ├── Unauthenticated         no credentials, half a credential, or ones the cloud does not know
    ├── Forbidden               known, but not allowed (by RAM or RBAC)
    ├── NotEnabled              this server was started without it
    │   └── WriteNotAllowed
    ├── NotFound                no such cluster, node pool, task …
    ├── Conflict                the object's state does not allow it
    ├── Throttled               too many requests; says how long to wait
    ├── DeadlineExceeded        no whole answer in time
    ├── TooLarge                the answer is beyond the byte limit
    ├── Unavailable             could not be reached, or answered 5xx
    ├── UnexpectedAnswer        answered, but not in the documented shape
    ├── CommandFailed           a process ended with a non-zero exit code
    ├── DiagnosisFailed         a diagnosis or inspection of the cloud's ended without a result
    └── InternalError           a defect of ours

Messages name the object; `next_step` names what to do. Neither ever holds a secret.
"""


class AckError(Exception):
    """Base of all. `code` is stable and meant for programs; `message` and `next_step` for people and models."""

    code = "Error"

    def __init__(self, message: str, *, next_step: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.next_step = next_step


class ConfigurationError(AckError):
    code = "Configuration"


class InvalidInput(AckError):
    code = "InvalidInput"


class Unauthenticated(AckError):
    code = "Unauthenticated"


class Forbidden(AckError):
    code = "Forbidden"


class NotEnabled(AckError):
    code = "NotEnabled"


class WriteNotAllowed(NotEnabled):
    code = "WriteNotAllowed"


class NotFound(AckError):
    code = "NotFound"


class Conflict(AckError):
    code = "Conflict"


class Throttled(AckError):
    """`retry_after_s`: seconds to wait, or None when the service did not say."""

    code = "Throttled"

    def __init__(self, message: str, *, next_step: str = "", retry_after_s: float | None = None) -> None:
        super().__init__(message, next_step=next_step)
        self.retry_after_s = retry_after_s


class DeadlineExceeded(AckError):
    code = "DeadlineExceeded"


class TooLarge(AckError):
    code = "TooLarge"


class Unavailable(AckError):
    code = "Unavailable"


class UnexpectedAnswer(AckError):
    code = "UnexpectedAnswer"


class CommandFailed(AckError):
    code = "CommandFailed"


class DiagnosisFailed(AckError):
    code = "DiagnosisFailed"


class InternalError(AckError):
    code = "Internal"
