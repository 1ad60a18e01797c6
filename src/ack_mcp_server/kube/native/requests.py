"""What the flags of a command select, and what kubectl says when a selection is refused."""

from ack_mcp_server.kube.native.asked import Asked
from ack_mcp_server.kube.native.missing import missing
from ack_mcp_server.kube.native.refusal import Refusal
from ack_mcp_server.kube.native.targets import Target


def selection(asked: Asked) -> dict[str, str]:
    """The parts of a query."""
    pairs = {"labelSelector": asked.command.value("selector"), "fieldSelector": asked.command.value("field-selector")}
    return {name: value for name, value in pairs.items() if value}


async def explained(exc: Refusal, target: Target, asked: Asked) -> Refusal:
    """As `get` tells it: of an object that is not found, whether its namespace is there. Raises AckError."""
    return await missing(exc, target.resource, asked) if target.name else named_refusal(exc, target, asked)


def named_refusal(exc: Refusal, target: Target, asked: Asked) -> Refusal:
    """Of a list, kubectl says which it was."""
    resource = target.resource
    if target.name or exc.reason not in ("BadRequest", "NotFound"):
        return exc
    where = f'"{resource.group}/{resource.version}, Resource={resource.plural}"'
    labels, fields = asked.command.value("selector"), asked.command.value("field-selector")
    if not labels and not fields:
        return Refusal(exc.code, exc.reason, f"Unable to list {where}: {exc.message}")
    asked_for = f'that match label selector "{labels}", field selector "{fields}"'
    return Refusal(exc.code, exc.reason, f"Unable to find {where} {asked_for}: {exc.message}")
