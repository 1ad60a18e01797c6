"""What `--for` names, as a field selector."""

from ack_mcp_server.kube.native.asked import Asked
from ack_mcp_server.kube.native.kind_words import kind_of
from ack_mcp_server.kube.native.said import NoSuchType, UsageError

_ESCAPES = str.maketrans({"\\": "\\\\", ",": "\\,", "=": "\\="})


async def subject_of(asked: Asked) -> str:
    """Empty for all events. Raises UsageError, Refusal, AckError."""
    words = asked.command.value("for").split("/")
    if words == [""]:
        return ""
    if len(words) == 1:
        raise UsageError("error: --for must be in resource/name form")
    if len(words) > 2:
        raise UsageError("error: arguments in resource/name form may not have more than one slash")
    try:
        kind = await kind_of(asked, words[0].lower())
    except NoSuchType as exc:
        raise UsageError(exc.line.removeprefix("error: ")) from exc
    if not words[1]:
        return ""
    pairs = {"kind": kind.kind, "apiVersion": kind.group_version, "name": words[1]}
    return ",".join(f"involvedObject.{name}={value.translate(_ESCAPES)}" for name, value in pairs.items())
