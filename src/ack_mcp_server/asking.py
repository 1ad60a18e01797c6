"""Asking the person behind the client before something is done."""

from collections.abc import Awaitable, Callable
from enum import StrEnum


class Verdict(StrEnum):
    ACCEPTED = "accepted"
    DECLINED = "declined"  # also a question that was dismissed, or answered with anything but yes, or not in time
    CANNOT_ASK = "cannot-ask"  # this client cannot show a question, or this connection cannot carry one


# Given the text that the person is shown, and a short text that is the same exactly while what would happen is the
# same. One question a call, in the task that runs the tool. Raises Unanswered, which a tool lets pass.
Ask = Callable[[str, str], Awaitable[Verdict]]


class Unanswered(BaseException):
    """The call ends with its question; the client repeats it, with the answer and with `ticket`. Not an Exception, so
    that nothing on the way takes it for a failure."""

    def __init__(self, message: str, ticket: str) -> None:
        super().__init__(message)
        self.message = message
        self.ticket = ticket
