"""`python -m docs.picture` asks the sandbox what is unwell in one namespace and draws the answer: docs/triage.svg."""

import asyncio
import re
from pathlib import Path

from rich.console import Console
from rich.text import Text
from tests.conftest import door_to, running_sandbox, settings_in

HERE = Path(__file__).parent
QUESTION = "What is broken in payments?"
WIDTH = 132  # characters
_FONTS = re.compile(r",\s*url\([^)]*\) format\([^)]*\)")  # a picture asks nobody for anything
_MARKED = (("next:", "green"), ("- log:", "yellow"), ("- changed before:", "cyan"))


async def asked() -> str:
    with running_sandbox() as region:
        async with door_to(settings_in(region)) as door:
            reply = await door.ok("triage", cluster_id=region.cluster("production"), namespace="payments")
            return reply.text


def drawn(answer: str) -> str:
    """As SVG."""
    with Path("/dev/null").open("w") as nowhere:
        console = Console(record=True, width=WIDTH, file=nowhere)
        console.print(Text(f"> {QUESTION}\n", "bold"))
        for line in answer.splitlines():
            console.print(Text(line, _style(line)), soft_wrap=False)
        return _FONTS.sub("", console.export_svg(title="triage"))


def _style(line: str) -> str:
    if line.startswith("[ack-mcp-server"):
        return "dim"
    if line[:1].isdigit():
        return "bold red"
    return next((style for start, style in _MARKED if line.strip().startswith(start)), "")


if __name__ == "__main__":
    (HERE / "triage.svg").write_text(drawn(asyncio.run(asked())))
