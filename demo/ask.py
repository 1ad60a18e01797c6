"""One question to one tool of a server on its sandbox: `python -m demo.ask TOOL [name=value …]`.

Values are JSON where they can be, else text. A cluster is production unless `cluster_id` says otherwise. The server
offers every toolset; with `--allow-write` first also what changes things, each shown before it is done.
"""

import asyncio
import json
import os
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from fastmcp import Client
from fastmcp.client.transports import StdioTransport

WRITING = "--allow-write"


@dataclass(frozen=True)
class Question:
    tool: str
    arguments: Mapping[str, Any]
    writing: bool


def read(words: Sequence[str]) -> Question:
    """Raises SystemExit for what is no question."""
    writing = words[:1] == [WRITING]
    tool, *given = (words[1:] if writing else words) or [""]
    if not tool or not all("=" in word for word in given):
        raise SystemExit(__doc__)
    pairs = (word.partition("=") for word in given)
    return Question(tool, {name: _value(text) for name, _, text in pairs}, writing)


def _value(text: str) -> Any:
    """A list, a number, true or false; anything else is text, such as `5m` or `up`."""
    try:
        value = json.loads(text)
    except ValueError:
        return text
    return value if isinstance(value, (list, bool, int)) else text


async def ask(client: Client[Any], question: Question) -> tuple[str, bool]:
    """The answer as a model reads it, and whether it is an error."""
    tools = {tool.name: tool for tool in await client.list_tools()}
    known = tools[question.tool].input_schema["properties"] if question.tool in tools else {}
    arguments = dict(question.arguments)
    if "cluster_id" in known and "cluster_id" not in arguments:
        arguments["cluster_id"] = await _production(client)
    result = await client.call_tool(question.tool, arguments, raise_on_error=False)
    return "".join(part.text for part in result.content if hasattr(part, "text")), result.is_error


async def _production(client: Client[Any]) -> str:
    listed = await client.call_tool("list_clusters", {"name": "production"})
    lines = [line.split() for part in listed.content if hasattr(part, "text") for line in part.text.splitlines()]
    return str(next(words[1] for words in lines if words[:1] == ["production"]))


async def main() -> int:
    question = read(sys.argv[1:])
    server = ["-m", "ack_mcp_server", "--sandbox", "--toolsets", "all", *([WRITING] if question.writing else [])]
    quiet = {**os.environ, "FASTMCP_LOG_LEVEL": "WARNING"}
    async with Client(StdioTransport(sys.executable, server, env=quiet)) as client:
        text, failed = await ask(client, question)
    sys.stdout.write(f"{text}\n")
    return int(failed)


if __name__ == "__main__":
    sys.exit(asyncio.run(main()))
