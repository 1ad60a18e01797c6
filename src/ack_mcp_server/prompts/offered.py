"""Jobs as MCP prompts: those that the tools that are on can do."""

from collections.abc import Collection, Iterable
from typing import Any

from fastmcp.prompts import Prompt, PromptArgument
from mcp import MCPError
from mcp.types import INVALID_PARAMS
from pydantic import PrivateAttr

from ack_mcp_server.errors import InvalidInput
from ack_mcp_server.prompts.jobs import JOBS
from ack_mcp_server.prompts.model import Job


class _JobPrompt(Prompt):
    _job: Job = PrivateAttr()
    _on: frozenset[str] = PrivateAttr()

    async def render(self, arguments: dict[str, Any] | None = None) -> str:
        """Raises MCPError: a prompt has no error result to put a refusal into."""
        values = {name: str(value) for name, value in (arguments or {}).items()}
        try:
            self._job.check(values)
        except InvalidInput as exc:
            raise MCPError(INVALID_PARAMS, f"{exc.code}: {exc.message}\nNext: {exc.next_step}") from None
        return self._job.text(values, self._on)


def offered(on: Collection[str]) -> Iterable[Prompt]:
    """`on` are the names of the tools that are on."""
    return [_prompt(job, frozenset(on)) for job in JOBS if job.is_possible(on)]


def _prompt(job: Job, on: frozenset[str]) -> Prompt:
    arguments = [
        PromptArgument(name=each.name, description=each.about, required=each.required) for each in job.arguments
    ]
    prompt = _JobPrompt(name=job.name, description=job.about, arguments=arguments)
    prompt._job, prompt._on = job, on
    return prompt
