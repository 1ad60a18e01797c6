"""Which toolsets are on, and what an operator is told who wants another."""

from collections.abc import Callable

import pytest

from ack_mcp_server.settings import Settings
from ack_mcp_server.toolsets import TOOLSETS, chosen, how_to_add
from tests.conftest import door_to, made_settings

DEFAULTS = {toolset.name for toolset in TOOLSETS if toolset.by_default}


def names(**values: str) -> set[str]:
    return {toolset.name for toolset in chosen(made_settings(**values))}


def advice(tool_set: str, **values: str) -> str:
    return how_to_add(next(each for each in TOOLSETS if each.name == tool_set), made_settings(**values))


def test_the_default_toolsets_have_a_name_that_others_can_stand_beside() -> None:
    assert names() == names(TOOLSETS="default") == DEFAULTS
    assert names(TOOLSETS="default,lifecycle") == DEFAULTS | {"lifecycle"}
    assert names(TOOLSETS="default", LOKI_URL="http://127.0.0.1:1") == DEFAULTS | {"loki"}


async def test_a_tool_that_is_off_names_the_flag_that_keeps_what_is_on(settings: Callable[..., Settings]) -> None:
    async with door_to(settings()) as door:
        told = await door.error("list_cluster_addons")
        assert told.endswith("Next: Start the server with --toolsets default,lifecycle.")


@pytest.mark.parametrize(
    ("tool_set", "values", "told"),
    [
        ("clis", {"TOOLSETS": "ack,kubectl"}, "Start the server with --toolsets ack,kubectl,clis."),
        ("loki", {}, "Set LOKI_URL or LOKI_URL_<cluster_id>, which turns it on."),
        (
            "loki",
            {"TOOLSETS": "ack"},
            "Set LOKI_URL or LOKI_URL_<cluster_id>, and start the server with --toolsets ack,loki.",
        ),
        (
            "loki",
            {"TOOLSETS": "ack", "LOKI_URL": "http://127.0.0.1:1"},
            "Start the server with --toolsets ack,loki.",
        ),
    ],
)
def test_the_advice_fits_what_is_set_already(tool_set: str, values: dict[str, str], told: str) -> None:
    assert advice(tool_set, **values) == told


def test_the_setting_names_the_default_toolsets() -> None:
    about = str(Settings.model_fields["toolsets"].description)
    named, _, more = about.partition("default: ")[2].partition(";")
    assert set(named.split(", ")) == DEFAULTS
    assert all(toolset.name in more for toolset in TOOLSETS if toolset.turned_on_by)
