"""What a printer raises: the words of kubectl, or that only kubectl itself can say it."""

DEEPEST = 120  # levels of nesting that are printed: up to four frames each, of the 1,000 that Python allows


class NotUnderstood(Exception):
    """What kubectl prints here is not reproduced; another way must be taken. The message says what it was."""


class JsonPathError(ValueError):
    """An expression that kubectl refuses. `stderr` is the line it prints, without line break; `reason` the cause."""

    def __init__(self, reason: str, *, context: str = "") -> None:
        super().__init__(f"error: {context}{reason}")
        self.reason = reason

    @property
    def stderr(self) -> str:
        return str(self)
