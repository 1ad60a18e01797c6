"""`version`: what the API server says of itself."""

import json
from contextlib import suppress
from typing import Any

from ack_mcp_server.errors import NotEnabled, UnexpectedAnswer
from ack_mcp_server.kube.native.asked import Asked
from ack_mcp_server.kube.native.pages import one
from ack_mcp_server.kube.native.printed import Printed
from ack_mcp_server.kube.native.said import NotUnderstood
from ack_mcp_server.kube.printing.yaml import as_yaml
from ack_mcp_server.kube.process import find_kubectl

_NO_CLIENT = "kubectl is not installed where this server runs: there is no client version"


async def version(asked: Asked) -> Printed:
    """Half of what kubectl prints is about itself, its skew to the server included: where it is installed, it answers.
    Where it is not, there is no client version, and the answer says so on stderr. Raises NotUnderstood, Refusal,
    AckError."""
    with suppress(NotEnabled):
        find_kubectl()
        raise NotUnderstood
    if asked.command.has("client"):
        raise NotUnderstood
    server = (await one(asked, "/version", None, "application/json", small=True)).content
    return Printed(blocks=[_text(server, asked.command.value("output"))], complaints=[_NO_CLIENT])


def _text(server: dict[str, Any], form: str) -> str:
    """Ends as kubectl's, which adds a line break to YAML."""
    if form == "yaml":
        return as_yaml({"serverVersion": server}) + "\n"
    if form == "json":
        return json.dumps({"serverVersion": server}, indent=2) + "\n"
    if not isinstance(server.get("gitVersion"), str):
        raise UnexpectedAnswer(
            "the API server does not tell its version", next_step="Check that the address is an API server's."
        )
    return f"Server Version: {server['gitVersion']}\n"
