"""Writes the tables of README and `.env.example` from the code: `make docs`. A test fails when they are stale."""

import asyncio
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from pydantic import SecretStr
from pydantic.fields import FieldInfo

from ack_mcp_server.app import build_app
from ack_mcp_server.kube.table.verbs import as_markdown
from ack_mcp_server.settings import Settings, load_settings, sources_of
from ack_mcp_server.toolsets import TOOLSETS, Toolset

ROOT = Path(__file__).parents[1]
READMES = (ROOT / "README.md", ROOT / "README.zh-CN.md")
DESIGN = ROOT / "DESIGN.md"
EXAMPLE = ROOT / ".env.example"


def main() -> None:
    for path, text in expected().items():
        path.write_text(text)
    sys.stdout.write("README and .env.example are up to date\n")


def expected() -> dict[Path, str]:
    """Every generated file as it should be."""
    tables = {"settings": settings_table(), "tools": asyncio.run(tools_table())}
    design = _with_tables(DESIGN.read_text(), {"commands": as_markdown()})
    readmes = {path: _with_tables(path.read_text(), tables) for path in READMES}
    return {**readmes, DESIGN: design, EXAMPLE: env_example()}


def _with_tables(text: str, tables: dict[str, str]) -> str:
    for name, table in tables.items():
        before, begin, rest = text.partition(f"<!-- {name}: made by make docs -->\n")
        _, end, after = rest.partition("<!-- end -->")
        if not end:
            raise ValueError(f"there is no place for the table {name}")
        text = f"{before}{begin}{table}\n{end}{after}"
    return text


def settings_table() -> str:
    rows = ["| Flag | Variable | Default | |", "|---|---|---|---|"]
    for field in Settings.model_fields.values():
        variables, flags = sources_of(field)
        shown = [", ".join(f"`{name}`" for name in names) for names in (flags, variables)]
        rows.append(f"| {shown[0]} | {shown[1]} | {_default(field)} | {field.description} |")
    return "\n".join(rows)


def _default(field: FieldInfo) -> str:
    value = _plain(field.default)
    return f"`{value}`" if value else ""


def _plain(value: Any) -> str:
    if isinstance(value, SecretStr):
        value = value.get_secret_value()
    if isinstance(value, bool):
        return str(value).lower()
    return ",".join(value) if isinstance(value, (tuple, dict)) else str(value)


async def tools_table() -> str:
    everything = load_settings({"TOOLSETS": "all"}, env_file=None, keys_given=True)
    app = build_app(everything.model_copy(update={"allow_write": True}))
    rows = ["| Toolset | On by default | Tool | |", "|---|---|---|---|"]
    for toolset in TOOLSETS:
        for name in toolset.tools:
            tool = await app.get_tool(name)
            about = " ".join((tool.description or "").split()) if tool else ""
            rows.append(f"| {toolset.name} | {_when_on(toolset)} | `{name}` | {about.replace('|', chr(92) + '|')} |")
    return "\n".join(rows)


def _when_on(toolset: Toolset) -> str:
    fields = [Settings.model_fields[name] for name in toolset.turned_on_by]
    named = [" ".join(f"`{name}`" for name in (variables or flags)[:1]) for variables, flags in map(sources_of, fields)]
    return "yes" if toolset.by_default else f"with {' or '.join(named)}" if named else "no"


def env_example() -> str:
    return "# Copy to .env. A flag beats the environment beats this file beats the default, which is shown here.\n" + (
        "".join(_examples())
    )


def _examples() -> Iterator[str]:
    for field in Settings.model_fields.values():
        variables, _ = sources_of(field)
        if variables:
            also = f" Also read: {', '.join(variables[1:])}." if variables[1:] else ""
            yield f"\n# {field.description}{also}\n# {variables[0]}={_plain(field.default)}\n"


if __name__ == "__main__":
    main()
