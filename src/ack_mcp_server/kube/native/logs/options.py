"""The flags of `logs`, checked as kubectl checks them, and as the API server takes them."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import ROUND_HALF_UP, Decimal

from ack_mcp_server.errors import InvalidInput
from ack_mcp_server.kube.command import Command
from ack_mcp_server.kube.native.said import NotUnderstood, UsageError

_NUMBER = re.compile(r"-?\d{1,18}")
_DURATION = re.compile(r"(-?)((?:\d+(?:\.\d+)?(?:ms|h|m|s))+)")
_PART = re.compile(r"(\d+(?:\.\d+)?)(ms|h|m|s)")
_SECONDS = {"h": Decimal(3600), "m": Decimal(60), "s": Decimal(1), "ms": Decimal("0.001")}
_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)")
_HELP = "\nSee 'kubectl logs -h' for help and examples"
_EXPECTED = (
    "error: expected 'logs [-f] [-p] (POD | TYPE/NAME) [-c CONTAINER]'.\n"
    "POD or TYPE/NAME is a required argument for the logs command" + _HELP
)
_TAIL_OF_SELECTED = 10


@dataclass(frozen=True)
class LogOptions:
    """`tail` and `since_s` are None when not asked for; `limit` is 0 then. `since_time` is in UTC, to the second."""

    container: str
    tail: int | None
    since_s: int | None
    since_time: str
    limit: int
    previous: bool
    timestamps: bool

    def query(self, container: str, *, stamped: bool) -> dict[str, str]:
        """Of one container's log."""
        pairs = {
            "container": container,
            "previous": "true" if self.previous else "",
            "sinceSeconds": "" if self.since_s is None else str(self.since_s),
            "sinceTime": self.since_time,
            "timestamps": "true" if stamped else "",
            "tailLines": "" if self.tail is None else str(self.tail),
            "limitBytes": str(self.limit or ""),
        }
        return {name: value for name, value in pairs.items() if value}


def options_of(command: Command) -> LogOptions:
    """Before anything is asked. Raises NotUnderstood, UsageError, InvalidInput."""
    _check_following(command)
    _check_words(command)
    tail = _number(command, "tail", -1)
    if command.value("selector") and not command.value("tail"):
        tail = _TAIL_OF_SELECTED
    return LogOptions(
        container=command.arguments[1] if len(command.arguments) == 2 else command.value("container"),
        tail=None if tail == -1 else tail,
        since_s=_seconds(command.value("since")),
        since_time=_utc(command.value("since-time")),
        limit=_number(command, "limit-bytes", 0),
        previous=command.has("previous"),
        timestamps=command.has("timestamps"),
    )


def check(options: LogOptions, command: Command) -> None:
    """What kubectl looks at when it has found the object. Raises UsageError."""
    if options.since_time and options.since_s is not None:
        raise UsageError("error: at most one of `sinceTime` or `sinceSeconds` may be specified")
    if command.has("all-containers") and options.container:
        raise UsageError(
            f"error: --all-containers=true should not be specified with container name {options.container}"
        )
    if command.value("container") and len(command.arguments) == 2:
        raise UsageError("error: only one of -c or an inline [CONTAINER] arg is allowed")
    if options.limit < 0:
        raise UsageError("error: --limit-bytes must be greater than 0")
    if options.since_s is not None and options.since_s < 0:
        raise UsageError("error: --since must be greater than 0")
    if options.tail is not None and options.tail < -1:
        raise UsageError("error: --tail must be greater than or equal to -1")


def _check_following(command: Command) -> None:
    if not command.has("follow"):
        return
    if command.value("grep"):
        raise InvalidInput(
            "--grep looks through a log that is read to its end, and --follow has none",
            next_step="Leave --follow out, and use --since=5m to look at what was written just now.",
        )
    raise NotUnderstood


def _check_words(command: Command) -> None:
    number, selected = len(command.arguments), bool(command.value("selector"))
    if number > 2 or not (number or selected):
        raise UsageError(_EXPECTED)
    if number == 1 and selected:
        raise UsageError(f"error: only a selector (-l) or a POD name is allowed{_HELP}")
    if (
        (number == 2 and selected)
        or command.value("pod-running-timeout")
        or any(not word for word in command.arguments)
    ):
        raise NotUnderstood
    _number(command, "max-log-requests", 0)


def _number(command: Command, flag: str, otherwise: int) -> int:
    text = command.value(flag)
    if not text:
        return otherwise
    if not _NUMBER.fullmatch(text):
        raise NotUnderstood
    return int(text)


def _seconds(text: str) -> int | None:
    """Of a Go duration, to the nearest second; none for nothing and for no time at all."""
    if not text or text == "0":
        return None
    found = _DURATION.fullmatch(text)
    if found is None:
        raise NotUnderstood
    total = sum((Decimal(count) * _SECONDS[unit] for count, unit in _PART.findall(found[2])), Decimal(0))
    whole = int(total.quantize(Decimal(1), ROUND_HALF_UP))
    return (-whole if found[1] else whole) if total else None


def _utc(text: str) -> str:
    if not text:
        return ""
    try:
        if not _MOMENT.fullmatch(text):
            raise NotUnderstood
        return f"{datetime.fromisoformat(text).astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
    except (ValueError, OverflowError):
        raise NotUnderstood from None
