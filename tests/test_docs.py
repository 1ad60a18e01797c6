"""The documents say what is: every setting, tool and target that they name exists, and none is missing."""

import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from docs.generate import expected

from ack_mcp_server import __version__, toolsets
from ack_mcp_server.settings import Settings, sources_of
from tests.conftest import door_to

ROOT = Path(__file__).parents[1]
READMES = ["README.md", "README.zh-CN.md"]
NAMES = [name for field in Settings.model_fields.values() for names in sources_of(field) for name in names]
VARIABLES = [name for field in Settings.model_fields.values() for name in sources_of(field)[0]]
TARGETS = set(re.findall(r"^([a-z-]+):.*##", (ROOT / "Makefile").read_text(), re.M))


def test_the_generated_tables_are_up_to_date() -> None:
    """`make docs` writes them."""
    assert {path.name: path.read_text() for path in expected()} == {
        path.name: text for path, text in expected().items()
    }


@pytest.mark.parametrize("readme", READMES)
@pytest.mark.parametrize("name", NAMES)
def test_every_flag_and_variable_is_in_the_readme(readme: str, name: str) -> None:
    assert f"`{name}`" in (ROOT / readme).read_text()


@pytest.mark.parametrize("name", VARIABLES)
def test_every_variable_is_in_the_example(name: str) -> None:
    assert re.search(rf"(?<!\w){re.escape(name)}(?!\w)", (ROOT / ".env.example").read_text())


@pytest.mark.parametrize("readme", READMES)
def test_every_tool_is_in_the_readme(readme: str) -> None:
    text = (ROOT / readme).read_text()
    assert all(f"`{tool}`" in text for toolset in toolsets.TOOLSETS for tool in toolset.tools)


@pytest.mark.parametrize("readme", READMES)
async def test_every_prompt_and_resource_is_in_the_readme(readme: str, settings: Callable[..., Settings]) -> None:
    async with door_to(settings(TOOLSETS="all")) as door:
        names = [prompt.name for prompt in await door.client.list_prompts()]
        names += [str(resource.uri) for resource in await door.client.list_resources()]
    text = (ROOT / readme).read_text()
    assert [name for name in names if f"`{name}`" not in text] == []


@pytest.mark.parametrize("document", [*READMES, "DESIGN.md"])
def test_every_make_target_that_is_named_exists(document: str) -> None:
    assert set(re.findall(r"`make ([a-z-]+)`", (ROOT / document).read_text())) <= TARGETS


@pytest.mark.parametrize("document", [*READMES, "DESIGN.md"])
def test_every_file_that_is_linked_exists(document: str) -> None:
    links = re.findall(r"\]\((?!http|#)([^)#]+)", (ROOT / document).read_text())
    assert [link for link in links if not (ROOT / link).exists()] == []


def test_the_changelog_knows_this_version() -> None:
    assert f"## [{__version__}]" in (ROOT / "CHANGELOG.md").read_text()


def test_the_shared_configuration_starts_a_server_that_only_reads() -> None:
    (server,) = json.loads((ROOT / "mcp.json").read_text())["mcpServers"].values()
    assert "--allow-write" not in server["args"]


def test_the_requirements_are_those_of_the_lock() -> None:
    """`make requirements` writes them."""
    locked = dict(re.findall(r'^name = "([^"]+)"\nversion = "([^"]+)"', (ROOT / "uv.lock").read_text(), re.M))
    required = dict(re.findall(r"^([a-z0-9.-]+)==([^\s;]+)", (ROOT / "requirements.txt").read_text(), re.M))
    assert required
    assert {name: version for name, version in required.items() if locked[name] != version} == {}
