"""The judge of parsed helm commands. It looks at nothing but the command."""

import re

from ack_mcp_server.clis.helm.table import HelmVerb, Takes
from ack_mcp_server.errors import InvalidInput, NotEnabled, WriteNotAllowed
from ack_mcp_server.identifiers import shown
from ack_mcp_server.kube.command import Command
from ack_mcp_server.kube.table.model import Effect

_LABEL = r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
_RELEASE = re.compile(rf"(?=.{{1,53}}$){_LABEL}(?:\.{_LABEL})*")  # 53: helm's own limit
_REVISION = re.compile(r"[0-9]{1,9}")
_VERSION = re.compile(r"v?[0-9]+\.[0-9]+\.[0-9]+(?:[-+][0-9A-Za-z.+-]+)?")
_SHAPES = {
    "namespace": (re.compile(_LABEL), "a namespace"),
    "revision": (_REVISION, "a revision"),
    "max": (_REVISION, "a number"),
    "offset": (_REVISION, "a number"),
    "history-max": (_REVISION, "a number"),
    "version": (_VERSION, "an exact version such as 1.2.3"),
}
_COUNTS = {
    Takes.NOTHING: (0, 0),
    Takes.RELEASE: (1, 1),
    Takes.RELEASE_REVISION: (1, 2),
    Takes.RELEASE_CHART: (2, 2),
    Takes.CHART: (1, 1),
}


def judge(command: Command, verb: HelmVerb, *, allow_write: bool) -> None:
    """Returns when the command may run. Raises WriteNotAllowed, NotEnabled or InvalidInput."""
    if verb.effect is Effect.WRITE and not allow_write:
        raise WriteNotAllowed(
            f"{verb.name} {verb.about}, and this server only reads",
            next_step="An operator may start it with --allow-write; until then describe the change to them.",
        )
    _check_arguments(command, verb)
    for name, value in command.flags:
        _check_value(command, name, value)
    if verb.takes is Takes.RELEASE_CHART and not command.value("version"):
        raise InvalidInput(
            f"{verb.name} needs the chart's version, so that what is shown is what is done",
            next_step="Add --version=X.Y.Z; show chart tells the newest.",
        )


def _check_arguments(command: Command, verb: HelmVerb) -> None:
    fewest, most = _COUNTS[verb.takes]
    if not fewest <= len(command.arguments) <= most:
        raise InvalidInput(
            f"{verb.name} takes {verb.takes.value}, and has {len(command.arguments)} arguments",
            next_step=f"Write {verb.name} {verb.takes.value if most else ''}".strip() + ".",
        )
    if verb.takes in (Takes.NOTHING, Takes.CHART):
        return
    if not _RELEASE.fullmatch(command.arguments[0]):
        raise InvalidInput(f"{shown(command.arguments[0])} is not the name of a release", next_step="list names them.")
    if verb.takes is Takes.RELEASE_REVISION and not all(map(_REVISION.fullmatch, command.arguments[1:])):
        raise InvalidInput(f"{shown(command.arguments[1])} is not a revision", next_step="history lists them.")


def _check_value(command: Command, name: str, value: str) -> None:
    pattern, what = _SHAPES.get(name, (None, ""))
    if pattern and not pattern.fullmatch(value):
        raise InvalidInput(f"--{name}={shown(value)} is not {what}", next_step=f"Correct --{name}, or leave it out.")
    flag = command.verb.long(name)
    if flag is not None and flag.choices and value not in flag.choices:
        raise NotEnabled(f"--{name}={shown(value)} is not offered", next_step=f"Offered: {', '.join(flag.choices)}.")
