"""The judge of parsed helm commands. It looks at nothing but the command."""

from ack_mcp_server.clis import policy
from ack_mcp_server.clis.helm.table import TABLE, Takes
from ack_mcp_server.clis.table import CliVerb
from ack_mcp_server.errors import InvalidInput
from ack_mcp_server.kube.command import Command


def judge(command: Command, verb: CliVerb, *, allow_write: bool) -> None:
    """Returns when the command may run. Raises WriteNotAllowed, NotEnabled or InvalidInput."""
    policy.judge(command, verb, TABLE, allow_write=allow_write)
    if verb.takes is Takes.RELEASE_CHART and not command.value("version"):
        raise InvalidInput(
            f"{verb.name} needs the chart's version, so that what is shown is what is done",
            next_step="Add --version=X.Y.Z; show chart tells the newest.",
        )
