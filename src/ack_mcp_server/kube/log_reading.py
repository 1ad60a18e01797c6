"""Logs are read as they stream by: searched, without secrets, and no more kept than the answer may show."""

from collections.abc import Callable

from ack_mcp_server.answers.grep import line_pattern
from ack_mcp_server.answers.log_tail import LogTail
from ack_mcp_server.answers.room import Room
from ack_mcp_server.kube.command import Command
from ack_mcp_server.kube.native.logs.block import LogBlock, LogStream
from ack_mcp_server.kube.native.printed import Printed
from ack_mcp_server.redaction.key_lines import KeyLines
from ack_mcp_server.redaction.texts import redact_text


def tail_for(command: Command, room: Room) -> Callable[[bool], LogTail]:
    """What makes a reader for one log, whose lines begin with stamps or not. Raises InvalidInput for a --grep that
    cannot be read and for a continue that is not a log's."""
    pattern = line_pattern(command.value("grep"))
    return lambda stamped: LogTail(room, pattern=pattern, redact=redact_text, hide=KeyLines().without, stamped=stamped)


def as_log(command: Command, printed: Printed, room: Room) -> Printed:
    """What kubectl printed of logs, read in the same way."""
    tail = tail_for(command, room)(command.has("timestamps") and not command.has("prefix"))
    tail.feed(printed.stdout.encode())
    stream = LogStream("", tail, stamped=tail.stamped)
    printed.blocks = [LogBlock([stream], timestamps=tail.stamped)]
    return printed
